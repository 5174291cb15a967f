package payment_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/testneed"
)

func needPostgres(t *testing.T) {
	t.Helper()
	if !dbtest.OnPostgres() {
		testneed.Missing(t, "postgres", dbtest.EnvPostgres+" is not set, and SQLite has one writer at a time")
	}
}

// waitForALock returns when a transaction waits for another one.
func (w *world) waitForALock() {
	w.t.Helper()
	for w.count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
		if err := w.t.Context().Err(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// An administrator refunds in the app while somebody else has done so in
// Stripe's dashboard: the event finds no refund yet, and then finds one.
func TestRefundsInAppAndDashboardAtOnce(t *testing.T) {
	needPostgres(t)
	w := newWorld(t)
	o := w.bought()
	w.certs.number = "CERT-1"
	admin := audit.WithActor(t.Context(), audit.Actor{PersonID: "admin"})
	asked, commit := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := w.db.InTx(admin, func(ctx context.Context) error {
			err := w.Refund(ctx, o.ID, "Asked for.", payment.Revoke)
			close(asked)
			<-commit
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-asked
	wg.Go(func() {
		if err := w.send("charge.refunded", "evt_1", charge(o, o.AmountCents)); err != nil {
			t.Error(err)
		}
	})
	w.waitForALock()
	close(commit)
	wg.Wait()
	w.drain()
	o = w.want(o, payment.Refunded, enrollment.Refunded)
	h, err := w.History(t.Context(), o.ID)
	w.must(err)
	if len(h.Refunds) != 1 || h.Refunds[0].State != "succeeded" || h.Refunds[0].RequestedBy != "admin" || len(w.certs.revoked) != 1 {
		t.Errorf("refunds %+v, revoked %v", h.Refunds, w.certs.revoked)
	}
	sums, err := w.Revenue(t.Context(), o.CreatedAt)
	w.must(err)
	if len(sums) != 1 || sums[0].NetCents() != 0 || w.audited("order.refunded") != 1 || w.mails("Refund for") != 1 {
		t.Errorf("the books: %+v", sums)
	}
}

// failOnce makes the first write of a kind to the table fail as a conflict of
// two transactions does, so that db.InTx runs the whole again.
func (w *world) failOnce(table, op string) {
	w.t.Helper()
	w.exec(`CREATE SEQUENCE tries`)
	w.exec(`CREATE FUNCTION fail_once() RETURNS trigger AS $$ BEGIN
		IF nextval('tries') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
		RETURN NEW; END $$ LANGUAGE plpgsql`)
	w.exec(fmt.Sprintf(`CREATE TRIGGER fail_once BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION fail_once()`, op, table))
}

func TestATransactionThatRunsAgainDoesTheSame(t *testing.T) {
	needPostgres(t)
	t.Run("start", func(t *testing.T) {
		w := newWorld(t)
		w.failOnce("orders", "INSERT")
		if o, err := w.Start(t.Context(), "p1", "intro"); err != nil || o.AmountCents != 14900 {
			t.Errorf("%+v, %v", o, err)
		}
	})
	t.Run("accept and session", func(t *testing.T) {
		w := newWorld(t)
		o, err := w.Start(t.Context(), "p1", "intro")
		w.must(err)
		w.failOnce("orders", "UPDATE")
		if url, err := w.Checkout(t.Context(), "p1", o.Number, refunds2); err != nil || url == "" {
			t.Errorf("%q, %v", url, err)
		}
	})
	t.Run("refund", func(t *testing.T) {
		w := newWorld(t)
		o := w.bought()
		w.certs.number = "CERT-1"
		w.failOnce("refunds", "INSERT")
		w.must(w.Refund(t.Context(), o.ID, "Asked for.", payment.Keep))
		if n := w.count(`SELECT count(*) FROM refunds WHERE certificate = 'keep'`); n != 1 {
			t.Errorf("%d refunds with the decision", n)
		}
	})
}

// The event settles the refund between Stripe's answer and our commit.
func TestTheRefundsIDAtStripeIsKept(t *testing.T) {
	listed := func(o payment.Order) map[string]any {
		c := charge(o, o.AmountCents)
		c["refunds"] = map[string]any{"object": "list", "data": []map[string]any{{"id": "re_part", "amount": 1}, {"id": "re_whole", "amount": o.AmountCents, "status": "succeeded"}}}
		return c
	}
	updated := map[string]any{"id": "re_update", "status": "succeeded", "amount": 14900}
	for name, tt := range map[string]struct {
		act  func(w *world, o payment.Order)
		want string // "" is any
	}{
		"settled by the event, told by the answer": {func(w *world, o payment.Order) {
			w.wire.cut(nil, func(*http.Request) error { return w.send("charge.refunded", "evt_1", charge(o, o.AmountCents)) })
			w.must(w.Refund(w.t.Context(), o.ID, "Asked for.", ""))
			w.must(w.CompleteRefund(w.t.Context(), o.ID))
		}, ""},
		"in the event": {func(w *world, o payment.Order) { w.must(w.send("charge.refunded", "evt_1", listed(o))) }, "re_whole"},
		"in an event that comes again": {func(w *world, o payment.Order) {
			w.must(w.send("charge.refunded", "evt_1", charge(o, o.AmountCents)))
			w.must(w.send("charge.refunded", "evt_2", listed(o)))
		}, "re_whole"},
		"in the next event": {func(w *world, o payment.Order) {
			w.must(w.send("charge.refunded", "evt_1", charge(o, o.AmountCents)))
			updated["payment_intent"] = o.PaymentIntent
			w.must(w.send("charge.refund.updated", "evt_2", updated))
		}, "re_update"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.bought()
			tt.act(w, o)
			w.want(o, payment.Refunded, enrollment.Refunded)
			h, err := w.History(t.Context(), o.ID)
			w.must(err)
			if len(h.Refunds) != 1 || h.Refunds[0].StripeRefundID == "" || tt.want != "" && h.Refunds[0].StripeRefundID != tt.want {
				t.Errorf("refunds %+v, want %q", h.Refunds, tt.want)
			}
		})
	}
}
