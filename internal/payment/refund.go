package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// maxReason bounds the reason of a refund, in characters.
const maxReason = 500

// refundedPublicly is what the verification page says of a certificate that
// went with its money. The refund's own reason stays with the order and the
// audit: whoever wrote it was promised so.
const refundedPublicly = "The purchase of the course was refunded."

// Refund asks for the full amount to be sent back and returns once that is
// written down; a job then calls Stripe, and only its success ends the
// enrollment, settles the certificate and mails the buyer. Asked again while
// one is under way, it changes nothing. decision matters only when a
// certificate counts: then it is Keep or Revoke. Errors: ErrNotFound,
// ErrNotPaid, ErrDecide, Invalid with the field "reason".
func (s *Service) Refund(ctx context.Context, orderID, reason string, decision Decision) error {
	reason = strings.TrimSpace(reason)
	var c apperr.Check
	c.Require(reason != "", "reason", "Say why the money goes back. The buyer does not see it.")
	c.Require(len([]rune(reason)) <= maxReason, "reason", fmt.Sprintf("Use at most %d characters.", maxReason))
	if err := c.Err(); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		o, err := s.byID(ctx, orderID)
		if err != nil {
			return err
		}
		if o.State == Refunding || o.State == Refunded {
			return nil
		}
		if decision, err = s.checkDecision(ctx, o, decision); err != nil {
			return err
		}
		changed, err := s.store.refunding(ctx, o.ID)
		if err != nil {
			return err
		}
		if !changed {
			return s.refundedMeanwhile(ctx, o.ID)
		}
		if o.PaymentIntent == "" {
			return ErrNotPaid
		}
		r := Refund{ID: db.NewID(), OrderID: o.ID, State: "requested", AmountCents: o.AmountCents, Currency: o.Currency, Reason: reason,
			RequestedBy: audit.ActorOf(ctx).PersonID, Certificate: decision, RequestedAt: s.now()}
		if _, err := s.store.insertRefund(ctx, r); err != nil {
			return err
		}
		if err := s.record(ctx, "order.refund_request", o.ID, map[string]any{"reason": reason, "certificate": decision, "cents": o.AmountCents}); err != nil {
			return err
		}
		return s.enqueueRefund(ctx, o.ID)
	})
}

// refundedMeanwhile answers who lost the race for a refund: on PostgreSQL the
// order may have been read as paid and be on its way back by now, which is what
// was asked for.
func (s *Service) refundedMeanwhile(ctx context.Context, orderID string) error {
	o, err := s.byID(ctx, orderID)
	if err != nil {
		return err
	}
	if o.State == Refunding || o.State == Refunded {
		return nil
	}
	return ErrNotPaid
}

func (s *Service) enqueueRefund(ctx context.Context, orderID string) error {
	return s.Jobs.Enqueue(ctx, jobRefund, orderID, job.Unique(jobRefund+":"+orderID))
}

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
		return s.alert(ctx, o, "The refund was refused by Stripe: "+why, map[string]any{"refund": r.ID})
	})
}

// settle makes an order refunded, once: by the job or by the event, whichever
// is first. whole is false when the certificate refused to be revoked: the money
// has gone back, so an administrator gets the rest.
func (s *Service) settle(ctx context.Context, o Order, r Refund, stripeID string, whole bool) error {
	now := s.now()
	if _, err := s.store.settleRefund(ctx, r.ID, stripeID, now); err != nil {
		return err
	}
	changed, err := s.store.refunded(ctx, o.ID, now)
	if err != nil || !changed {
		return err
	}
	// Read again, now that the row is ours: the payment may have come meanwhile.
	if o, err = s.byID(ctx, o.ID); err != nil {
		return err
	}
	if err := s.record(ctx, "order.refunded", o.ID, map[string]any{"refund": r.ID, "stripe": stripeID, "cents": r.AmountCents}); err != nil {
		return err
	}
	if err := s.settleLearning(ctx, o, r, whole); err != nil {
		return err
	}
	return s.send(ctx, o, func(amount string) mail.Message {
		return mail.Refunded{OrderNumber: o.Number, CourseTitle: o.CourseTitle, Amount: amount, EnrollmentEnded: o.EnrollmentID != ""}
	})
}

func (s *Service) settleLearning(ctx context.Context, o Order, r Refund, whole bool) error {
	if o.EnrollmentID == "" {
		return s.store.setAttention(ctx, o.ID, "")
	}
	if err := s.Enrollments.End(ctx, o.EnrollmentID, enrollment.Refunded, "Order "+o.Number+" was refunded."); err != nil {
		return err
	}
	if !whole {
		if err := s.store.undecide(ctx, r.ID); err != nil {
			return err
		}
		return s.alert(ctx, o, "Refunded, but the certificate could not be revoked. Decide again what becomes of it.", nil)
	}
	attention, err := s.settleCertificate(ctx, o, r)
	if err != nil {
		return err
	}
	return s.store.setAttention(ctx, o.ID, attention)
}

// settleCertificate does what was decided. A certificate that nobody decided
// about, because it was issued after the refund was asked for or the refund was
// made in Stripe's dashboard, waits for an administrator.
func (s *Service) settleCertificate(ctx context.Context, o Order, r Refund) (attention string, err error) {
	number, err := s.Certificate(ctx, o)
	if err != nil || number == "" || r.Certificate == Keep {
		return "", err
	}
	if r.Certificate == Revoke {
		// The person who decided is the one who revokes, not the job.
		return "", s.Revoke(audit.WithActor(ctx, audit.Actor{PersonID: r.RequestedBy}), number, refundedPublicly)
	}
	return "Refunded, but a certificate was issued. Decide whether it stays valid.", s.store.undecide(ctx, r.ID)
}

// DecideCertificate settles the certificate of an order that was refunded
// before anybody decided. Errors: ErrNotFound, ErrDecide, Conflict when nothing
// is to be decided.
func (s *Service) DecideCertificate(ctx context.Context, orderID string, d Decision) error {
	if d != Keep && d != Revoke {
		return ErrDecide
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		o, err := s.byID(ctx, orderID)
		if err != nil {
			return err
		}
		r, err := s.store.currentRefund(ctx, orderID)
		if err != nil {
			return err
		}
		changed, err := s.store.decide(ctx, r.ID, d)
		if err != nil {
			return err
		}
		if !changed {
			return apperr.New(apperr.Conflict, "Nothing is left to decide about this order's certificate.")
		}
		number, err := s.Certificate(ctx, o)
		if err != nil {
			return err
		}
		if d == Revoke && number != "" {
			if err := s.Revoke(ctx, number, refundedPublicly); err != nil {
				return err
			}
		}
		if err := s.store.setAttention(ctx, o.ID, ""); err != nil {
			return err
		}
		return s.record(ctx, "order.certificate", o.ID, map[string]any{"decision": d, "certificate": number})
	})
}

// chargeRefunded is told for our refunds and for those made in Stripe's
// dashboard, perhaps before we know of the payment.
func (s *Service) chargeRefunded(ctx context.Context, o Order, c Charge, whole bool) (string, error) {
	switch {
	case c.RefundedCents < o.AmountCents || c.Currency != o.Currency:
		why := fmt.Sprintf("Stripe reports a refund of %d of %d cents (%s). Only full refunds end an enrollment; decide by hand.", c.RefundedCents, o.AmountCents, c.Currency)
		return "partial refund", s.alert(ctx, o, why, nil)
	case c.Livemode != o.Livemode:
		return "refund in another mode", s.alert(ctx, o, "Stripe reports a refund, but test and live mode are mixed.", nil)
	case o.State == Refunded:
		return "refunded already", nil
	}
	r, err := s.store.currentRefund(ctx, o.ID)
	if errors.Is(err, ErrNotFound) {
		now := s.now()
		r = Refund{ID: db.NewID(), OrderID: o.ID, State: "succeeded", AmountCents: o.AmountCents, Currency: o.Currency,
			Reason: "Refunded in Stripe's dashboard.", Certificate: NoCertificate, RequestedAt: now, SettledAt: &now}
		_, err = s.store.insertRefund(ctx, r)
	}
	if err != nil {
		return "", err
	}
	return "refunded", s.settle(ctx, o, r, r.StripeRefundID, whole)
}

// refundUpdated tells of money that was sent back and did not arrive.
func (s *Service) refundUpdated(ctx context.Context, o Order, u RefundUpdate) (string, error) {
	if u.Status != "failed" && u.Status != "canceled" {
		return "refund " + u.Status, nil
	}
	why := "The refund " + u.ID + " did not reach the buyer (" + u.Status + " " + u.Failure + "). Send the money another way."
	return "refund " + u.Status, s.alert(ctx, o, why, nil)
}
