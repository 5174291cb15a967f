package support_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
)

// What nobody can see is no reason, no answer and no request.
func TestInvisibleTextIsRefused(t *testing.T) {
	const unseen = "\u200b\u2060"
	w := newWorld(t)
	r, err := w.Submit(t.Context(), ask("ana"))
	if err != nil {
		t.Fatal(err)
	}
	n := ask("ana")
	n.Body = unseen
	_, submitted := w.Submit(t.Context(), n)
	_, published := w.PublishPolicy(t.Context(), "terms", unseen, unseen, unseen, "ben", 0)
	for name, err := range map[string]error{
		"request": submitted,
		"policy":  published,
		"answer":  w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: unseen}),
		"outcome": w.Reply(t.Context(), r.ID, support.Answer{By: "ben", Body: "Yes.", Outcome: unseen, Close: true}),
		"grant":   w.Grant(t.Context(), support.Accommodation{PersonID: "ana", ExtraAttempts: 1, Reason: unseen, GrantedBy: "ben"}),
	} {
		if !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
