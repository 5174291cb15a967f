package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
)

// MaxPayload bounds an event, in bytes.
const MaxPayload = 64 << 10

// Webhook takes an event of Stripe. nil means: answer 200, it has acted, had
// acted before, or does not concern us. ErrSignature means: not from Stripe;
// ErrUnreadable: sending it again would not help. Any other error is our fault;
// nothing was changed and Stripe shall send it again.
func (s *Service) Webhook(ctx context.Context, payload []byte, signature string) error {
	if s.Gateway == nil {
		return ErrNoGateway
	}
	e, err := s.Gateway.ParseEvent(payload, signature)
	if err != nil {
		return err
	}
	err = s.once(ctx, e, true)
	if refused(err) { // the money moved all the same
		err = s.once(ctx, e, false)
	}
	return err
}

// once runs the event in one transaction, unless it has acted already. whole is
// false when the enrollment or the certificate refused its part: then an
// administrator gets it.
func (s *Service) once(ctx context.Context, e Event, whole bool) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.store.insertEvent(ctx, e, s.now())
		if err != nil || !fresh {
			return err
		}
		orderID, outcome, err := s.apply(ctx, e, whole)
		if err != nil {
			return err
		}
		return s.store.noteEvent(ctx, e.ID, orderID, outcome)
	})
}

func (s *Service) apply(ctx context.Context, e Event, whole bool) (orderID, outcome string, err error) {
	var o Order
	switch {
	case e.Session != nil:
		o, err = s.byID(ctx, e.Session.OrderID)
	case e.Charge != nil:
		o, err = s.byIntent(ctx, e.Charge.OrderID, e.Charge.PaymentIntent)
	case e.Refund != nil:
		o, err = s.byIntent(ctx, "", e.Refund.PaymentIntent)
	case e.Dispute != nil:
		o, err = s.byIntent(ctx, "", e.Dispute.PaymentIntent)
		if errors.Is(err, ErrNotFound) && e.Dispute.PaymentIntent != "" {
			err = nil // its payment may be on the way
		}
	default:
		return "", "not for us", nil
	}
	if errors.Is(err, ErrNotFound) {
		s.DB.AfterCommit(ctx, func() { s.Log.Warn("event for no order of ours", "event", e.ID, "kind", e.Kind) })
		return "", "no order of ours", nil
	}
	if err != nil {
		return "", "", err
	}
	switch {
	case e.Charge != nil:
		outcome, err = s.chargeRefunded(ctx, o, *e.Charge, whole)
	case e.Refund != nil:
		outcome, err = s.refundUpdated(ctx, o, *e.Refund)
	case e.Dispute != nil:
		outcome, err = s.dispute(ctx, o, *e.Dispute)
	default:
		outcome, err = s.sessionEvent(ctx, o, e, whole)
	}
	return o.ID, outcome, err
}

func (s *Service) byID(ctx context.Context, id string) (Order, error) {
	if id == "" {
		return Order{}, ErrNotFound
	}
	return s.store.one(ctx, "o.id = ?", id)
}

// byIntent finds an order by the ID in the metadata, else by the payment, also
// by one that was not accepted.
func (s *Service) byIntent(ctx context.Context, id, intent string) (Order, error) {
	if id != "" {
		return s.store.one(ctx, "o.id = ?", id)
	}
	if intent == "" {
		return Order{}, ErrNotFound
	}
	o, err := s.store.one(ctx, "o.payment_intent = ?", intent)
	if errors.Is(err, ErrNotFound) {
		return s.store.one(ctx, "o.id = (SELECT min(p.order_id) FROM payments p WHERE p.payment_intent = ? AND p.state = 'rejected')", intent)
	}
	return o, err
}

func (s *Service) sessionEvent(ctx context.Context, o Order, e Event, whole bool) (string, error) {
	switch e.Kind {
	case evAsyncFailed:
		return s.closeOrder(ctx, o, *e.Session, Failed)
	case evExpired:
		return s.closeOrder(ctx, o, *e.Session, Expired)
	}
	return s.grant(ctx, o, *e.Session, whole)
}

// closeOrder ends an order without a payment; whom the bank refused gets a mail.
// A session that is not the order's own says nothing about it, and no money
// moved: nobody need look.
func (s *Service) closeOrder(ctx context.Context, o Order, sess Session, to State) (string, error) {
	if why := o.Mismatch(sess); why != "" {
		return "not closed: " + why, nil
	}
	changed, err := s.store.close(ctx, o.ID, to, s.now())
	if err != nil {
		return "", err
	}
	if !changed {
		return "order is " + string(o.State) + " already", nil
	}
	if err := s.record(ctx, "order."+string(to), o.ID, nil); err != nil || to != Failed {
		return string(to), err
	}
	return string(to), s.send(ctx, o, func(amount string) mail.Message {
		return mail.PaymentFailed{OrderNumber: o.Number, CourseTitle: o.CourseTitle, Amount: amount, CourseLink: s.BaseURL + "/courses/" + o.Slug}
	})
}

// grant is the one way to an enrollment by money (DECISIONS 16). enroll is
// false when the enrollment was refused.
func (s *Service) grant(ctx context.Context, o Order, sess Session, enroll bool) (string, error) {
	if why := o.Mismatch(sess); why != "" {
		return s.reject(ctx, o, sess, why)
	}
	if !sess.Granting() {
		return "waiting for the money", s.wait(ctx, o, sess)
	}
	now := s.now()
	fresh, err := s.store.insertPayment(ctx, payment(o, sess, "accepted", "", now))
	if err != nil || !fresh {
		return "paid already", err
	}
	paid, err := s.store.pay(ctx, o.ID, sess, now)
	if err != nil {
		return "", err
	}
	if !paid { // the refund came before the payment
		if err := s.store.notePayment(ctx, o.ID, sess, now); err != nil {
			return "", err
		}
		return "refunded already", s.adoptDisputes(ctx, o.ID, sess.PaymentIntent)
	}
	err = s.record(ctx, "order.paid", o.ID, map[string]any{"cents": sess.AmountCents, "currency": sess.Currency, "payment_intent": sess.PaymentIntent})
	if err != nil {
		return "", err
	}
	if err := s.placeBuyer(ctx, o, enroll); err != nil {
		return "", err
	}
	return "paid", s.adoptDisputes(ctx, o.ID, sess.PaymentIntent)
}

// wait notes that the buyer is done although no money is there yet.
func (s *Service) wait(ctx context.Context, o Order, sess Session) error {
	if sess.Status != "complete" {
		return nil
	}
	changed, err := s.store.pending(ctx, o.ID, s.now())
	if err != nil || !changed {
		return err
	}
	return s.record(ctx, "order.pending", o.ID, map[string]any{"session": sess.ID})
}

// placeBuyer enrolls whoever paid. Where that was refused, an administrator is
// asked to send the money back, and the buyer is told.
func (s *Service) placeBuyer(ctx context.Context, o Order, enroll bool) error {
	if !enroll {
		err := s.alert(ctx, o.ID, AlertEnrollment, "", "Paid, but the person cannot be enrolled: they are enrolled by other means, or may not repeat the course. Refund this order.", nil)
		if err != nil {
			return err
		}
		return s.send(ctx, o, func(amount string) mail.Message {
			return mail.PaidNotEnrolled{OrderNumber: o.Number, CourseTitle: o.CourseTitle, Amount: amount, OrderLink: s.BaseURL + "/orders/" + o.Number}
		})
	}
	e, err := s.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: o.PersonID, EditionID: o.EditionID, Source: "order", OrderID: o.ID})
	if err != nil {
		return err
	}
	if err := s.store.setEnrollment(ctx, o.ID, e.ID); err != nil {
		return err
	}
	return s.send(ctx, o, func(amount string) mail.Message {
		return mail.Receipt{OrderNumber: o.Number, CourseTitle: o.CourseTitle, Amount: amount,
			Seller: o.Seller.Name, SellerAddress: o.Seller.Address, SellerTaxID: o.Seller.TaxID,
			OrderLink: s.BaseURL + "/orders/" + o.Number, LearnLink: s.BaseURL + "/learn/" + o.Slug}
	})
}

// reject records money that does not match its order. The same fact alerts
// once, however often it is told.
func (s *Service) reject(ctx context.Context, o Order, sess Session, why string) (string, error) {
	p := payment(o, sess, "rejected", why, s.now())
	fresh, err := s.store.insertPayment(ctx, p)
	if err != nil || !fresh {
		return "rejected before: " + why, err
	}
	err = s.alert(ctx, o.ID, AlertPayment, p.ID, "A payment was not accepted: "+why+". Look it up in Stripe's dashboard.",
		map[string]any{"session": sess.ID, "cents": sess.AmountCents, "currency": sess.Currency, "livemode": sess.Livemode})
	return "rejected: " + why, err
}

func payment(o Order, sess Session, state, why string, at time.Time) Payment {
	return Payment{ID: db.NewID(), OrderID: o.ID, SessionID: sess.ID, PaymentIntent: sess.PaymentIntent, State: state, Reason: why,
		AmountCents: sess.AmountCents, Currency: sess.Currency, Livemode: sess.Livemode, ReceivedAt: at}
}

// send queues a mail to the buyer's address of today. An address that cannot
// receive mail must not undo a payment.
func (s *Service) send(ctx context.Context, o Order, message func(amount string) mail.Message) error {
	to := mail.Address{Name: o.BuyerName, Email: o.BuyerEmail}
	if p, err := s.People.Get(ctx, o.PersonID); err == nil {
		to = mail.Address{Name: p.Name, Email: p.Email}
	} else if !apperr.Is(err, apperr.NotFound) {
		return err
	}
	amount, err := s.Money(o.AmountCents, o.Currency)
	if err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	err = s.Mail.Queue(ctx, to, message(amount))
	if errors.Is(err, mail.ErrAddress) {
		s.Log.Warn("no mail about an order: the address cannot receive any", "order", o.ID)
		return nil
	}
	return err
}

// refused tells an answer of enrollment or certificate that trying again does
// not change, from a fault that it may.
func refused(err error) bool {
	switch {
	case err == nil, errors.Is(err, ErrSignature):
		return false
	}
	switch apperr.KindOf(err) {
	case apperr.Conflict, apperr.Gone, apperr.Invalid, apperr.NotFound, apperr.Forbidden:
		return true
	}
	return false
}
