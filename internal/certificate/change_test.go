package certificate_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestFactsAndBytesAreFrozen(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	// Renamed before the printing, and after it.
	rename := func(name, title string) {
		w.setHolder("p1", name, "Asia/Tokyo")
		other := &course.Course{Card: w.edition.Course.Card}
		other.Card.Title = title
		w.edition = &course.Edition{ID: "ed1", Course: other, Number: 7, Hash: "beef"}
	}
	rename("Ana Soto", "Another course")
	w.clock.add(72 * time.Hour)
	w.drain()
	file := w.pdf(w.again(c))
	rename("Eva Soto", "A third course")
	later := w.again(c)
	if later.Facts.HolderName != "Ana Ruiz" || later.HolderName != "Ana Ruiz" || later.Facts.Title != c.Facts.Title || later.FactsHash != c.FactsHash || later.Facts.EditionNumber != 1 {
		t.Errorf("facts moved: %+v", later.Facts)
	}
	if !bytes.Equal(file, w.pdf(later)) {
		t.Error("the bytes moved")
	}
	before, err := certificate.Print(c.Facts)
	w.must(err)
	again, err := certificate.Print(later.Facts)
	w.must(err)
	if !bytes.Equal(before, again) {
		t.Error("the same facts print other bytes")
	}
}

func TestRevoke(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.issued("p1")
	file := w.pdf(c)
	for _, reason := range []string{"", " \n", strings.Repeat("x", 501), "a\x00b", "\xff"} {
		err := w.Revoke(ctx, c.Number, reason, "p2")
		if fields := apperr.FieldsOf(err); !apperr.Is(err, apperr.Invalid) || len(fields) != 1 || fields[0].Name != "reason" {
			t.Errorf("reason %.10q: %v", reason, err)
		}
	}
	w.kind(w.Revoke(ctx, number.New(), "x", "p2"), apperr.NotFound)
	if w.again(c).State != certificate.Issued {
		t.Fatal("a refused revocation changed something")
	}

	w.clock.add(time.Hour)
	w.must(w.Revoke(ctx, c.Number, " "+strings.Repeat("ü", 500)+" ", "p2"))
	first := w.again(c)
	w.clock.add(time.Hour)
	w.must(w.Revoke(ctx, c.Number, strings.Repeat("ü", 500), "p2")) // a second click
	if err := w.Revoke(ctx, c.Number, "another reason", ""); !errors.Is(err, certificate.ErrEnded) {
		t.Errorf("revoked for another reason: %v", err)
	}
	w.drain()
	got, history, err := w.Verify(ctx, c.Number)
	w.must(err)
	events := history.Events
	if got.State != certificate.Revoked || got.RevokedReason != strings.Repeat("ü", 500) || !got.RevokedAt.Equal(began.Add(time.Hour)) || !got.RevokedAt.Equal(*first.RevokedAt) {
		t.Errorf("revoked: %+v", got)
	}
	if len(events) != 3 || events[2].Kind != certificate.WasRevoked || events[2].Reason != got.RevokedReason || *events[2].ActorID != "p2" {
		t.Errorf("history %+v", events)
	}
	if n := w.post.about("was revoked", c.Number); n != 1 {
		t.Errorf("%d mails of the revocation", n)
	}
	if !bytes.Equal(file, w.pdf(got)) {
		t.Error("the bytes of a revoked certificate moved")
	}
	// It still stands in the way of a second one for the same cycle.
	w.must(w.Completed(ctx, enrollmentOf(c)))
	if n := w.count("SELECT count(*) FROM certificates"); n != 1 {
		t.Errorf("%d certificates", n)
	}
}

func TestRevokeBeforePrinting(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.must(w.Revoke(t.Context(), c.Number, "The order was refunded", ""))
	w.drain()
	c = w.again(c)
	if c.State != certificate.Revoked || c.Public() || c.PDFHash != "" || w.count("SELECT count(*) FROM certificate_files") != 0 {
		t.Errorf("%+v", c)
	}
	if _, err := w.PDF(t.Context(), c); !errors.Is(err, certificate.ErrNoFile) {
		t.Errorf("PDF: %v", err)
	}
	if _, _, err := w.Verify(t.Context(), c.Number); !errors.Is(err, certificate.ErrNotFound) {
		t.Errorf("the public sees what was never issued: %v", err)
	}
	if w.post.about("is ready") != 0 {
		t.Error("it was announced")
	}
}

func TestErasedHolderGetsNoMail(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.mu.Lock()
	w.holders["p1"] = certificate.Holder{Name: "Erased", TimeZone: "UTC"}
	w.mu.Unlock()
	w.drain()
	w.must(w.Revoke(t.Context(), c.Number, "Asked for by the board", "p2"))
	w.drain()
	if got := w.again(c); got.State != certificate.Revoked || got.HolderName != "Ana Ruiz" || got.IssuedAt == nil {
		t.Errorf("%+v", got)
	}
	if len(w.post.mails) != 0 {
		t.Errorf("%d mails", len(w.post.mails))
	}
}

func TestReplace(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old := w.issued("p1")
	oldFile := w.pdf(old)
	if _, err := w.replace(ctx, old.Number, "Misspelled", "p2"); !errors.Is(err, certificate.ErrSameName) {
		t.Errorf("same name: %v", err)
	}
	w.setHolder("p1", "Ana Ruiz-Soto", "Asia/Tokyo")
	if _, err := w.Replace(ctx, old.Number, "Ana Ruiz", "Married name", "p2"); !errors.Is(err, certificate.ErrOtherName) {
		t.Errorf("under a name that is no longer the holder's: %v", err)
	}
	if _, err := w.replace(ctx, old.Number, " ", "p2"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("no reason: %v", err)
	}
	w.clock.add(48 * time.Hour)
	fresh, err := w.replace(ctx, old.Number, "Married name", "p2")
	w.must(err)
	if fresh.State != certificate.Preparing || fresh.Supersedes != old.ID || fresh.Number == old.Number {
		t.Fatalf("new: %+v", fresh)
	}
	if _, err := w.replace(ctx, fresh.Number, "Again", "p2"); !errors.Is(err, certificate.ErrNotIssued) {
		t.Errorf("replacing what is not issued: %v", err)
	}
	if same, err := w.replace(ctx, old.Number, "Married name", "p2"); err != nil || same.ID != fresh.ID { // a second click
		t.Errorf("replaced twice: %s, %v", same.Number, err)
	}
	w.setHolder("p1", "Ana Third", "Asia/Tokyo")
	if same, err := w.Replace(ctx, old.Number, "Ana Ruiz-Soto", "Married name", "p2"); err != nil || same.ID != fresh.ID { // a click that arrives late
		t.Errorf("replaced twice: %s, %v", same.Number, err)
	}
	w.setHolder("p1", "Ana Ruiz-Soto", "Asia/Tokyo")
	if _, err := w.replace(ctx, old.Number, "Another reason", "p2"); !errors.Is(err, certificate.ErrNotIssued) {
		t.Errorf("replaced for another reason: %v", err)
	}
	w.drain()
	fresh = w.again(fresh)
	f := fresh.Facts
	if f.HolderName != "Ana Ruiz-Soto" || f.Number != fresh.Number || f.Replaces != old.Number || f.CompletedOn != old.Facts.CompletedOn || f.IssuedOn != "2026-11-25" ||
		f.EditionHash != old.Facts.EditionHash || f.VerifyURL != "https://ce.example.org/verify/"+fresh.Number || f.Statements[len(f.Statements)-1] != "Replaces certificate "+old.Number {
		t.Errorf("facts %+v", f)
	}
	got, history, err := w.Verify(ctx, old.Number)
	w.must(err)
	events := history.Events
	if got.State != certificate.Superseded || events[2].Kind != certificate.WasSuperseded || events[2].Reason != "Married name" || !bytes.Equal(oldFile, w.pdf(got)) {
		t.Errorf("old: %s, %+v", got.State, events)
	}
	if next, err := w.Successor(ctx, got); err != nil || next.ID != fresh.ID {
		t.Errorf("successor %v, %v", next.Number, err)
	}
	if next := history.Successor; next == nil || next.Number != fresh.Number || next.State != certificate.Issued || next.IssuedAt == nil || history.Predecessor != "" {
		t.Errorf("beside the old one: %+v", history)
	}
	if h, err := w.History(ctx, fresh); err != nil || h.Predecessor != old.Number || h.Successor != nil || len(h.Events) != 2 {
		t.Errorf("beside the new one: %+v, %v", h, err)
	}
	w.kind(second(w.Successor(ctx, fresh)), apperr.NotFound)
	if err := w.Revoke(ctx, old.Number, "x", ""); !errors.Is(err, certificate.ErrEnded) {
		t.Errorf("revoking a superseded one: %v", err)
	}
	of, err := w.OfEnrollment(ctx, old.EnrollmentID)
	if err != nil || of.ID != fresh.ID {
		t.Errorf("the enrollment's certificate is %v, %v", of.Number, err)
	}

	// A third one names its own predecessor only.
	w.setHolder("p1", "Ana Soto", "UTC")
	third, err := w.replace(ctx, fresh.Number, "Once more", "p2")
	w.must(err)
	if n := slices.IndexFunc(third.Facts.Statements, func(s string) bool { return strings.Contains(s, old.Number) }); n >= 0 || len(third.Facts.Statements) != len(f.Statements) {
		t.Errorf("statements %q", third.Facts.Statements)
	}
}

func second(_ certificate.Certificate, err error) error { return err }

func TestRetry(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.reserve("p1")
	w.exec("UPDATE jobs SET state = 'dead', died_at = ?, lease = NULL", began)
	w.drain()
	if w.again(c).State != certificate.Preparing {
		t.Fatal("printed without a job")
	}
	w.must(w.Retry(ctx, c.Number))
	w.must(w.Retry(ctx, c.Number))
	if n := w.count("SELECT count(*) FROM jobs WHERE state = 'ready'"); n != 1 {
		t.Errorf("%d jobs wait", n)
	}
	w.drain()
	if w.again(c).State != certificate.Issued {
		t.Error("not printed")
	}
	if err := w.Retry(ctx, c.Number); !errors.Is(err, certificate.ErrNotWaiting) {
		t.Errorf("retry of an issued one: %v", err)
	}
	w.kind(w.Retry(ctx, number.New()), apperr.NotFound)
}

func TestUnprintableFactsAreDeadAtOnce(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.Subtitle = "Signs \U000F0000"
	c := w.reserve("p1")
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Error("the job did not fail")
	}
	if w.again(c).State != certificate.Preparing || w.count("SELECT count(*) FROM jobs WHERE state = 'dead'") != 1 {
		t.Error("the job waits for a miracle")
	}
}

func TestFailedMailUndoesTheIssue(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.mu.Lock()
	w.holders["p1"] = certificate.Holder{Name: "Ana", Email: "not an address", TimeZone: "UTC"}
	w.mu.Unlock()
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Error("the job did not fail")
	}
	if w.again(c).State != certificate.Preparing || w.count("SELECT count(*) FROM certificate_files") != 0 {
		t.Error("half a certificate was stored")
	}
	w.setHolder("p1", "Ana", "UTC")
	w.clock.add(time.Minute)
	w.drain()
	if w.again(c).State != certificate.Issued || w.post.about("is ready") != 1 {
		t.Error("it did not recover")
	}
}

// The days of the old certificate are not those of the new one.
func TestAReplacedCertificateTellsItsOwnDays(t *testing.T) {
	w := newWorld(t)
	w.setHolder("p1", "Ana Ruiz", "America/Los_Angeles")
	old := w.issued("p1")
	w.setHolder("p1", "Ana Soto", "America/Los_Angeles")
	w.clock.add(12 * time.Hour) // the same day there and here
	fresh, err := w.replace(t.Context(), old.Number, "Married", "p2")
	w.must(err)
	const want = "Dates are the holder's local dates (America/Los_Angeles). In the provider's time zone (UTC) the course was completed on November 23, 2026."
	if s := fresh.Facts.Statements; len(s) != 3 || s[1] != want || fresh.Facts.IssuedOn != "2026-11-23" || fresh.Facts.CompletedOn != "2026-11-22" {
		t.Errorf("%q", s)
	}
}

// A verification page costs two reads, whatever became of the certificate.
func TestVerifyingIsTwoReads(t *testing.T) {
	w := newWorld(t)
	old := w.issued("p1")
	w.setHolder("p1", "Ana Soto", "UTC")
	next, err := w.replace(t.Context(), old.Number, "Married name", "p2")
	w.must(err)
	w.drain()
	for _, number := range []string{old.Number, next.Number} {
		before, _ := w.db.Statements()
		_, _, err := w.Verify(t.Context(), number)
		w.must(err)
		if after, _ := w.db.Statements(); after-before != 2 && !dbtest.OnPostgres() { // counted on SQLite
			t.Errorf("%d reads", after-before)
		}
	}
}
