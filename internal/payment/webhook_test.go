package payment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

func TestWebhookFiveTimesActsOnce(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := w.send("checkout.session.completed", "evt_1", completed(o, nil)); err != nil {
				t.Error(err)
			}
		})
	}
	// The same fact under other IDs, as when two endpoints are subscribed.
	for i := range 3 {
		wg.Go(func() {
			if err := w.send("checkout.session.async_payment_succeeded", fmt.Sprintf("evt_other_%d", i), completed(o, nil)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.drain()
	w.want(o, payment.Paid, enrollment.Active)
	for what, n := range map[string]int{
		"enrollments": w.count(`SELECT count(*) FROM enrollments`), "payments": w.count(`SELECT count(*) FROM payments`),
		"receipts": w.mails("Receipt"), "audit events": w.audited("order.paid"),
	} {
		if n != 1 {
			t.Errorf("%d %s, want 1", n, what)
		}
	}
}

func TestWebhookDeliveries(t *testing.T) {
	for _, tt := range []struct {
		action   stripesandbox.Action
		delivery stripesandbox.Delivery
		wait     time.Duration
		state    payment.State
		enrolled enrollment.State
	}{
		{stripesandbox.Pay, stripesandbox.AtOnce, 0, payment.Paid, enrollment.Active},
		{stripesandbox.Pay, stripesandbox.Late, 0, payment.Open, ""},
		{stripesandbox.Pay, stripesandbox.Late, stripesandbox.LateBy, payment.Paid, enrollment.Active},
		{stripesandbox.Pay, stripesandbox.Twice, 0, payment.Paid, enrollment.Active},
		{stripesandbox.Debit, stripesandbox.AtOnce, 0, payment.Open, ""},
		{stripesandbox.Debit, stripesandbox.AtOnce, time.Minute, payment.Paid, enrollment.Active},
		{stripesandbox.Debit, stripesandbox.OutOfOrder, 0, payment.Paid, enrollment.Active},
		{stripesandbox.Debit, stripesandbox.OutOfOrder, time.Minute, payment.Paid, enrollment.Active},
		{stripesandbox.Debit, stripesandbox.Twice, time.Minute, payment.Paid, enrollment.Active},
		{stripesandbox.Bounce, stripesandbox.AtOnce, time.Minute, payment.Failed, ""},
		{stripesandbox.Bounce, stripesandbox.OutOfOrder, time.Minute, payment.Failed, ""},
	} {
		t.Run(fmt.Sprintf("%s %s after %s", tt.action, tt.delivery, tt.wait), func(t *testing.T) {
			w := newWorld(t)
			o, sess := w.checkout()
			w.act(sess, tt.action, tt.delivery)
			w.drain()
			w.clock.add(tt.wait)
			w.drain()
			o = w.want(o, tt.state, tt.enrolled)
			if n := w.count(`SELECT count(*) FROM enrollments`); n > 1 || o.Attention() != "" {
				t.Errorf("%d enrollments, attention %q", n, o.Attention())
			}
		})
	}
}

func TestWebhookRefusesWhatIsNotStripes(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	body, err := json.Marshal(map[string]any{"id": "evt_1", "object": "event", "api_version": "2023-10-16", "type": "checkout.session.completed",
		"data": map[string]any{"object": completed(o, nil)}})
	w.must(err)
	for name, signature := range map[string]string{
		"none": "", "nonsense": "abc", "no v1": "t=1", "other secret": stripesandbox.Sign("whsec_other", body, time.Now()),
		"too old": stripesandbox.Sign(webhookSecret, body, time.Now().Add(-6*time.Minute)),
		"changed": stripesandbox.Sign(webhookSecret, []byte("{}"), time.Now()),
	} {
		if err := w.Webhook(t.Context(), body, signature); !errors.Is(err, payment.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	signed := func(body string) error {
		return w.Webhook(t.Context(), []byte(body), stripesandbox.Sign(webhookSecret, []byte(body), time.Now()))
	}
	for name, body := range map[string]string{
		"no JSON": "{", "list": "[]", "null": "null", "number": "1", "empty": "",
		"no ID":          `{"api_version":"2023-10-16","type":"x","data":{"object":{}}}`,
		"no data":        `{"id":"evt_2","api_version":"2023-10-16","type":"x"}`,
		"NUL":            `{"id":"evt_\u0000","api_version":"2023-10-16","type":"x","data":{"object":{}}}`,
		"long ID":        `{"id":"` + strings.Repeat("e", 10000) + `","api_version":"2023-10-16","type":"x","data":{"object":{}}}`,
		"long kind":      `{"id":"evt_2","api_version":"2023-10-16","type":"` + strings.Repeat("e", 10000) + `","data":{"object":{}}}`,
		"strange object": `{"id":"evt_3","api_version":"2023-10-16","type":"checkout.session.completed","data":{"object":{"amount_total":"x"}}}`,
	} {
		if err := signed(body); !errors.Is(err, payment.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The endpoint is to be set right; until then Stripe shall keep it.
	err = signed(`{"id":"evt_2","api_version":"2022-11-15","type":"x","data":{"object":{}}}`)
	if err == nil || errors.Is(err, payment.ErrSignature) || errors.Is(err, payment.ErrUnreadable) {
		t.Errorf("another version: %v", err)
	}
	w.want(o, payment.Open, "")
	if n := w.count(`SELECT count(*) FROM stripe_events`); n != 0 {
		t.Errorf("%d events kept", n)
	}
}

func TestWebhookGrantsOnlyWhatMatches(t *testing.T) {
	for name, change := range map[string]map[string]any{
		"amount too low":  {"amount_total": 100},
		"amount too high": {"amount_total": 14901},
		"currency":        {"currency": "cad"},
		"livemode":        {"livemode": true},
		"another session": {"id": "cs_test_other"},
		"nothing paid":    {"amount_total": 0, "payment_status": "no_payment_required"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o, _ := w.checkout()
			for i := range 2 { // told twice, alerted once
				w.must(w.send("checkout.session.completed", fmt.Sprint("evt_", i), completed(o, change)))
			}
			o = w.want(o, payment.Open, "")
			if o.Attention() == "" || w.audited("order.alert") != 1 {
				t.Errorf("attention %q, %d alerts", o.Attention(), w.audited("order.alert"))
			}
			h, err := w.History(t.Context(), o.ID)
			w.must(err)
			if len(h.Payments) != 1 || h.Payments[0].State != "rejected" || len(h.Events) != 2 {
				t.Errorf("history %+v", h)
			}
			// The right payment still counts.
			w.must(w.send("checkout.session.completed", "evt_right", completed(o, nil)))
			w.want(o, payment.Paid, enrollment.Active)
		})
	}
}

func TestUnpaidGrantsNothing(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.must(w.send("checkout.session.completed", "evt_1", completed(o, map[string]any{"payment_status": "unpaid"})))
	if o = w.want(o, payment.Open, ""); o.Attention() != "" || !o.Pending() {
		t.Errorf("a debit under way is nothing to look at, but is told: %+v", o)
	}
	for i := range 2 {
		w.must(w.send("checkout.session.async_payment_failed", fmt.Sprint("evt_failed_", i), completed(o, map[string]any{"payment_status": "unpaid"})))
	}
	w.drain()
	if o = w.want(o, payment.Failed, ""); o.Pending() || w.mails("The payment of order") != 1 || w.audited("order.pending") != 1 {
		t.Errorf("%+v, %d mails", o, w.mails("The payment of order"))
	}
}

func TestForeignEvents(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	for i, e := range []struct {
		kind   string
		object map[string]any
	}{
		{"checkout.session.completed", completed(payment.Order{ID: "unknown", SessionID: "cs_x", AmountCents: 1}, nil)},
		{"checkout.session.completed", completed(o, map[string]any{"client_reference_id": nil})},
		{"checkout.session.expired", completed(o, map[string]any{"client_reference_id": "other"})},
		{"charge.refunded", map[string]any{"id": "ch_x", "amount": 1, "amount_refunded": 1, "currency": "usd", "payment_intent": "pi_x"}},
		{"charge.refunded", map[string]any{"id": "ch_y", "amount": 1, "amount_refunded": 1, "currency": "usd"}},
		{"charge.dispute.created", map[string]any{"id": "dp_x", "amount": 1, "currency": "usd", "status": "needs_response"}},
		{"charge.refund.updated", map[string]any{"id": "re_x", "status": "failed"}},
		{"customer.created", map[string]any{"id": "cus_x"}},
	} {
		if err := w.send(e.kind, fmt.Sprint("evt_", i), e.object); err != nil {
			t.Errorf("%s: %v", e.kind, err)
		}
	}
	if o = w.want(o, payment.Open, ""); o.Attention() != "" {
		t.Errorf("attention %q", o.Attention())
	}
	// An expired session that is not ours must not close the order.
	w.must(w.send("checkout.session.expired", "evt_foreign", completed(o, map[string]any{"id": "cs_other", "payment_status": "unpaid"})))
	w.want(o, payment.Open, "")
}

func TestLateMoneyRevivesAnOrder(t *testing.T) {
	for _, kind := range []string{"checkout.session.expired", "checkout.session.async_payment_failed"} {
		w := newWorld(t)
		o, _ := w.checkout()
		w.must(w.send(kind, "evt_1", completed(o, map[string]any{"payment_status": "unpaid"})))
		w.must(w.send("checkout.session.completed", "evt_2", completed(o, nil)))
		w.want(o, payment.Paid, enrollment.Active)
		w.must(w.send(kind, "evt_3", completed(o, nil)))
		w.want(o, payment.Paid, enrollment.Active)
	}
}

func TestPaidButEnrolledByOtherMeans(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	_, err := w.learn.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: o.EditionID, Source: "admin"})
	w.must(err)
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	w.drain()
	o = w.want(o, payment.Paid, enrollment.Active)
	if !strings.Contains(o.Attention(), "Refund this order") || o.EnrollmentID != "" || w.count(`SELECT count(*) FROM enrollments`) != 1 {
		t.Errorf("attention %q, enrollment %q", o.Attention(), o.EnrollmentID)
	}
	if w.mails("We received your payment, but could not enroll you (order "+o.Number+")") != 1 || w.mails("Receipt") != 0 {
		t.Error("the buyer must learn what happens next")
	}
	// The refund must not end the other enrollment, nor say so.
	w.must(w.Refund(t.Context(), o.ID, "Paid twice.", ""))
	w.drain()
	w.want(o, payment.Refunded, enrollment.Active)
	if w.mails("Refund for order "+o.Number) != 1 || w.count(`SELECT count(*) FROM outbox_mails WHERE plain LIKE '%has ended%'`) != 0 {
		t.Error("the mail about the refund speaks of an enrollment that did not end")
	}
}

func TestOurFailureAsksStripeToTryAgain(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	money := w.Money
	w.Money = func(int64, string) (string, error) { return "", errors.New("broken") }
	if err := w.send("checkout.session.completed", "evt_1", completed(o, nil)); err == nil {
		t.Fatal("a failure of ours must not be answered with 200")
	}
	w.want(o, payment.Open, "")
	w.Money = money
	w.must(w.send("checkout.session.completed", "evt_1", completed(o, nil)))
	w.want(o, payment.Paid, enrollment.Active)
}

func TestAnAddressWithoutMailUndoesNothing(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.people["p1"] = account.Person{ID: "p1", Name: "Ana", Email: "not an address"}
	w.must(w.send("checkout.session.completed", "evt_1", completed(o, nil)))
	w.want(o, payment.Paid, enrollment.Active)
}

func TestDisputes(t *testing.T) {
	dispute := func(o payment.Order, status string) map[string]any {
		return map[string]any{"id": "dp_1", "amount": o.AmountCents, "currency": "usd", "payment_intent": "pi_" + o.ID, "reason": "fraudulent", "status": status}
	}
	for _, tt := range []struct {
		name   string
		events []string // "pay" or a dispute's status
		state  string
		says   string
	}{
		{"opened", []string{"pay", "needs_response"}, "open", "is disputed"},
		{"told twice", []string{"pay", "needs_response", "needs_response"}, "open", "is disputed"},
		{"won", []string{"pay", "needs_response", "won"}, "won", ""},
		{"lost", []string{"pay", "needs_response", "lost"}, "lost", "money is gone"},
		{"closed before opened", []string{"pay", "lost", "needs_response"}, "lost", "money is gone"},
		{"opened before paid", []string{"needs_response", "pay"}, "open", "is disputed"},
		{"lost before paid", []string{"needs_response", "lost", "pay"}, "lost", "money is gone"},
		{"won before paid", []string{"won", "pay"}, "won", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o, _ := w.checkout()
			for i, e := range tt.events {
				id := fmt.Sprint("evt_", i)
				switch e {
				case "pay":
					w.must(w.send("checkout.session.completed", id, completed(o, nil)))
				case "won", "lost":
					w.must(w.send("charge.dispute.closed", id, dispute(o, e)))
				default:
					w.must(w.send("charge.dispute.created", id, dispute(o, e)))
				}
			}
			o = w.want(o, payment.Paid, enrollment.Active)
			h, err := w.History(t.Context(), o.ID)
			w.must(err)
			alerts := 1
			if tt.says == "" { // nothing is left to do
				alerts = 0
			}
			if len(h.Disputes) != 1 || h.Disputes[0].State != tt.state || len(o.Alerts) != alerts || !strings.Contains(o.Attention(), tt.says) {
				t.Errorf("disputes %+v, alerts %+v", h.Disputes, o.Alerts)
			}
		})
	}
}
