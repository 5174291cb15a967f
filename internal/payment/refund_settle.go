package payment

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
)

// settle makes an order refunded, once: by the job or by the event, whichever
// is first. whole is false when the certificate refused to be revoked: the money
// has gone back, so an administrator gets the rest.
func (s *Service) settle(ctx context.Context, o Order, r Refund, stripeID string, whole bool) error {
	now := s.now()
	if _, err := s.store.settleRefund(ctx, r.ID, now); err != nil {
		return err
	}
	if err := s.store.fillRefundID(ctx, o.ID, stripeID, r.AmountCents); err != nil {
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
	if err := s.store.settleAlerts(ctx, o.ID, now, AlertEnrollment, AlertRefund); err != nil {
		return err
	}
	m, err := s.refundedMail(ctx, o, r, whole)
	if err != nil {
		return err
	}
	if err := s.settleLearning(ctx, o, r, whole); err != nil {
		return err
	}
	return s.send(ctx, o, func(amount string) mail.Message {
		m.Amount = amount
		return m
	})
}

// refundedMail says what a refund leaves, as far as it is decided: before anything is
// revoked, since only a certificate that counts is found.
func (s *Service) refundedMail(ctx context.Context, o Order, r Refund, whole bool) (mail.Refunded, error) {
	m := mail.Refunded{OrderNumber: o.Number, CourseTitle: o.CourseTitle, EnrollmentEnded: o.EnrollmentID != ""}
	if o.EnrollmentID == "" {
		return m, nil
	}
	var err error
	if m.Certificate, err = s.Certificate(ctx, o); err != nil || m.Certificate == "" {
		return m, err
	}
	m.CertificateStays, m.CertificateRevoked = r.Certificate == Keep, whole && r.Certificate == Revoke
	return m, nil
}

func (s *Service) settleLearning(ctx context.Context, o Order, r Refund, whole bool) error {
	if o.EnrollmentID == "" {
		return nil
	}
	if err := s.Enrollments.End(ctx, o.EnrollmentID, enrollment.Refunded, "Order "+o.Number+" was refunded."); err != nil {
		return err
	}
	if !whole {
		return s.leaveOpen(ctx, o, r, "Refunded, but the certificate could not be revoked. Decide again what becomes of it.")
	}
	return s.settleCertificate(ctx, o, r)
}

// settleCertificate does what was decided. A certificate that nobody decided
// about, because it was issued after the refund was asked for or the refund was
// made in Stripe's dashboard, waits for an administrator.
func (s *Service) settleCertificate(ctx context.Context, o Order, r Refund) error {
	number, err := s.Certificate(ctx, o)
	if err != nil || number == "" || r.Certificate == Keep {
		return err
	}
	if r.Certificate == Revoke {
		// The person who decided is the one who revokes, not the job.
		return s.Revoke(audit.WithActor(ctx, audit.Actor{PersonID: r.RequestedBy}), number, refundedPublicly)
	}
	return s.leaveOpen(ctx, o, r, "Refunded, but a certificate was issued. Decide whether it stays valid.")
}

// leaveOpen leaves the certificate to an administrator.
func (s *Service) leaveOpen(ctx context.Context, o Order, r Refund, text string) error {
	if err := s.store.undecide(ctx, r.ID); err != nil {
		return err
	}
	return s.alert(ctx, o.ID, AlertCertificate, r.ID, text, nil)
}

// DecideCertificate settles the certificate of an order that was refunded
// before anybody decided. Deciding the same again is success. Errors:
// ErrNotFound, ErrDecide, Conflict when nothing is to be decided or it was
// decided otherwise.
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
			return s.decidedBefore(ctx, orderID, d)
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
		if err := s.store.settleAlerts(ctx, o.ID, s.now(), AlertCertificate); err != nil {
			return err
		}
		return s.record(ctx, "order.certificate", o.ID, map[string]any{"decision": d, "certificate": number})
	})
}

// decidedWords say which decision stands.
var decidedWords = map[Decision]string{
	Keep:   "It was decided already that the certificate stays valid.",
	Revoke: "It was decided already that the certificate is revoked.",
}

// decidedBefore answers a decision that came too late, by how it was decided.
func (s *Service) decidedBefore(ctx context.Context, orderID string, d Decision) error {
	r, err := s.store.currentRefund(ctx, orderID)
	if err != nil || r.Certificate == d {
		return err
	}
	if text := decidedWords[r.Certificate]; text != "" {
		return apperr.New(apperr.Conflict, text)
	}
	return apperr.New(apperr.Conflict, "Nothing is left to decide about this order's certificate.")
}
