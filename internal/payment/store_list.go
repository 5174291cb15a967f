package payment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows the administrator's list; zero fields do not.
type Filter struct {
	// Query is a part of number, buyer's name, address or course title, of what the
	// account says today, or of an ID of Stripe's: of the session, the payment, a
	// refund or a dispute.
	Query     string
	State     State
	Attention bool // only those with an open alert
	PersonID  string
	Sort      string // "", "created", "amount", "-amount"; "" is the newest first
	// After or Before is the key of the row next to the page: Key(order).
	After, Before []string
	Limit         int // 50 if 0, at most 500
}

// Key is the place of an order in a list sorted as the filter says.
func (f Filter) Key(o Order) []string {
	return []string{strconv.FormatInt(o.AmountCents, 10), o.ID}
}

// Total sums up the orders of a filter. Revenue is Paid less Refunded.
type Total struct {
	Currency      string
	Orders        int64
	PaidCents     int64 // everything that came in
	RefundedCents int64 // of it went back
}

// NetCents is what stayed.
func (t Total) NetCents() int64 { return t.PaidCents - t.RefundedCents }

func (f Filter) where() (string, []any) {
	conds, args := []string{"1 = 1"}, []any{}
	add := func(cond string, values ...any) { conds, args = append(conds, cond), append(args, values...) }
	if f.Query != "" {
		like := db.Contains(f.Query)
		add(`(o.search LIKE ? ESCAPE '\' OR o.person_id IN (SELECT p.id FROM people p WHERE p.search LIKE ? ESCAPE '\')
			OR lower(o.payment_intent) LIKE ? ESCAPE '\' OR lower(o.session_id) LIKE ? ESCAPE '\'
			OR o.id IN (SELECT y.order_id FROM payments y WHERE y.payment_intent = ? OR y.session_id = ?)
			OR o.id IN (SELECT r.order_id FROM refunds r WHERE r.stripe_refund_id = ?)
			OR o.id IN (SELECT d.order_id FROM disputes d WHERE d.id = ?))`,
			like, like, like, like, f.Query, f.Query, f.Query, f.Query)
	}
	if f.State != "" {
		add("o.state = ?", f.State)
	}
	if f.Attention {
		add("o.id IN (SELECT a.order_id FROM order_alerts a WHERE a.settled_at IS NULL)")
	}
	if f.PersonID != "" {
		add("o.person_id = ?", f.PersonID)
	}
	return strings.Join(conds, " AND "), args
}

// list returns one row more than the limit when there is another page. Going
// back, the rows come in reverse.
func (s store) list(ctx context.Context, f Filter) ([]Order, error) {
	where, args := f.where()
	key := f.After
	back := len(f.Before) > 0
	if back {
		key = f.Before
	}
	descending := (f.Sort == "" || f.Sort == "-amount") != back
	order, op := "ASC", ">"
	if descending {
		order, op = "DESC", "<"
	}
	byAmount := strings.HasSuffix(f.Sort, "amount")
	if len(key) == 2 {
		if byAmount {
			cents, err := strconv.ParseInt(key[0], 10, 64)
			if err != nil {
				return nil, errCursor
			}
			where += fmt.Sprintf(" AND (o.amount_cents, o.id) %s (?, ?)", op)
			args = append(args, cents, key[1])
		} else {
			where += fmt.Sprintf(" AND o.id %s ?", op)
			args = append(args, key[1])
		}
	}
	by := "o.id " + order
	if byAmount {
		by = "o.amount_cents " + order + ", o.id " + order
	}
	return s.many(ctx, `WHERE `+where+` ORDER BY `+by+` LIMIT ?`, append(args, f.Limit+1)...)
}

func (s store) count(ctx context.Context, f Filter) (int64, bool, error) {
	where, args := f.where()
	return db.CountUpTo(s.db.Read(ctx), " FROM orders o WHERE "+where, args...)
}

func (s store) totals(ctx context.Context, f Filter) (list []Total, err error) {
	where, args := f.where()
	err = s.db.Read(ctx).Raw(`SELECT o.currency, count(*) AS orders,
		sum(CASE WHEN o.paid_at IS NOT NULL OR o.state = 'refunded' THEN o.amount_cents ELSE 0 END) AS paid_cents,
		sum(CASE WHEN o.state = 'refunded' THEN o.amount_cents ELSE 0 END) AS refunded_cents
		FROM orders o WHERE `+where+` GROUP BY o.currency ORDER BY o.currency`, args...).Scan(&list).Error
	return list, err
}
