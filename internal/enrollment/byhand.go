package enrollment

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
)

// EnrollByHand is Enroll for an administrator, with the reason on record. The
// acting person is the audit actor in ctx. The same form sent twice returns what
// it made. Errors: those of Enroll, Invalid with the field "reason".
func (s *Service) EnrollByHand(ctx context.Context, personID, editionID, reason string) (Enrollment, error) {
	reason, err := apperr.Reason("reason", reason, apperr.WhyForTheRecord)
	if err != nil {
		return Enrollment{}, err
	}
	var e Enrollment
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		first, err := s.once.First(ctx)
		if err != nil {
			return err
		}
		if !first {
			e, err = s.newest(ctx, personID, editionID)
			return err
		}
		if e, err = s.Enroll(ctx, NewEnrollment{PersonID: personID, EditionID: editionID, Source: "admin"}); err != nil {
			return err
		}
		return s.record(ctx, "enrollment.by_hand", e.ID, map[string]any{"reason": reason})
	})
	if err != nil {
		return Enrollment{}, err
	}
	return e, nil
}

// newest returns a person's newest enrollment in the course of an edition.
func (s *Service) newest(ctx context.Context, personID, editionID string) (Enrollment, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Enrollment{}, err
	}
	e, found, err := s.lastCycle(ctx, personID, ed.CourseID)
	if err == nil && !found {
		err = ErrNotFound
	}
	return e, err
}
