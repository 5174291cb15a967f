package payment_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
)

// other is a refunded charge of a payment that is not the order's.
func other(o payment.Order, change map[string]any) map[string]any {
	object := charge(o, o.AmountCents)
	object["id"], object["payment_intent"] = "ch_other", "pi_other"
	maps.Copy(object, change)
	return object
}

func TestTheRefundOfAnotherPaymentIsNotTheOrders(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	for i := range 2 { // told twice, alerted once
		w.must(w.send("charge.refunded", fmt.Sprint("evt_", i), other(o, nil)))
	}
	o = w.want(o, payment.Paid, enrollment.Active)
	if len(o.Alerts) != 1 || !strings.Contains(o.Attention(), "another payment (pi_other)") {
		t.Errorf("alerts %+v", o.Alerts)
	}
	// The order's own refund is still to come, and answers no question about the other.
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.drain()
	if o = w.want(o, payment.Refunded, enrollment.Refunded); len(o.Alerts) != 1 {
		t.Errorf("alerts %+v", o.Alerts)
	}
}

func TestARejectedPaymentIsSentBack(t *testing.T) {
	dear := map[string]any{"payment_intent": "pi_other", "amount_total": 15900}
	for name, tt := range map[string]struct {
		paid   bool // besides
		refund map[string]any
	}{
		"as the alert says":  {false, map[string]any{"amount": 15900, "amount_refunded": 15900}},
		"without our ID":     {false, map[string]any{"amount": 15900, "amount_refunded": 15900, "metadata": nil}},
		"of a paid order":    {true, map[string]any{"amount": 15900, "amount_refunded": 15900}},
		"in another setting": {true, map[string]any{"amount": 15900, "amount_refunded": 15900, "livemode": true, "currency": "cad"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o, _ := w.checkout()
			state, enrolled, revenue := payment.Open, enrollment.State(""), int64(0)
			if tt.paid {
				w.must(w.send("checkout.session.completed", "evt_paid", completed(o, nil)))
				state, enrolled, revenue = payment.Paid, enrollment.Active, 14900
			}
			w.must(w.send("checkout.session.completed", "evt_dear", completed(o, dear)))
			part := other(o, tt.refund)
			part["amount_refunded"] = 100
			w.must(w.send("charge.refunded", "evt_part", part))
			if o = w.want(o, state, enrolled); len(o.Alerts) != 1 || o.Alerts[0].Kind != payment.AlertPayment {
				t.Errorf("most of the money is still here: %+v", o.Alerts)
			}
			for i := range 2 {
				w.must(w.send("charge.refunded", fmt.Sprint("evt_", i), other(o, tt.refund)))
			}
			if o = w.want(o, state, enrolled); len(o.Alerts) != 0 || w.audited("order.payment_returned") != 1 {
				t.Errorf("alerts %+v, %d events", o.Alerts, w.audited("order.payment_returned"))
			}
			sums, err := w.Revenue(t.Context(), o.CreatedAt)
			w.must(err)
			net := int64(0)
			for _, s := range sums {
				net += s.NetCents()
			}
			if net != revenue {
				t.Errorf("revenue %d, want %d", net, revenue)
			}
			w.must(w.send("charge.refund.updated", "evt_back", map[string]any{"id": "re_other", "payment_intent": "pi_other", "status": "failed"}))
			if o = w.again(o); !strings.Contains(o.Attention(), "did not reach the buyer") {
				t.Errorf("attention %q", o.Attention())
			}
			if !tt.paid { // the order can still be paid
				w.must(w.send("checkout.session.completed", "evt_paid", completed(o, nil)))
				w.want(o, payment.Paid, enrollment.Active)
			}
		})
	}
}

// The refund is told before the payment that does not match.
func TestTheRefundOfAnUnknownPaymentThatDoesNotMatch(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.must(w.send("charge.refunded", "evt_1", other(o, map[string]any{"amount": 15900, "amount_refunded": 15900})))
	if o = w.want(o, payment.Open, ""); o.Attention() == "" {
		t.Error("nobody is told")
	}
}
