package app_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// TestNobodyGetsIntoACourseThatNobodyCanComplete, by no way in: not free, not paid, not
// with an order that was opened before, and not by an administrator.
func TestNobodyGetsIntoACourseThatNobodyCanComplete(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	ann := member(t, a, "ann@example.org", account.Therapist)
	must(t, a.DB.Conn(ctx).Exec("UPDATE people SET email_confirmed_at = ? WHERE id = ?", a.Now(), ann.ID).Error)
	const paid = "tms-ketamine"
	for _, slug := range []string{short, paid} {
		_, err := a.Courses.Import(ctx, courses.Bundled()[slug], "test")
		must(t, err)
		_, err = a.Courses.Publish(ctx, slug, "", "test")
		must(t, err)
	}
	order, err := a.Payments.Start(ctx, ann.ID, paid)
	must(t, err)
	for _, slug := range []string{short, paid} {
		ed, err := a.Courses.Current(ctx, slug)
		must(t, err)
		for _, l := range ed.RequiredLessons() {
			must(t, a.Courses.WithdrawLessons(ctx, []string{ed.ID}, course.Withdrawing{LessonID: l.ID, Reason: "Unsafe.", Hollows: []int{ed.Number}}, "test"))
		}
		if _, err := a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: ann.ID, EditionID: ed.ID, Source: "free"}); !errors.Is(err, course.ErrHollow) {
			t.Errorf("%s by hand: %v", slug, err)
		}
	}
	if _, err := a.Payments.EnrollFree(ctx, ann.ID, short, nil); !errors.Is(err, course.ErrHollow) {
		t.Errorf("free: %v", err)
	}
	if _, err := a.Payments.Start(ctx, ann.ID, paid); !errors.Is(err, course.ErrHollow) {
		t.Errorf("a new order: %v", err)
	}
	if _, err := a.Payments.Checkout(ctx, ann.ID, order.Number, nil); !errors.Is(err, course.ErrHollow) {
		t.Errorf("an order of before: %v", err)
	}
}
