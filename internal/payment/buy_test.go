package payment_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

func TestBuying(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	o = w.want(o, payment.Paid, enrollment.Active)
	if o.PaidAt == nil || o.EnrollmentID == "" || o.PaymentIntent == "" || o.Attention() != "" || o.Livemode {
		t.Errorf("paid order: %+v", o)
	}
	if len(o.Policies) != 1 || o.Policies[0].Version != "2" || o.AcceptedAt == nil {
		t.Errorf("accepted %+v at %v", o.Policies, o.AcceptedAt)
	}
	if w.mails("Receipt for order "+o.Number) != 1 || w.mails("You are enrolled") != 0 {
		t.Error("one receipt, which says that the course is ready")
	}
	if w.audited("order.open") != 1 || w.audited("order.paid") != 1 {
		t.Error("every act with money leaves an audit event")
	}
	if _, err := w.Start(t.Context(), "p1", "intro"); !errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		t.Errorf("buying again: %v", err)
	}
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrPaid) {
		t.Errorf("paying again: %v", err)
	}
}

func TestDoubleClickBuysOnce(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	urls, numbers := map[string]bool{}, map[string]bool{}
	for range 12 {
		wg.Go(func() {
			o, err := w.Start(t.Context(), "p1", "intro")
			if err != nil {
				t.Error(err)
				return
			}
			url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			urls[url], numbers[o.Number] = true, true
		})
	}
	wg.Wait()
	if len(urls) != 1 || len(numbers) != 1 {
		t.Errorf("%d checkout pages, %d orders; want one of each", len(urls), len(numbers))
	}
	if n := w.count(`SELECT count(*) FROM sandbox_sessions`); n != 1 {
		t.Errorf("%d sessions at Stripe", n)
	}
}

func TestWhatStopsAPurchase(t *testing.T) {
	refused := apperr.New(apperr.Conflict, "This edition is not reviewed yet.")
	for _, tt := range []struct {
		name string
		set  func(*world)
		slug string
		want error
	}{
		{"unconfirmed", func(w *world) { p := w.people["p1"]; p.EmailConfirmedAt = nil; w.people["p1"] = p }, "intro", payment.ErrUnconfirmed},
		{"unreviewed", func(w *world) { w.shelf.closed = refused }, "intro", refused},
		{"free", func(*world) {}, "free", payment.ErrFree},
		{"unknown course", func(*world) {}, "none", apperr.New(apperr.NotFound, "There is no such course.")},
		{"another currency", func(w *world) { w.publish("other", 14900, "CAD") }, "other", payment.ErrCurrency},
		{"another currency than before", func(w *world) {
			_, err := w.Start(w.t.Context(), "p2", "intro")
			w.must(err)
			w.Currency = "CAD"
			w.publish("other", 14900, "CAD")
		}, "other", payment.ErrCurrency},
		{"no such person", func(w *world) { delete(w.people, "p1") }, "intro", account.ErrNotFound},
		{"no gateway", func(w *world) { w.Gateway = nil }, "intro", payment.ErrNoGateway},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.set(w)
			if _, err := w.Start(t.Context(), "p1", tt.slug); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if n := w.count(`SELECT count(*) FROM orders WHERE person_id = 'p1'`); n != 0 {
				t.Errorf("%d orders left behind", n)
			}
		})
	}
}

func TestCheckoutRefuses(t *testing.T) {
	w := newWorld(t)
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	old := []payment.PolicyVersion{{Name: "refunds", Version: "1"}}
	for name, accepted := range map[string][]payment.PolicyVersion{"nothing accepted": nil, "an older version": old} {
		if _, err := w.Checkout(t.Context(), "p1", o.Number, accepted); !errors.Is(err, payment.ErrPolicies) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Checkout(t.Context(), "p2", o.Number, refunds2); !errors.Is(err, payment.ErrNotFound) {
		t.Errorf("somebody else's order: %v", err)
	}
	if _, err := w.Checkout(t.Context(), "p1", "nonsense", refunds2); !errors.Is(err, payment.ErrNotFound) {
		t.Errorf("no number: %v", err)
	}
	if len(w.wire.requests) != 0 {
		t.Errorf("Stripe was called: %v", w.wire.requests)
	}
	w.shelf.closed = apperr.New(apperr.Conflict, "closed")
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, w.shelf.closed) {
		t.Errorf("closed meanwhile: %v", err)
	}
}

func TestStripeDoesNotAnswer(t *testing.T) {
	w := newWorld(t)
	o, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	w.wire.cut(func(*http.Request) error { return errors.New("no route to host") }, nil)
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrStripe) {
		t.Errorf("got %v", err)
	}
	// The session is made, and the answer is lost: the next try finds it.
	w.wire.cut(nil, func(*http.Request) error { return errors.New("connection reset") })
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrStripe) {
		t.Errorf("got %v", err)
	}
	w.wire.cut(nil, nil)
	url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2)
	w.must(err)
	if n := w.count(`SELECT count(*) FROM sandbox_sessions`); n != 1 || !strings.Contains(url, stripesandbox.PagePath) {
		t.Errorf("%d sessions, page %q", n, url)
	}
}

func TestStaleOrderGivesWay(t *testing.T) {
	w := newWorld(t)
	first, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	same, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	if same.ID != first.ID {
		t.Error("the open order must be found again")
	}
	w.publish("intro", 9900, "USD")
	second, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	if second.ID == first.ID || second.AmountCents != 9900 {
		t.Errorf("a new edition at a new price: %+v", second)
	}
	w.want(first, payment.Expired, "")
	// Once at Stripe, the frozen price holds.
	_, err = w.Checkout(t.Context(), "p1", second.Number, refunds2)
	w.must(err)
	w.publish("intro", 19900, "USD")
	third, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	if third.ID != second.ID {
		t.Error("an order with a checkout page stays")
	}
}

func TestDeclineAndAbandon(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	if _, err := w.sandbox.Act(t.Context(), sess.ID, stripesandbox.Decline, stripesandbox.AtOnce); !errors.Is(err, stripesandbox.ErrDeclined) {
		t.Errorf("declined: %v", err)
	}
	to, err := w.sandbox.Act(t.Context(), sess.ID, stripesandbox.Abandon, stripesandbox.AtOnce)
	if err != nil || to != base+"/checkout/"+o.Number+"?canceled=yes" {
		t.Errorf("abandoned: %q, %v", to, err)
	}
	w.drain()
	w.want(o, payment.Open, "")
	// The page is still there, and can be paid.
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	w.drain()
	w.want(o, payment.Paid, enrollment.Active)
	if _, err := w.sandbox.Act(t.Context(), sess.ID, stripesandbox.Pay, stripesandbox.AtOnce); !errors.Is(err, stripesandbox.ErrOver) {
		t.Errorf("paid twice: %v", err)
	}
}

func TestExpiredPage(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	w.act(sess, stripesandbox.Expire, stripesandbox.AtOnce)
	w.drain()
	w.want(o, payment.Expired, "")
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrOver) {
		t.Errorf("an order that ended: %v", err)
	}
	again, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	if again.ID == o.ID {
		t.Error("a new order must be opened")
	}
}

func TestReconcile(t *testing.T) {
	w := newWorld(t)
	w.deaf = true // every event is lost
	paid, sess := w.checkout()
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("the webhook should have failed")
	}
	w.must(w.Reconcile(t.Context()))
	w.want(paid, payment.Open, "") // too early
	w.clock.add(11 * time.Minute)
	calls := len(w.wire.requests)
	w.must(w.Reconcile(t.Context()))
	w.want(paid, payment.Paid, enrollment.Active)
	w.must(w.Reconcile(t.Context()))
	if n := len(w.wire.requests) - calls; n != 1 {
		t.Errorf("%d calls, want one", n)
	}
	if w.mails("Receipt") != 0 {
		t.Error("mail before the queue ran")
	}
	// The event comes at last: it acts no second time.
	w.deaf = false
	w.clock.add(time.Hour)
	w.drain()
	w.want(paid, payment.Paid, enrollment.Active)
	if w.mails("Receipt") != 1 || w.audited("order.paid") != 1 {
		t.Errorf("%d receipts", w.mails("Receipt"))
	}
}

func TestReconcileClosesWhatIsOver(t *testing.T) {
	w := newWorld(t)
	w.deaf = true
	expired, _ := w.checkout()
	started, err := w.Start(t.Context(), "p2", "intro")
	w.must(err)
	w.clock.add(25 * time.Hour)
	w.must(w.Reconcile(t.Context()))
	w.want(expired, payment.Expired, "")
	w.want(started, payment.Expired, "")

	refused, sess := w.checkout()
	w.act(sess, stripesandbox.Bounce, stripesandbox.AtOnce)
	w.clock.add(11 * time.Minute)
	if err := w.queue.Drain(t.Context()); err == nil { // the bank says no, and the event is lost
		t.Fatal("the webhook should have failed")
	}
	w.clock.add(11 * time.Minute)
	w.must(w.Reconcile(t.Context()))
	w.want(refused, payment.Failed, "")
}
