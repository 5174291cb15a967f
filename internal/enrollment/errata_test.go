package enrollment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// TestACorrectionAboutSafetyReachesEverybody, once, and it is known who has read it.
func TestACorrectionAboutSafetyReachesEverybody(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a, b := w.enroll("p1"), w.enroll("p2")
	w.edition.Overlays.Errata = []course.Erratum{
		{ID: "x1", LessonID: "l2", Text: "Read 3 for 4.", Safety: true}, {ID: "x2", Text: "A name was wrong."},
	}
	unread := func(e enrollment.Enrollment) int {
		t.Helper()
		list, err := w.Unread(ctx, w.again(e))
		w.must(err)
		return len(list)
	}
	if unread(a) != 1 || unread(b) != 1 {
		t.Fatal("want the one about safety, unread by both")
	}
	w.must(w.ReadErratum(ctx, b, "x1"))
	read := w.clock.now()
	w.clock.add(1e9)
	w.must(w.ReadErratum(ctx, b, "x1")) // a second click
	for range 2 {                       // a job that runs again
		_, err := w.TellErratum(ctx, "ed1", "x1")
		w.must(err)
	}
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'"); n != 3 { // two of them for the enrollments
		t.Errorf("%d mails, want one about the correction", n)
	}
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send' AND payload LIKE '%/learn/intro?cycle=1%'"); n != 1 {
		t.Errorf("%d mails lead to the time that they are about", n)
	}
	if unread(a) != 1 || unread(b) != 0 {
		t.Errorf("unread: %d, %d", unread(a), unread(b))
	}
	counts, of, err := w.CountReaders(ctx, "ed1")
	w.must(err)
	if counts["x1"] != 1 || counts["x2"] != 0 || of != 2 {
		t.Errorf("%v of %d", counts, of)
	}
	list, more, err := w.Readers(ctx, "ed1", "x1", "", 1)
	w.must(err)
	if len(list) != 1 || !more || list[0].PersonID != "p1" || list[0].ToldAt == nil || list[0].ReadAt != nil {
		t.Errorf("%+v, %v", list, more)
	}
	list, more, err = w.Readers(ctx, "ed1", "x1", list[0].EnrollmentID, 10)
	w.must(err)
	if len(list) != 1 || more || list[0].PersonID != "p2" || list[0].ReadAt == nil || !list[0].ReadAt.Equal(read) {
		t.Errorf("%+v, %v", list, more)
	}

	// Whom it does not concern.
	if err := w.ReadErratum(ctx, a, "x9"); !errors.Is(err, enrollment.ErrNoErratum) {
		t.Errorf("another edition’s: %v", err)
	}
	if _, err := w.TellErratum(ctx, "ed1", "x9"); !errors.Is(err, enrollment.ErrNoErratum) {
		t.Errorf("tell another edition’s: %v", err)
	}
	w.must(w.End(ctx, a.ID, enrollment.Refunded, "x"))
	if unread(a) != 0 {
		t.Error("a refunded learner is asked")
	}
	if err := w.ReadErratum(ctx, w.again(a), "x1"); !errors.Is(err, enrollment.ErrNoErratum) {
		t.Errorf("refunded: %v", err)
	}
}

// TestWhoCannotBeReachedKeepsNobodyFromTheirMail, and it is known who that is.
func TestWhoCannotBeReachedKeepsNobody(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for i := 3; i <= 5; i++ {
		id := fmt.Sprintf("p%d", i)
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at, search) VALUES (?, ?, ?, ?, 'UTC', 'x', ?, '')`, id, id, id, id, w.clock.now())
	}
	for i := 1; i <= 5; i++ {
		w.enroll(fmt.Sprintf("p%d", i))
	}
	person := w.Person
	w.Person = func(ctx context.Context, id string) (name, email string, err error) {
		switch id {
		case "p1":
			return "Ana", "no address", nil
		case "p2":
			return "", "", apperr.New(apperr.NotFound, "There is no such person.")
		}
		return person(ctx, id)
	}
	w.Reachable = func(_ context.Context, id string) (bool, error) { return id != "p3", nil }
	w.edition.Overlays.Errata = []course.Erratum{{ID: "x1", Text: "Read 3 for 4.", Safety: true}}
	told, err := w.TellErratum(ctx, "ed1", "x1")
	w.must(err)
	if told != 2 {
		t.Errorf("%d mails, want two", told)
	}
	list, _, err := w.Readers(ctx, "ed1", "x1", "", 10)
	w.must(err)
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%s %v %s", r.PersonID, r.ToldAt != nil, r.Unreached))
	}
	if want := []string{"p1 false address", "p2 false account", "p3 false account", "p4 true ", "p5 true "}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	w.Person, w.Reachable = person, nil // the job again, after all was mended
	if told, err = w.TellErratum(ctx, "ed1", "x1"); err != nil || told != 3 {
		t.Errorf("%d mails, %v", told, err)
	}
	list, _, err = w.Readers(ctx, "ed1", "x1", "", 10)
	w.must(err)
	for _, r := range list {
		if r.ToldAt == nil || r.Unreached != "" {
			t.Errorf("%+v", r)
		}
	}
}

// TestWhoMovedOnStaysOnTheList of who has read a correction.
func TestWhoMovedOnStaysOnTheList(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	moves, stays := w.enroll("p1"), w.enroll("p2")
	w.edition.Overlays.Errata = []course.Erratum{{ID: "x1", Text: "Read 3 for 4.", Safety: true}}
	w.must(w.ReadErratum(ctx, moves, "x1"))
	w.second(nothing)
	w.must(w.MoveTo(ctx, moves, "ed2"))
	list, _, err := w.Readers(ctx, "ed1", "x1", "", 10)
	w.must(err)
	if len(list) != 2 || list[0].EnrollmentID != moves.ID || !list[0].Moved || list[0].ReadAt == nil || list[1].EnrollmentID != stays.ID || list[1].Moved {
		t.Errorf("%+v", list)
	}
	own, err := w.ErrataRead(ctx, moves.ID)
	w.must(err)
	if len(own) != 1 || own[0].ErratumID != "x1" || own[0].ReadAt == nil || own[0].ToldAt != nil {
		t.Errorf("of one's own %+v", own)
	}
}

// TestWhatWasReadStaysReadInTheNextEdition, where the same correction was carried over.
func TestWhatWasReadStaysReadInTheNextEdition(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("p1")
	w.edition.Overlays.Errata = []course.Erratum{{ID: "x1", Text: "Read 3 for 4.", Safety: true}}
	w.must(w.ReadErratum(ctx, e, "x1"))
	second := w.second(nothing)
	second.Overlays.Errata = []course.Erratum{{ID: "y1", Same: "x1", From: 1, Text: "Read 3 for 4.", Safety: true}, {ID: "y2", Text: "Read 5 for 6.", Safety: true}}
	w.must(w.MoveTo(ctx, e, "ed2"))
	list, err := w.Unread(ctx, w.again(e))
	w.must(err)
	if len(list) != 1 || list[0].ID != "y2" {
		t.Errorf("unread %+v", list)
	}
	own, err := w.ErrataRead(ctx, e.ID)
	w.must(err)
	if len(own) != 2 || own[1].ErratumID != "y1" || own[1].ReadAt == nil {
		t.Errorf("%+v", own)
	}
}
