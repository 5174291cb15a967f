package payment

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// store is the only place that knows SQL. Conditional updates report whether
// they changed a row.
type store struct{ db *db.DB }

// orderRow is an order as it lies in the table.
type orderRow struct {
	ID, Number, PersonID, CourseID, EditionID, Slug        string
	State                                                  State
	AmountCents                                            int64
	Currency                                               string
	Livemode                                               bool
	BuyerName, BuyerEmail, CourseTitle, Provider, Policies string
	SellerAddress, SellerTaxID                             string
	AcceptedAt                                             *time.Time
	SessionID                                              *string
	SessionURL, PaymentIntent                              string
	SessionTry                                             int
	EnrollmentID                                           *string
	CreatedAt                                              time.Time
	ReturnedAt, PendingAt, PaidAt, ClosedAt, RefundedAt    *time.Time
}

const orderColumns = `o.id, o.number, o.person_id, o.course_id, o.edition_id, o.slug, o.state, o.amount_cents, o.currency,
	o.livemode, o.buyer_name, o.buyer_email, o.course_title, o.provider, o.seller_address, o.seller_tax_id, o.policies, o.accepted_at, o.session_id,
	o.session_url, o.session_try, o.payment_intent, o.enrollment_id, o.created_at, o.returned_at, o.pending_at, o.paid_at, o.closed_at, o.refunded_at`

func (r orderRow) order() (Order, error) {
	o := Order{
		ID: r.ID, Number: r.Number, PersonID: r.PersonID, CourseID: r.CourseID, EditionID: r.EditionID, Slug: r.Slug,
		State: r.State, AmountCents: r.AmountCents, Currency: r.Currency, Livemode: r.Livemode, BuyerName: r.BuyerName,
		BuyerEmail: r.BuyerEmail, CourseTitle: r.CourseTitle, AcceptedAt: r.AcceptedAt,
		SessionURL: r.SessionURL, SessionTry: r.SessionTry, PaymentIntent: r.PaymentIntent,
		Seller:    Seller{Name: r.Provider, Address: r.SellerAddress, TaxID: r.SellerTaxID},
		CreatedAt: r.CreatedAt, ReturnedAt: r.ReturnedAt, PendingAt: r.PendingAt, PaidAt: r.PaidAt, ClosedAt: r.ClosedAt, RefundedAt: r.RefundedAt,
	}
	if r.SessionID != nil {
		o.SessionID = *r.SessionID
	}
	if r.EnrollmentID != nil {
		o.EnrollmentID = *r.EnrollmentID
	}
	if err := json.Unmarshal([]byte(r.Policies), &o.Policies); err != nil {
		return Order{}, fmt.Errorf("policies of order %s: %w", r.ID, err)
	}
	return o, nil
}

func orders(rows []orderRow) ([]Order, error) {
	list := make([]Order, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.order(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// one returns the order that the condition finds. Errors: ErrNotFound.
func (s store) one(ctx context.Context, where string, args ...any) (Order, error) {
	var r orderRow
	q := s.db.Read(ctx).Raw(`SELECT `+orderColumns+` FROM orders o WHERE `+where+` LIMIT 1`, args...).Scan(&r)
	if err := db.One(q, ErrNotFound); err != nil {
		return Order{}, err
	}
	return r.order()
}

func (s store) many(ctx context.Context, tail string, args ...any) ([]Order, error) {
	var rows []orderRow
	if err := s.db.Read(ctx).Raw(`SELECT `+orderColumns+` FROM orders o `+tail, args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return orders(rows)
}

// insertOrder reports false when the person has an open order for the course,
// or the number is taken.
func (s store) insertOrder(ctx context.Context, o Order) (bool, error) {
	search := db.Fold(strings.Join([]string{o.BuyerName, o.BuyerEmail, o.CourseTitle, o.Number, strings.ReplaceAll(o.Number, "-", "")}, " "))
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO orders (id, number, person_id, course_id, edition_id, slug, state,
		amount_cents, currency, livemode, buyer_name, buyer_email, course_title, provider, seller_address, seller_tax_id,
		search, created_at, checked_at) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		o.ID, o.Number, o.PersonID, o.CourseID, o.EditionID, o.Slug, o.AmountCents, o.Currency, o.Livemode,
		o.BuyerName, o.BuyerEmail, o.CourseTitle, o.Seller.Name, o.Seller.Address, o.Seller.TaxID, search, o.CreatedAt, o.CreatedAt))
}

func (s store) accept(ctx context.Context, orderID string, policies []PolicyVersion, at time.Time) (bool, error) {
	data, err := json.Marshal(policies)
	if err != nil {
		return false, err
	}
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET policies = ?, accepted_at = ?
		WHERE id = ? AND state = 'open' AND session_id IS NULL`, string(data), at, orderID))
}

// setSession keeps the first session; a second call with the same one is no
// change.
func (s store) setSession(ctx context.Context, orderID string, sess Session, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET session_id = ?, session_url = ?, checked_at = ?
		WHERE id = ? AND session_id IS NULL`, sess.ID, sess.URL, at, orderID))
}

// returned notes that the buyer came back from Stripe's page, once.
func (s store) returned(ctx context.Context, orderID string, at time.Time) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET returned_at = ?
		WHERE id = ? AND state = 'open' AND session_id IS NOT NULL AND returned_at IS NULL`, at, orderID).Error
}

// notReturned takes that back: Stripe says that its page is still to be paid.
func (s store) notReturned(ctx context.Context, orderID string) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET returned_at = NULL WHERE id = ? AND returned_at IS NOT NULL`, orderID).Error
}

// pending notes that the buyer is done, once.
func (s store) pending(ctx context.Context, orderID string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET pending_at = ?
		WHERE id = ? AND state = 'open' AND pending_at IS NULL`, at, orderID))
}

func (s store) pay(ctx context.Context, orderID string, sess Session, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = 'paid', paid_at = ?, payment_intent = ?, session_id = ?
		WHERE id = ? AND state IN ('open', 'expired', 'failed')`, at, sess.PaymentIntent, sess.ID, orderID))
}

// notePayment completes the record of an order that was refunded before its
// payment was told.
func (s store) notePayment(ctx context.Context, orderID string, sess Session, at time.Time) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET paid_at = ?, payment_intent = ?, session_id = ?
		WHERE id = ? AND state = 'refunded' AND paid_at IS NULL`, at, sess.PaymentIntent, sess.ID, orderID).Error
}

func (s store) close(ctx context.Context, orderID string, to State, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = ?, closed_at = ? WHERE id = ? AND state = 'open'`, to, at, orderID))
}

// abandon ends an order that has no page at Stripe in this mode.
func (s store) abandon(ctx context.Context, orderID string, livemode bool, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = 'expired', closed_at = ?
		WHERE id = ? AND state = 'open' AND (session_id IS NULL OR livemode <> ?)`, at, orderID, livemode))
}

// nextTry raises the number that the idempotency key of the next try carries,
// unless another try has done so.
func (s store) nextTry(ctx context.Context, o Order) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET session_try = session_try + 1
		WHERE id = ? AND session_try = ? AND session_id IS NULL`, o.ID, o.SessionTry).Error
}

func (s store) refunding(ctx context.Context, orderID string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = 'refunding' WHERE id = ? AND state = 'paid'`, orderID))
}

func (s store) notRefunding(ctx context.Context, orderID string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = 'paid' WHERE id = ? AND state = 'refunding'`, orderID))
}

func (s store) refunded(ctx context.Context, orderID string, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE orders SET state = 'refunded', refunded_at = ? WHERE id = ? AND state <> 'refunded'`, at, orderID))
}

func (s store) setEnrollment(ctx context.Context, orderID, enrollmentID string) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET enrollment_id = ? WHERE id = ?`, enrollmentID, orderID).Error
}

func (s store) setChecked(ctx context.Context, orderID string, at time.Time) error {
	return s.db.Conn(ctx).Exec(`UPDATE orders SET checked_at = ? WHERE id = ?`, at, orderID).Error
}

// fixedCurrency is that of the first order, "" before it.
func (s store) fixedCurrency(ctx context.Context) (kept string, err error) {
	err = s.db.Read(ctx).Raw(`SELECT value FROM settings WHERE name = 'payment.currency'`).Scan(&kept).Error
	return kept, err
}

// fixCurrency keeps the first currency and returns it.
func (s store) fixCurrency(ctx context.Context, code string, at time.Time) (string, error) {
	err := s.db.Conn(ctx).Exec(`INSERT INTO settings (name, value, updated_at) VALUES ('payment.currency', ?, ?)
		ON CONFLICT DO NOTHING`, code, at).Error
	if err != nil {
		return "", err
	}
	return s.fixedCurrency(ctx)
}
