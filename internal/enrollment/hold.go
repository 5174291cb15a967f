package enrollment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Hold keeps everybody else from acting on an enrollment until the caller's
// transaction is over: what it finds out about it stays true so long.
func (s *Service) Hold(ctx context.Context, id string) error { return s.hold(ctx, id) }

// HoldCompleted returns a completed enrollment and keeps everybody else from
// ending it until the caller's transaction is over. Errors: ErrNotFound,
// ErrNotCompleted.
func (s *Service) HoldCompleted(ctx context.Context, id string) (Enrollment, error) {
	held, err := s.holdCompleted(ctx, id)
	if err != nil {
		return Enrollment{}, err
	}
	e, err := s.byID(ctx, id)
	if err == nil && !held {
		err = ErrNotCompleted
	}
	return e, err
}

// HoldOpen keeps an active enrollment whose access ends at an instant as it is
// until the caller's transaction is over; false if it stands otherwise.
func (s *Service) HoldOpen(ctx context.Context, id string, until time.Time) (bool, error) {
	return s.holdOpen(ctx, id, db.Truncate(until))
}
