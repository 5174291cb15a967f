package course_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

func signed(ed *course.Edition, id string) course.SignedOff {
	return course.SignedOff{SignoffID: id, Name: "Ada Rivera, MD", License: "MD 12345, Oregon", On: "2026-11-23", HashSeen: ed.Hash}
}

func TestEnrollmentOpensWithTheLastSignoff(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	if err := s.OpenForEnrollment(t.Context(), ed); !errors.Is(err, course.ErrNotReviewed) {
		t.Fatalf("without sign-offs: %v", err)
	}
	if err := service(d, c, true).OpenForEnrollment(t.Context(), ed); err != nil {
		t.Errorf("the demo: %v", err)
	}
	for _, want := range ed.Course.Signoffs {
		if ed.Reviewed() {
			t.Fatal("reviewed too early")
		}
		if err := s.RecordSignoff(t.Context(), ed.ID, signed(ed, want.ID), "test"); err != nil {
			t.Fatal(err)
		}
		ed, _ = s.Edition(t.Context(), ed.ID)
	}
	if err := s.OpenForEnrollment(t.Context(), ed); err != nil || !ed.Reviewed() {
		t.Errorf("with every sign-off: %v", err)
	}
	last := ed.Overlays.Signoffs[len(ed.Overlays.Signoffs)-1]
	if last.Kind != "editorial" || !last.At.Equal(c.now()) {
		t.Errorf("kind and instant are filled in: %+v", last)
	}
	var events int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'edition.signoff'").Scan(&events).Error; err != nil || events != len(ed.Course.Signoffs) {
		t.Errorf("%d audit events, %v", events, err)
	}
}

func TestASignoffMayCoverAPart(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	part := signed(ed, "legal")
	part.Lessons = []string{"m6-l1"}
	if err := s.RecordSignoff(t.Context(), ed.ID, part, "test"); err != nil {
		t.Fatal(err)
	}
	ed, _ = s.Edition(t.Context(), ed.ID)
	i := slices.IndexFunc(ed.Course.Signoffs, func(x course.Signoff) bool { return x.ID == "legal" })
	if open := ed.OpenParts(ed.Course.Signoffs[i]); !slices.Equal(open, []string{"m6-l4"}) {
		t.Errorf("open parts %v", open)
	}
	if err := s.WithdrawLesson(t.Context(), ed.ID, "m6-l4", "Out of date.", "test"); err != nil {
		t.Fatal(err)
	}
	ed, _ = s.Edition(t.Context(), ed.ID)
	if open := ed.OpenParts(ed.Course.Signoffs[i]); len(open) != 0 {
		t.Errorf("a withdrawn lesson needs no review: %v", open)
	}
}

func TestSignoffErrors(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	tests := []struct {
		name   string
		change func(r *course.SignedOff)
		field  string
	}{
		{"unknown review", func(r *course.SignedOff) { r.SignoffID = "x" }, "signoff"},
		{"no name", func(r *course.SignedOff) { r.Name = " " }, "name"},
		{"no license", func(r *course.SignedOff) { r.License = "" }, "license"},
		{"no date", func(r *course.SignedOff) { r.On = "yesterday" }, "on"},
		{"tomorrow's tomorrow", func(r *course.SignedOff) { r.On = "2026-11-26" }, "on"},
		{"foreign lesson", func(r *course.SignedOff) { r.Lessons = []string{"m1-l1"} }, "lessons"},
	}
	for _, tt := range tests {
		r := signed(ed, "medical")
		tt.change(&r)
		err := s.RecordSignoff(t.Context(), ed.ID, r, "test")
		if f := apperr.FieldsOf(err); len(f) != 1 || f[0].Name != tt.field {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	stale := signed(ed, "medical")
	stale.HashSeen = "0"
	if err := s.RecordSignoff(t.Context(), ed.ID, stale, "test"); !errors.Is(err, course.ErrStale) {
		t.Errorf("another hash: %v", err)
	}
	if err := s.RecordSignoff(t.Context(), "none", stale, "test"); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("unknown edition: %v", err)
	}
	if now, _ := s.Edition(t.Context(), ed.ID); len(now.Overlays.Signoffs) != 0 {
		t.Error("something was recorded")
	}
}

func TestWithdrawalTakesWordsAndQuestions(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	before := published(t, s)
	for _, id := range []string{"m4-l1", "m4-l2"} {
		if err := s.WithdrawLesson(t.Context(), before.ID, id, "Under review.", "test"); err != nil {
			t.Fatal(err)
		}
	}
	now, _ := s.Edition(t.Context(), before.ID)
	if n := len(now.RequiredLessons()); n != 18 {
		t.Errorf("%d lessons are required", n)
	}
	if now.EstimatedHours().Words >= before.EstimatedHours().Words || before.EstimatedHours().Centihours != 175 {
		t.Errorf("hours %+v, before %+v", now.EstimatedHours(), before.EstimatedHours())
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
	}{{"m4-l1", "Again.", course.ErrWithdrawn}, {"m9-l1", "x", course.ErrNotFound}} {
		if err := s.WithdrawLesson(t.Context(), before.ID, tt.lesson, tt.reason, "test"); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.lesson, err)
		}
	}
	if err := s.WithdrawLesson(t.Context(), before.ID, "m1-l1", " ", "test"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without reason: %v", err)
	}
}

func TestOverlaysAreChained(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	if err := s.AddErratum(t.Context(), ed.ID, "m2-l1", "Read 3 for 4.", "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.AddErratum(t.Context(), ed.ID, "", "The course was checked again.", "test"); err != nil {
		t.Fatal(err)
	}
	for lesson, want := range map[string]error{"m9-l9": course.ErrNotFound} {
		if err := s.AddErratum(t.Context(), ed.ID, lesson, "x", "test"); !errors.Is(err, want) {
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
			errs[i] = s.WithdrawLesson(t.Context(), ed.ID, "m1-l1", "Once.", "test")
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
