package certificate_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// byHand is a world whose course leaves issuing to an administrator.
func byHand(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.edition.Course.Card.CertificateIssue = course.IssueByAdministrator
	w.person("dora", "Dora Lee", "UTC")
	return w
}

func TestCompletionReservesUnlessAnAdministratorIssues(t *testing.T) {
	w := newWorld(t)
	w.must(w.Completed(t.Context(), w.completed("p1", 1, began)))
	if n := w.count("SELECT count(*) FROM certificates"); n != 1 {
		t.Errorf("%d certificates where the course issues them at once", n)
	}
	w = byHand(t)
	w.must(w.Completed(t.Context(), w.completed("p1", 1, began)))
	if certs, jobs := w.count("SELECT count(*) FROM certificates"), w.count("SELECT count(*) FROM jobs"); certs != 0 || jobs != 0 {
		t.Errorf("%d certificates, %d jobs before an administrator has acted", certs, jobs)
	}
}

func TestIssueByHand(t *testing.T) {
	w := byHand(t)
	e := w.completed("p1", 1, began)
	w.must(w.Completed(t.Context(), e))
	w.clock.add(72 * time.Hour)
	preview, err := w.Preview(t.Context(), e)
	w.must(err)
	if preview.Number != "" || preview.HolderName != "Ana Ruiz" || w.count("SELECT count(*) FROM certificates") != 0 {
		t.Errorf("preview %+v", preview)
	}
	c, err := w.Issue(t.Context(), e.ID, "dora")
	w.must(err)
	again, err := w.Issue(t.Context(), e.ID, "dora")
	w.must(err)
	if again.Number != c.Number || c.State != certificate.Preparing {
		t.Errorf("a second click: %s and %s, %s", c.Number, again.Number, c.State)
	}
	if f := c.Facts; f.CompletedOn != "2026-11-23" || f.IssuedOn != "2026-11-26" || !f.CompletedAt.Equal(began) {
		t.Errorf("completed on %s, issued on %s", f.CompletedOn, f.IssuedOn)
	}
	w.drain()
	if w.again(c).State != certificate.Issued || w.post.about("is ready", c.Number) != 1 {
		t.Errorf("%s, %d mails", w.again(c).State, w.post.about("is ready"))
	}
	events, err := w.Events(t.Context(), c.ID)
	w.must(err)
	if len(events) != 2 || events[0].ActorID == nil || *events[0].ActorID != "dora" || events[1].ActorID != nil {
		t.Errorf("history %+v", events)
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'certificate.by_hand' AND object_id = ?", c.ID); n != 1 {
		t.Errorf("%d audit events", n)
	}
}

func TestIssueRefuses(t *testing.T) {
	w := byHand(t)
	_, err := w.Issue(t.Context(), "nothing", "dora")
	w.kind(err, apperr.NotFound)

	e := w.completed("p1", 1, began)
	w.open = true
	_, err = w.Issue(t.Context(), e.ID, "dora")
	w.kind(err, apperr.Conflict)
	if text := apperr.Message(err); !strings.Contains(text, "Send the course evaluation") || strings.Contains(text, "Finish every lesson") {
		t.Errorf("missing: %s", text)
	}
	_, err = w.Preview(t.Context(), e)
	w.kind(err, apperr.Conflict)
	w.open = false

	for _, state := range []string{"refunded", "withdrawn", "expired", "active"} {
		w.exec("UPDATE enrollments SET state = ? WHERE id = ?", state, e.ID)
		if _, err = w.Issue(t.Context(), e.ID, "dora"); !errors.Is(err, enrollment.ErrNotCompleted) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 0 {
		t.Fatalf("%d certificates", n)
	}

	// Access that ran out after the completion is no reason to refuse.
	w.exec("UPDATE enrollments SET state = 'completed' WHERE id = ?", e.ID)
	w.clock.add(2 * 366 * 24 * time.Hour)
	c, err := w.Issue(t.Context(), e.ID, "dora")
	w.must(err)

	// What was refunded after it was issued: the second click is still a success.
	w.exec("UPDATE enrollments SET state = 'refunded' WHERE id = ?", e.ID)
	if again, err := w.Issue(t.Context(), e.ID, "dora"); err != nil || again.ID != c.ID {
		t.Errorf("%v", err)
	}
	w.must(w.Revoke(t.Context(), c.Number, "Wrong person", "dora"))
	if _, err := w.Issue(t.Context(), e.ID, "dora"); !errors.Is(err, certificate.ErrTakenBack) {
		t.Errorf("after the revocation: %v", err)
	}
}

// TestWaitingKeepsTheHoursOfTheCompletion: what is withdrawn while a certificate
// waits was learned by its holder.
func TestWaitingKeepsTheHoursOfTheCompletion(t *testing.T) {
	w := byHand(t)
	first, second := w.completed("p1", 1, began), w.completed("p2", 1, began)
	w.must(w.Completed(t.Context(), first))
	w.edition.Overlays = course.Overlays{Hash: "1a", Withdrawn: map[string]course.Withdrawal{"gone": {LessonID: "gone"}}}
	gone := "1 lesson was withdrawn from this edition before completion"
	c, err := w.Issue(t.Context(), first.ID, "dora")
	w.must(err)
	if slices.Contains(c.Facts.Statements, gone) || c.Facts.OverlayHash != "0f" {
		t.Errorf("%q, overlays %s", c.Facts.Statements, c.Facts.OverlayHash)
	}
	// A completion that was never noted has what stands now.
	c, err = w.Issue(t.Context(), second.ID, "dora")
	w.must(err)
	if !slices.Contains(c.Facts.Statements, gone) || c.Facts.OverlayHash != "1a" {
		t.Errorf("%q, overlays %s", c.Facts.Statements, c.Facts.OverlayHash)
	}
}

func TestManyAdministratorsIssueOne(t *testing.T) {
	w := byHand(t)
	e := w.completed("p1", 1, began)
	w.must(w.Completed(t.Context(), e))
	q := job.New(w.db, slog.New(slog.DiscardHandler), w.clock.now)
	other := w.service(q, mail.New(q, w.post, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: w.provider.BaseURL}))
	numbers := make([]string, 40)
	for _, err := range together(40, func(i int) error {
		s := []*certificate.Service{w.Service, other}[i%2]
		c, err := s.Issue(t.Context(), e.ID, "dora")
		numbers[i] = c.Number
		return err
	}) {
		w.must(err)
	}
	if certs, by := w.count("SELECT count(*) FROM certificates"), w.count("SELECT count(*) FROM audit_events WHERE action = 'certificate.by_hand'"); certs != 1 || by != 1 {
		t.Errorf("%d certificates, %d audit events", certs, by)
	}
	if slices.Sort(numbers); numbers[0] == "" || numbers[0] != numbers[39] {
		t.Errorf("numbers from %q to %q", numbers[0], numbers[39])
	}
}

// TestRefundAndIssueRace: the enrollment's row puts them in a row.
func TestRefundAndIssueRace(t *testing.T) {
	w := byHand(t)
	ends := enrollment.New(enrollment.Deps{DB: w.db, Now: w.clock.now, Audit: w.audit})
	for cycle := 1; cycle <= 10; cycle++ {
		e := w.completed("p1", cycle, began)
		errs := together(2, func(i int) error {
			if i == 0 {
				return ends.End(t.Context(), e.ID, enrollment.Refunded, "The order was refunded.")
			}
			_, err := w.Issue(t.Context(), e.ID, "dora")
			return err
		})
		w.must(errs[0])
		if n := w.count("SELECT count(*) FROM certificates WHERE enrollment_id = ?", e.ID); (n == 1) != (errs[1] == nil) || errs[1] != nil && !errors.Is(errs[1], enrollment.ErrNotCompleted) {
			t.Fatalf("%d certificates, issue: %v", n, errs[1])
		}
	}
}

func TestPrintingSaysWhyACertificateHangs(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	printing := func() certificate.Printing {
		t.Helper()
		list, err := w.Printing(t.Context(), c)
		w.must(err)
		return list[c.ID]
	}
	if p := printing(); p.Stuck() || p.Failed != 0 {
		t.Errorf("fresh: %+v", p)
	}
	w.exec("UPDATE jobs SET attempts = 3, run_at = ?", began.Add(time.Hour))
	if p := printing(); p.Stuck() || p.Failed != 3 || p.NextAt == nil {
		t.Errorf("failed three times: %+v", p)
	}
	w.exec("UPDATE jobs SET attempts = 12, state = 'dead', died_at = ?, last_error = 'the process that ran it ended or stalled'", began)
	if p := printing(); !p.Stuck() || !p.GivenUp || !p.Stalled || p.Failed != 12 {
		t.Errorf("given up: %+v", p)
	}
	w.must(w.Retry(t.Context(), c.Number))
	if n := w.count("SELECT count(*) FROM jobs"); n != 1 || printing().Stuck() {
		t.Errorf("%d jobs, %+v after the retry", n, printing())
	}
	w.exec("DELETE FROM jobs")
	if p := printing(); !p.Stuck() || !p.Lost {
		t.Errorf("no job: %+v", p)
	}
	w.must(w.Retry(t.Context(), c.Number))
	w.drain()
	if list, err := w.Printing(t.Context(), w.again(c)); err != nil || len(list) != 0 || w.again(c).State != certificate.Issued {
		t.Errorf("%+v, %v", list, err)
	}
}
