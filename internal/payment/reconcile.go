package payment

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The times after which the reconciling job looks at an order again; after
// which an order without a checkout page is over (Stripe's pages live 24 h);
// and after which the money of a bank debit comes no more.
const (
	uncheckedFor = 10 * time.Minute
	abandonedFor = 24 * time.Hour
	debitFor     = 30 * 24 * time.Hour
	perRun       = 50
)

// strayFor is how long an event about no order is kept. Stripe sends an event
// again for three days by itself and for thirty by hand; this is long enough that
// none comes back as new.
const strayFor = 90 * 24 * time.Hour

// ForgetEvents drops old events that were about no order of ours, as an account
// that also sells elsewhere sends without end. Those of an order are part of its
// history.
func (s *Service) ForgetEvents(ctx context.Context) error {
	return s.store.forgetStrayEvents(ctx, s.now().Add(-strayFor))
}

// Reconcile asks Stripe about sessions that have been open for ten minutes and
// grants, closes or leaves them by the same rules as the webhook; it ends orders
// that nobody took to Stripe, pushes refunds whose job was given up, and gives
// disputes their order. An order that fails is in the log and comes round again;
// the others go on.
func (s *Service) Reconcile(ctx context.Context) error {
	if s.Gateway == nil {
		return nil
	}
	// Stripe comes last: what needs no answer must not wait for one.
	return errors.Join(s.endAbandoned(ctx), s.pushRefunds(ctx), s.placeDisputes(ctx), s.askStripe(ctx))
}

// each runs fn for every order, whatever became of the one before.
func (s *Service) each(ctx context.Context, list []Order, fn func(ctx context.Context, o Order) error) error {
	for _, o := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(ctx, o); err != nil {
			s.Log.Error("order cannot be reconciled", "order", o.ID, "error", err)
		}
	}
	return nil
}

func (s *Service) endAbandoned(ctx context.Context) error {
	list, err := s.store.abandoned(ctx, s.now().Add(-abandonedFor), perRun)
	if err != nil {
		return err
	}
	return s.each(ctx, list, func(ctx context.Context, o Order) error {
		_, err := s.abandon(ctx, o.ID, "nobody took it to Stripe")
		return err
	})
}

// pushRefunds sees to it that every refund under way has its job: one that was
// given up is taken up again, and the administrator told.
func (s *Service) pushRefunds(ctx context.Context) error {
	list, err := s.store.refundsUnderWay(ctx, perRun)
	if err != nil {
		return err
	}
	return s.each(ctx, list, func(ctx context.Context, o Order) error {
		if err := s.pushRefund(ctx, o); err != nil {
			return err
		}
		return s.store.setChecked(ctx, o.ID, s.now()) // the next ones' turn
	})
}

func (s *Service) pushRefund(ctx context.Context, o Order) error {
	revived, err := s.Jobs.Revive(ctx, refundKey(o.ID))
	switch {
	case err != nil:
		return err
	case !revived:
		return s.enqueueRefund(ctx, o.ID)
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.currentRefund(ctx, o.ID)
		if err != nil {
			return err
		}
		return s.alert(ctx, o.ID, AlertRefund, stuck(r), "The refund does not get through. It is tried again and again; the server's log says what stands in its way.", nil)
	})
}

// stuck is the fact that a refund's job was given up.
func stuck(r Refund) string { return r.ID + " stuck" }

// placeDisputes finds the order of a dispute that was told in the same moment
// as its payment, so that neither saw the other.
func (s *Service) placeDisputes(ctx context.Context) error {
	list, err := s.store.strays(ctx, perRun)
	if err != nil {
		return err
	}
	return s.each(ctx, list, func(ctx context.Context, o Order) error {
		return s.DB.InTx(ctx, func(ctx context.Context) error { return s.adoptDisputes(ctx, o.ID, o.PaymentIntent) })
	})
}

func (s *Service) askStripe(ctx context.Context) error {
	list, err := s.store.unchecked(ctx, s.now().Add(-uncheckedFor), perRun)
	if err != nil {
		return err
	}
	return s.each(ctx, list, s.reconcile)
}

// abandon ends an open order that nobody took to Stripe, or that was taken there
// in another mode than today's; false if it ended or went there meanwhile.
func (s *Service) abandon(ctx context.Context, orderID, why string) (ended bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if ended, err = s.store.abandon(ctx, orderID, s.Gateway.Livemode(), s.now()); err != nil || !ended {
			return err
		}
		return s.record(ctx, "order.expired", orderID, map[string]any{"why": why})
	})
	return ended && err == nil, err
}

func (s *Service) reconcile(ctx context.Context, o Order) error {
	// Marked first: an order whose answer always fails must not stand before the
	// others for ever.
	if err := s.store.setChecked(ctx, o.ID, s.now()); err != nil {
		return err
	}
	sess, err := s.Gateway.GetSession(ctx, o.SessionID)
	if errors.Is(err, errNoSession) {
		return s.endUnknown(ctx, o, err)
	}
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.bySession(ctx, o.ID, sess, true) })
	if refused(err) {
		err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.bySession(ctx, o.ID, sess, false) })
	}
	return err
}

func (s *Service) bySession(ctx context.Context, orderID string, sess Session, enroll bool) error {
	o, err := s.byID(ctx, orderID) // again: it may have changed meanwhile
	if err != nil {
		return err
	}
	switch {
	case sess.Status == "open":
		err = s.store.notReturned(ctx, o.ID)
	case sess.Status == "expired":
		_, err = s.closeOrder(ctx, o, sess, Expired)
	case sess.Status == "complete" && !sess.Granting() && (sess.IntentStatus == "requires_payment_method" || sess.IntentStatus == "canceled"):
		_, err = s.closeOrder(ctx, o, sess, Failed) // the bank said no and the event was lost
	case sess.Status == "complete":
		_, err = s.grant(ctx, o, sess, enroll)
	}
	return err
}

// endUnknown ends an order whose page Stripe does not know, as when the account
// or the mode has changed, once nobody can be paying on it anymore.
func (s *Service) endUnknown(ctx context.Context, o Order, unknown error) error {
	since, life := o.CreatedAt, abandonedFor
	if o.AcceptedAt != nil {
		since = *o.AcceptedAt
	}
	if o.Pending() {
		life = debitFor
	}
	if s.now().Sub(since) < life {
		return unknown
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.store.close(ctx, o.ID, Expired, s.now())
		if err != nil || !changed {
			return err
		}
		return s.record(ctx, "order.expired", o.ID, map[string]any{"why": fmt.Sprintf("Stripe does not know the page %s", o.SessionID)})
	})
}
