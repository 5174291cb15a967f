package payment_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
)

func TestFreeCourse(t *testing.T) {
	w := newWorld(t)
	var first enrollment.Enrollment
	for i := range 3 {
		e, err := w.EnrollFree(t.Context(), "p1", "free", refunds2)
		w.must(err)
		if i == 0 {
			first = e
		}
		if e.ID != first.ID || e.Source != "free" {
			t.Errorf("try %d: %+v", i, e)
		}
	}
	kept, err := w.learn.Evidence(t.Context(), first.ID)
	w.must(err)
	if len(kept) != 1 || kept[0].Kind != payment.EvidencePolicies || kept[0].Details["refunds"] != "2" || !kept[0].OccurredAt.Equal(w.clock.now()) {
		t.Errorf("the acceptance is kept: %+v", kept)
	}
	for name, accepted := range map[string][]payment.PolicyVersion{"nothing accepted": nil, "an older version": {{Name: "refunds", Version: "1"}}} {
		if _, err := w.EnrollFree(t.Context(), "p2", "free", accepted); !errors.Is(err, payment.ErrPolicies) || w.count(`SELECT count(*) FROM enrollments`) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.EnrollFree(t.Context(), "p1", "intro", refunds2); !errors.Is(err, payment.ErrNotFree) {
		t.Errorf("a course with a price: %v", err)
	}
	p := w.people["p2"]
	p.EmailConfirmedAt = nil
	w.people["p2"] = p
	if _, err := w.EnrollFree(t.Context(), "p2", "free", refunds2); !errors.Is(err, payment.ErrUnconfirmed) {
		t.Errorf("unconfirmed: %v", err)
	}
}
