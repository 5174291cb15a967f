package exam_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/exam"
)

// The account locks the name from the first attestation on: beginning must
// still be able to confirm it, and a second click must not change it.
func TestTheNameIsLockedFromTheFirstAttestationOn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	errLocked := errors.New("locked")
	stored := ""
	w.ConfirmLegalName = func(ctx context.Context, personID, name string) error {
		locked, err := w.Attested(ctx, personID)
		if err == nil && locked && name != stored {
			err = errLocked
		}
		stored = name
		return err
	}
	e := w.ready("p1")
	if locked, err := w.Attested(ctx, "p1"); err != nil || locked {
		t.Fatalf("before the first attempt: %t, %v", locked, err)
	}
	a := w.fail(e)
	if locked, err := w.Attested(ctx, "p1"); err != nil || !locked {
		t.Errorf("after the attestation: %t, %v", locked, err)
	}
	if locked, err := w.Attested(ctx, "p2"); err != nil || locked {
		t.Errorf("somebody else: %t, %v", locked, err)
	}
	name, err := w.AttestedName(ctx, a.ID)
	if err != nil || name != "Ana Example" {
		t.Errorf("attested %q, %v", name, err)
	}
	_, err = w.AttestedName(ctx, "nonsense")
	w.fails(err, exam.ErrNotFound)

	w.clock.add(24 * time.Hour)
	_, err = w.Begin(ctx, exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Somebody Else", Attested: true})
	w.fails(err, errLocked)
	if n := w.count("SELECT COUNT(*) FROM exam_attempts"); n != 1 {
		t.Errorf("%d attempts", n)
	}
}
