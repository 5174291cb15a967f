package learn_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

// TestANoteThatWasNotSavedComesBack into its field, and what is typed after it
// is saved as on the page on which it was begun.
func TestANoteThatWasNotSavedComesBack(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	e := w.begun("p1")
	lesson := w.edition.Course.Lessons()[0]
	var broken atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if broken.Load() && strings.HasSuffix(r.URL.Path, "/note") {
			http.Error(rw, "broken", http.StatusServiceUnavailable)
			return
		}
		r.Header.Set(area.Person, "p1")
		w.echo.ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	page := srv.URL + "/learn/" + slug + "/lessons/" + lesson.Slug
	says := func(text string) {
		t.Helper()
		tab.Until(`document.querySelector("[data-saved]")?.textContent.startsWith("` + text + `")`)
	}
	stored := func() string {
		t.Helper()
		notes, err := w.enrollments.Notes(t.Context(), e)
		w.must(err)
		if len(notes) == 0 {
			return ""
		}
		return notes[0].Text
	}

	broken.Store(true)
	tab.Run(chromedp.Navigate(page), chromedp.SendKeys("#f-note", "Ask about sleep"))
	says("Not saved yet")
	tab.Run(chromedp.Navigate(srv.URL + "/learn/" + slug + "/glossary"))
	broken.Store(false)
	tab.Run(chromedp.Navigate(page))
	says("Saved")
	tab.Until(`document.querySelector("#f-note").value === "Ask about sleep"`)
	if got := stored(); got != "Ask about sleep" {
		t.Errorf("stored %q", got)
	}
	tab.Run(chromedp.SendKeys("#f-note", " and pain"))
	for end := time.Now().Add(20 * time.Second); stored() == "Ask about sleep" && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	says("Saved")
	tab.Run(chromedp.Click("#note button"))
	tab.Until(`location.hash === "#note"`)
	if got := stored(); got != "Ask about sleep and pain" {
		t.Errorf("stored %q", got)
	}
}

// TestAccessThatEndedWithAPass says what can still be done.
func TestAccessThatEndedWithAPass(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.pass(e.ExpiresAt.Sub(w.now()) - time.Hour)
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now(), Final: true, Passed: true}))
	w.get("/learn/" + slug).ok("Access until December 2, 2027")
	w.pass(72 * time.Hour)
	w.get("/learn/"+slug).ok("Access ended December 2, 2027", "you can still send the evaluation").not("Access until")
	w.get("/learn").ok("Access ended December 2, 2027")
	w.get("/learn/" + slug + "/evaluation").ok("Send evaluation")
}

// TestTheEvaluationSurvivesLeaving the page, for its own learner only, until it
// is sent.
func TestTheEvaluationSurvivesLeaving(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	var person atomic.Value
	person.Store("p1")
	for _, p := range []string{"p1", "p2"} {
		e := w.begun(p)
		w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: p, SubmittedAt: w.now()}))
	}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set(area.Person, person.Load().(string))
		w.echo.ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	form := srv.URL + base + "/evaluation"
	const minutes, choice = `document.querySelector("[name='minutes.reading']")`, `document.querySelector(".scale input[value='4']")`
	open := func(path string) {
		t.Helper()
		tab.Run(chromedp.Navigate(path))
		tab.Until(`document.querySelector("[data-draft-kept]")?.textContent.includes("stays in this browser") ?? true`)
	}
	open(form)
	tab.Run(chromedp.SendKeys(`[name="minutes.reading"]`, "61"), chromedp.Click(`.scale input[value="4"]`))
	open(srv.URL + base + "/glossary")
	open(form)
	tab.Until(minutes + `.value === "61" && ` + choice + `.checked`)
	person.Store("p2")
	open(form)
	tab.Until(minutes + `.value === ""`)
	person.Store("p1")
	open(form)
	tab.Until(minutes + `.value === ""`)
	tab.Run(chromedp.SendKeys(`[name="minutes.reading"]`, "62"))
	w.post(base+"/evaluation", w.evaluation()...).is(303)
	tab.Run(chromedp.Navigate(form))
	tab.Until(`document.querySelector("h1").textContent.includes("Thank you") && !Object.keys(localStorage).some((k) => k.includes("draft"))`)
}

// TestTheOrderShownIsTheAnswer once the learner presses Answer: with arrows in
// place of numbers there is nothing else to give.
func TestTheOrderShownIsTheAnswer(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	w.begun("p1")
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set(area.Person, "p1")
		w.echo.ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	for _, m := range w.edition.Course.Modules {
		for _, q := range w.edition.Check(m.ID) {
			if q.Kind != question.Ordering {
				continue
			}
			tab.Run(chromedp.Navigate(srv.URL + base + "/checks/" + m.ID))
			tab.Until(`document.getElementById("q-` + q.ID + `").querySelector("[data-order-hint]").textContent.includes("press Answer")`)
			tab.Run(chromedp.Evaluate(`document.getElementById("q-`+q.ID+`").querySelector("button.button-primary").click()`, nil))
			tab.Until(`document.getElementById("q-` + q.ID + `")?.querySelector(".feedback-order") != null`)
			return
		}
	}
	t.Fatal("the course has no ordering question in a check")
}
