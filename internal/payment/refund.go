package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
)

// refundedPublicly is what the verification page says of a certificate that
// went with its money. The refund's own reason stays with the order and the
// audit: whoever wrote it was promised so.
const refundedPublicly = "The purchase of the course was refunded."

// Refund asks for the full amount to be sent back and returns once that is
// written down; a job then calls Stripe, and only its success ends the
// enrollment, settles the certificate and mails the buyer. Asked again while
// one is under way, it changes nothing. decision matters only when a
// certificate counts: then it is Keep or Revoke, and asking again with the other
// one is a Conflict that says which stands. Errors: ErrNotFound, ErrNotPaid,
// ErrNoGateway, ErrDecide, Invalid with the field "reason".
func (s *Service) Refund(ctx context.Context, orderID, reason string, decision Decision) error {
	reason, err := apperr.Reason("reason", reason, "Say why the money goes back. The buyer does not see it.")
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		o, err := s.byID(ctx, orderID)
		if err != nil {
			return err
		}
		if o.State == Refunding || o.State == Refunded {
			return s.askedBefore(ctx, o, decision)
		}
		if s.Gateway == nil {
			return ErrNoGateway
		}
		decided, err := s.checkDecision(ctx, o, decision)
		if err != nil {
			return err
		}
		changed, err := s.store.refunding(ctx, o.ID)
		if err != nil {
			return err
		}
		if !changed {
			return s.refundedMeanwhile(ctx, o.ID, decision)
		}
		if o.PaymentIntent == "" {
			return ErrNotPaid
		}
		r := Refund{ID: db.NewID(), OrderID: o.ID, State: "requested", AmountCents: o.AmountCents, Currency: o.Currency, Reason: reason,
			RequestedBy: audit.ActorOf(ctx).PersonID, Certificate: decided, RequestedAt: s.now()}
		inserted, err := s.store.insertRefund(ctx, r)
		if err != nil {
			return err
		}
		if !inserted { // the order was ours and paid: no refund of it can be under way
			return fmt.Errorf("payment: order %s is paid and has a refund", o.ID)
		}
		if err := s.record(ctx, "order.refund_request", o.ID, map[string]any{"reason": reason, "certificate": decided, "cents": o.AmountCents}); err != nil {
			return err
		}
		return s.enqueueRefund(ctx, o.ID)
	})
}

// refundedMeanwhile answers who lost the race for a refund: on PostgreSQL the
// order may have been read as paid and be on its way back by now.
func (s *Service) refundedMeanwhile(ctx context.Context, orderID string, d Decision) error {
	o, err := s.byID(ctx, orderID)
	if err != nil {
		return err
	}
	if o.State == Refunding || o.State == Refunded {
		return s.askedBefore(ctx, o, d)
	}
	return ErrNotPaid
}

// askedBefore answers who asks for a refund that is under way or made: success,
// unless they chose otherwise about the certificate than what stands.
func (s *Service) askedBefore(ctx context.Context, o Order, d Decision) error {
	if d != Keep && d != Revoke {
		return nil
	}
	r, err := s.store.currentRefund(ctx, o.ID)
	if err != nil || r.Certificate == d {
		return err
	}
	if text := decidedWords[r.Certificate]; text != "" {
		return apperr.New(apperr.Conflict, "The refund was asked for already. "+text)
	}
	number, err := s.Certificate(ctx, o)
	if err != nil || number == "" {
		return err // nothing to choose about, then or now
	}
	return errLeftOpen
}

var errLeftOpen = apperr.New(apperr.Conflict, "The refund was asked for already, without a choice about the certificate. Once the money is back, the order asks for one.")

func (s *Service) enqueueRefund(ctx context.Context, orderID string) error {
	return s.Jobs.Enqueue(ctx, jobRefund, orderID, job.Unique(refundKey(orderID)))
}

func refundKey(orderID string) string { return jobRefund + ":" + orderID }

// checkDecision demands one exactly when a certificate counts.
func (s *Service) checkDecision(ctx context.Context, o Order, d Decision) (Decision, error) {
	number, err := s.Certificate(ctx, o)
	switch {
	case err != nil:
		return "", err
	case number == "":
		return NoCertificate, nil
	case d != Keep && d != Revoke:
		return "", ErrDecide
	}
	return d, nil
}

// Certificate returns the number of the certificate that the order's enrollment
// earned and that counts, "" if there is none.
func (s *Service) Certificate(ctx context.Context, o Order) (string, error) {
	if o.EnrollmentID == "" || s.CertificateOf == nil {
		return "", nil
	}
	return s.CertificateOf(ctx, o.EnrollmentID)
}

func (s *Service) onRefund(ctx context.Context, payload []byte) error {
	var orderID string
	if err := json.Unmarshal(payload, &orderID); err != nil {
		return job.Permanent(fmt.Errorf("payment: payload: %w", err))
	}
	return s.CompleteRefund(ctx, orderID)
}

// CompleteRefund calls Stripe for a refund that was asked for and settles it.
// It is safe to repeat after a crash at any point: the idempotency key makes
// Stripe send the money once, conditional updates settle it once. The job does
// it; the command line may do it at once.
func (s *Service) CompleteRefund(ctx context.Context, orderID string) error {
	o, err := s.byID(ctx, orderID)
	if err != nil {
		return err
	}
	if o.State != Refunding {
		return nil
	}
	if s.Gateway == nil {
		return ErrNoGateway
	}
	r, err := s.store.currentRefund(ctx, orderID)
	if err != nil {
		return fmt.Errorf("payment: the refund of order %s: %w", orderID, err)
	}
	stripeID, err := s.Gateway.RefundPayment(ctx, r, o.PaymentIntent)
	if no, ok := errors.AsType[refusedError](err); ok {
		return s.refundRefused(ctx, o, r, no.why)
	}
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.settle(ctx, o, r, stripeID, true) })
	if refused(err) {
		err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.settle(ctx, o, r, stripeID, false) })
	}
	return err
}

// refundRefused leaves the order paid, the learner enrolled and the
// administrator told.
func (s *Service) refundRefused(ctx context.Context, o Order, r Refund, why string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		failed, err := s.store.failRefund(ctx, r.ID, why, s.now())
		if err != nil || !failed {
			return err
		}
		if _, err := s.store.notRefunding(ctx, o.ID); err != nil {
			return err
		}
		if _, err := s.store.settleFact(ctx, o.ID, AlertRefund, stuck(r), s.now()); err != nil {
			return err
		}
		return s.alert(ctx, o.ID, AlertRefund, r.ID, "The refund was refused by Stripe: "+why, map[string]any{"refund": r.ID})
	})
}
