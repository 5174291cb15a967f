package payment

import (
	"context"
	"errors"
	"fmt"

	"github.com/atmacena/cocare/internal/db"
)

// chargeRefunded is told for our refunds and for those made in Stripe's
// dashboard, perhaps before we know of the payment.
func (s *Service) chargeRefunded(ctx context.Context, o Order, c Charge, whole bool) (string, error) {
	if c.PaymentIntent != o.PaymentIntent {
		rejected, err := s.store.rejected(ctx, o.ID, c.PaymentIntent)
		switch {
		case err != nil:
			return "", err
		case len(rejected) > 0:
			return s.rejectedRefunded(ctx, o, c, rejected)
		case o.PaymentIntent != "", c.AmountCents != o.AmountCents:
			why := fmt.Sprintf("Stripe reports a refund of %s of another payment (%s) than this order's. Nothing was changed here: look it up in Stripe's dashboard.",
				s.inWords(c.RefundedCents, c.Currency), c.PaymentIntent)
			return "refund of another payment", s.alert(ctx, o.ID, AlertPayment, "refund of "+c.PaymentIntent, why, nil)
		}
	}
	switch {
	case c.RefundedCents < o.AmountCents || c.Currency != o.Currency:
		why := fmt.Sprintf("Stripe reports a refund of %s; the order was %s. Only full refunds end an enrollment: decide by hand.",
			s.inWords(c.RefundedCents, c.Currency), s.inWords(o.AmountCents, o.Currency))
		return "partial refund", s.alert(ctx, o.ID, AlertRefund, fmt.Sprintf("%d %s", c.RefundedCents, c.Currency), why, nil)
	case c.Livemode != o.Livemode:
		return "refund in another mode", s.alert(ctx, o.ID, AlertPayment, c.ID, "Stripe reports a refund, but test and live mode are mixed.", nil)
	case o.State == Refunded:
		return "refunded already", s.store.fillRefundID(ctx, o.ID, c.RefundID, o.AmountCents)
	}
	r, err := s.store.currentRefund(ctx, o.ID)
	if errors.Is(err, ErrNotFound) {
		r, err = s.dashboardRefund(ctx, o)
	}
	if err != nil {
		return "", err
	}
	return "refunded", s.settle(ctx, o, r, c.RefundID, whole)
}

// rejectedRefunded settles the alerts of a payment that was not accepted, once
// all of it went back. It was never the order's money, so the order stays as it
// is.
func (s *Service) rejectedRefunded(ctx context.Context, o Order, c Charge, rejected []Payment) (string, error) {
	if c.RefundedCents < c.AmountCents {
		return "partial refund of a payment that was not accepted", nil
	}
	settled := false
	for _, p := range rejected {
		changed, err := s.store.settleFact(ctx, o.ID, AlertPayment, p.ID, s.now())
		if err != nil {
			return "", err
		}
		settled = settled || changed
	}
	const outcome = "refund of a payment that was not accepted"
	if !settled {
		return outcome, nil
	}
	return outcome, s.record(ctx, "order.payment_returned", o.ID, map[string]any{"payment_intent": c.PaymentIntent, "cents": c.RefundedCents, "currency": c.Currency})
}

// dashboardRefund is the row of a refund that nobody asked for here, or the one
// that somebody asked for at the same moment.
func (s *Service) dashboardRefund(ctx context.Context, o Order) (Refund, error) {
	now := s.now()
	r := Refund{ID: db.NewID(), OrderID: o.ID, State: "succeeded", AmountCents: o.AmountCents, Currency: o.Currency,
		Reason: "Refunded in Stripe's dashboard.", Certificate: NoCertificate, RequestedAt: now, SettledAt: &now}
	inserted, err := s.store.insertRefund(ctx, r)
	if err != nil || inserted {
		return r, err
	}
	return s.store.currentRefund(ctx, o.ID)
}

// refundUpdated tells of money that was sent back and did not arrive.
func (s *Service) refundUpdated(ctx context.Context, o Order, u RefundUpdate) (string, error) {
	if u.Status != "failed" && u.Status != "canceled" {
		if u.PaymentIntent != o.PaymentIntent { // of a payment that was not accepted
			return "refund " + u.Status, nil
		}
		return "refund " + u.Status, s.store.fillRefundID(ctx, o.ID, u.ID, u.AmountCents)
	}
	why := "The refund " + u.ID + " did not reach the buyer (" + u.Status + " " + u.Failure + "). Send the money another way."
	return "refund " + u.Status, s.alert(ctx, o.ID, AlertReturn, u.ID, why, nil)
}

// inWords prints money for an alert, also of a currency that we cannot count in.
func (s *Service) inWords(cents int64, code string) string {
	text, err := s.Money(cents, code)
	if err != nil {
		return fmt.Sprintf("%d of the smallest unit of %s", cents, code)
	}
	return text
}
