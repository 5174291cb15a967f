package certificate_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/once"
)

func kinds(events []certificate.Event) (out []string) {
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

func TestReinstate(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	var log []string
	w.log = func(kind, _ string, _ [sha256.Size]byte) error {
		log = append(log, kind)
		return nil
	}
	c := w.issued("p1")
	file := w.pdf(c)
	if err := w.Reinstate(ctx, c.Number, "It is fine", "p2"); !errors.Is(err, certificate.ErrNotRevoked) {
		t.Errorf("of a valid one: %v", err)
	}
	for range 2 { // once, and once more later
		w.must(w.Revoke(ctx, c.Number, "Wrong person", "p2"))
		err := w.Reinstate(ctx, c.Number, " ", "p2")
		if w.kind(err, apperr.Invalid); w.again(c).State != certificate.Revoked {
			t.Fatal("reinstated without a reason")
		}
		w.must(w.Reinstate(ctx, c.Number, "It was the right person", "p2"))
		w.must(w.Reinstate(ctx, c.Number, "It was the right person", "p2")) // a second click
		if err := w.Reinstate(ctx, c.Number, "Another reason", "p2"); !errors.Is(err, certificate.ErrNotRevoked) {
			t.Errorf("again for another reason: %v", err)
		}
	}
	w.drain()
	got, history, err := w.Verify(ctx, c.Number)
	w.must(err)
	events := history.Events
	if got.State != certificate.Issued || got.RevokedAt != nil || got.RevokedReason != "" || string(w.pdf(got)) != string(file) {
		t.Errorf("%+v", got)
	}
	want := []string{"reserved", "issued", "revoked", "reinstated", "revoked", "reinstated"}
	if !slices.Equal(kinds(events), want) || events[5].Reason != "It was the right person" || *events[5].ActorID != "p2" {
		t.Errorf("history %+v", events)
	}
	if !slices.Equal(log[1:], want[1:]) {
		t.Errorf("log %q", log)
	}
	if n := w.post.about("is valid again", "right person", c.Number); n != 2 {
		t.Errorf("%d mails", n)
	}
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		t.Errorf("damaged %q, %v", damaged, err)
	}
	w.exec("UPDATE certificate_history SET kind = 'revoked' WHERE kind = 'reinstated'")
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 1 {
		t.Errorf("revoked twice: %q, %v", damaged, err)
	}
}

// What was revoked before it was printed is printed then: its holder would never
// get it otherwise.
func TestReinstateBeforePrinting(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.reserve("p1")
	w.must(w.Revoke(ctx, c.Number, "The order was refunded", ""))
	w.drain()
	w.must(w.Reinstate(ctx, c.Number, "The refund failed", "p2"))
	if c = w.again(c); c.State != certificate.Preparing {
		t.Fatalf("%+v", c)
	}
	w.drain()
	w.must(w.Reinstate(ctx, c.Number, "The refund failed", "p2")) // a late second click
	w.drain()
	c = w.again(c)
	if c.State != certificate.Issued || len(w.pdf(c)) == 0 {
		t.Errorf("%+v", c)
	}
	if ready, again := w.post.about("is ready"), w.post.about("is valid again"); ready != 1 || again != 0 {
		t.Errorf("%d mails that it is ready, %d that it is valid again", ready, again)
	}
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		t.Errorf("damaged %q, %v", damaged, err)
	}
}

// Of many who revoke and reinstate at once each act is in the history once, and
// the history leads to the state.
func TestRevokeAndReinstateAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.issued("p1")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			act := w.Revoke
			if i%2 == 1 {
				act = w.Reinstate
			}
			if err := act(t.Context(), c.Number, "Reason", "p2"); err != nil && !apperr.Is(err, apperr.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, damaged, err := w.checkStored(); err != nil || len(damaged) != 0 {
		events, _ := w.Events(t.Context(), c.ID)
		t.Errorf("damaged %q, %v: %q is %s", damaged, err, kinds(events), w.again(c).State)
	}
}

func TestResend(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.reserve("p1")
	if err := w.Resend(ctx, c.Number); !errors.Is(err, certificate.ErrNotValid) {
		t.Errorf("before it is issued: %v", err)
	}
	w.drain()
	for range 2 { // the same form, sent twice
		w.must(w.Resend(once.With(ctx, "form"), c.Number))
	}
	w.drain()
	if n := w.post.about("is ready", c.Number); n != 2 {
		t.Errorf("%d mails", n)
	}
	w.must(w.Revoke(ctx, c.Number, "Wrong person", "p2"))
	if err := w.Resend(ctx, c.Number); !errors.Is(err, certificate.ErrNotValid) {
		t.Errorf("of a revoked one: %v", err)
	}
	other := w.issued("p2")
	w.mu.Lock()
	w.holders["p2"] = certificate.Holder{Name: "Erased"}
	w.mu.Unlock()
	if err := w.Resend(ctx, other.Number); !errors.Is(err, certificate.ErrNoAddress) {
		t.Errorf("to nobody: %v", err)
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'certificate.resend'"); n != 1 {
		t.Errorf("%d acts audited", n)
	}
}
