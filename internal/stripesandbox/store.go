package stripesandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

type store struct{ db *db.DB }

type sessionRow struct {
	ID, PaymentIntent, Charge, Status, PaymentStatus, Refund, Data string
	CreatedAt                                                      time.Time
}

const sessionColumns = `id, payment_intent, charge, status, payment_status, refund, data, created_at`

func (s store) find(ctx context.Context, where string, arg string) (Session, error) {
	var r sessionRow
	q := s.db.Read(ctx).Raw(`SELECT `+sessionColumns+` FROM sandbox_sessions WHERE `+where, arg).Scan(&r)
	if err := db.One(q, ErrNotFound); err != nil {
		return Session{}, err
	}
	v := Session{ID: r.ID, PaymentIntent: r.PaymentIntent, Charge: r.Charge, Status: r.Status, PaymentStatus: r.PaymentStatus,
		Refund: r.Refund, CreatedAt: r.CreatedAt}
	if err := json.Unmarshal([]byte(r.Data), &v.Data); err != nil {
		return Session{}, fmt.Errorf("sandbox: session %s: %w", r.ID, err)
	}
	return v, nil
}

func (s store) session(ctx context.Context, id string) (Session, error) {
	return s.find(ctx, "id = ?", id)
}

func (s store) byIntent(ctx context.Context, intent string) (Session, error) {
	return s.find(ctx, "payment_intent = ?", intent)
}

func (s store) insert(ctx context.Context, v Session) error {
	data, err := json.Marshal(v.Data)
	if err != nil {
		return err
	}
	return s.db.Conn(ctx).Exec(`INSERT INTO sandbox_sessions (`+sessionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, v.PaymentIntent, v.Charge, v.Status, v.PaymentStatus, v.Refund, string(data), v.CreatedAt).Error
}

// leaveOpen reports false for a session that is no longer open.
func (s store) leaveOpen(ctx context.Context, id, status, paymentStatus string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE sandbox_sessions SET status = ?, payment_status = ? WHERE id = ? AND status = 'open'`,
		status, paymentStatus, id))
}

func (s store) setPaymentStatus(ctx context.Context, id, status string) error {
	return s.db.Conn(ctx).Exec(`UPDATE sandbox_sessions SET payment_status = ? WHERE id = ? AND status = 'complete'`, status, id).Error
}

// setRefund reports false for a payment that was refunded already.
func (s store) setRefund(ctx context.Context, id, refund string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`UPDATE sandbox_sessions SET refund = ? WHERE id = ? AND refund = ''`, refund, id))
}

// answer is a stored answer to a request with an idempotency key.
type answer struct {
	Fingerprint string
	Status      int
	Body        string
}

var errNoAnswer = errors.New("sandbox: no answer yet")

func (s store) answer(ctx context.Context, key string) (answer, error) {
	var a answer
	q := s.db.Conn(ctx).Raw(`SELECT fingerprint, status, body FROM sandbox_requests WHERE idempotency_key = ?`, key).Scan(&a)
	return a, db.One(q, errNoAnswer)
}

// insertAnswer reports false when another request with the key was faster.
func (s store) insertAnswer(ctx context.Context, key string, a answer, at time.Time) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec(`INSERT INTO sandbox_requests (idempotency_key, fingerprint, status, body, created_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, key, a.Fingerprint, a.Status, a.Body, at))
}

func (s store) keepAnswer(ctx context.Context, key string, a answer) error {
	return s.db.Conn(ctx).Exec(`UPDATE sandbox_requests SET status = ?, body = ? WHERE idempotency_key = ?`, a.Status, a.Body, key).Error
}

// forget drops answers older than a day, as Stripe does.
func (s store) forget(ctx context.Context, before time.Time) error {
	return s.db.Conn(ctx).Exec(`DELETE FROM sandbox_requests WHERE created_at < ?`, before).Error
}
