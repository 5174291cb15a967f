package enrollment

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// End closes an enrollment for good: as Withdrawn or Expired while it is open,
// as Refunded from every state. A completed one that is refunded keeps its
// evidence; what becomes of its certificate is decided apart. Ending twice the
// same way changes nothing. Errors: ErrNotFound, ErrEnded.
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
		if changed {
			return s.record(ctx, "enrollment.end", id, map[string]any{"state": state, "reason": reason})
		}
		e, err := s.byID(ctx, id)
		if err == nil && e.State != state {
			err = ErrEnded
		}
		return err
	})
}

// Extend moves the end of an active enrollment's access. Errors: ErrNotFound,
// the refusal of its state, Invalid if until is not later than now.
func (s *Service) Extend(ctx context.Context, id string, until time.Time, reason string) error {
	until = db.Truncate(until)
	if !until.After(s.now()) {
		return apperr.InvalidField("until", "Choose a day in the future.")
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		e, err := s.byID(ctx, id)
		if err != nil {
			return err
		}
		changed, err := s.extend(ctx, id, until)
		if err != nil {
			return err
		}
		if !changed {
			return refusal(e.State)
		}
		return s.record(ctx, "enrollment.extend", id, map[string]any{"from": e.ExpiresAt, "until": until, "reason": reason})
	})
}

// expireBatch bounds how long one transaction holds the writer.
const expireBatch = 200

// ExpireDue ends what has run out, each with its event, and returns how many.
// Whose exam is under way or being graded is spared: the result may still
// complete the course.
func (s *Service) ExpireDue(ctx context.Context) (ended int, err error) {
	now := s.now()
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
