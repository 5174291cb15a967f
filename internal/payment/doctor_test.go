package payment_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/payment"
)

// TestOrdersThatTheirPaymentsContradictAreFound.
func TestOrdersThatTheirPaymentsContradictAreFound(t *testing.T) {
	w := newWorld(t)
	o, other := w.bought(), w.boughtBy("p2")
	w.must(w.Refund(t.Context(), other.ID, "Changed their mind.", ""))
	w.drain()
	open, err := w.Start(t.Context(), "p2", "intro")
	w.must(err)
	if paid, flaws, err := w.CheckStored(t.Context()); err != nil || paid != 2 || len(flaws) != 0 {
		t.Fatalf("%d paid, %v, %v", paid, flaws, err)
	}
	back := errors.New("back")
	for _, tt := range []struct {
		order payment.Order
		sql   string
		what  string
	}{
		{o, "UPDATE orders SET amount_cents = 1 WHERE id = ?", "amount is not that of its payment"},
		{o, "UPDATE payments SET amount_cents = 1 WHERE order_id = ?", "amount is not that of its payment"},
		{o, "UPDATE payments SET currency = 'CAD' WHERE order_id = ?", "amount is not that of its payment"},
		{o, "UPDATE payments SET session_id = 'x' WHERE order_id = ?", "that of another order"},
		{o, "DELETE FROM payments WHERE order_id = ?", "there is no payment"},
		{o, "UPDATE orders SET enrollment_id = NULL WHERE id = ?", "nobody is enrolled"},
		{o, "UPDATE orders SET state = 'expired', paid_at = NULL WHERE id = ?", "it is not paid"},
		{o, "UPDATE orders SET state = 'refunded', refunded_at = paid_at WHERE id = ?", "no refund of it was made"},
		{o, "UPDATE orders SET state = 'refunding' WHERE id = ?", "nobody asked for that"},
		{other, "DELETE FROM refunds WHERE order_id = ?", "no refund of it was made"},
		{other, "UPDATE orders SET state = 'paid', refunded_at = NULL WHERE id = ?", "it is not refunded"},
		{other, "UPDATE refunds SET amount_cents = 1 WHERE order_id = ?", "amount is not that of its refund"},
		{open, "UPDATE orders SET state = 'paid', paid_at = created_at WHERE id = ?", "there is no payment"},
	} {
		err := w.db.InTx(t.Context(), func(ctx context.Context) error {
			w.must(w.db.Conn(ctx).Exec(tt.sql, tt.order.ID).Error)
			_, flaws, err := w.CheckStored(ctx)
			if err != nil || len(flaws) != 1 || flaws[0].Number != tt.order.Number || !strings.Contains(flaws[0].What, tt.what) {
				t.Errorf("%s: %v, %v", tt.sql, flaws, err)
			}
			return back
		})
		if !errors.Is(err, back) {
			t.Fatal(err)
		}
	}
}
