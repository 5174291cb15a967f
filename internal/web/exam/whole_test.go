package exam_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// right fills the form of an item with its key.
func right(i exam.Item) url.Values {
	form, q := url.Values{}, i.Question
	place := func(id string) string { return strconv.Itoa(slices.Index(i.Order, id) + 1) }
	switch {
	case q.Kind.Choice():
		for _, o := range q.Options {
			if o.Correct {
				form.Add("answer", place(o.ID))
			}
		}
	case q.Kind == question.Numeric:
		form.Set("answer", q.Answer.Numeric.Value)
	case q.Kind == question.Ordering:
		for i, id := range q.Answer.Order {
			form.Set("answer."+place(id), strconv.Itoa(i+1))
		}
	case q.Kind == question.Matching:
		for i, l := range q.Left {
			form.Set("answer."+strconv.Itoa(i+1), place(l.Match))
		}
	default:
		form.Set("answer", "In my own words.")
	}
	return form
}

var hidden = regexp.MustCompile(`name="revision" value="(\d+)"`)

// walk answers every question by its page, as without scripts: it reads the
// hidden field, posts, and goes where it is sent. As many as wrong says stay
// open, none of them a short answer.
func (w *world) walk(address string, wrong int) {
	w.t.Helper()
	sit := w.sitting(address)
	at := address + "?q=1"
	for n, item := range sit.Items {
		w.pass(time.Minute)
		page := w.Get("p1", at).Is(http.StatusOK, fmt.Sprintf("Question %d of %d", n+1, len(sit.Items)), `data-autosave="`+address+"/answers/"+item.Question.ID+`"`)
		w.keepsTheKey(page, item.Question)
		form := right(item)
		if wrong > 0 && item.Question.Kind != question.ShortAnswer {
			form = url.Values{}
			wrong--
		}
		form.Set("revision", hidden.FindStringSubmatch(page.Body)[1])
		form.Set("go", "next")
		a := w.Do("p1", http.MethodPost, address+"/answers/"+item.Question.ID, form)
		want := address + "?q=" + strconv.Itoa(n+2)
		if n == len(sit.Items)-1 {
			want = address + "/review"
		}
		a.To(want)
		at = a.Location
	}
}

func (w *world) keepsTheKey(page area.Answer, q *question.Question) {
	w.t.Helper()
	page.Lacks(q.Rationale, q.Working, q.Model)
	for _, o := range q.Options {
		page.Lacks(questionview.Reason(o.Rationale))
	}
	for _, l := range q.Rubric {
		page.Lacks(l.Text)
	}
	if page.Header.Get("Cache-Control") != "no-store" {
		w.t.Error("the browser may keep a page of an attempt")
	}
}

// TestTheWholeWayWithoutScripts: read, attest, answer 30 questions, look over,
// submit, wait for a grader, read the reasons.
func TestTheWholeWayWithoutScripts(t *testing.T) {
	w := newWorld(t)
	w.Get("p1", introURL).Is(200, "30 questions, 80% to pass", "3 attempts", "24 hours", "No time limit", exam.Statement,
		`value="Ana &lt;b&gt;Ruiz&lt;/b&gt;"`, "Begin attempt 1 of 3")
	if fmt.Sprint(w.left) != "[e1]" {
		t.Errorf("left %v", w.left)
	}
	w.Post("p1", introURL, "legal_name", "").Is(422, "Enter your legal name", "Please confirm this before you begin")
	address := w.begin()
	w.Post("p1", introURL, "legal_name", "Ana", "attested", "yes").To(address) // a second click
	w.Get("p1", introURL).Is(200, "Attempt 1 is in progress", "Go on with the exam").Lacks("Begin attempt")
	w.Get("p1", address+"/review").Is(200, "30 questions are not fully answered")
	w.Get("p1", address+"/result").To(address + "/review")
	w.walk(address, 6) // so that the short answers decide
	w.Get("p1", address+"/review").Is(200, "6 questions are not fully answered", "Submit the exam")
	w.Post("p1", address+"/submit").To(address + "/result")
	w.Post("p1", address+"/submit").To(address + "/result") // a second click
	if len(w.hall.outcomes) != 1 || w.hall.outcomes[0].Final {
		t.Fatalf("outcomes %+v", w.hall.outcomes)
	}
	page := w.Get("p1", address+"/result").Is(200, "Awaiting grading", "Send the course evaluation meanwhile", "By objective", "November 9, 2026")
	for _, i := range w.sitting(address).Items {
		page.Lacks(i.Question.Rationale, i.Question.Model)
	}
	w.Get("p1", introURL).Is(200, "Your last attempt is still being graded", "The result comes first, by November 9, 2026", "2 attempts are left").Lacks("You can begin the next attempt")
	w.Get("p1", address+"?q=3").To(address + "/result")
	w.Post("p1", address+"/answers/E01", "answer", "A").To(address + "/result")
	w.gradeAll()
	page = w.Get("p1", address+"/result").Is(200, "You passed", "Your answers, with the reasons", "Comment of the grader", "Well &lt;i&gt;put&lt;/i&gt;.")
	for _, i := range w.sitting(address).Items {
		for _, o := range i.Question.Options {
			if !strings.Contains(page.Body, htmlOf(questionview.Reason(o.Rationale))) {
				t.Errorf("%s: no reason for option %s", i.Question.ID, o.ID)
			}
		}
	}
	w.Get("p1", introURL).Is(200, "You have passed this exam", "Attempt 1", "See what is left before your certificate", address+"/result\">See your answers")
	done := w.hall.list["e1"]
	done.State = enrollment.Completed
	w.hall.list["e1"] = done
	for _, path := range []string{introURL, address + "/result"} {
		w.Get("p1", path).Is(200, "Back to the course").Lacks("See what is left before your certificate")
	}
	if !w.hall.outcomes[len(w.hall.outcomes)-1].Passed {
		t.Errorf("outcomes %+v", w.hall.outcomes)
	}
}

func htmlOf(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;").Replace(s)
}
