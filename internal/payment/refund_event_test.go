package payment_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
)

// charge is the object of charge.refunded for an order's payment.
func charge(o payment.Order, refunded int64) map[string]any {
	return map[string]any{"id": "ch_1", "amount": o.AmountCents, "amount_refunded": refunded, "currency": "usd", "livemode": false,
		"payment_intent": cmp.Or(o.PaymentIntent, "pi_"+o.ID), "metadata": map[string]any{"order_id": o.ID}}
}

func TestRefundInStripesDashboard(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.certs.number = "CERT-1"
	for i := range 3 {
		w.must(w.send("charge.refunded", fmt.Sprint("evt_", i), charge(o, o.AmountCents)))
	}
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	if !strings.Contains(o.Attention(), "Decide") {
		t.Errorf("attention %q", o.Attention())
	}
	h, err := w.History(t.Context(), o.ID)
	w.must(err)
	if len(h.Refunds) != 1 || h.Refunds[0].Certificate != payment.Undecided || h.Refunds[0].RequestedBy != "" {
		t.Errorf("refunds %+v", h.Refunds)
	}
}

func TestRefundTellsBeforeThePayment(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.must(w.send("charge.refunded", "evt_1", charge(o, o.AmountCents)))
	w.want(o, payment.Refunded, "")
	w.must(w.send("checkout.session.completed", "evt_2", completed(o, nil)))
	o = w.want(o, payment.Refunded, "")
	if o.PaidAt == nil || o.PaymentIntent == "" || o.Attention() != "" {
		t.Errorf("the books must be whole: %+v", o)
	}
	totals, err := w.Totals(t.Context(), payment.Filter{})
	w.must(err)
	if len(totals) != 1 || totals[0].PaidCents != 14900 || totals[0].NetCents() != 0 {
		t.Errorf("totals %+v", totals)
	}
}

func TestPartialRefundIsForAPerson(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.send("charge.refunded", "evt_1", charge(o, 5000)))
	o = w.want(o, payment.Paid, enrollment.Active)
	if !strings.Contains(o.Attention(), "a refund of USD 50.00; the order was USD 149.00") {
		t.Errorf("attention %q", o.Attention())
	}
	wrong := charge(o, o.AmountCents)
	wrong["livemode"] = true
	w.must(w.send("charge.refunded", "evt_2", wrong))
	w.want(o, payment.Paid, enrollment.Active)
}

func TestRefundThatDidNotArrive(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.drain()
	o = w.again(o)
	for i, status := range []string{"succeeded", "failed"} {
		w.must(w.send("charge.refund.updated", fmt.Sprint("evt_", i), map[string]any{"id": "re_1", "payment_intent": o.PaymentIntent, "status": status, "failure_reason": "lost_or_stolen_card"}))
	}
	if o = w.again(o); !strings.Contains(o.Attention(), "did not reach the buyer") {
		t.Errorf("attention %q", o.Attention())
	}
}
