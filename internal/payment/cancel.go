package payment

import (
	"context"
	"errors"
)

// Cancel ends a person's own order that is not paid; nobody can pay on its page
// from then on. Repeated, it does nothing. Errors: ErrNotFound (also somebody
// else's), ErrPaid, ErrPending, ErrNoGateway, ErrStripe.
func (s *Service) Cancel(ctx context.Context, personID, number string) error {
	for range 2 {
		o, err := s.Own(ctx, personID, number)
		if err != nil {
			return err
		}
		err = o.mayPay()
		if errors.Is(err, ErrOver) {
			return nil
		}
		if err != nil {
			return err
		}
		if ended, err := s.cancel(ctx, o); ended || err != nil {
			return err
		}
	}
	return ErrStripe // it changed under our hands, twice
}

// cancel reports false if the order changed meanwhile: then it is to be read
// again.
func (s *Service) cancel(ctx context.Context, o Order) (ended bool, err error) {
	const why = "the buyer canceled it"
	if s.Gateway == nil {
		return false, ErrNoGateway
	}
	if o.SessionID == "" || o.Livemode != s.Gateway.Livemode() {
		return s.abandon(ctx, o.ID, why)
	}
	err = s.Gateway.ExpireSession(ctx, o.SessionID)
	if errors.Is(err, errSessionOver) { // Stripe says how it ended
		return false, s.reconcile(ctx, o)
	}
	if err != nil && !errors.Is(err, errNoSession) {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if ended, err = s.store.close(ctx, o.ID, Expired, s.now()); err != nil || !ended {
			return err
		}
		return s.record(ctx, "order.expired", o.ID, map[string]any{"why": why})
	})
	return ended && err == nil, err
}
