package stripesandbox_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

type world struct {
	*stripesandbox.Sandbox
	t      *testing.T
	db     *db.DB
	queue  *job.Queue
	at     time.Time
	status int      // of the webhook's answer
	events []string // type and payment status, as the webhook saw them
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC), status: 200}
	w.start()
	return w
}

// start is a fresh process on the same database.
func (w *world) start() {
	now := func() time.Time { return w.at }
	w.queue = job.New(w.db, slog.New(slog.DiscardHandler), now)
	w.Sandbox = stripesandbox.New(stripesandbox.Options{DB: w.db, Jobs: w.queue, Now: now, SecretKey: "sk_test", WebhookSecret: "whsec_test",
		BaseURL: "http://127.0.0.1:8080", Webhook: http.HandlerFunc(w.webhook)})
}

func (w *world) webhook(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.URL.Path != "/webhooks/stripe" || r.Method != http.MethodPost {
		w.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	e, err := webhook.ConstructEvent(body, r.Header.Get("Stripe-Signature"), "whsec_test") // Stripe's own client believes it
	if err != nil {
		w.t.Error(err)
		return
	}
	status, _ := e.Data.Object["payment_status"].(string)
	w.events = append(w.events, strings.TrimSpace(string(e.Type)+" "+status))
	rw.WriteHeader(w.status)
}

// call sends a request as the product's client does.
func (w *world) call(method, path, key string, form url.Values) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, stripesandbox.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk_test")
	r.Header.Set("Idempotency-Key", key)
	return w.send(r)
}

func (w *world) send(r *http.Request) (int, map[string]any) {
	w.t.Helper()
	res, err := w.Transport().RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, body
}

func params(change ...string) url.Values {
	v := url.Values{"mode": {"payment"}, "success_url": {"http://127.0.0.1:8080/ok"}, "cancel_url": {"http://127.0.0.1:8080/no"},
		"client_reference_id": {"o1"}, "metadata[order_id]": {"o1"}, "payment_intent_data[metadata][order_id]": {"o1"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"usd"}, "line_items[0][price_data][unit_amount]": {"14900"}, "line_items[0][price_data][product_data][name]": {"Course"}}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func (w *world) session() string {
	w.t.Helper()
	status, body := w.call("POST", "/v1/checkout/sessions", "key-1", params())
	id, _ := body["id"].(string)
	if status != 200 || id == "" {
		w.t.Fatalf("%d %v", status, body)
	}
	return id
}

func TestSameKeySameAnswer(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			_, body := w.call("POST", "/v1/checkout/sessions", "key-1", params())
			ids[i], _ = body["id"].(string)
		})
	}
	wg.Wait()
	w.start() // the demo was stopped and started
	last := w.session()
	for _, id := range ids {
		if id != last || id == "" {
			t.Errorf("sessions %v", ids)
		}
	}
	status, body := w.call("POST", "/v1/checkout/sessions", "key-1", params("line_items[0][price_data][unit_amount]", "100"))
	if problem, _ := body["error"].(map[string]any); status != 400 || problem["type"] != "idempotency_error" {
		t.Errorf("another request with the key: %d %v", status, body)
	}
	// What was refused for its parameters is not remembered.
	if status, _ := w.call("POST", "/v1/checkout/sessions", "key-2", params("mode", "subscription")); status != 400 {
		t.Errorf("refused: %d", status)
	}
	if status, _ := w.call("POST", "/v1/checkout/sessions", "key-2", params()); status != 200 {
		t.Errorf("corrected: %d", status)
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	id := w.session()
	for name, tt := range map[string]struct {
		method, path string
		form         url.Values
		status       int
	}{
		"amount":          {"POST", "/v1/checkout/sessions", params("line_items[0][price_data][unit_amount]", "1"), 400},
		"no amount":       {"POST", "/v1/checkout/sessions", params("line_items[0][price_data][unit_amount]", "x"), 400},
		"currency":        {"POST", "/v1/checkout/sessions", params("line_items[0][price_data][currency]", "USD"), 400},
		"no title":        {"POST", "/v1/checkout/sessions", params("line_items[0][price_data][product_data][name]", ""), 400},
		"too large":       {"POST", "/v1/checkout/sessions", params("x", strings.Repeat("x", 70_000)), 400},
		"unknown session": {"GET", "/v1/checkout/sessions/cs_none", nil, 404},
		"unknown path":    {"GET", "/v1/customers", nil, 404},
		"unknown intent":  {"POST", "/v1/refunds", url.Values{"payment_intent": {"pi_none"}}, 404},
	} {
		if status, body := w.call(tt.method, tt.path, "", tt.form); status != tt.status || body["error"] == nil {
			t.Errorf("%s: %d %v", name, status, body)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, stripesandbox.URL+"/v1/checkout/sessions/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := w.send(r); status != 401 {
		t.Errorf("without a key: %d", status)
	}
}

func TestEvents(t *testing.T) {
	for _, tt := range []struct {
		action   stripesandbox.Action
		delivery stripesandbox.Delivery
		want     string
	}{
		{stripesandbox.Pay, stripesandbox.AtOnce, "checkout.session.completed paid"},
		{stripesandbox.Pay, stripesandbox.Twice, "checkout.session.completed paid, checkout.session.completed paid"},
		{stripesandbox.Debit, stripesandbox.AtOnce, "checkout.session.completed unpaid, checkout.session.async_payment_succeeded paid"},
		{stripesandbox.Debit, stripesandbox.OutOfOrder, "checkout.session.async_payment_succeeded paid, checkout.session.completed unpaid"},
		{stripesandbox.Bounce, stripesandbox.AtOnce, "checkout.session.completed unpaid, checkout.session.async_payment_failed unpaid"},
		{stripesandbox.Expire, stripesandbox.AtOnce, "checkout.session.expired unpaid"},
	} {
		w := newWorld(t)
		id := w.session()
		if _, err := w.Act(t.Context(), id, tt.action, tt.delivery); err != nil {
			t.Fatal(err)
		}
		for range 3 { // the demo may be stopped between any two events
			w.start()
			if err := w.queue.Drain(t.Context()); err != nil {
				t.Error(err)
			}
			w.at = w.at.Add(time.Minute)
		}
		if got := strings.Join(w.events, ", "); got != tt.want {
			t.Errorf("%s %s: %s", tt.action, tt.delivery, got)
		}
	}
}

func TestUnansweredEventComesAgain(t *testing.T) {
	w := newWorld(t)
	id := w.session()
	w.status = 500
	if _, err := w.Act(t.Context(), id, stripesandbox.Pay, stripesandbox.AtOnce); err != nil {
		t.Fatal(err)
	}
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Error("an answer of 500 is no delivery")
	}
	w.status, w.at = 200, w.at.Add(time.Minute)
	if err := w.queue.Drain(t.Context()); err != nil || len(w.events) != 2 {
		t.Errorf("%v, %v", w.events, err)
	}
}

func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	id := w.session()
	if _, err := w.Act(t.Context(), id, "steal", stripesandbox.AtOnce); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("unknown action: %v", err)
	}
	if _, err := w.Act(t.Context(), id, stripesandbox.Pay, "by pigeon"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("unknown delivery: %v", err)
	}
	if _, err := w.Act(t.Context(), "cs_none", stripesandbox.Pay, stripesandbox.AtOnce); !errors.Is(err, stripesandbox.ErrNotFound) {
		t.Errorf("unknown session: %v", err)
	}
	w.at = w.at.Add(25 * time.Hour)
	if s, err := w.Get(t.Context(), id); err != nil || s.Status != "expired" {
		t.Errorf("after a day: %+v, %v", s, err)
	}
	if _, err := w.Act(t.Context(), id, stripesandbox.Pay, stripesandbox.AtOnce); !errors.Is(err, stripesandbox.ErrOver) {
		t.Errorf("paying then: %v", err)
	}
}

func TestRefundOnce(t *testing.T) {
	w := newWorld(t)
	id := w.session()
	s, err := w.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"payment_intent": {s.PaymentIntent}}
	if status, _ := w.call("POST", "/v1/refunds", "r0", form); status != 400 {
		t.Errorf("unpaid: %d", status)
	}
	if _, err := w.Act(t.Context(), id, stripesandbox.Pay, stripesandbox.AtOnce); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.call("POST", "/v1/refunds", "r1", url.Values{"payment_intent": {s.PaymentIntent}, "amount": {"1"}}); status != 400 {
		t.Errorf("part of it: %d", status)
	}
	for range 2 {
		if status, body := w.call("POST", "/v1/refunds", "r2", form); status != 200 || body["status"] != "succeeded" {
			t.Errorf("%d %v", status, body)
		}
	}
	status, body := w.call("POST", "/v1/refunds", "r3", form)
	if problem, _ := body["error"].(map[string]any); status != 400 || problem["code"] != "charge_already_refunded" {
		t.Errorf("again: %d %v", status, body)
	}
	if err := w.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(w.events, ", "); got != "checkout.session.completed paid, charge.refunded" {
		t.Errorf("events %s", got)
	}
}
