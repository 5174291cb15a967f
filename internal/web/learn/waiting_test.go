package learn_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/learn"
)

// studied is an enrollment with everything before the exam done.
func (w *world) studied(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.begun(person)
	w.study(e)
	return e
}

// study finishes the lessons and answers the practice questions.
func (w *world) study(e enrollment.Enrollment) {
	w.t.Helper()
	for _, l := range w.edition.Course.Lessons() {
		w.must(w.enrollments.FinishLesson(w.t.Context(), e, l.ID))
	}
	w.answerChecks(e)
}

// TestTheNextStepWhileTheExamIsClosed is to read again, with the time at which
// it opens beside it.
func TestTheNextStepWhileTheExamIsClosed(t *testing.T) {
	w := newWorld(t)
	e := w.studied("p1")
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, SubmittedAt: w.now()}))
	at := w.now().Add(24 * time.Hour)
	w.standing = learn.ExamStanding{Left: 2, NextAt: &at}
	for _, path := range []string{"/learn", base} {
		w.get(path).ok("Review for the next attempt", base+"/exam/a1/result", "The next attempt at the exam opens", "December 3, 2026, 3:00 PM EST").not("Go to the exam")
	}
	w.standing = learn.ExamStanding{Left: 2}
	w.get("/learn").ok("Go to the exam").not("opens")
	w.standing = learn.ExamStanding{}
	w.get("/learn").ok("See whom to ask about the exam").not("opens")
}

// TestThePromisedGrade stands wherever the learner is told to wait for it.
func TestThePromisedGrade(t *testing.T) {
	w := newWorld(t)
	e := w.studied("p1")
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now()}))
	w.standing = learn.ExamStanding{Left: 2, GradedBy: time.Date(2026, 12, 10, 4, 59, 59, 0, time.UTC)}
	w.get("/learn").ok("People grade your exam by December 9, 2026")
	w.get(base).ok("People grade your exam by December 9, 2026", "Submitted. People grade the short answers by December 9, 2026.")
}

// TestTheEvaluationBeforeTheExam says what is left, and leads there.
func TestTheEvaluationBeforeTheExam(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	w.get(base+"/evaluation").is(409, "It opens when you have passed the exam", "What is left before your certificate", "0 of 20 finished", "Read “What").not("Error 409", "Send evaluation")
	w = newWorld(t)
	w.studied("p1")
	w.get(base+"/evaluation").is(409, `href="`+base+`/exam"`, "Go to the exam")
}

// TestNotesAfterARefund are the learner's own words, so they stay to be read.
func TestNotesAfterARefund(t *testing.T) {
	for _, state := range []enrollment.State{enrollment.Refunded, enrollment.Withdrawn, enrollment.Expired} {
		w := newWorld(t)
		e := w.begun("p1")
		w.post(first+"/note", "note", "Ask about adherence.", "page", "tab1").to(first + "#note")
		w.must(w.enrollments.End(t.Context(), e.ID, state, "x"))
		w.get(base).ok(base + "/notes")
		notes := w.get(base + "/notes").ok("Ask about adherence.")
		if state != enrollment.Expired {
			notes.not(first)
		}
		w.post(first+"/note", "note", "More.", "page", "tab1").is(410)
	}
}
