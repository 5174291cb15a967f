package course_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/once"
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
	if err := s.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: "m6-l4", Reason: "Out of date.", Hollows: []int{ed.Number}}, "test"); err != nil {
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
		{"name that nobody sees", func(r *course.SignedOff) { r.Name = "\u200b" }, "name"},
		{"license that nobody sees", func(r *course.SignedOff) { r.License = "\u200b\u2060" }, "license"},
		{"name with what nobody sees", func(r *course.SignedOff) { r.Name = "Ada\u202e Rivera" }, "name"},
		{"license with what nobody sees", func(r *course.SignedOff) { r.License = "MD 1\u200b2345, Oregon" }, "license"},
		{"no license", func(r *course.SignedOff) { r.License = "" }, "license"},
		{"no date", func(r *course.SignedOff) { r.On = "yesterday" }, "on"},
		{"tomorrow", func(r *course.SignedOff) { r.On = "2026-11-25" }, "on"},
		{"more than two years ago", func(r *course.SignedOff) { r.On = "2024-11-23" }, "on"},
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

// The day of a review is a day where the provider is.
func TestTheDayOfAReviewIsTheProviders(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	c.at = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	west := course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Zone: time.FixedZone("west", -8*3600)})
	ed := published(t, west)
	r := signed(ed, "medical")
	r.On = "2026-11-24"
	if f := apperr.FieldsOf(west.RecordSignoff(t.Context(), ed.ID, r, "test")); len(f) != 1 || f[0].Name != "on" {
		t.Errorf("tomorrow there: %v", f)
	}
	for _, on := range []string{"2026-11-23", "2024-11-23"} {
		r.On, r.Name = on, "Ada Rivera of "+on
		if err := west.RecordSignoff(t.Context(), ed.ID, r, "test"); err != nil {
			t.Errorf("%s: %v", on, err)
		}
	}
}

func TestFormsSentTwiceRecordOnce(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	one, two := service(d, c, false), service(d, c, false)
	ed := published(t, one)
	part := signed(ed, "legal")
	part.Lessons = []string{"m6-l4", "m6-l1"}
	for name, act := range map[string]func(ctx context.Context, s *course.Service) error{
		"signoff": func(ctx context.Context, s *course.Service) error { return s.RecordSignoff(ctx, ed.ID, part, "test") },
		"erratum": func(ctx context.Context, s *course.Service) error {
			return s.AddErratum(ctx, ed.ID, course.Erratum{LessonID: "m2-l1", Text: "Read 3 for 4."}, "test")
		},
		"withdrawal": func(ctx context.Context, s *course.Service) error {
			return s.WithdrawLessons(ctx, []string{ed.ID}, course.Withdrawing{LessonID: "m1-l1", Reason: "Unsafe.", Hollows: []int{ed.Number}}, "test")
		},
	} {
		ctx := once.With(t.Context(), name)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := act(ctx, []*course.Service{one, two}[i%2]); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
		var events int
		if err := d.Read(ctx).Raw("SELECT count(*) FROM audit_events WHERE action = ?", "edition."+name).Scan(&events).Error; err != nil || events != 1 {
			t.Errorf("%s: %d events, %v", name, events, err)
		}
	}
	now, err := service(d, c, false).Edition(t.Context(), ed.ID)
	if err != nil || len(now.Overlays.Signoffs) != 1 || len(now.Overlays.Errata) != 1 || len(now.Overlays.Withdrawn) != 1 {
		t.Errorf("%+v, %v", now.Overlays, err)
	}
	// Another form with the same words, the parts in another order.
	part.Lessons, part.Name = []string{"m6-l1", "m6-l4"}, " ada  RIVERA, MD"
	if err := one.RecordSignoff(t.Context(), ed.ID, part, "test"); !errors.Is(err, course.ErrSigned) {
		t.Errorf("what stands already: %v", err)
	}
	part.Lessons = []string{"m6-l1"}
	if err := one.RecordSignoff(t.Context(), ed.ID, part, "test"); err != nil {
		t.Errorf("other parts: %v", err)
	}
}

// TestWhoSignedIsKept: a review that somebody else recorded is not one that the reviewer
// signed, and who reviewed may sign it still.
func TestWhoSignedIsKept(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	paper := signed(ed, "legal")
	if err := s.RecordSignoff(t.Context(), ed.ID, paper, "ann"); err != nil {
		t.Fatal(err)
	}
	own := paper
	own.Hand = course.OwnHand
	if err := s.RecordSignoff(t.Context(), ed.ID, own, "ada"); err != nil {
		t.Fatalf("signed after it was recorded: %v", err)
	}
	for name, again := range map[string]course.SignedOff{"signed": own, "recorded": paper} {
		if err := s.RecordSignoff(t.Context(), ed.ID, again, "ann"); !errors.Is(err, course.ErrSigned) {
			t.Errorf("%s again: %v", name, err)
		}
	}
	made := signed(ed, "medical")
	made.Hand = "forged"
	if err := s.RecordSignoff(t.Context(), ed.ID, made, "ann"); err != nil {
		t.Fatal(err)
	}
	now, err := service(d, c, false).Edition(t.Context(), ed.ID) // as it is stored
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range now.Overlays.Signoffs {
		got = append(got, r.By+" "+string(r.Hand))
	}
	if want := []string{"ann other", "ada reviewer", "ann other"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestWhatNobodySignedThemselvesIsTold, until who reviewed signs all of it.
func TestWhatNobodySignedThemselvesIsTold(t *testing.T) {
	s := service(dbtest.New(t), newClock(), false)
	ed := published(t, s)
	told := func() (ids []string) {
		t.Helper()
		now, err := s.Edition(t.Context(), ed.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range now.NotOwn() {
			ids = append(ids, x.ID)
		}
		return ids
	}
	record := func(r course.SignedOff) {
		t.Helper()
		if err := s.RecordSignoff(t.Context(), ed.ID, r, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	part := signed(ed, "legal")
	legal := slices.IndexFunc(ed.Course.Signoffs, func(x course.Signoff) bool { return x.ID == "legal" })
	all := ed.Scope(ed.Course.Signoffs[legal])
	if len(all) < 2 {
		t.Fatalf("it has the parts %v", all)
	}
	part.Lessons = all[:1]
	if record(part); len(told()) > 0 { // it is open, which is said otherwise
		t.Errorf("of a part: %v", told())
	}
	part.Lessons = all[1:]
	if record(part); !slices.Equal(told(), []string{"legal"}) {
		t.Errorf("of the whole: %v", told())
	}
	part.Hand = course.OwnHand
	if record(part); !slices.Equal(told(), []string{"legal"}) {
		t.Errorf("signed in part: %v", told())
	}
	part.Lessons = all[:1]
	if record(part); len(told()) > 0 {
		t.Errorf("signed: %v", told())
	}
}

func TestARetractedSignoffIsOpenAgain(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	s := service(d, c, false)
	ed := published(t, s)
	for _, want := range ed.Course.Signoffs {
		if err := s.RecordSignoff(t.Context(), ed.ID, signed(ed, want.ID), "test"); err != nil {
			t.Fatal(err)
		}
	}
	full, _ := s.Edition(t.Context(), ed.ID)
	record := full.Overlays.Signoffs[0]
	if !full.Reviewed() || record.ID == "" {
		t.Fatalf("reviewed %v, record %+v", full.Reviewed(), record)
	}
	if err := s.RetractSignoff(t.Context(), ed.ID, record.ID, " ", "test"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := s.RetractSignoff(t.Context(), ed.ID, "none", "x", "test"); !errors.Is(err, course.ErrNoRecord) {
		t.Errorf("no such record: %v", err)
	}
	for range 2 {
		if err := s.RetractSignoff(t.Context(), ed.ID, record.ID, "The license had lapsed.", "test"); err != nil {
			t.Fatal(err)
		}
	}
	for name, at := range map[string]*course.Service{"here": s, "after a start": service(d, c, false)} {
		now, err := at.Edition(t.Context(), ed.ID)
		if err != nil {
			t.Fatal(err)
		}
		o := now.Overlays
		if now.Reviewed() || len(o.Signoffs) != len(ed.Course.Signoffs)-1 || len(o.Retracted) != 1 || o.Hash == full.Overlays.Hash {
			t.Errorf("%s: reviewed %v, %+v", name, now.Reviewed(), o)
		}
		if x := o.Retracted[0]; x.Reason != "The license had lapsed." || x.Record.Name != record.Name || !x.At.Equal(c.now()) {
			t.Errorf("%s: %+v", name, x)
		}
		if err := at.OpenForEnrollment(t.Context(), now); !errors.Is(err, course.ErrNotReviewed) {
			t.Errorf("%s: enrollment: %v", name, err)
		}
	}
	var events int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'edition.signoff_retracted'").Scan(&events).Error; err != nil || events != 1 {
		t.Errorf("%d audit events, %v", events, err)
	}
	if err := s.RecordSignoff(t.Context(), ed.ID, signed(ed, record.SignoffID), "test"); err != nil {
		t.Errorf("recorded anew: %v", err)
	}
	if now, _ := s.Edition(t.Context(), ed.ID); !now.Reviewed() {
		t.Error("the new record does not count")
	}
}
