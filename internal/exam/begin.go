package exam

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// Beginning is what a learner declares before an attempt.
type Beginning struct {
	PersonID, EnrollmentID string
	LegalName              string
	Attested               bool
}

// Begin starts an attempt with a freshly drawn form, or returns the one in
// progress: two clicks begin once. The declaration becomes evidence with its
// instant. Errors: ErrNotFound, Invalid (legal_name, attested), what
// Overview.Blocked says, ErrCannotDraw.
func (s *Service) Begin(ctx context.Context, b Beginning) (Attempt, error) {
	e, err := s.Enrollments.Get(ctx, b.EnrollmentID)
	switch {
	case err != nil:
		return Attempt{}, err
	case e.PersonID != b.PersonID:
		return Attempt{}, ErrNotFound
	}
	o, err := s.Overview(ctx, e)
	switch {
	case err != nil:
		return Attempt{}, err
	case o.KeyReader():
		return Attempt{}, o.Blocked
	case o.Open != nil:
		return *o.Open, nil
	case o.Blocked != nil:
		return Attempt{}, o.Blocked
	}
	b.LegalName = strings.Join(strings.Fields(b.LegalName), " ")
	var c apperr.Check
	c.Require(b.LegalName != "", "legal_name", "Enter your legal name as it is to stand on the certificate.")
	c.Require(b.Attested, "attested", "Please confirm this before you begin.")
	if err := c.Err(); err != nil {
		return Attempt{}, s.withName(ctx, b, err)
	}
	return s.begin(ctx, e, o, b)
}

// withName adds to what is wrong with a declaration what is wrong with its name,
// so that all of it is said at once. Nothing is stored.
func (s *Service) withName(ctx context.Context, b Beginning, wrong error) error {
	if b.LegalName == "" {
		return wrong
	}
	var name error
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		name = s.ConfirmLegalName(ctx, b.PersonID, b.LegalName)
		return wrong // which takes back what was stored
	})
	switch {
	case !errors.Is(err, wrong) || name == nil:
		return err
	case !apperr.Is(name, apperr.Invalid):
		return name
	}
	var c apperr.Check
	for _, f := range append(apperr.FieldsOf(name), apperr.FieldsOf(wrong)...) {
		c.Field(f.Name, "%s", f.Msg)
	}
	return c.Err()
}

func (s *Service) begin(ctx context.Context, e enrollment.Enrollment, o Overview, b Beginning) (Attempt, error) {
	now := s.now()
	a := Attempt{
		ID: db.NewID(), EnrollmentID: e.ID, PersonID: e.PersonID, EditionID: e.EditionID, Number: 1, State: InProgress,
		Seed: rand.Text(), LegalName: b.LegalName, AttestedAt: now, StartedAt: now,
		TimeLimitMinutes: o.Minutes, ExtraTimePercent: o.ExtraPercent, PassPercent: o.PassPercent,
	}
	if n := len(o.Attempts); n > 0 {
		a.Number = o.Attempts[n-1].Number + 1
	}
	deadline := a.deadline(e.ExpiresAt)
	a.DeadlineAt = &deadline
	seen, err := s.seen(ctx, e.ID)
	if err != nil {
		return Attempt{}, err
	}
	form, err := Draw(o.Edition, a.Seed, seen)
	if err != nil {
		s.Log.ErrorContext(ctx, "draw an exam form", "edition", e.EditionID, "error", err)
		return Attempt{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		// The name first: from the attempt on it is locked.
		if err := s.ConfirmLegalName(ctx, e.PersonID, b.LegalName); err != nil {
			return err
		}
		if err := s.unmoved(ctx, e); err != nil {
			return err
		}
		first, err := s.insertAttempt(ctx, a, form)
		if err != nil {
			return err
		}
		if !first {
			return errFaster
		}
		if err := s.overseen(ctx, e, a); err != nil {
			return err
		}
		return s.Enrollments.AddEvidence(ctx, e.ID, enrollment.Evidence{
			Kind: EvidenceAttested, Ref: a.ID, OccurredAt: now,
			Details: map[string]any{"statement": Statement, "legal_name": b.LegalName, "attempt": a.Number},
		})
	})
	switch {
	case errors.Is(err, errFaster):
		return s.openAttempt(ctx, e.ID)
	case err != nil:
		return Attempt{}, err
	}
	return a, nil
}

// errMoved refuses to begin by an end of access, or in an edition, that no longer is
// the learner's.
var errMoved = apperr.New(apperr.Conflict, "Your access to the course has just changed. Please look at this page again, then begin.")

// unmoved keeps the end of access and the edition, from which deadline and form were
// made before the transaction, as they are until the attempt is there.
func (s *Service) unmoved(ctx context.Context, e enrollment.Enrollment) error {
	held, err := s.Enrollments.HoldOpen(ctx, e)
	if err == nil && !held {
		err = errMoved
	}
	return err
}

// errFaster takes back what a second click, or another device, declared.
var errFaster = errors.New("exam: another attempt has begun")
