package exam_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
)

// ranAhead lets the periodic work run once with a clock that is ahead, and then
// with the right one.
func (w *world) ranAhead(d time.Duration) {
	w.t.Helper()
	work := func() {
		_, err := w.CloseDue(w.t.Context())
		w.must(err)
		_, err = w.enrollments.ExpireDue(w.t.Context())
		w.must(err)
	}
	w.clock.add(d)
	work()
	w.clock.add(-d)
	work()
	work()
}

// TestAClockThatRanAheadSubmitsNoExam for good: it goes on with its answers, and
// the outcome before it stands meanwhile.
func TestAClockThatRanAheadSubmitsNoExam(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	failed := w.fail(e)
	w.clock.add(25 * time.Hour)
	a := w.begin(e)
	w.answer(a, 2, "")
	w.ranAhead(400 * 24 * time.Hour)
	got := w.sit(a)
	if got.State != exam.InProgress || got.SubmittedAt != nil || !got.DeadlineAt.Equal(*a.DeadlineAt) {
		t.Fatalf("%+v", got.Attempt)
	}
	if now := w.again(e); now.State != enrollment.Active || now.Exam.AttemptID != failed.ID {
		t.Errorf("%+v", now)
	}
	w.answer(a, 4, "")
	if a = w.submit(a); !a.Passed {
		t.Errorf("%+v", a)
	}
	list, err := w.enrollments.Evidence(t.Context(), e.ID)
	w.must(err)
	var kinds []string
	for _, ev := range list {
		if ev.Ref == a.ID || ev.Ref == a.ID+" again" && ev.OccurredAt.Equal(*a.SubmittedAt) {
			kinds = append(kinds, ev.Kind)
		}
	}
	if len(kinds) != 5 { // attested, submitted by the wrong clock, opened again, submitted, passed
		t.Errorf("evidence %v", kinds)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.reopen' AND actor_id = ''"); n != 1 {
		t.Errorf("%d events", n)
	}
}

// TestAnExamOnWhichSomethingDependsStays as the wrong clock left it.
func TestAnExamOnWhichSomethingDependsStays(t *testing.T) {
	for name, then := range map[string]func(w *world, e enrollment.Enrollment, a exam.Attempt){
		"passed": func(w *world, e enrollment.Enrollment, a exam.Attempt) { w.answer(a, 4, "") },
		"evaluated": func(w *world, e enrollment.Enrollment, a exam.Attempt) {
			w.answer(a, 3, "It names it.")
			w.clock.add(400 * 24 * time.Hour)
			_, err := w.CloseDue(t.Context())
			w.must(err)
			w.evaluate(e)
			w.clock.add(-400 * 24 * time.Hour)
		},
		"refunded": func(w *world, e enrollment.Enrollment, a exam.Attempt) {
			w.clock.add(400 * 24 * time.Hour)
			_, err := w.CloseDue(t.Context())
			w.must(err)
			w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Refunded, "asked"))
			w.clock.add(-400 * 24 * time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.edition.Course.Evaluation = evaluation
			e := w.ready("p1")
			a := w.begin(e)
			then(w, e, a)
			w.ranAhead(400 * 24 * time.Hour)
			if got := w.sit(a); got.State == exam.InProgress || got.SubmittedAt == nil {
				t.Errorf("%+v", got.Attempt)
			}
			if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.reopen'"); n != 0 {
				t.Errorf("%d events", n)
			}
		})
	}
}
