package attendance_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
)

// valid are the certificates of somebody that count.
func (w *world) valid(email string) (list []certificate.Certificate) {
	w.t.Helper()
	all, err := w.certificates.ByPerson(w.t.Context(), w.found(email).ID)
	w.must(err)
	for _, c := range all {
		if c.State == certificate.Issued || c.State == certificate.Preparing {
			list = append(list, c)
		}
	}
	return list
}

// TestReinstatingMakesNoSecondCertificate of a course that is taken once: neither
// beside one that was issued since, nor beside one that is about to be.
func TestReinstatingMakesNoSecondCertificate(t *testing.T) {
	w := newWorld(t)
	const email = "ana@example.org"
	w.person(email, "Ana Ruiz", "Ana Ruiz")
	later := w.event(func(d *attendance.Draft) { d.Title, d.StartsOn, d.Evaluation = "Later", "2026-11-21", false })
	w.run(w.upload(w.event(), "email", email))
	a := w.certificateOf(email)
	w.must(w.certificates.Revoke(w.ctx(), a.Number, "Wrong person", "dora"))
	w.run(w.upload(later, "email", email))
	b := w.valid(email)[0]
	err := w.certificates.Reinstate(w.ctx(), a.Number, "It was right", "dora")
	if !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), b.Number) {
		t.Errorf("beside %s: %v", b.Number, err)
	}
	if got := w.valid(email); len(got) != 1 || got[0].Number != b.Number {
		t.Errorf("%d certificates count", len(got))
	}
	w.must(w.certificates.Revoke(w.ctx(), b.Number, "The other one counts", "dora"))
	w.must(w.certificates.Reinstate(w.ctx(), a.Number, "It was right", "dora"))
	if err := w.certificates.Reinstate(w.ctx(), b.Number, "Both", "dora"); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), a.Number) {
		t.Errorf("the later one beside the earlier: %v", err)
	}

	const other = "ben@example.org"
	w.person(other, "Ben Ode", "Ben Ode")
	w.run(w.upload(w.event(func(d *attendance.Draft) { d.Title = "Third" }), "email", other))
	a = w.certificateOf(other)
	w.must(w.certificates.Revoke(w.ctx(), a.Number, "Wrong person", "dora"))
	w.run(w.upload(w.event(func(d *attendance.Draft) { d.Title, d.Evaluation = "Waits", true }), "email", other))
	if err := w.certificates.Reinstate(w.ctx(), a.Number, "It was right", "dora"); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), "begun this course anew") {
		t.Errorf("beside one that is about to be earned: %v", err)
	}
	if w.count("SELECT count(*) FROM certificate_history WHERE kind = 'reinstated'") != 1 {
		t.Error("a refused act is in the history")
	}
}

// TestWhatWasWithdrawnHidesNoCertificate that counts again: it is not opened again,
// and nothing new is begun.
func TestWhatWasWithdrawnHidesNoCertificate(t *testing.T) {
	w := newWorld(t)
	const email = "ana@example.org"
	w.person(email, "Ana Ruiz", "Ana Ruiz")
	third := w.event(func(d *attendance.Draft) { d.Title = "Third" })
	w.run(w.upload(w.event(), "email", email))
	a := w.certificateOf(email)
	w.must(w.certificates.Revoke(w.ctx(), a.Number, "Wrong person", "dora"))
	begun := w.run(w.upload(w.event(func(d *attendance.Draft) { d.Title, d.Evaluation = "Waits", true }), "email", email))[0].EnrollmentID
	w.must(w.enrollments.End(w.ctx(), begun, enrollment.Withdrawn, "By mistake"))
	w.must(w.certificates.Reinstate(w.ctx(), a.Number, "It was right", "dora"))
	if err := w.enrollments.Reinstate(w.ctx(), begun, "Not by mistake"); !errors.Is(err, enrollment.ErrCountsAgain) {
		t.Errorf("the enrollment is open again: %v", err)
	}
	if got := w.rows(w.upload(third, "email", email))[0]; got.Verdict != attendance.Certified {
		t.Errorf("%+v", got)
	}
}

// TestReinstatingACourseThatMayBeRepeated lets both count.
func TestReinstatingACourseThatMayBeRepeated(t *testing.T) {
	w := newWorld(t)
	const email = "ana@example.org"
	w.person(email, "Ana Ruiz", "Ana Ruiz")
	w.edition.Course.Card.RepeatAfterDays = 10
	w.run(w.upload(w.event(func(d *attendance.Draft) { d.StartsOn = "2026-11-01" }), "email", email))
	a := w.certificateOf(email)
	w.must(w.certificates.Revoke(w.ctx(), a.Number, "Wrong person", "dora"))
	w.run(w.upload(w.event(), "email", email))
	w.must(w.certificates.Reinstate(w.ctx(), a.Number, "It was right", "dora"))
	if got := w.valid(email); len(got) != 2 {
		t.Errorf("%d certificates count", len(got))
	}
}

// TestReinstatingAndIssuingAtOnce leaves one certificate that counts, whoever is
// faster: also of two that are reinstated.
func TestReinstatingAndIssuingAtOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 12 {
		email := "p" + letters(i) + "@example.org"
		w.person(email, "Ana Number "+letters(i), "Ana Number "+letters(i))
		w.run(w.upload(w.event(func(d *attendance.Draft) { d.Title = "First " + letters(i) }), "email", email))
		a := w.certificateOf(email)
		w.must(w.certificates.Revoke(w.ctx(), a.Number, "Wrong person", "dora"))
		acts := []func(){func() { w.reinstate(a) }}
		if i%2 == 0 {
			l := w.upload(w.event(func(d *attendance.Draft) { d.Title = "Second " + letters(i) }), "email", email)
			w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
			acts = append(acts, func() {
				if err := w.queue.Drain(w.t.Context()); err != nil {
					t.Error(err)
				}
			})
		} else {
			w.run(w.upload(w.event(func(d *attendance.Draft) { d.Title = "Second " + letters(i) }), "email", email))
			b := w.valid(email)[0]
			w.must(w.certificates.Revoke(w.ctx(), b.Number, "Wrong person", "dora"))
			acts = append(acts, func() { w.reinstate(b) })
		}
		var all sync.WaitGroup
		for _, act := range acts {
			all.Go(act)
		}
		all.Wait()
		if got := w.valid(email); len(got) != 1 {
			t.Errorf("%d: %d certificates count", i, len(got))
		}
	}
}

func (w *world) reinstate(c certificate.Certificate) {
	if err := w.certificates.Reinstate(w.ctx(), c.Number, "It was right", "dora"); err != nil && !apperr.Is(err, apperr.Conflict) {
		w.t.Error(err)
	}
}
