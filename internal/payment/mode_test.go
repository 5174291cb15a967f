package payment_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

func TestNobodyPaysForWhatTheyHave(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	_, err := w.learn.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: o.EditionID, Source: "admin"})
	w.must(err)
	if url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, enrollment.ErrAlreadyEnrolled) || url != "" {
		t.Errorf("led to %q, %v", url, err)
	}
}

func TestNobodyPaysTwiceWhileTheBankWorks(t *testing.T) {
	w := newWorld(t)
	o, sess := w.checkout()
	w.act(sess, stripesandbox.Debit, stripesandbox.AtOnce)
	w.drain()
	if url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrPending) || url != "" {
		t.Errorf("led to %q, %v", url, err)
	}
}

func TestAnOrderOfAnotherModeGivesWay(t *testing.T) {
	w := newWorld(t)
	o, _ := w.checkout()
	w.exec(`UPDATE orders SET livemode = ?`, true) // the keys were changed since
	if _, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); !errors.Is(err, payment.ErrMode) {
		t.Errorf("a page that nobody can pay on: %v", err)
	}
	next, err := w.Start(t.Context(), "p1", "intro")
	w.must(err)
	if next.ID == o.ID || next.Livemode {
		t.Errorf("still the old order: %+v", next)
	}
	w.want(o, payment.Expired, "")
	// Its money may still come, with the keys of that time.
	w.must(w.send("checkout.session.completed", "evt_1", completed(o, map[string]any{"livemode": true})))
	w.want(o, payment.Paid, enrollment.Active)
}

func TestAPageThatStripeDoesNotKnowEnds(t *testing.T) {
	w := newWorld(t)
	gone, _ := w.checkout()
	w.exec(`UPDATE orders SET session_id = 'cs_gone'`)
	debit, sess := w.checkoutOf("p2")
	w.act(sess, stripesandbox.Debit, stripesandbox.AtOnce)
	w.drain()
	w.exec(`UPDATE orders SET session_id = 'cs_debit' WHERE id = ?`, debit.ID)
	for _, step := range []struct {
		wait        time.Duration
		gone, debit payment.State
	}{
		{time.Hour, payment.Open, payment.Open},
		{24 * time.Hour, payment.Expired, payment.Open}, // the bank may still take its time
		{30 * 24 * time.Hour, payment.Expired, payment.Expired},
	} {
		w.clock.add(step.wait)
		w.must(w.Reconcile(t.Context()))
		w.want(gone, step.gone, "")
		w.want(debit, step.debit, "")
	}
	if trail := w.trail(gone); !strings.HasSuffix(trail, "expired") {
		t.Errorf("trail %q", trail)
	}
}

func TestOneFailingOrderStopsNoOther(t *testing.T) {
	w := newWorld(t)
	w.deaf = true
	bad, _ := w.checkout()
	good, sess := w.checkoutOf("p2")
	w.act(sess, stripesandbox.Pay, stripesandbox.AtOnce)
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("the webhook should have failed")
	}
	w.wire.cut(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, bad.SessionID) {
			return errors.New("connection reset")
		}
		return nil
	}, nil)
	w.clock.add(11 * time.Minute)
	w.must(w.Reconcile(t.Context()))
	w.want(bad, payment.Open, "")
	w.want(good, payment.Paid, enrollment.Active)
}

func TestEveryRefundUnderWayHasItsTurn(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.clock.add(time.Hour)
	w.must(w.Reconcile(t.Context()))
	if n := w.count(`SELECT count(*) FROM orders WHERE state = 'refunding' AND checked_at = ?`, w.clock.now()); n != 1 {
		t.Error("an order that was looked at goes to the end of the line")
	}
}
