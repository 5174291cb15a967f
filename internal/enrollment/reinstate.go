package enrollment

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

// Reinstate takes a withdrawal back: everything that was done counts again, and
// access ends when it was to end; where that has passed it is expired, and can be
// extended. If nothing is left to do, the course is completed by it. It is
// audited, and mailed to the learner if the lessons open again. What is not
// withdrawn any more stays as it is. Errors: ErrNotFound, ErrNewerCycle if the
// person has begun the course anew, ErrRefunded, ErrCountsAgain.
func (s *Service) Reinstate(ctx context.Context, id, reason string) error {
	reason, err := apperr.Reason("reason", reason, apperr.WhyForTheRecord)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.reinstate(ctx, id)
		if err != nil {
			return err
		}
		e, err := s.byID(ctx, id)
		switch {
		case err != nil:
			return err
		case !changed && e.State == Withdrawn:
			return ErrNewerCycle
		case !changed && e.State == Refunded:
			return ErrRefunded
		case !changed:
			return nil
		}
		ed, err := s.Editions.Edition(ctx, e.EditionID)
		if err != nil {
			return err
		}
		switch err := s.earlierLet(ctx, ed, e, past{}, e.begun()); {
		case apperr.Is(err, apperr.Conflict):
			return ErrCountsAgain
		case err != nil:
			return err
		}
		if err := s.record(ctx, "enrollment.reinstate", id, map[string]any{"state": e.State, "until": e.ExpiresAt, "reason": reason}); err != nil {
			return err
		}
		if e.State != Active {
			return nil
		}
		if err := s.tellReinstated(ctx, e); err != nil {
			return err
		}
		return s.settle(ctx, id)
	})
}

func (s *Service) tellReinstated(ctx context.Context, e Enrollment) error {
	until, err := s.there(ctx, e.PersonID, e.ExpiresAt)
	if err != nil {
		return err
	}
	return s.tell(ctx, e, func(title string) mail.Message {
		return mail.EnrollmentReinstated{CourseTitle: title, LearnLink: s.link(e), AccessUntil: until}
	})
}
