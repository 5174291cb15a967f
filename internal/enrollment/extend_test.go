package enrollment_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

func (w *world) extend(e enrollment.Enrollment, days int) {
	w.t.Helper()
	w.must(w.Extend(w.t.Context(), e.ID, w.clock.now().AddDate(0, 0, days), "illness"))
}

// What was submitted on the last day is graded days later, and the evaluation
// follows when the learner has read the mail.
func TestAPassAfterTheEndOfAccessCanBeFinished(t *testing.T) {
	w := newWorld(t)
	e, failing := w.enroll("p1"), w.enroll("p2")
	for _, e := range []enrollment.Enrollment{e, failing} {
		w.study(e)
	}
	w.clock.add(364*24*time.Hour + 23*time.Hour)
	submitted := w.clock.now()
	outcome := func(e enrollment.Enrollment, final, passed bool) {
		t.Helper()
		w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a" + e.PersonID, SubmittedAt: submitted, Final: final, Passed: passed}))
	}
	outcome(e, false, false)
	outcome(failing, false, false)
	w.clock.add(3 * 24 * time.Hour)
	outcome(e, true, true)
	outcome(failing, true, false)
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d expired, %v: want the one that failed", n, err)
	}
	if got := w.again(failing); got.State != enrollment.Expired || got.Late {
		t.Errorf("failed: %+v", got)
	}
	w.clock.add(20 * 24 * time.Hour)
	if got := w.again(e); got.State != enrollment.Active || !got.Late {
		t.Errorf("passed: %+v", got)
	}
	w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
	if got := w.again(e); got.State != enrollment.Completed || len(w.completed) != 1 {
		t.Errorf("after the evaluation: %+v, completed %d times", got, len(w.completed))
	}
}

func TestExtendOpensWhatHasExpired(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.clock.add(366 * 24 * time.Hour)
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d expired, %v", n, err)
	}
	w.extend(e, 30)
	w.extend(e, 30) // the second click
	if got := w.again(e); got.State != enrollment.Active || got.EndedAt != nil || got.EndReason != "" || !got.ExpiresAt.Equal(w.clock.now().AddDate(0, 0, 30)) {
		t.Errorf("%+v", got)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.extend'"); n != 1 {
		t.Errorf("%d events", n)
	}
	w.pass(e)
	w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
	if err := w.Extend(t.Context(), e.ID, w.clock.now().AddDate(1, 0, 0), "x"); !errors.Is(err, enrollment.ErrCompleted) {
		t.Errorf("a completed one: %v", err)
	}
}

func TestExtendLeavesAnOlderCycleClosed(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.clock.add(366 * 24 * time.Hour)
	w.enroll("p1")
	if err := w.Extend(t.Context(), e.ID, w.clock.now().AddDate(0, 0, 30), "x"); !errors.Is(err, enrollment.ErrNewerCycle) {
		t.Errorf("%v", err)
	}
	if got := w.again(e); got.State != enrollment.Expired {
		t.Errorf("%+v", got)
	}
	if err := w.Extend(t.Context(), "nobody", w.clock.now().AddDate(0, 0, 30), "x"); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

// Extending while the periodic work expires: whichever comes first, access is
// open afterwards.
func TestExtendIsNeverLost(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	for range 10 {
		w.clock.add(366 * 24 * time.Hour)
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := w.ExpireDue(context.Background()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := w.Extend(context.Background(), e.ID, w.clock.now().AddDate(0, 0, 30), "illness"); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if got := w.again(e); got.State != enrollment.Active || !got.ExpiresAt.After(w.clock.now()) {
			t.Fatalf("%+v", got)
		}
	}
}

func TestExtendRemindsAnew(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	remind := func(want int) {
		t.Helper()
		if n, err := w.SendReminders(t.Context()); err != nil || n != want {
			t.Errorf("%d reminders, want %d, %v", n, want, err)
		}
	}
	w.clock.add(360 * 24 * time.Hour)
	remind(1)
	w.extend(e, 90)
	remind(0)
	w.clock.add(61 * 24 * time.Hour)
	remind(1)
	w.clock.add(23 * 24 * time.Hour)
	remind(1)
}

func TestAPassFoundAfterTheEndOpensItAgain(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.clock.now()}))
	w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
	w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.clock.now(), Final: true}))
	w.clock.add(366 * 24 * time.Hour)
	if _, err := w.ExpireDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A corrected grade.
	w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: e.EnrolledAt.Add(time.Hour), Final: true, Passed: true}))
	if got := w.again(e); got.State != enrollment.Completed || len(w.completed) != 1 {
		t.Errorf("%+v", got)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.reopen'"); n != 1 {
		t.Errorf("%d events", n)
	}
}
