package payment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

func TestStuckRefundIsPushed(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.exec(`UPDATE jobs SET state = 'dead', died_at = ? WHERE kind = 'payment.refund'`, w.clock.now())
	w.drain()
	w.want(o, payment.Refunding, enrollment.Active)
	w.must(w.Reconcile(t.Context()))
	w.drain()
	w.want(o, payment.Refunded, enrollment.Refunded)
}

// What Stripe can still send again must be known; what is about an order stays.
func TestEventsAboutNoOrderAreForgotten(t *testing.T) {
	w := newWorld(t)
	w.bought()
	w.must(w.send("customer.created", "evt_x", map[string]any{"id": "cus_x"}))
	ours := w.count(`SELECT count(*) FROM stripe_events WHERE order_id IS NOT NULL`)
	for _, tt := range []struct {
		wait   time.Duration
		strays int
	}{{31 * 24 * time.Hour, 1}, {60 * 24 * time.Hour, 0}} {
		w.clock.add(tt.wait)
		w.drain()
		if n := w.count(`SELECT count(*) FROM stripe_events`); n != ours+tt.strays || ours == 0 {
			t.Errorf("%d events, %d of orders", n, ours)
		}
	}
}

// However long Stripe does not answer, a refund under way is one job, and an
// administrator learns of it once.
func TestAStuckRefundLeavesNoHeapOfDeadJobs(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	for range 3 {
		w.exec(`UPDATE jobs SET state = 'dead', died_at = ? WHERE kind = 'payment.refund'`, w.clock.now())
		w.clock.add(5 * time.Minute)
		for range 2 {
			w.must(w.Reconcile(t.Context()))
		}
		if n := w.count(`SELECT count(*) FROM jobs WHERE kind = 'payment.refund'`); n != 1 {
			t.Errorf("%d jobs", n)
		}
	}
	if got := w.again(o); len(got.Alerts) != 1 || !strings.Contains(got.Attention(), "does not get through") {
		t.Errorf("alerts %+v", got.Alerts)
	}
	w.drain()
	if o = w.want(o, payment.Refunded, enrollment.Refunded); o.Attention() != "" {
		t.Errorf("attention %q", o.Attention())
	}
}

// Whoever types the address of the return page has not paid; Stripe's answer
// sets that right.
func TestAReturnThatStripeKnowsNothingOfIsTakenBack(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	w.must(w.Returned(t.Context(), o))
	if o = w.again(o); !o.Confirming() {
		t.Fatalf("%+v", o)
	}
	w.want(o, payment.Open, "")
	underway := func() int {
		list, err := w.Underway(t.Context(), "p1")
		w.must(err)
		return len(list)
	}
	if underway() != 1 {
		t.Error("a payment that may be there soon is not told")
	}
	w.clock.add(11 * time.Minute)
	w.must(w.Reconcile(t.Context()))
	if o = w.again(o); o.Confirming() || underway() != 0 {
		t.Error("it would wait for ever for a payment that nobody made")
	}
	w.must(w.Returned(t.Context(), o))
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	w.drain()
	o = w.want(o, payment.Paid, enrollment.Active)
	if o.Confirming() || o.ReturnedAt == nil {
		t.Errorf("%+v", o)
	}
}
