package support_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
)

func TestSubmitTwiceIsOneRequest(t *testing.T) {
	w := newWorld(t)
	visitor := ask("")
	visitor.Confirmed = false
	for name, n := range map[string]support.NewRequest{"person": ask("ana"), "visitor": visitor} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			refs := map[string]bool{}
			sent := len(w.mails.sent)
			clicks(t, func(ctx context.Context) error {
				r, err := w.Submit(ctx, n)
				mu.Lock()
				defer mu.Unlock()
				refs[r.Reference] = true
				return err
			})
			if len(refs) != 1 || refs[""] || len(w.mails.sent)-sent != 1 {
				t.Errorf("ten clicks made %v and sent %d mails", refs, len(w.mails.sent)-sent)
			}
		})
	}
}

func TestReplyTwiceIsOneAnswer(t *testing.T) {
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []support.Answer{{By: "ben", Body: "Yes."}, {By: "ben", Body: "Done.", Close: true, Outcome: "Upheld"}} {
		t.Run(a.Body, func(t *testing.T) {
			clicks(t, func(ctx context.Context) error { return w.Reply(ctx, r.ID, a) })
		})
	}
	_, msgs, err := w.Get(t.Context(), r.ID)
	if err != nil || len(msgs) != 2 || len(w.mails.sent) != 3 || w.events(t, "request.reply") != 2 {
		t.Errorf("%d messages, %d mails, %d events, %v", len(msgs), len(w.mails.sent), w.events(t, "request.reply"), err)
	}
}

func TestGrantTwiceIsOneAccommodation(t *testing.T) {
	w := newWorld(t)
	clicks(t, func(ctx context.Context) error {
		return w.Grant(ctx, support.Accommodation{PersonID: "ana", ExtraTimePercent: 50, Reason: "note on file", GrantedBy: "ben"})
	})
	list, err := w.Accommodations(t.Context(), "ana")
	if err != nil || len(list) != 1 || w.events(t, "accommodation.grant") != 1 {
		t.Fatalf("%d accommodations, %d events, %v", len(list), w.events(t, "accommodation.grant"), err)
	}
	clicks(t, func(ctx context.Context) error { return w.End(ctx, list[0].ID) })
	if n := w.events(t, "accommodation.end"); n != 1 {
		t.Errorf("ended %d times", n)
	}
	if err := w.End(t.Context(), "none"); !errors.Is(err, support.ErrNoAccommodation) {
		t.Errorf("ending nothing: %v", err)
	}
}

func TestPublishTwiceIsOneVersion(t *testing.T) {
	w := newWorld(t)
	if err := w.SeedPolicies(t.Context(), support.Provider{}); err != nil {
		t.Fatal(err)
	}
	publish := func(ctx context.Context, by string) error {
		p, err := w.PublishPolicy(ctx, "refund", "Refunds", "Sixty days.", "Longer", by, 1)
		if err == nil && p.Version != 2 {
			t.Errorf("version %d", p.Version)
		}
		return err
	}
	clicks(t, func(ctx context.Context) error { return publish(ctx, "ben") })
	list, err := w.PolicyVersions(t.Context(), "refund")
	if err != nil || len(list) != 2 || w.events(t, "policy.publish") != 1 {
		t.Errorf("%d versions, %d events, %v", len(list), w.events(t, "policy.publish"), err)
	}
	if err := publish(t.Context(), "ana"); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("the same text of somebody else: %v", err)
	}
}
