package payment

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

// Flaw is an order that its payment, its refund or its enrollment contradict, in words
// for the operator.
type Flaw struct{ Number, What string }

// String is the flaw on one line.
func (f Flaw) String() string { return f.Number + " (" + f.What + ")" }

// contradictions names what cannot be of an order o, its accepted payment p and the
// refund r of it that has not failed. Each pair is written in one transaction.
const contradictions = `CASE
	WHEN o.paid_at IS NOT NULL AND p.id IS NULL THEN 'it is paid, and there is no payment of it'
	WHEN o.paid_at IS NULL AND p.id IS NOT NULL THEN 'there is a payment of it, and it is not paid'
	WHEN p.amount_cents <> o.amount_cents OR upper(p.currency) <> upper(o.currency) THEN 'its amount is not that of its payment'
	WHEN p.livemode <> o.livemode OR p.session_id <> coalesce(o.session_id, '') OR p.payment_intent <> o.payment_intent THEN 'its payment is that of another order'
	WHEN o.state = 'refunded' AND (r.id IS NULL OR r.state <> 'succeeded') THEN 'it is refunded, and no refund of it was made'
	WHEN o.state = 'refunding' AND (r.id IS NULL OR r.state <> 'requested') THEN 'it is being refunded, and nobody asked for that'
	WHEN o.state <> 'refunded' AND r.state = 'succeeded' THEN 'a refund of it was made, and it is not refunded'
	WHEN r.amount_cents <> o.amount_cents THEN 'its amount is not that of its refund'
	WHEN o.state = 'paid' AND o.enrollment_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM order_alerts a WHERE a.order_id = o.id AND a.kind = 'enrollment') THEN 'it is paid, and nobody is enrolled by it'
	ELSE '' END`

// CheckStored compares every order with its payment, its refund and its enrollment. It
// returns how many orders were ever paid, and at most db.MaxPage of those that these
// contradict.
func (s *Service) CheckStored(ctx context.Context) (paid int64, flaws []Flaw, err error) {
	return s.store.contradicted(ctx, db.MaxPage)
}
