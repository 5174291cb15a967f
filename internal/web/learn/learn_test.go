package learn_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/learn"
	"github.com/atmacena/cocare/internal/web/questionview"
)

const (
	base  = "/learn/" + slug
	first = base + "/lessons/what-treatment-resistant-means"
)

// TestTheWayThroughACourse walks from the empty dashboard to the certificate.
func TestTheWayThroughACourse(t *testing.T) {
	w := newWorld(t)
	w.get("/learn").ok("You are not enrolled in a course yet", `href="/courses"`)
	w.paying = []learn.Paying{{Title: "Appraising", Number: "4F7QK-9M2XT"}}
	if a := w.get("/learn"); strings.Contains(a.Body, "You are not enrolled") {
		t.Error("who has paid is told that they are enrolled in nothing")
	} else {
		a.ok("Your payment for Appraising is not confirmed yet", `href="/orders/4F7QK-9M2XT"`)
	}
	w.paying = nil
	e := w.enroll("p1")
	w.get("/learn").ok("Read the disclosure", "0 of 20", "Before your certificate: disclosure, 20 lessons, 24 practice questions, exam, evaluation.")
	w.get(first).to(base + "/disclosure?lesson=what-treatment-resistant-means")
	w.get(base+"/disclosure").ok("80% or more", "Acknowledge and begin")
	w.post(base+"/disclosure").is(422, "Tick the box")
	w.post(base+"/disclosure", "acknowledged", "yes").to(base)
	w.get(base).ok("What is left before your certificate", "0 of 20 finished", "Read “What ‘treatment-resistant’ means”", "not accredited")

	page := w.get(first).ok("Lesson 1 of 20", "Marisol", `id="ref-1"`, "Finished, next", "988",
		"Read in: Abstract of McIntyre 2023.", "the paper’s own abstract or an official page. Fact F-T01", "number in the course’s list of facts, such as F-T01", `<span class="badge">Objective 1</span>`,
		"Content checked November 23, 2026; its statements on regulation are to be checked again by May 23, 2027.")
	page.not("Finished December")
	w.finish(first).to(base + "/lessons/" + w.edition.Course.Modules[0].Lessons[1].Slug)
	w.post(first + "/finish").to(base + "/lessons/" + w.edition.Course.Modules[0].Lessons[1].Slug)
	w.get(first).ok("Finished December 2, 2026", "19 lessons")
	for _, l := range w.edition.Course.Lessons() {
		w.get(base + "/lessons/" + l.Slug).ok(`<h1>`)
		w.finish(base + "/lessons/" + l.Slug).is(303)
	}
	w.get(base + "/lessons/how-well-how-fast-how-long").ok("Copy of the abstract of Murrough 2013 on a clinic’s page.")
	w.get(base).ok("20 of 20 finished", "0 of 24 answered", "It opens when all lessons")
	w.answerChecks(e)
	w.get(base).ok("24 of 24 answered", base+"/exam", "It is open.").not("It opens when all lessons")
	w.get(base + "/evaluation").is(409)

	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now()}))
	w.get(base+"/evaluation").ok("being graded", "Goes to the clinical reviewer", `name="minutes.reading"`, "kept only when you send it").not("(optional) <", "(optional)</span> (optional)", "(optional) (optional)")
	w.post(base+"/evaluation", "minutes.reading", "an hour").is(422, "Minutes, reading: enter whole minutes")
	w.post(base+"/evaluation", "change", "I will ask five things.").is(422, "I will ask five things.", "Please answer:")
	w.post(base+"/evaluation", w.evaluation()...).to(base + "/evaluation")
	w.post(base+"/evaluation", w.evaluation()...).to(base + "/evaluation")
	w.get(base+"/evaluation").ok("5 working days", "day of completion")

	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: w.now()}))
	w.certificate = learn.Certificate{Number: "7K2M-Q4XT"}
	for _, path := range []string{base + "/evaluation", base} {
		if a := w.get(path).ok("being prepared"); a.Get("Refresh") != "3" {
			t.Errorf("%s looks again after %q seconds", path, a.Get("Refresh"))
		}
	}
	w.get("/learn").ok("being prepared")
	w.certificate = learn.Certificate{Number: "7K2M-Q4XT", Issued: true}
	for _, path := range []string{base + "/evaluation", base} {
		if a := w.get(path).ok("/certificates/7K2M-Q4XT"); a.Get("Refresh") != "" {
			t.Errorf("%s loads itself again although nothing is awaited", path)
		}
	}
	w.get(base).ok("You have completed this course")
	w.get("/learn").ok("/certificates/7K2M-Q4XT")
	w.get(first).ok("You have completed this course").not("Finished, next", "data-active-url")
}

// answerChecks opens every check, answers each question on the page without a
// script, and looks at the feedback.
func (w *world) answerChecks(e enrollment.Enrollment) {
	w.t.Helper()
	kinds := map[question.Kind]bool{}
	for _, m := range w.edition.Course.Modules {
		path := base + "/checks/" + m.ID
		page := w.get(path).ok("0 of ")
		for _, q := range w.edition.Check(m.ID) {
			kinds[q.Kind] = true
			for _, o := range q.Options {
				if reason := questionview.Reason(o.Rationale); reason != "" {
					page.not(reason)
				}
			}
			w.post(path, "question", q.ID).is(422, "There is a problem")
			w.post(path, append([]string{"question", q.ID}, answerTo(q)...)...).to(path + "#q-" + q.ID)
			feedback := w.get(path).ok("Try again")
			for _, o := range q.Options {
				feedback.ok(htmlText(questionview.Reason(o.Rationale)))
			}
			w.get(path + "?again=" + q.ID).ok(`name="question" value="` + q.ID + `"`)
		}
	}
	if len(kinds) < 5 {
		w.t.Errorf("only %d kinds of questions were answered", len(kinds))
	}
}

func htmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;").Replace(s)
}

// answerTo fills the form of a question with some complete answer.
func answerTo(q *question.Question) (pairs []string) {
	name := "answer-" + q.ID
	switch {
	case q.Kind.Choice():
		return []string{name, q.Options[0].ID}
	case q.Kind == question.Numeric:
		return []string{name, "7.1"}
	case q.Kind == question.Ordering:
		for i, it := range q.Items {
			pairs = append(pairs, question.Field(name, it.ID), string(rune('1'+i)))
		}
	case q.Kind == question.Matching:
		for _, l := range q.Left {
			pairs = append(pairs, question.Field(name, l.ID), q.Right[0].ID)
		}
	default:
		return []string{name, "In my own words."}
	}
	return pairs
}

// evaluation answers every required item.
func (w *world) evaluation() (pairs []string) {
	for _, item := range w.edition.Course.Evaluation.Items {
		if item.Required {
			pairs = append(pairs, item.ID, "4")
		}
	}
	return append(pairs, "minutes.reading", "70", "followup", "yes")
}

// TestOthersFindNothing asks for every page of a course as somebody who is not
// enrolled, and for things that do not exist.
func TestOthersFindNothing(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	for _, path := range []string{"", "/disclosure", "/lessons/what-treatment-resistant-means", "/checks/m1", "/evaluation", "/notes", "/glossary", "/figures/fig-01"} {
		if a := w.do("p2", http.MethodGet, base+path, nil); a.Code != 404 {
			t.Errorf("GET %s as somebody else: %d", path, a.Code)
		}
		if a := w.do("", http.MethodGet, base+path, nil); a.Code != 303 || !strings.HasPrefix(a.Get("Location"), "/login") {
			t.Errorf("GET %s signed out: %d to %s", path, a.Code, a.Get("Location"))
		}
	}
	for path, form := range map[string]url.Values{
		"/disclosure": {"acknowledged": {"yes"}},
		"/lessons/what-treatment-resistant-means/finish":   {},
		"/lessons/what-treatment-resistant-means/time":     {"seconds": {"15"}, "page": {"x"}, "seq": {"1"}},
		"/lessons/what-treatment-resistant-means/bookmark": {"on": {"yes"}},
		"/lessons/what-treatment-resistant-means/note":     {"note": {"x"}},
		"/checks/m1":  {"question": {"K1.1"}, "answer-K1.1": {"A"}},
		"/evaluation": {"lo1": {"4"}},
	} {
		if a := w.do("p2", http.MethodPost, base+path, form); a.Code != 404 {
			t.Errorf("POST %s as somebody else: %d", path, a.Code)
		}
	}
	for _, path := range []string{"/lessons/nothing", "/checks/m99", "/figures/fig-99", "?cycle=2", "?cycle=0", "?cycle=x", "/lessons/what-treatment-resistant-means?cycle=2"} {
		w.get(base + path).is(404)
	}
	w.post(base+"/checks/m1", "question", "E01", "answer-E01", "A").is(404)
	w.get("/learn/other").is(404)
}

func TestNoteIsKept(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.post(first+"/note", "note", "Ask about <adherence>.", "page", "tab1").to(first + "#note")
	w.get(first).ok("Ask about &lt;adherence&gt;.", "Saved December 2, 2026")
	w.post(first+"/note", "note", "Typed in a stale tab.", "page", "tab2").is(409, "Typed in a stale tab.", "changed in another window")
	w.post(first+"/note", "note", strings.Repeat("x", 5001), "page", "tab1").is(422, "5001 characters", strings.Repeat("x", 5001))
	a := w.do("p1", http.MethodPost, first+"/note", url.Values{"note": {"By the script."}, "page": {"tab1"}}, "Accept", "application/json")
	a.ok(`"saved_at":"2026-12-02T20:00:00Z"`, `"clock":"3:00 PM"`)
	w.do("p1", http.MethodPost, first+"/note", url.Values{"note": {"x"}, "page": {"tab9"}}, "Accept", "application/json").is(409, `"error"`)
	w.get(base+"/notes").ok("By the script.", "What “treatment-resistant” means")
	w.get(base+"/glossary").ok("Adequate trial", `id="term-`)
	w.get(base+"/figures/fig-01").ok(`class="table-scroll" role="group" aria-label="Drawing of figure 1" tabindex="0"><svg`, "In words", first+"#fig-01")
}

func TestBookmarks(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.post(first+"/bookmark", "on", "yes").to(first)
	w.get(first).ok("Remove the bookmark")
	w.get(base).ok(`id="bookmarks"`)
	w.post(first + "/bookmark").to(first)
	w.get(base).ok().not(`id="bookmarks"`)
}

func TestActiveTime(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.get(first).ok(`data-active-url="` + first + `/time"`)
	w.pass(2 * time.Minute)
	beacon := url.Values{"seconds": {"15"}, "page": {"3f"}, "seq": {"1"}, "token": {""}}
	w.do("p1", http.MethodPost, first+"/time", beacon, "Accept", "application/json").ok(`"accepted":15`, `"total":"less than a minute"`)
	w.do("p1", http.MethodPost, first+"/time", beacon, "Accept", "application/json").ok(`"accepted":0`)
	w.pass(time.Minute)
	beacon.Set("seq", "2")
	w.do("p1", http.MethodPost, first+"/time", beacon).is(204)
	for _, bad := range []url.Values{{}, {"seconds": {"0"}}, {"seconds": {"4000"}}, {"seconds": {"x"}}} {
		w.do("p1", http.MethodPost, first+"/time", bad).is(422)
	}
	w.do("p1", http.MethodPost, first+"/time", url.Values{"seconds": {strings.Repeat("1", 5000)}}).is(422)
	w.tracker.Flush(t.Context())
	w.get(base).ok("Less than a minute of active time")
	w.get("/learn").ok("Less than a minute of active time")
	// Without a script: the span between two pages, shown as such.
	second := base + "/lessons/" + w.edition.Course.Modules[0].Lessons[1].Slug
	w.pass(time.Minute)
	w.get(second).ok()
	w.pass(3 * time.Minute)
	w.get(base).ok()
	w.tracker.Flush(t.Context())
	w.get(second).ok("3 min", "estimated from when you opened pages")
	w.get(base).ok("3 min of active time", "of which 3 min are estimated from when you opened pages")
	// What a browser fetches ahead is no reading.
	w.do("p1", http.MethodGet, first, nil, "Sec-Purpose", "prefetch;prerender").ok()
	w.pass(time.Hour)
	w.get(base)
	w.tracker.Flush(t.Context())
	w.get(first).ok().not("estimated from when")
}

// TestEndedCycles reads an expired enrollment and an old cycle, and tries to
// write to them.
func TestEndedCycles(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.post(first+"/note", "note", "From the first time.", "page", "tab1").to(first + "#note")
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Expired, "x"))
	w.get(first).ok("Your access to this course has ended", "From the first time.").not("Finished, next", "Save note")
	w.get(base + "/checks/m1").ok("Your access to this course has ended").not(">Answer<")
	w.get(base+"/evaluation").is(410, "Your access to this course has ended")
	w.post(first+"/finish").is(410, "Your access to this course has ended")
	w.post(first+"/note", "note", "late", "page", "tab1").is(410)
	w.post(first+"/bookmark", "on", "yes").is(410)
	w.post(base+"/checks/m1", "question", "K1.1", "answer-K1.1", "A").is(410)
	w.begun("p1")
	w.get(first).ok("Finished, next").not("From the first time.")
	w.get(first+"?cycle=1").ok("From the first time.", "?cycle=1").not("Finished, next", "Save note")
	w.get(base+"?cycle=1").ok("An earlier time in this course, from December 2, 2026", "Your newest time in this course")
	w.get(base + "/notes?cycle=1").ok("From the first time.")
	w.get(base).ok("?cycle=1")
	w.get("/learn").ok("Earlier times", base+"?cycle=1")
}

func TestRefundClosesTheLessons(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Refunded, "x"))
	w.get(first).is(410, "This enrollment was refunded")
	w.get(base + "/notes").ok("You wrote none in this course.")
	w.get(base).ok("This enrollment was refunded", "What you have done").not("min of reading left", ">(next)<", "/lessons/", "/checks/", "Time 1")
	w.get("/learn").ok("This enrollment was refunded").not("Before your certificate")
}

func TestOverlaysAreShown(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	lesson := w.edition.Course.Lessons()[0]
	w.must(w.courses.WithdrawLessons(t.Context(), []string{w.edition.ID}, course.Withdrawing{LessonID: lesson.ID, Reason: "A study in it was retracted.", Hollows: []int{w.edition.Number}}, "test"))
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{LessonID: w.edition.Course.Lessons()[1].ID, Text: "Read 20.8 for 28.0."}, "test"))
	w.get(first).ok("This lesson was withdrawn", "A study in it was retracted.").not("Finished, next")
	w.get(base).ok("0 of 19 finished", "withdrawn", `December 2, 2026, <a href="`+base+"/lessons/"+w.edition.Course.Lessons()[1].Slug+`">“`+w.edition.Course.Lessons()[1].Title+`”</a>: Read 20.8 for 28.0.`)
	w.get(base+"/lessons/"+w.edition.Course.Lessons()[1].Slug).ok("Correction, December 2, 2026", "Read 20.8 for 28.0.")
	w.post(first + "/finish").is(410)
	w.get(base).not("can no longer be completed")
	for _, l := range w.edition.Course.Lessons()[1:] {
		w.must(w.courses.WithdrawLessons(t.Context(), []string{w.edition.ID}, course.Withdrawing{LessonID: l.ID, Reason: "Under review.", Hollows: []int{w.edition.Number}}, "test"))
	}
	w.get(base).ok("This course can no longer be completed", "Write to us").not("Before your certificate")
}

// TestTimePolicyWarns sets the policy on the edition in memory: the bundled
// course only records.
func TestTimePolicyWarns(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	ed, err := w.courses.Edition(t.Context(), w.edition.ID)
	w.must(err)
	ed.Course.Card.TimePolicy = "warn"
	for _, l := range ed.Course.Lessons() {
		w.get(base).not("Your recorded time is below")
		w.finish(base + "/lessons/" + l.Slug).is(303)
	}
	w.get(base).ok("Your recorded time is below")
}
