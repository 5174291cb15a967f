package enrollment_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// finished is a completed enrollment, by its row alone.
func (w *world) finished(id, person string, cycle int, at time.Time) {
	w.t.Helper()
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, 'c1', 'ed1', 'intro', ?, 'completed', 'free', ?, ?, ?)`, id, person, cycle, at, at.AddDate(1, 0, 0), at)
}

func (w *world) certified(enrollmentID, person string, cycle int) {
	w.t.Helper()
	w.exec(`INSERT INTO certificates (id, number, person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title, search, facts, facts_hash, reserved_at)
		VALUES (?, ?, ?, 'c1', 'ed1', ?, ?, 'preparing', 'x', 'x', 'x', '{}', 'x', ?)`, "c-"+enrollmentID, "n-"+enrollmentID, person, enrollmentID, cycle, w.clock.now())
}

func TestWhatWaitsForACertificate(t *testing.T) {
	w := newWorld(t)
	now := w.clock.now()
	w.finished("late", "p1", 1, now.Add(3*time.Hour))
	w.finished("early", "p1", 2, now)
	w.finished("middle", "p2", 1, now.Add(time.Hour))
	w.finished("refunded", "p2", 2, now)
	w.exec("UPDATE enrollments SET state = 'refunded', ended_at = ? WHERE id = 'refunded'", now)
	w.finished("certified", "p2", 3, now)
	w.certified("certified", "p2", 3)
	w.finished("active", "p1", 3, now)
	w.exec("UPDATE enrollments SET state = 'active', completed_at = NULL WHERE id = 'active'")

	list := func(f enrollment.Filter) (ids []string) {
		t.Helper()
		f.Uncertified = true
		p, err := w.List(t.Context(), f)
		w.must(err)
		for _, e := range p.Entries {
			ids = append(ids, e.ID)
		}
		return ids
	}
	for _, tt := range []struct {
		f    enrollment.Filter
		want []string
	}{
		{enrollment.Filter{}, []string{"early", "middle", "late"}},
		{enrollment.Filter{Sort: "-completed"}, []string{"late", "middle", "early"}},
		{enrollment.Filter{Sort: "person", Limit: 2}, []string{"early", "late"}},
		{enrollment.Filter{After: "early", Limit: 1}, []string{"middle"}},
		{enrollment.Filter{Before: "late", Limit: 1}, []string{"middle"}},
		{enrollment.Filter{PersonID: "p2"}, []string{"middle"}},
		{enrollment.Filter{Query: "p1"}, []string{"early", "late"}},
		{enrollment.Filter{Slug: "another"}, nil},
	} {
		if got := list(tt.f); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
		}
	}
	if n, err := w.CountUncertified(t.Context()); err != nil || n != 3 {
		t.Errorf("%d wait, %v", n, err)
	}
	missing, waiting, err := w.CountMissing(t.Context())
	if err != nil || missing != 3 || waiting != 0 {
		t.Errorf("%d are missing, %d wait, %v", missing, waiting, err)
	}
	w.edition.Course.Card.CertificateIssue = course.IssueByAdministrator
	missing, waiting, err = w.CountMissing(t.Context())
	if err != nil || missing != 0 || waiting != 3 {
		t.Errorf("issued by an administrator: %d are missing, %d wait, %v", missing, waiting, err)
	}
}

func TestHoldCompleted(t *testing.T) {
	w := newWorld(t)
	w.finished("done", "p1", 1, w.clock.now())
	if e, err := w.HoldCompleted(t.Context(), "done"); err != nil || e.ID != "done" || e.State != enrollment.Completed {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := w.HoldCompleted(t.Context(), w.enroll("p2").ID); !errors.Is(err, enrollment.ErrNotCompleted) {
		t.Errorf("an active one: %v", err)
	}
	if _, err := w.HoldCompleted(t.Context(), "nothing"); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
}
