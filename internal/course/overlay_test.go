package course_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestWithdrawalTakesWordsAndQuestions(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	before := published(t, s)
	for _, id := range []string{"m4-l1", "m4-l2"} {
		if err := s.WithdrawLessons(t.Context(), []string{before.ID}, course.Withdrawing{LessonID: id, Reason: "Under review.", Hollows: []int{before.Number}}, "test"); err != nil {
			t.Fatal(err)
		}
	}
	now, _ := s.Edition(t.Context(), before.ID)
	if n := len(now.RequiredLessons()); n != 18 {
		t.Errorf("%d lessons are required", n)
	}
	if now.EstimatedHours().Inputs.Words >= before.EstimatedHours().Inputs.Words || before.EstimatedHours().Centihours != 175 {
		t.Errorf("hours %+v, before %+v", now.EstimatedHours(), before.EstimatedHours())
	}
	want := fmt.Sprintf("Self-paced text, 18 lessons, %d-item exam drawn from a bank of %d.", now.ExamQuestions(), len(now.Bank()))
	if now.Format() != want || before.Format() != before.Course.Card.Format {
		t.Errorf("format %q, before %q", now.Format(), before.Format())
	}
	if len(now.Bank()) >= len(before.Bank()) || len(now.Check("m4")) >= len(before.Check("m4")) || len(now.Check("m1")) != len(before.Check("m1")) {
		t.Errorf("bank %d of %d, check %d of %d", len(now.Bank()), len(before.Bank()), len(now.Check("m4")), len(before.Check("m4")))
	}
	if w, ok := now.Withdrawn("m4-l1"); !ok || w.Reason != "Under review." {
		t.Errorf("withdrawal %+v", w)
	}
	for _, tt := range []struct {
		lesson, reason string
		want           error
	}{{"m4-l1", "Again.", course.ErrWithdrawn}, {"m9-l1", "x", course.ErrNoLesson}} {
		if err := s.WithdrawLessons(t.Context(), []string{before.ID}, course.Withdrawing{LessonID: tt.lesson, Reason: tt.reason, Hollows: []int{before.Number}}, "test"); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.lesson, err)
		}
	}
	if err := s.WithdrawLessons(t.Context(), []string{before.ID}, course.Withdrawing{LessonID: "m1-l1", Reason: "\u200b", Hollows: []int{before.Number}}, "test"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without reason: %v", err)
	}
}

// TestAHollowCourseIsClosed: without a lesson, or a form that can be drawn,
// nobody could complete it, in the demo as elsewhere.
func TestAHollowCourseIsClosed(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, true)
	ed := published(t, s)
	if err := s.OpenForEnrollment(t.Context(), ed); err != nil || ed.Hollow() {
		t.Fatal(err)
	}
	shrunk := false
	for _, l := range ed.RequiredLessons() {
		if err := s.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: l.ID, Reason: "Under review.", Hollows: []int{ed.Number}}, "test"); err != nil {
			t.Fatal(err)
		}
		now, _ := s.Edition(t.Context(), ed.ID)
		n := now.ExamQuestions()
		if q := now.EstimatedHours().Inputs.Questions; q != n {
			t.Errorf("without %s the hours count %d questions, a form has %d", l.ID, q, n)
		}
		shrunk = shrunk || n > 0 && n < 30
	}
	if !shrunk {
		t.Error("no form had fewer questions")
	}
	now, _ := s.Edition(t.Context(), ed.ID)
	if err := s.OpenForEnrollment(t.Context(), now); !errors.Is(err, course.ErrHollow) || !now.Hollow() {
		t.Errorf("without a lesson: %v", err)
	}
	never := course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Demo: true, Drawable: func(*course.Edition) bool { return false }})
	if err := never.OpenForEnrollment(t.Context(), ed); !errors.Is(err, course.ErrHollow) {
		t.Errorf("no form can be drawn: %v", err)
	}
}

func TestOverlaysAreChained(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	if err := s.AddErratum(t.Context(), ed.ID, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4."}, "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.AddErratum(t.Context(), ed.ID, course.Erratum{Text: "The course was checked again."}, "test"); err != nil {
		t.Fatal(err)
	}
	for lesson, want := range map[string]error{"m9-l9": course.ErrNoLesson} {
		if err := s.AddErratum(t.Context(), ed.ID, course.Erratum{LessonID: lesson, Text: "x"}, "test"); !errors.Is(err, want) {
			t.Errorf("%s: %v", lesson, err)
		}
	}
	now, _ := s.Edition(t.Context(), ed.ID)
	if len(now.ErrataOf("m2-l1")) != 1 || len(now.ErrataOf("")) != 1 || now.Overlays.Hash == ed.Overlays.Hash || len(now.Overlays.Hash) != 64 {
		t.Errorf("overlays %+v", now.Overlays)
	}
	if err := d.Conn(t.Context()).Exec("UPDATE edition_overlays SET record = replace(record, '3 for 4', '4 for 3')").Error; err != nil {
		t.Fatal(err)
	}
	if _, err := service(d, c, false).Edition(t.Context(), ed.ID); err == nil {
		t.Error("an altered record is believed")
	}
}

func TestConcurrentWithdrawalsCountOnce(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	one, two := service(d, c, false), service(d, c, false)
	ed := published(t, one)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			s := []*course.Service{one, two}[i%2]
			errs[i] = s.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: "m1-l1", Reason: "Once.", Hollows: []int{ed.Number}}, "test")
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, course.ErrWithdrawn):
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d withdrawals went through", done)
	}
}

// TestTheLastLessonGoesKnowingly: of two people who withdraw the last two at once, the
// second is asked what the first was not.
func TestTheLastLessonGoesKnowingly(t *testing.T) {
	for range 5 {
		d, c := dbtest.New(t), newClock()
		one, two := service(d, c, false), service(d, c, false)
		ed := published(t, one)
		lessons := ed.RequiredLessons()
		last := lessons[len(lessons)-2:]
		for _, l := range lessons[:len(lessons)-2] {
			if err := one.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: l.ID, Reason: "Under review.", Hollows: []int{ed.Number}}, "test"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := two.Edition(t.Context(), ed.ID); err != nil { // both know both lessons
			t.Fatal(err)
		}
		withdraw := func(s *course.Service, lessonID string, known ...int) error {
			return s.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: lessonID, Reason: "Unsafe.", Hollows: known}, "test")
		}
		var errs [2]error
		var wg sync.WaitGroup
		for i, s := range []*course.Service{one, two} {
			wg.Go(func() { errs[i] = withdraw(s, last[i].ID) })
		}
		wg.Wait()
		var asked *course.HollowsError
		if (errs[0] == nil) == (errs[1] == nil) || !errors.As(errors.Join(errs[:]...), &asked) || !slices.Equal(asked.Numbers, []int{1}) || !errors.Is(asked, course.ErrHollows) {
			t.Fatalf("%v", errs)
		}
		left := last[0].ID
		if errs[0] == nil {
			left = last[1].ID
		}
		now, err := one.Edition(t.Context(), ed.ID)
		if err != nil || now.Hollow() {
			t.Fatalf("nobody was asked: %v", err)
		}
		if err := withdraw(one, left, 2); !errors.Is(err, course.ErrHollows) {
			t.Errorf("another edition was named: %v", err)
		}
		if err := withdraw(two, left, 1); err != nil {
			t.Error(err)
		}
		if err := withdraw(one, left); !errors.Is(err, course.ErrWithdrawn) {
			t.Errorf("a second time: %v", err)
		}
	}
}
