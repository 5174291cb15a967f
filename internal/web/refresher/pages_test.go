package refresher_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
)

// form is an answer as its page sends it.
func form(a refresher.Ask, r question.Response) url.Values {
	f := url.Values{"question": {a.Public.ID}, "reps": {strconv.Itoa(a.Reps)}, "sure": {"yes"}, "answer": r.Choices}
	if r.Number != "" {
		f.Set("answer", r.Number)
	}
	for i, id := range r.Order {
		f.Set("answer."+id, strconv.Itoa(i+1))
	}
	for left, right := range r.Pairs {
		f.Set("answer."+left, right)
	}
	return f
}

// TestTheLearnersWay: choose, wait, answer, look, be done, change, stop, begin anew.
func TestTheLearnersWay(t *testing.T) {
	w := newWorld(t)
	w.Get("ana", base).OK("Ask me by mail", "Only on the page").Lacks("Stop these questions", "ZgotmplZ")
	w.Post("ana", base+"/plan", "by", "pigeon").Is(422, "Choose whether")
	w.Post("ana", base+"/plan", "by", "mail").Says(base, "refresher.mail")
	w.Get("ana", base).OK("Nothing is due. Next: November 5, 2026.", "Write no mails", "until November 2, 2027", "Stop these questions")
	w.pass(3)
	w.Get("ana", base).OK("1 of 10 today", `name="sure" value="no"`, `name="reps" value="0"`)
	for n := range refresher.SessionMax {
		a := w.asked("ana")
		w.Get("ana", base).OK(fmt.Sprintf("%d of 10 today", n+1))
		answer := w.Do("ana", "POST", base, form(a, apptest.Solution(a.Question)))
		w.Do("ana", "POST", base, form(a, apptest.Solution(a.Question))).To(answer.Location)
		w.Do("ana", "POST", base, form(a, question.Response{})).Is(409, "not due") // nothing, to what was answered
		w.Get("ana", answer.Location).OK("Correct", "comes again in 3 days")
		w.Get("ben", answer.Location).Is(404)
	}
	w.Get("ana", base).OK("You answered 10 questions today.")
	w.Post("ana", base+"/plan", "by", "page").Says(base, "refresher.page")
	w.Get("ana", base).OK("stand on this page", "Ask me by mail")
	w.Post("ana", base+"/stop").Says(base, "refresher.stopped")
	w.Get("ana", base).OK("You stopped these questions", "Ask me by mail")
	w.Post("ana", base, "question", "K1.1", "reps", "0", "answer", "A").Is(409)
	w.Post("ana", base+"/plan", "by", "page").To(base)
	w.pass(1)
	w.Get("ana", base).OK("Nothing is due.")
	w.pass(400)
	w.Get("ana", base).OK("Your year of practice questions is over")
}

func TestWrongAnswersComeTomorrow(t *testing.T) {
	w := newWorld(t)
	w.must(w.Start(t.Context(), "ana", slug, false))
	w.pass(3)
	for range 30 { // until one is a single choice
		a := w.asked("ana")
		r := apptest.Solution(a.Question)
		if a.Question.Kind != question.SingleChoice {
			w.Do("ana", "POST", base, form(a, r))
			w.at = w.at.AddDate(0, 0, 1)
			continue
		}
		for _, o := range a.Question.Options {
			if !o.Correct {
				r.Choices = []string{o.ID}
			}
		}
		w.Do("ana", "POST", base, url.Values{"question": {a.Public.ID}, "reps": {strconv.Itoa(a.Reps)}}).Is(422, "There is a problem", "Answer all of it first")
		w.Do("ana", "POST", base, url.Values{"question": {"nothing"}, "reps": {"0"}}).Is(409, "not due")
		w.Do("ana", "POST", base, url.Values{"question": {a.Public.ID}, "reps": {"many"}}).Is(409, "not due")
		answer := w.Do("ana", "POST", base, form(a, r))
		w.Get("ana", answer.Location).OK("Not correct", "comes again in 1 day.", "Wrong · your answer")
		return
	}
	t.Fatal("no single choice was asked")
}

// TestTheKeyStaysHere: before the answer the page has no rationale, whatever the kind.
func TestTheKeyStaysHere(t *testing.T) {
	w := newWorld(t)
	w.must(w.Start(t.Context(), "ana", slug, false))
	w.pass(60)
	kinds := map[question.Kind]int{}
	for range 200 {
		st, err := w.Standing(t.Context(), "ana", slug)
		w.must(err)
		a, ok := st.Next()
		if !ok {
			if w.pass(1); len(kinds) > 3 {
				break
			}
			continue
		}
		kinds[a.Question.Kind]++
		body := w.Get("ana", base).OK(`name="question" value="` + a.Public.ID + `"`)
		secrets := []string{a.Question.Rationale, a.Question.Working}
		for _, o := range a.Question.Options {
			secrets = append(secrets, o.Rationale)
		}
		for _, s := range secrets {
			if len(s) > 12 {
				body.Lacks(s, strings.TrimPrefix(strings.TrimPrefix(s, "Correct: "), "Incorrect: "))
			}
		}
		w.Do("ana", "POST", base, form(a, apptest.Solution(a.Question)))
	}
	if kinds[question.ShortAnswer] > 0 || len(kinds) < 3 {
		t.Errorf("%v were asked", kinds)
	}
}

func TestWhoHasNotCompletedFindsNothing(t *testing.T) {
	w := newWorld(t)
	for person, code := range map[string]int{"new": 409, "out": 404, "ina": 404} {
		w.Get(person, base).Is(code)
		w.Post(person, base+"/plan", "by", "mail").Is(code)
		w.Post(person, base, "question", "K1.1", "reps", "0", "answer", "A").Is(code)
		w.Get(person, base+"/reviews/x").Is(code)
		w.Post(person, base+"/stop").Is(404)
	}
	w.Get("", base).Is(303)
}

// TestTheLinkOfAMailStops: following it changes nothing, its button does, for anybody.
func TestTheLinkOfAMailStops(t *testing.T) {
	w := newWorld(t)
	w.must(w.Start(t.Context(), "ana", slug, true))
	w.pass(3)
	link := w.stopLink("ana")
	page := w.Get("", link).OK("Stop practice questions", "Stop them").Lacks("ana@example.org")
	if h := page.Header; h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("%v", h)
	}
	w.Get("ana", base).OK("1 of 10 today")
	w.Post("", link).To(link)
	w.Post("", link).To(link)
	w.Get("", link).OK("We ask no more")
	w.Get("ana", base).OK("You stopped these questions")
	w.Post("", link, "List-Unsubscribe", "One-Click").OK("We ask no more") // a mail program follows no redirect
	w.Get("", link+"0").Is(404)
	w.Post("", link+"0").Is(404)
	w.Get("", "/refreshers/stop/x").Is(404)
}

func TestRetention(t *testing.T) {
	w := newWorld(t)
	const path = "/teach/" + slug + "/retention"
	w.Get("ana", path).Is(403)
	w.Get("ina", "/teach/no-such-course/retention").Is(404)
	w.Get("ina", path+"?edition=9").Is(404)
	w.Get("ina", path).OK("too few learners", "No question has been counted", "Fewer than five answers so far").Lacks("<meter", "181 and more")
	w.pass(3)
	for i, p := range learners {
		w.must(w.Start(t.Context(), p, slug, false))
		for n := range 5 {
			a := w.asked(p)
			r := apptest.Solution(a.Question)
			if n == 0 && i > 0 && a.Question.Kind.Choice() {
				for _, o := range a.Question.Options {
					if !o.Correct {
						r = question.Response{Choices: []string{o.ID}}
					}
				}
			}
			_, err := w.Answer(t.Context(), p, slug, refresher.Answer{QuestionID: a.Public.ID, Response: r})
			w.must(err)
		}
	}
	w.Get("ina", path).OK("too few learners").Lacks("<meter", "ana@")
	w.pass(12)
	w.Get("ina", path).OK("<meter", "48–90%", `<td data-label="Counted" class="num">10</td>`, "181 to 365").Lacks("ana@", "11<", "12<")
}

// TestFollowUpsHaveNoNames, come five at a time, and the newest wait.
func TestFollowUpsHaveNoNames(t *testing.T) {
	w := newWorld(t)
	const path = "/teach/" + slug + "/retention"
	area.Exec(t, w.db, "INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES ('a1', ?, '2026-11', '{}')", w.edition.ID)
	for i, p := range learners[:6] {
		w.followUp("en-"+p, i)
		switch page := w.Get("ina", path); {
		case i < 4:
			page.OK("Fewer than five answers so far").Lacks("I changed thing")
		default:
			page.OK("At least 5 answered. What they said stands here", "I changed thing 0.", "I changed thing 4.", "Which of your planned changes happened?").Lacks("I changed thing 5.", "ana")
		}
	}
}

// TestTheNewestFollowUpsStandHere where there are more than a page shows.
func TestTheNewestFollowUpsStandHere(t *testing.T) {
	w := newWorld(t)
	area.Exec(t, w.db, "INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES ('a1', ?, '2026-11', '{}')", w.edition.ID)
	for i := range 57 {
		id := fmt.Sprintf("more-%02d", i)
		area.AddPerson(t, w.db, id, id, w.at)
		w.enroll(id, "completed")
		w.followUp("en-"+id, i)
	}
	page := w.Get("ina", "/teach/"+slug+"/retention").OK("At least 55 answered. What the newest 50 of them said stands here", "thing 5.", "thing 54.").Lacks("thing 4.", "thing 55.")
	if n := strings.Count(page.Body, `class="said"`); n != 50 {
		t.Errorf("%d texts", n)
	}
}
