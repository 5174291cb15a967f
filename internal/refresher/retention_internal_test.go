package refresher

import (
	"testing"
	"time"
)

func TestSpans(t *testing.T) {
	done := time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)
	for days, want := range map[int]int{-1: 0, 0: 0, 14: 0, 15: 1, 45: 1, 46: 2, 90: 2, 91: 3, 180: 3, 181: 4, 365: 4, 366: -1, 4000: -1} {
		if got := spanOf(done, done.AddDate(0, 0, days)); got != want {
			t.Errorf("%d days lie in span %d, want %d", days, got, want)
		}
	}
	for i, s := range spans {
		if i > 0 && s.From != spans[i-1].To+1 {
			t.Errorf("a gap before day %d", s.From)
		}
	}
}

// TestABatchIsOfDifferentPeople: who comes twice before it is full is one of its five.
func TestABatchIsOfDifferentPeople(t *testing.T) {
	var c tally
	for _, p := range []string{"a", "b", "a", "b", "c", "d"} {
		if c.add(share{p, 1, 2}); c.n != 0 {
			t.Fatalf("%d are counted at %s", c.n, p)
		}
	}
	c.add(share{"e", 0, 3})
	if c.n != 5 || c.counts[500] != 4 || c.counts[0] != 1 || len(c.waiting) != 0 {
		t.Errorf("%+v", c)
	}
}
