package certificate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
)

// passed is a completed enrollment whose exam was passed in attempt a1.
func (w *world) passed(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.completed(person, 1, began)
	e.Exam = enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: began}
	return e
}

func TestTheAttestedNameIsPrinted(t *testing.T) {
	w := newWorld(t)
	w.attested = "Ana Ruiz"
	w.setHolder("p1", "Somebody Else", "America/New_York")
	e := w.passed("p1")
	w.must(w.Completed(t.Context(), e))
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	if c.HolderName != "Ana Ruiz" || c.Facts.HolderName != "Ana Ruiz" || c.Facts.Zone != "America/New_York" {
		t.Errorf("issued to %q, %+v", c.HolderName, c.Facts)
	}
	e.Exam.AttemptID = "a2"
	e.PersonID, e.Cycle = "p2", 1
	if err := w.Completed(t.Context(), e); err == nil {
		t.Error("an attempt that nobody attested")
	}
}

// Neither a grader nor the deadline can mend a name, so it must not undo them.
func TestAnUnprintableNameWaitsForReplace(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.attested = "Ana \U000F0000Ruiz"
	e := w.passed("p1")
	w.must(w.Completed(ctx, e))
	if err := w.queue.Drain(ctx); err == nil {
		t.Error("the job did not fail")
	}
	old, err := w.OfEnrollment(ctx, e.ID)
	w.must(err)
	if old.State != certificate.Preparing {
		t.Fatalf("%+v", old)
	}
	fresh, err := w.replace(ctx, old.Number, "The name could not be printed", "p2")
	w.must(err)
	w.drain()
	if fresh = w.again(fresh); fresh.State != certificate.Issued || fresh.HolderName != "Ana Ruiz" || fresh.Facts.Replaces != "" ||
		slices.ContainsFunc(fresh.Facts.Statements, func(line string) bool { return strings.Contains(line, old.Number) }) {
		t.Errorf("%+v", fresh)
	}
	if old = w.again(old); old.State != certificate.Superseded || old.Public() {
		t.Errorf("%+v", old)
	}
	if _, err := w.replace(ctx, old.Number, "Again", "p2"); !errors.Is(err, certificate.ErrNotIssued) {
		t.Errorf("replaced twice: %v", err)
	}
}

func TestOnlyWhatCannotBePrintedIsReplacedBeforePrinting(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	w.setHolder("p1", "Ana Soto", "UTC")
	if _, err := w.replace(t.Context(), c.Number, "Too early", "p2"); !errors.Is(err, certificate.ErrNotIssued) {
		t.Errorf("replaced while it is being printed: %v", err)
	}
}

// unnamed is a holder who never gave a legal name.
func (w *world) unnamed(person, shown string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holders[person] = certificate.Holder{Name: shown, Email: person + "@example.org", TimeZone: "UTC", NoLegalName: true}
}

// TestAnAdministratorGivesNobodyTheNameOfTheAccount: who earned it saw the name
// before the last act, the administrator's certificate would bear any.
func TestAnAdministratorGivesNobodyTheNameOfTheAccount(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.unnamed("p1", "Ana R")
	c := w.issued("p1")
	if c.HolderName != "Ana R" {
		t.Errorf("completed under %q", c.HolderName)
	}
	w.unnamed("p1", "Ana Who")
	if _, err := w.replace(ctx, c.Number, "Misspelled", "p2"); !errors.Is(err, certificate.ErrNoName) {
		t.Errorf("replaced: %v", err)
	}

	w = byHand(t)
	w.unnamed("p1", "Ana R")
	w.attested = "Ana Ruiz"
	e := w.completed("p1", 1, began)
	w.must(w.Completed(ctx, e))
	for _, err := range []error{second(w.Issue(ctx, e.ID, "dora")), func() error { _, err := w.Preview(ctx, e); return err }()} {
		if !errors.Is(err, certificate.ErrNoName) {
			t.Errorf("issued by hand: %v", err)
		}
	}
	e.Exam = enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: began}
	if f, err := w.Preview(ctx, e); err != nil || f.HolderName != "Ana Ruiz" { // the attested name needs no other
		t.Errorf("%q, %v", f.HolderName, err)
	}
}
