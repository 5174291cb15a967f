package certificate_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// unprintableCredit is what an approval says whose statement no font prints.
func unprintableCredit() []certificate.CreditLine {
	return []certificate.CreditLine{{ApprovalID: "a1", Accreditor: "The Board of Examples", Unit: "contact hour", Centihours: 175, ProviderNumber: "P-9",
		Statement: "Approved \u202eby us 🎉."}}
}

// stuck is a certificate whose job was given up because of its credit.
func (w *world) stuck(person string) certificate.Certificate {
	w.t.Helper()
	w.credit = unprintableCredit()
	c := w.reserve(person)
	if err := w.queue.Drain(w.t.Context()); err == nil {
		w.t.Error("it was printed")
	}
	return w.again(c)
}

// TestFactsAreFrozenAnew: what the approval says now is frozen under a new number,
// once, and the certificate is issued.
func TestFactsAreFrozenAnew(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old := w.stuck("p1")
	if old.State != certificate.Preparing || w.count("SELECT count(*) FROM translog_leaves") != 0 {
		t.Fatalf("%+v", old)
	}
	gaps := strings.Join(old.Facts.Unprinted(), "\n")
	for _, part := range []string{"Statement of the credit", "“🎉” (U+1F389)", "U+202E", "Approved U+202Eby us 🎉."} {
		if !strings.Contains(gaps, part) {
			t.Errorf("%q lacks %q", gaps, part)
		}
	}
	if _, err := w.FreezeAnew(ctx, old.Number, " ", "p2"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := w.FreezeAnew(ctx, old.Number, "The approval is void", "p2"); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), "U+1F389") {
		t.Errorf("what cannot be printed is frozen again: %v", err)
	}
	w.credit = nil
	preview, err := w.PreviewAnew(ctx, old)
	if err != nil || len(preview.CreditLines) != 0 || preview.CompletedOn != old.Facts.CompletedOn {
		t.Errorf("%+v, %v", preview, err)
	}
	fresh, err := w.FreezeAnew(ctx, old.Number, "The approval is void", "p2")
	w.must(err)
	w.drain()
	again, err := w.FreezeAnew(ctx, old.Number, "The approval is void", "p2") // a late second click
	if err != nil || again.Number != fresh.Number {
		t.Errorf("%s, %v", again.Number, err)
	}
	if _, err := w.FreezeAnew(ctx, old.Number, "Another reason", "p2"); !errors.Is(err, certificate.ErrNotWaiting) {
		t.Errorf("for another reason: %v", err)
	}
	fresh, old = w.again(fresh), w.again(old)
	if fresh.State != certificate.Issued || fresh.Number == old.Number || len(fresh.Facts.CreditLines) != 0 || !strings.Contains(fresh.Facts.Statements[0], "not accredited") ||
		!fresh.Facts.CompletedAt.Equal(old.Facts.CompletedAt) || fresh.Facts.OverlayHash != old.Facts.OverlayHash || fresh.Facts.Replaces != "" {
		t.Errorf("%+v", fresh)
	}
	if old.State != certificate.Superseded || old.Public() {
		t.Errorf("%+v", old)
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'certificate.freeze_anew'"); n != 1 {
		t.Errorf("audited %d times", n)
	}
	if n := w.count("SELECT count(*) FROM jobs"); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	if n, damaged, err := w.checkStored(); err != nil || n != 1 || len(damaged) != 0 {
		t.Errorf("%d, damaged %q, %v", n, damaged, err)
	}
	if mails := w.post.about("is ready"); mails != 1 {
		t.Errorf("%d mails", mails)
	}
}

// TestFactsThatAreInTheLogAreFrozenAnew: versions before this one put them there
// before they looked whether they can be printed.
func TestFactsThatAreInTheLogAreFrozenAnew(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	old := w.stuck("p1")
	position, err := w.seals.Append(ctx, certificate.Stated, old.ID, sha256.Sum256([]byte("the facts")))
	w.must(err)
	w.exec("UPDATE certificates SET log_position = ? WHERE id = ?", position, old.ID)
	w.credit = nil
	fresh, err := w.FreezeAnew(ctx, old.Number, "The approval is void", "p2")
	w.must(err)
	w.drain()
	if fresh = w.again(fresh); fresh.State != certificate.Issued {
		t.Errorf("%+v", fresh)
	}
	w.must(w.Revoke(ctx, fresh.Number, "Wrong person", "p2"))
	if n, damaged, err := w.checkStored(); err != nil || n != 1 || len(damaged) != 0 {
		t.Errorf("%d, damaged %q, %v", n, damaged, err)
	}
}

// TestFactsAreFrozenAnewAfterARevocation was taken back.
func TestFactsAreFrozenAnewAfterARevocation(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.stuck("p1")
	w.must(w.Revoke(ctx, c.Number, "It cannot be printed", "p2"))
	if _, err := w.FreezeAnew(ctx, c.Number, "Void", "p2"); !errors.Is(err, certificate.ErrNotWaiting) {
		t.Errorf("of a revoked one: %v", err)
	}
	w.must(w.Reinstate(ctx, c.Number, "Mistake", "p2"))
	w.credit = nil
	if _, err := w.FreezeAnew(ctx, c.Number, "Void", "p2"); !errors.Is(err, certificate.ErrNotGivenUp) {
		t.Errorf("while it is tried: %v", err)
	}
	if err := w.queue.Drain(ctx); err == nil {
		t.Error("it was printed")
	}
	fresh, err := w.FreezeAnew(ctx, c.Number, "Void", "p2")
	w.must(err)
	w.drain()
	if fresh = w.again(fresh); fresh.State != certificate.Issued {
		t.Errorf("%+v", fresh)
	}
}

// TestOnlyWhatIsStuckIsFrozenAnew: not what was issued, nor what bears another's name,
// nor what somebody was refunded for.
func TestOnlyWhatIsStuckIsFrozenAnew(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.issued("p1")
	if _, err := w.FreezeAnew(ctx, c.Number, "Void", "p2"); !errors.Is(err, certificate.ErrNotWaiting) {
		t.Errorf("of a valid one: %v", err)
	}
	if _, err := w.FreezeAnew(ctx, "7K2M-Q9XD-4T8RN", "Void", "p2"); !errors.Is(err, certificate.ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
	stuck := w.stuck("p2")
	w.credit = nil
	w.exec("UPDATE enrollments SET state = 'refunded', ended_at = ? WHERE id = ?", began, stuck.EnrollmentID)
	if _, err := w.FreezeAnew(ctx, stuck.Number, "Void", "p2"); !errors.Is(err, enrollment.ErrNotCompleted) {
		t.Errorf("of a refunded one: %v", err)
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 2 {
		t.Errorf("%d certificates", n)
	}
}

func TestAnUnprintableNameIsNotFrozenAnew(t *testing.T) {
	w := newWorld(t)
	w.attested = "Ana \U000F0000Ruiz"
	e := w.passed("p1")
	w.must(w.Completed(t.Context(), e))
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Error("it was printed")
	}
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	if _, err := w.FreezeAnew(t.Context(), c.Number, "Void", "p2"); !errors.Is(err, certificate.ErrNameFirst) {
		t.Errorf("%v", err)
	}
}

// TestManyFreezeAnewAtOnce and one does.
func TestManyFreezeAnewAtOnce(t *testing.T) {
	w := newWorld(t)
	old := w.stuck("p1")
	w.credit = nil
	var all sync.WaitGroup
	var mu sync.Mutex
	numbers := map[string]bool{}
	for range 10 {
		all.Go(func() {
			c, err := w.FreezeAnew(t.Context(), old.Number, "The approval is void", "p2")
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			numbers[c.Number] = true
		})
	}
	all.Wait()
	w.drain()
	if n := w.count("SELECT count(*) FROM certificates"); len(numbers) != 1 || n != 2 {
		t.Errorf("%d numbers, %d certificates", len(numbers), n)
	}
	if n := w.post.about("is ready"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestWhatCannotBePrintedIsNotIssuedByHand: the administrator can mend it first.
func TestWhatCannotBePrintedIsNotIssuedByHand(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.CertificateIssue = course.IssueByAdministrator
	e := w.completed("p1", 1, began)
	w.must(w.Completed(t.Context(), e))
	w.credit = unprintableCredit()
	for _, try := range []func() error{
		func() error { _, err := w.Preview(t.Context(), e); return err },
		func() error { _, err := w.Issue(t.Context(), e.ID, "p2"); return err },
	} {
		if err := try(); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), "U+1F389") {
			t.Errorf("%v", err)
		}
	}
	w.credit = nil
	_, err := w.Issue(t.Context(), e.ID, "p2")
	w.must(err)
}

// TestWhatWasGivenUpHangsAtOnce, and not only when it has waited for long.
func TestWhatWasGivenUpHangsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.stuck("p1")
	n, err := w.Counts(t.Context(), began, began)
	if err != nil || n.Hanging != 1 || n.GivenUp != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	w.credit = nil
	w.reserve("p2")
	if n, err = w.Counts(t.Context(), began, began); err != nil || n.Hanging != 1 || n.GivenUp != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}
