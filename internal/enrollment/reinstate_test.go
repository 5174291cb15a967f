package enrollment_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

func TestAWithdrawalIsTakenBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("p1")
	w.study(e)
	before := w.again(e)
	w.must(w.End(ctx, e.ID, enrollment.Withdrawn, "mistaken for somebody else"))
	if err := w.Reinstate(ctx, e.ID, " "); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := w.Reinstate(ctx, "none", "r"); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	for range 2 { // the second click
		w.must(w.Reinstate(ctx, e.ID, "the wrong Ana"))
	}
	after := w.again(e)
	if after.State != enrollment.Active || after.EndedAt != nil || after.EndReason != "" || !after.ExpiresAt.Equal(before.ExpiresAt) || after.DisclosedAt == nil {
		t.Errorf("%+v", after)
	}
	list, err := w.Requirements(ctx, after)
	w.must(err)
	for _, r := range list[:3] {
		if !r.Done {
			t.Errorf("%s is lost", r.Title)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.reinstate'"); n != 1 {
		t.Errorf("%d events", n)
	}
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE payload LIKE '%is open again%'"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// What was graded meanwhile is found when the withdrawal is taken back.
func TestAReinstatedEnrollmentThatLacksNothingIsCompleted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("p1")
	w.study(e)
	w.must(w.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.clock.now()}))
	w.must(w.SubmitEvaluation(ctx, e, goodForm()))
	w.must(w.End(ctx, e.ID, enrollment.Withdrawn, "r"))
	w.pass(e)
	if len(w.completed) != 0 {
		t.Fatal("completed while it was withdrawn")
	}
	w.clock.add(400 * 24 * time.Hour) // what stands stays open
	w.must(w.Reinstate(ctx, e.ID, "r"))
	if got := w.again(e); got.State != enrollment.Completed || len(w.completed) != 1 {
		t.Errorf("%s, completed %d times", got.State, len(w.completed))
	}
}

func TestWhoseAccessHasEndedIsReinstatedAsExpired(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("p1")
	w.must(w.End(ctx, e.ID, enrollment.Withdrawn, "r"))
	w.clock.add(366 * 24 * time.Hour)
	w.must(w.Reinstate(ctx, e.ID, "r"))
	got := w.again(e)
	if got.State != enrollment.Expired || got.EndedAt == nil || !got.EndedAt.Equal(e.ExpiresAt) {
		t.Errorf("%+v", got)
	}
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE payload LIKE '%is open again%'"); n != 0 {
		t.Errorf("%d mails", n)
	}
	w.must(w.Extend(ctx, e.ID, w.clock.now().AddDate(0, 1, 0), "r"))
}

func TestWhatCannotBeReinstated(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("p1")
	w.must(w.End(ctx, e.ID, enrollment.Withdrawn, "r"))
	w.enroll("p1")
	if err := w.Reinstate(ctx, e.ID, "r"); !errors.Is(err, enrollment.ErrNewerCycle) {
		t.Errorf("begun anew: %v", err)
	}
	other := w.enroll("p2")
	w.must(w.End(ctx, other.ID, enrollment.Withdrawn, "r"))
	w.must(w.End(ctx, other.ID, enrollment.Refunded, "r"))
	if err := w.Reinstate(ctx, other.ID, "r"); !errors.Is(err, enrollment.ErrRefunded) {
		t.Errorf("refunded: %v", err)
	}
}

// One of the two at once gets through, never both.
func TestReinstatingRacesWithANewEnrollment(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		e := w.enroll("p1")
		w.must(w.End(t.Context(), e.ID, enrollment.Withdrawn, "r"))
		var wg sync.WaitGroup
		var errs [2]error
		wg.Go(func() { errs[0] = w.Reinstate(t.Context(), e.ID, "r") })
		wg.Go(func() {
			_, errs[1] = w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"})
		})
		wg.Wait()
		won := errs[0] == nil && errors.Is(errs[1], enrollment.ErrAlreadyEnrolled) || errs[1] == nil && errors.Is(errs[0], enrollment.ErrNewerCycle)
		if open := w.count("SELECT COUNT(*) FROM enrollments WHERE state = 'active'"); open != 1 || !won {
			t.Fatalf("%d open, %v", open, errs)
		}
		w.exec("UPDATE enrollments SET state = 'withdrawn', ended_at = enrolled_at WHERE state = 'active'")
		w.exec("UPDATE enrollments SET state = 'refunded' WHERE state = 'withdrawn'")
	}
}
