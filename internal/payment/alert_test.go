package payment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
)

func disputed(o payment.Order, status string) map[string]any {
	return map[string]any{"id": "dp_1", "amount": o.AmountCents, "currency": "usd", "payment_intent": o.PaymentIntent, "reason": "fraudulent", "status": status}
}

// attention counts the orders that ask for it, in the list and on the first page.
func (w *world) attention() int {
	w.t.Helper()
	list, _, err := w.List(w.t.Context(), payment.Filter{Attention: true})
	w.must(err)
	n, err := w.NeedAttention(w.t.Context())
	w.must(err)
	if int(n) != len(list) {
		w.t.Errorf("%d orders are counted, %d listed", n, len(list))
	}
	return len(list)
}

func TestNoAlertHidesAnother(t *testing.T) {
	w := newWorld(t)
	admin := audit.WithActor(t.Context(), audit.Actor{PersonID: "admin"})
	o := w.bought()
	w.must(w.send("charge.refunded", "evt_1", charge(o, 5000)))
	seen := w.again(o).Alerts // the page that the administrator has open
	w.must(w.send("charge.dispute.created", "evt_2", disputed(o, "needs_response")))
	if o = w.again(o); len(o.Alerts) != 2 || w.attention() != 1 || len(seen) != 1 {
		t.Fatalf("alerts %+v", o.Alerts)
	}
	for range 2 { // a second click is the same success
		w.must(w.SettleAlert(admin, o.ID, seen[0].ID))
	}
	o = w.again(o)
	if len(o.Alerts) != 1 || o.Alerts[0].Kind != payment.AlertDispute || w.audited("order.alert_settled") != 1 || w.attention() != 1 {
		t.Errorf("left: %+v", o.Alerts)
	}
	if n := w.count(`SELECT count(*) FROM order_alerts WHERE settled_by = 'admin'`); n != 1 {
		t.Errorf("%d rows say who settled them", n)
	}
	// Told again under another ID: it is the same fact, and somebody has looked.
	w.must(w.send("charge.refunded", "evt_3", charge(o, 5000)))
	w.must(w.send("charge.refunded", "evt_4", charge(o, 6000)))
	if o = w.again(o); len(o.Alerts) != 2 || !strings.Contains(o.Attention(), "USD 60.00") {
		t.Errorf("alerts %+v", o.Alerts)
	}
	for _, a := range o.Alerts {
		w.must(w.SettleAlert(admin, o.ID, a.ID))
	}
	if w.attention() != 0 {
		t.Error("everything is settled")
	}
	for _, pair := range [][2]string{{o.ID, "none"}, {"none", o.ID}, {"none", seen[0].ID}} {
		if err := w.SettleAlert(admin, pair[0], pair[1]); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("alert %s of order %s: %v", pair[1], pair[0], err)
		}
	}
}

func TestARefundSettlesWhatItIsAbout(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.send("charge.refunded", "evt_1", charge(o, 5000)))
	w.must(w.send("charge.dispute.created", "evt_2", disputed(o, "needs_response")))
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.drain()
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	if len(o.Alerts) != 1 || o.Alerts[0].Kind != payment.AlertDispute {
		t.Errorf("a refund answers no dispute: %+v", o.Alerts)
	}
	w.must(w.send("charge.dispute.closed", "evt_3", disputed(o, "lost")))
	if o = w.again(o); len(o.Alerts) != 1 || !strings.Contains(o.Attention(), "money is gone") {
		t.Errorf("a closed dispute needs no answer: %+v", o.Alerts)
	}
}

func TestADecisionIsNotWavedAway(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.certs.number = "CERT-1"
	w.must(w.send("charge.dispute.created", "evt_1", disputed(o, "needs_response")))
	w.must(w.send("charge.refunded", "evt_2", charge(o, o.AmountCents)))
	o = w.again(o)
	if len(o.Alerts) != 2 || o.Alerts[1].Kind != payment.AlertCertificate {
		t.Fatalf("alerts %+v", o.Alerts)
	}
	if err := w.SettleAlert(t.Context(), o.ID, o.Alerts[1].ID); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("dealt with, without a decision: %v", err)
	}
	for range 2 {
		w.must(w.DecideCertificate(t.Context(), o.ID, payment.Keep))
	}
	if err := w.DecideCertificate(t.Context(), o.ID, payment.Revoke); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), "stays valid") {
		t.Errorf("decided otherwise before: %v", err)
	}
	if w.audited("order.certificate") != 1 || len(w.certs.revoked) != 0 {
		t.Errorf("decided once; revoked %v", w.certs.revoked)
	}
	w.must(w.SettleAlert(t.Context(), o.ID, o.Alerts[1].ID)) // settled by the decision
	if o = w.again(o); len(o.Alerts) != 1 || o.Alerts[0].Kind != payment.AlertDispute {
		t.Errorf("the dispute is still open: %+v", o.Alerts)
	}
	plain := w.boughtBy("p2")
	if err := w.DecideCertificate(t.Context(), plain.ID, payment.Keep); !errors.Is(err, payment.ErrNotFound) {
		t.Errorf("nothing was refunded: %v", err)
	}
}

// Neither transaction may see the other: then the dispute comes home later.
func TestAStrayDisputeFindsItsOrder(t *testing.T) {
	for _, state := range []string{"open", "lost"} {
		w := newWorld(t)
		o := w.bought()
		var closed any
		if state != "open" {
			closed = w.clock.now()
		}
		w.exec(`INSERT INTO disputes (id, order_id, payment_intent, state, reason, amount_cents, currency, opened_at, closed_at)
			VALUES ('dp_1', NULL, ?, ?, 'fraudulent', 14900, 'USD', ?, ?)`, o.PaymentIntent, state, w.clock.now(), closed)
		if state == "open" { // what is told later brings its order with it
			w.must(w.send("charge.dispute.created", "evt_1", disputed(o, "needs_response")))
		}
		for range 2 {
			w.must(w.Reconcile(t.Context()))
		}
		h, err := w.History(t.Context(), o.ID)
		w.must(err)
		if len(h.Disputes) != 1 || len(w.again(o).Alerts) != 1 || w.audited("order.dispute") != 1 {
			t.Errorf("%s: disputes %+v, alerts %+v", state, h.Disputes, w.again(o).Alerts)
		}
	}
}
