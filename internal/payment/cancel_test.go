package payment_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

func TestCancelEndsAnUnpaidOrder(t *testing.T) {
	for name, order := range map[string]func(w *world) payment.Order{
		"before Stripe's page": func(w *world) payment.Order {
			o, err := w.Start(t.Context(), "p1", "intro")
			w.must(err)
			return o
		},
		"on Stripe's page": func(w *world) payment.Order {
			o, _ := w.checkout()
			return o
		},
		"on a page that Stripe forgot": func(w *world) payment.Order {
			o, _ := w.checkout()
			w.exec(`UPDATE orders SET session_id = 'cs_gone'`)
			return w.again(o)
		},
		"of another mode": func(w *world) payment.Order {
			o, _ := w.checkout()
			w.exec(`UPDATE orders SET livemode = ?`, true)
			return w.again(o)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := order(w)
			if err := w.Cancel(t.Context(), "p2", o.Number); !errors.Is(err, payment.ErrNotFound) {
				t.Errorf("somebody else's: %v", err)
			}
			for range 2 { // a second click
				w.must(w.Cancel(t.Context(), "p1", o.Number))
			}
			w.drain()
			w.want(o, payment.Expired, "")
			if n := w.audited("order.expired"); n != 1 {
				t.Errorf("%d audit events", n)
			}
			next, err := w.Start(t.Context(), "p1", "intro")
			if err != nil || next.ID == o.ID {
				t.Errorf("a new order: %+v, %v", next, err)
			}
		})
	}
}

func TestNobodyCanPayWhatWasCanceled(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	w.must(w.Cancel(t.Context(), "p1", o.Number))
	if _, err := w.sandbox.Act(t.Context(), sess.ID, stripesandbox.Pay, stripesandbox.AtOnce); !errors.Is(err, stripesandbox.ErrOver) {
		t.Errorf("its page: %v", err)
	}
}

func TestWhatWasPaidCannotBeCanceled(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	w.act(sess, stripesandbox.Pay, stripesandbox.Late)
	// Stripe knows before its event is here, and its answer counts.
	for range 2 {
		if err := w.Cancel(t.Context(), "p1", o.Number); !errors.Is(err, payment.ErrPaid) {
			t.Errorf("paid: %v", err)
		}
	}
	w.want(o, payment.Paid, enrollment.Active)

	debit, sess := w.checkoutOf("p2")
	w.act(sess, stripesandbox.Debit, stripesandbox.AtOnce)
	if err := w.Cancel(t.Context(), "p2", debit.Number); !errors.Is(err, payment.ErrPending) {
		t.Errorf("on its way: %v", err)
	}
}

func TestCancelChangesNothingWithoutStripe(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.wire.cut(func(*http.Request) error { return errors.New("connection reset") }, nil)
	if err := w.Cancel(t.Context(), "p1", o.Number); !errors.Is(err, payment.ErrStripe) {
		t.Errorf("%v", err)
	}
	w.want(o, payment.Open, "")
}
