package enrollment

import (
	"context"

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

// HoldOpen keeps an active enrollment as it is, in its edition and with the end of
// its access, until the caller's transaction is over; false if it stands otherwise
// by now.
func (s *Service) HoldOpen(ctx context.Context, e Enrollment) (bool, error) {
	return s.holdOpen(ctx, e.ID, e.EditionID, db.Truncate(e.ExpiresAt))
}
