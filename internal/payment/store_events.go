package payment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// insertEvent reports false for an event that has acted already.
func (s store) insertEvent(ctx context.Context, e Event, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO stripe_events (id, kind, outcome, received_at)
		VALUES (?, ?, 'received', ?) ON CONFLICT DO NOTHING`, e.ID, e.Kind, at))
}

func (s store) noteEvent(ctx context.Context, id, orderID, outcome string) error {
	var order *string
	if orderID != "" {
		order = &orderID
	}
	return s.db.Conn(ctx).Exec(`UPDATE stripe_events SET order_id = ?, outcome = ? WHERE id = ?`, order, outcome, id).Error
}

func (s store) forgetStrayEvents(ctx context.Context, before time.Time) error {
	return s.db.Conn(ctx).Exec(`DELETE FROM stripe_events WHERE order_id IS NULL AND received_at < ?`, before).Error
}

// EventRecord is an event of Stripe and what came of it.
type EventRecord struct {
	ID, Kind, Outcome string
	ReceivedAt        time.Time
}

func (s store) events(ctx context.Context, orderID string) (list []EventRecord, err error) {
	err = s.db.Read(ctx).Raw(`SELECT id, kind, outcome, received_at FROM stripe_events WHERE order_id = ?
		ORDER BY received_at, id LIMIT 200`, orderID).Scan(&list).Error
	return list, err
}

// insertPayment reports false when the same fact is recorded already.
func (s store) insertPayment(ctx context.Context, p Payment) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO payments (`+paymentColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		p.ID, p.OrderID, p.SessionID, p.PaymentIntent, p.State, p.Reason, p.AmountCents, p.Currency, p.Livemode, p.ReceivedAt))
}

const paymentColumns = `id, order_id, session_id, payment_intent, state, reason, amount_cents, currency, livemode, received_at`

// rejected are an order's payments of an intent that were not accepted.
func (s store) rejected(ctx context.Context, orderID, intent string) (list []Payment, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+paymentColumns+` FROM payments
		WHERE order_id = ? AND payment_intent = ? AND state = 'rejected' ORDER BY id`, orderID, intent).Scan(&list).Error
	return list, err
}

func (s store) payments(ctx context.Context, orderID string) (list []Payment, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+paymentColumns+` FROM payments WHERE order_id = ? ORDER BY id LIMIT 200`, orderID).Scan(&list).Error
	return list, err
}

const refundColumns = `id, order_id, state, amount_cents, currency, reason, requested_by, certificate, stripe_refund_id, failure, requested_at, settled_at`

// insertRefund reports false when the order has one that has not failed.
func (s store) insertRefund(ctx context.Context, r Refund) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO refunds (`+refundColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, r.ID, r.OrderID, r.State, r.AmountCents, r.Currency, r.Reason, r.RequestedBy, r.Certificate,
		r.StripeRefundID, r.Failure, r.RequestedAt, r.SettledAt))
}

// currentRefund is the one refund of an order that has not failed. Errors:
// ErrNotFound.
func (s store) currentRefund(ctx context.Context, orderID string) (Refund, error) {
	var r Refund
	q := s.db.Read(ctx).Raw(`SELECT `+refundColumns+` FROM refunds WHERE order_id = ? AND state <> 'failed'`, orderID).Scan(&r)
	return r, db.One(q, ErrNotFound)
}

func (s store) refunds(ctx context.Context, orderID string) (list []Refund, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+refundColumns+` FROM refunds WHERE order_id = ? ORDER BY id LIMIT 200`, orderID).Scan(&list).Error
	return list, err
}

func (s store) settleRefund(ctx context.Context, id string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE refunds SET state = 'succeeded', settled_at = ?
		WHERE id = ? AND state = 'requested'`, at, id))
}

// fillRefundID notes what Stripe calls the order's refund, whoever learns it
// first: the job from Stripe's answer, or an event that settled it before.
func (s store) fillRefundID(ctx context.Context, orderID, stripeID string, cents int64) error {
	if stripeID == "" {
		return nil
	}
	return s.db.Conn(ctx).Exec(`UPDATE refunds SET stripe_refund_id = ?
		WHERE order_id = ? AND state <> 'failed' AND stripe_refund_id = '' AND amount_cents = ?`, stripeID, orderID, cents).Error
}

func (s store) failRefund(ctx context.Context, id, why string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE refunds SET state = 'failed', failure = ?, settled_at = ?
		WHERE id = ? AND state = 'requested'`, why, at, id))
}

// decide reports false when nobody has left the decision open.
func (s store) decide(ctx context.Context, refundID string, d Decision) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE refunds SET certificate = ? WHERE id = ? AND certificate = 'open'`, d, refundID))
}

func (s store) undecide(ctx context.Context, refundID string) error {
	return s.db.Conn(ctx).Exec(`UPDATE refunds SET certificate = 'open' WHERE id = ?`, refundID).Error
}

const disputeColumns = `id, coalesce(order_id, '') AS order_id, payment_intent, state, reason, amount_cents, currency, opened_at, closed_at`

// upsertDispute never leads from closed back to open: events come in any order.
// It reports false when it was told nothing new.
func (s store) upsertDispute(ctx context.Context, d Dispute) (bool, error) {
	var order *string
	if d.OrderID != "" {
		order = &d.OrderID
	}
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO disputes (id, order_id, payment_intent, state, reason, amount_cents, currency, opened_at, closed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, closed_at = excluded.closed_at,
			order_id = coalesce(disputes.order_id, excluded.order_id)
		WHERE disputes.state = 'open' AND (excluded.state <> 'open' OR disputes.order_id IS NULL AND excluded.order_id IS NOT NULL)`,
		d.ID, order, d.PaymentIntent, d.State, d.Reason, d.AmountCents, d.Currency, d.OpenedAt, d.ClosedAt))
}

// adoptDisputes gives an order the disputes that knew its payment alone, and
// returns them.
func (s store) adoptDisputes(ctx context.Context, orderID, paymentIntent string) (list []Dispute, err error) {
	err = s.db.Conn(ctx).Raw(`UPDATE disputes SET order_id = ? WHERE order_id IS NULL AND payment_intent = ?
		RETURNING `+disputeColumns, orderID, paymentIntent).Scan(&list).Error
	return list, err
}

// strays are paid orders with a dispute that does not know them.
func (s store) strays(ctx context.Context, limit int) ([]Order, error) {
	return s.many(ctx, `WHERE o.payment_intent IN (SELECT d.payment_intent FROM disputes d WHERE d.order_id IS NULL)
		ORDER BY o.id LIMIT ?`, limit)
}

func (s store) disputes(ctx context.Context, orderID string) (list []Dispute, err error) {
	err = s.db.Read(ctx).Raw(`SELECT `+disputeColumns+` FROM disputes WHERE order_id = ? ORDER BY id LIMIT 200`, orderID).Scan(&list).Error
	return list, err
}

// unchecked are open orders whose session nobody has asked Stripe about since,
// the longest waiting first.
func (s store) unchecked(ctx context.Context, since time.Time, limit int) ([]Order, error) {
	return s.many(ctx, `WHERE o.state = 'open' AND o.session_id IS NOT NULL AND o.checked_at < ?
		ORDER BY o.checked_at, o.id LIMIT ?`, since, limit)
}

// abandoned are open orders that never got a session.
func (s store) abandoned(ctx context.Context, since time.Time, limit int) ([]Order, error) {
	return s.many(ctx, `WHERE o.state = 'open' AND o.session_id IS NULL AND o.checked_at < ? ORDER BY o.checked_at, o.id LIMIT ?`, since, limit)
}

// refundsUnderWay are orders being refunded, the longest waiting first.
func (s store) refundsUnderWay(ctx context.Context, limit int) ([]Order, error) {
	return s.many(ctx, `WHERE o.state = 'refunding' ORDER BY o.checked_at, o.id LIMIT ?`, limit)
}
