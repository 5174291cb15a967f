package payment_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
)

func TestRefund(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	ctx := audit.WithActor(t.Context(), audit.Actor{PersonID: "admin"})
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := w.Refund(ctx, o.ID, "Changed their mind.", ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.want(o, payment.Refunding, enrollment.Active)
	w.drain()
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	h, err := w.History(t.Context(), o.ID)
	w.must(err)
	if len(h.Refunds) != 1 || h.Refunds[0].State != "succeeded" || h.Refunds[0].RequestedBy != "admin" || h.Refunds[0].Certificate != payment.NoCertificate || h.Refunds[0].StripeRefundID == "" {
		t.Errorf("refunds %+v", h.Refunds)
	}
	if o.RefundedAt == nil || o.Attention() != "" || w.mails("Refund for order "+o.Number) != 1 || w.audited("order.refunded") != 1 {
		t.Errorf("order %+v, %d mails", o, w.mails("Refund"))
	}
	// The person may buy again.
	again, err := w.Start(t.Context(), "p1", "intro")
	if err != nil || again.ID == o.ID {
		t.Errorf("buying after a refund: %v", err)
	}
}

func TestRefundRefuses(t *testing.T) {
	w := newWorld(t)
	open, _ := w.checkout()
	long := strings.Repeat("x", 501)
	for name, tt := range map[string]struct {
		id, reason string
		want       error
	}{
		"not paid":  {open.ID, "why", payment.ErrNotPaid},
		"unknown":   {"none", "why", payment.ErrNotFound},
		"no reason": {open.ID, "  ", apperr.InvalidField("reason", "Say why the money goes back. The buyer does not see it.")},
		"invisible": {open.ID, "\u200b\u2060", apperr.InvalidField("reason", "Say why the money goes back. The buyer does not see it.")},
		"too long":  {open.ID, long, apperr.InvalidField("reason", "Use at most 500 characters; this has 501.")},
	} {
		if err := w.Refund(t.Context(), tt.id, tt.reason, ""); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.want(open, payment.Open, "")
}

func TestRefundWithoutAGatewayChangesNothing(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.Gateway = nil
	if err := w.Refund(t.Context(), o.ID, "Asked for.", ""); !errors.Is(err, payment.ErrNoGateway) {
		t.Errorf("%v", err)
	}
	w.want(o, payment.Paid, enrollment.Active)
	if n := w.count(`SELECT count(*) FROM refunds`) + w.count(`SELECT count(*) FROM jobs WHERE kind = 'payment.refund'`) + w.audited("order.refund_request"); n != 0 {
		t.Errorf("%d rows, jobs and events", n)
	}
}

func TestTwoChoicesAboutTheCertificate(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.certs.number = "CERT-1"
	var wg sync.WaitGroup
	both := []payment.Decision{payment.Keep, payment.Revoke}
	errs := make([]error, len(both))
	for i, d := range both {
		wg.Go(func() { errs[i] = w.Refund(t.Context(), o.ID, "Asked for.", d) })
	}
	wg.Wait()
	h, err := w.History(t.Context(), o.ID)
	w.must(err)
	if len(h.Refunds) != 1 {
		t.Fatalf("refunds %+v", h.Refunds)
	}
	stands := map[payment.Decision]string{payment.Keep: "stays valid", payment.Revoke: "is revoked"}[h.Refunds[0].Certificate]
	for i, d := range both {
		again := w.Refund(t.Context(), o.ID, "Asked for.", d)
		if d == h.Refunds[0].Certificate {
			if errs[i] != nil || again != nil {
				t.Errorf("%s stands: %v, %v", d, errs[i], again)
			}
			continue
		}
		for _, err := range []error{errs[i], again} {
			if !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), stands) {
				t.Errorf("%s came too late: %v", d, err)
			}
		}
	}
	if err := w.Refund(t.Context(), o.ID, "Asked for.", ""); err != nil {
		t.Errorf("asked again without a choice: %v", err)
	}
}

// Every place at which the process can die between the request and the settled
// refund: the money goes back once, and the order is refunded in the end.
func TestRefundSurvivesCrashes(t *testing.T) {
	crash := errors.New("the process died")
	for name, cut := range map[string]func(w *world){
		"before Stripe is called": func(w *world) { w.wire.cut(func(*http.Request) error { return crash }, nil) },
		"after Stripe has refunded, before our commit": func(w *world) {
			w.wire.cut(nil, func(*http.Request) error { return crash })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.bought()
			w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
			w.deaf = true // the event is of no help
			cut(w)
			if err := w.CompleteRefund(t.Context(), o.ID); err == nil {
				t.Fatal("it should have failed")
			}
			w.want(o, payment.Refunding, enrollment.Active)
			w.wire.cut(nil, nil)
			w.must(w.CompleteRefund(t.Context(), o.ID))
			w.must(w.CompleteRefund(t.Context(), o.ID))
			w.deaf = false
			w.clock.add(time.Hour)
			w.drain()
			w.want(o, payment.Refunded, enrollment.Refunded)
			if w.mails("Refund for") != 1 || w.audited("order.refunded") != 1 || w.count(`SELECT count(*) FROM sandbox_requests WHERE idempotency_key LIKE 'refund-%'`) != 1 {
				t.Error("it must happen once")
			}
		})
	}
}

func TestRefundRefusedByStripe(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.exec(`UPDATE sandbox_sessions SET payment_status = 'unpaid'`) // Stripe knows no charge
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.drain()
	o = w.want(o, payment.Paid, enrollment.Active)
	if !strings.Contains(o.Attention(), "refused by Stripe") || w.mails("Refund for") != 0 {
		t.Errorf("attention %q", o.Attention())
	}
	w.exec(`UPDATE sandbox_sessions SET payment_status = 'paid'`)
	w.must(w.Refund(t.Context(), o.ID, "Once more.", ""))
	w.drain()
	if o = w.want(o, payment.Refunded, enrollment.Refunded); o.Attention() != "" {
		t.Errorf("attention %q", o.Attention())
	}
}

func TestRefundMadeBeforeAtStripeIsSuccess(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.exec(`UPDATE sandbox_sessions SET refund = 're_dashboard'`)
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.drain()
	w.want(o, payment.Refunded, enrollment.Refunded)
}

func TestRefundWithCertificate(t *testing.T) {
	for _, decision := range []payment.Decision{payment.Keep, payment.Revoke} {
		w := newWorld(t)
		o := w.bought()
		w.certs.number = "CERT-1"
		if err := w.Refund(t.Context(), o.ID, "Asked for.", ""); !errors.Is(err, payment.ErrDecide) {
			t.Errorf("no decision: %v", err)
		}
		w.must(w.Refund(audit.WithActor(t.Context(), audit.Actor{PersonID: "admin"}), o.ID, "Asked for.", decision))
		if len(w.certs.revoked) != 0 {
			t.Error("revoked before the money went back")
		}
		w.drain()
		w.want(o, payment.Refunded, enrollment.Refunded)
		want := map[payment.Decision]string{payment.Keep: "Your certificate CERT-1 stays valid.", payment.Revoke: "Your certificate CERT-1 is revoked;"}[decision]
		if w.count(`SELECT count(*) FROM outbox_mails WHERE subject LIKE 'Refund for%' AND plain LIKE ?`, "%"+want+"%") != 1 {
			t.Errorf("no mail says %q", want)
		}
		if revoked := len(w.certs.revoked) == 1; revoked != (decision == payment.Revoke) {
			t.Errorf("%s: revoked %v", decision, w.certs.revoked)
		}
		if len(w.certs.revoked) == 1 && (w.certs.by != "admin" || strings.Contains(w.certs.revoked[0], "Asked for.")) {
			t.Errorf("revoked by %q: %v; the refund's own reason is not public", w.certs.by, w.certs.revoked)
		}
	}
}

func TestCertificateThatCannotBeRevoked(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.certs.number, w.certs.refuse = "CERT-1", apperr.New(apperr.Conflict, "superseded")
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", payment.Revoke))
	w.drain()
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	if !strings.Contains(o.Attention(), "could not be revoked") || w.mails("Refund for") != 1 {
		t.Errorf("attention %q", o.Attention())
	}
	if err := w.DecideCertificate(t.Context(), o.ID, payment.Revoke); !errors.Is(err, w.certs.refuse) {
		t.Errorf("still refused: %v", err)
	}
	w.must(w.DecideCertificate(t.Context(), o.ID, payment.Keep))
}

func TestCertificateIssuedMeanwhile(t *testing.T) {
	w := newWorld(t)
	o := w.bought()
	w.must(w.Refund(t.Context(), o.ID, "Asked for.", ""))
	w.certs.number = "CERT-1" // between the request and the money
	w.drain()
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	if !strings.Contains(o.Attention(), "Decide") || len(w.certs.revoked) != 0 {
		t.Errorf("attention %q, revoked %v", o.Attention(), w.certs.revoked)
	}
	if err := w.DecideCertificate(t.Context(), o.ID, "perhaps"); !errors.Is(err, payment.ErrDecide) {
		t.Errorf("no decision: %v", err)
	}
	w.must(w.DecideCertificate(t.Context(), o.ID, payment.Revoke))
	if o = w.again(o); o.Attention() != "" || len(w.certs.revoked) != 1 {
		t.Errorf("attention %q, revoked %v", o.Attention(), w.certs.revoked)
	}
	if err := w.DecideCertificate(t.Context(), o.ID, payment.Keep); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("deciding twice: %v", err)
	}
}
