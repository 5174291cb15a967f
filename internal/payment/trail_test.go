package payment_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

// trail lists the audit events of an order, the oldest first.
func (w *world) trail(o payment.Order) string {
	w.t.Helper()
	list, err := w.audit.List(w.t.Context(), audit.Filter{ObjectKind: "order", ObjectID: o.ID, Limit: 100})
	w.must(err)
	var acts []string
	for _, e := range list {
		acts = append([]string{strings.TrimPrefix(e.Action, "order.")}, acts...)
	}
	return strings.Join(acts, " ")
}

func TestEveryActLeavesItsEvent(t *testing.T) {
	w := newWorld(t)
	abandoned, err := w.Start(t.Context(), "p2", "intro")
	w.must(err)
	stale, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	w.publish("intro", 9900, "USD")
	bought := w.bought()
	w.clock.add(25 * time.Hour)
	w.must(w.Reconcile(t.Context()))
	for _, tt := range []struct {
		name string
		o    payment.Order
		want string
	}{
		{"bought", bought, "open accept session paid"},
		{"gave way to another price", stale, "open expired"},
		{"never taken to Stripe", abandoned, "open expired"},
	} {
		if got := w.trail(tt.o); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	list, err := w.audit.List(t.Context(), audit.Filter{ObjectKind: "order", ObjectID: bought.ID, Action: "order.accept", Limit: 1})
	w.must(err)
	if len(list) != 1 || list[0].Details["policies"] != "refunds 2" {
		t.Errorf("accepted: %+v", list)
	}
}

// Between the list of what was abandoned and its end, the buyer went to Stripe.
func TestAbandonedOrderIsLookedAtAgain(t *testing.T) {
	w := newWorld(t)
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	w.publish("second", 4900, "USD")
	other, err := w.Start(t.Context(), "p2", "second")
	w.must(err)
	w.clock.add(25 * time.Hour)
	w.exec(`UPDATE orders SET session_id = 'cs_meanwhile' WHERE id = ?`, other.ID)
	if closed, err := w.Abandon(t.Context(), other.ID); err != nil || closed {
		t.Errorf("an order that is at Stripe by now: closed %v, %v", closed, err)
	}
	if closed, err := w.Abandon(t.Context(), o.ID); err != nil || !closed {
		t.Errorf("an order that nobody took to Stripe: closed %v, %v", closed, err)
	}
	w.want(other, payment.Open, "")
	w.want(o, payment.Expired, "")
}

// spent answers every request with the key as Stripe does once it has failed:
// the stored 500, for a day.
type spent struct {
	next http.RoundTripper
	key  string
	n    int
}

func (s *spent) RoundTrip(r *http.Request) (*http.Response, error) {
	key := r.Header.Get("Idempotency-Key")
	if s.key == "" {
		s.key = key
	}
	if key != s.key {
		return s.next.RoundTrip(r)
	}
	s.n++
	return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{"Stripe-Should-Retry": {"false"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"error":{"type":"api_error","message":"stored"}}`))}, nil
}

func TestAStoredFailureDoesNotLockTheBuyerOut(t *testing.T) {
	w := newWorld(t)
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	s := &spent{next: w.wire.next}
	w.wire.next = s
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrStripe) {
		t.Fatalf("the first try: %v", err)
	}
	url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2)
	if err != nil || !strings.Contains(url, stripesandbox.PagePath) || s.n != 1 {
		t.Errorf("the second try: %q, %v, after %d answers from the store", url, err, s.n)
	}
}

// The order ends while Stripe makes its page: the page is not handed out.
func TestAnOrderThatEndsMeanwhileIsNotPaid(t *testing.T) {
	w := newWorld(t)
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	policies := w.Policies
	w.Policies = func(ctx context.Context) ([]payment.PolicyVersion, error) {
		w.exec(`UPDATE orders SET state = 'expired', closed_at = ? WHERE id = ?`, w.clock.now(), o.ID)
		return policies(ctx)
	}
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrOver) {
		t.Errorf("got %v", err)
	}
	if len(w.wire.requests) != 0 {
		t.Errorf("Stripe was called for an order without acceptance: %v", w.wire.requests)
	}
}

// A page that ran out of time and is not the order's own moved no money.
func TestForeignSessionThatEndsAlertsNobody(t *testing.T) {
	for _, kind := range []string{"checkout.session.expired", "checkout.session.async_payment_failed"} {
		w := newWorld(t)
		o, _ := w.checkout()
		w.must(w.send(kind, "evt_foreign", completed(o, map[string]any{"id": "cs_other", "payment_status": "unpaid"})))
		o = w.want(o, payment.Open, "")
		h, err := w.History(t.Context(), o.ID)
		w.must(err)
		if o.Attention() != "" || w.audited("order.alert") != 0 || len(h.Payments) != 0 {
			t.Errorf("%s: attention %q, payments %+v", kind, o.Attention(), h.Payments)
		}
		if len(h.Events) != 1 || !strings.Contains(h.Events[0].Outcome, "another session") {
			t.Errorf("%s: events %+v", kind, h.Events)
		}
	}
}
