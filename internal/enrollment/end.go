package enrollment

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// End closes an enrollment: as Withdrawn or Expired while it is open,
// as Refunded from every state. A completed one that is refunded keeps its
// evidence; what becomes of its certificate is decided apart. A withdrawal is
// mailed to the learner; a refund is told with the money. Ending twice the same
// way changes nothing. Errors: ErrNotFound, ErrEnded.
func (s *Service) End(ctx context.Context, id string, state State, reason string) error {
	from := []State{Pending, Active}
	switch state {
	case Withdrawn, Expired:
	case Refunded:
		from = []State{Pending, Active, Completed, Expired, Withdrawn}
	default:
		return fmt.Errorf("enrollment: %s is not an end", state)
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.end(ctx, id, state, from, reason, s.now())
		if err != nil {
			return err
		}
		e, err := s.byID(ctx, id)
		switch {
		case err != nil:
			return err
		case !changed && e.State != state:
			return ErrEnded
		case !changed:
			return nil
		}
		if err := s.record(ctx, "enrollment.end", id, map[string]any{"state": state, "reason": reason}); err != nil || state != Withdrawn {
			return err
		}
		return s.tell(ctx, e, func(title string) mail.Message {
			return mail.EnrollmentWithdrawn{CourseTitle: title, HelpLink: s.BaseURL + "/requests/new?kind=help"}
		})
	})
}

// tell mails the learner of an administrator's act.
func (s *Service) tell(ctx context.Context, e Enrollment, about func(title string) mail.Message) error {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return err
	}
	return s.mailTo(ctx, e.PersonID, about(ed.Course.Card.Title))
}

// Extend moves the end of an enrollment's access. One that has expired opens
// again, unless the person has begun the course anew since. An attempt at the
// exam that was to end with the access ends with the new one, and the reminders
// are sent anew. The same end again changes nothing. It is audited, and mailed to
// the learner. Errors:
// ErrNotFound, ErrCompleted, ErrWithdrawn, ErrRefunded, ErrNewerCycle, Invalid
// if until is not later than now.
func (s *Service) Extend(ctx context.Context, id string, until time.Time, reason string) error {
	until = db.Truncate(until)
	if !until.After(s.now()) {
		return apperr.InvalidField("until", "Choose a day in the future.")
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		// The attempt before the enrollment: whoever submits it comes in this order.
		// Again behind it, for an attempt that was begun before we had the enrollment:
		// from here on nobody begins one by the old end.
		if err := s.extended(ctx, id, until); err != nil {
			return err
		}
		if err := s.hold(ctx, id); err != nil {
			return err
		}
		if err := s.extended(ctx, id, until); err != nil {
			return err
		}
		e, err := s.byID(ctx, id)
		if err != nil {
			return err
		}
		switch e.State {
		case Pending, Active:
			if e.ExpiresAt.Equal(until) {
				return nil
			}
			if until.Before(e.ExpiresAt) {
				return apperr.InvalidField("until", "Choose a day after the one on which access ends now.")
			}
		case Expired:
		default:
			return refusal(e.State)
		}
		return s.moveEnd(ctx, e, until, reason)
	})
}

func (s *Service) extended(ctx context.Context, id string, until time.Time) error {
	if s.OnExtend == nil {
		return nil
	}
	return s.OnExtend(ctx, id, until)
}

func (s *Service) moveEnd(ctx context.Context, e Enrollment, until time.Time, reason string) error {
	moved, err := s.extend(ctx, e.ID, until)
	if err != nil {
		return err
	}
	if !moved {
		return ErrNewerCycle
	}
	if err := s.forgetReminders(ctx, e.ID); err != nil {
		return err
	}
	details := map[string]any{"state": e.State, "from": e.ExpiresAt, "until": until, "reason": reason}
	if err := s.record(ctx, "enrollment.extend", e.ID, details); err != nil {
		return err
	}
	there, err := s.there(ctx, e.PersonID, until)
	if err != nil {
		return err
	}
	return s.tell(ctx, e, func(title string) mail.Message {
		return mail.AccessExtended{CourseTitle: title, LearnLink: s.link(e), AccessUntil: there}
	})
}

// expireBatch bounds how long one transaction holds the writer.
const expireBatch = 200

// ExpireDue ends what has run out, each with its event, and returns how many.
// Whose exam is under way, being graded or passed is spared: what is left may
// still complete the course. What a clock that ran ahead has ended it opens
// again.
func (s *Service) ExpireDue(ctx context.Context) (ended int, err error) {
	now := s.now()
	if err := s.repairEnds(ctx, now); err != nil {
		return 0, err
	}
	for {
		ids, err := s.expiring(ctx, now, expireBatch)
		if err != nil {
			return ended, err
		}
		n := 0
		err = s.DB.InTx(ctx, func(ctx context.Context) error {
			n = 0
			for _, id := range ids {
				changed, err := s.expire(ctx, id, now)
				if err != nil {
					return err
				}
				if changed {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return ended, err
		}
		if ended += n; len(ids) < expireBatch || n == 0 {
			return ended, nil
		}
	}
}

// expire ends an enrollment whose access has run out, unless it was extended
// meanwhile.
func (s *Service) expire(ctx context.Context, id string, now time.Time) (bool, error) {
	changed, err := s.endExpired(ctx, id, now)
	if err != nil || !changed {
		return false, err
	}
	return true, s.record(ctx, "enrollment.end", id, map[string]any{"state": Expired, "reason": reasonExpired})
}
