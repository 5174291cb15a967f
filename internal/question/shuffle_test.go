package question_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

// TestShuffleOrderNeverChanges pins the meaning of stored seeds.
func TestShuffleOrderNeverChanges(t *testing.T) {
	items := bank(t)
	for id, want := range map[string][]string{
		"E04": {"B", "C", "A", "D"},
		"E03": {"E", "A", "B", "C", "D"},
		"E08": {"2", "5", "1", "4", "3"},
		"E12": {"b", "d", "c", "a"},
	} {
		if got := question.ShuffleOrder(items[id], "attempt-1"); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}

func TestShuffleOrderIsAFairPermutation(t *testing.T) {
	const attempts = 2400
	q := bank(t)["E04"]
	counts := make(map[string]int)
	for n := range attempts {
		order := question.ShuffleOrder(q, strconv.Itoa(n))
		sorted := slices.Sorted(slices.Values(order))
		if !slices.Equal(sorted, []string{"A", "B", "C", "D"}) {
			t.Fatalf("not a permutation: %v", order)
		}
		counts[order[0]+order[1]+order[2]+order[3]]++
	}
	// 24 permutations at 100 each; five standard deviations are 49.
	for p, n := range counts {
		if n < 51 || n > 149 {
			t.Errorf("%s came %d times of %d", p, n, attempts)
		}
	}
	if len(counts) != 24 {
		t.Errorf("%d of 24 orders came up", len(counts))
	}
}

func TestShuffleDiffersByQuestion(t *testing.T) {
	q := copyOf(t, bank(t)["E08"])
	seen := make(map[string]bool)
	for n := range 100 {
		q.ID = "Q" + strconv.Itoa(n)
		seen[question.ShuffleOrder(q, "attempt-1")[0]] = true
	}
	if len(seen) != 5 {
		t.Fatalf("over 100 questions only %d of 5 items came first", len(seen))
	}
}

func TestOrderingNeverStandsInTheRightOrder(t *testing.T) {
	for _, length := range []int{3, 4, 5} {
		q := copyOf(t, bank(t)["E08"])
		q.Items, q.Answer.Order = q.Items[:length], nil
		for _, it := range q.Items {
			q.Answer.Order = append(q.Answer.Order, it.ID)
		}
		for n := range 1000 {
			order := question.ShuffleOrder(q, strconv.Itoa(n))
			if slices.Equal(order, q.Answer.Order) {
				t.Fatalf("%d items, seed %d: shown in the right order", length, n)
			}
			if !slices.Equal(slices.Sorted(slices.Values(order)), q.Answer.Order) {
				t.Fatalf("%d items, seed %d: not a permutation: %v", length, n, order)
			}
		}
	}
}

func TestFixedOrders(t *testing.T) {
	items := bank(t)
	for id, want := range map[string][]string{
		"E40": {"a", "b"}, // shuffle: false
		"E06": {"true", "false"},
		"E05": nil,
		"E48": nil,
	} {
		for n := range 20 {
			if got := question.ShuffleOrder(items[id], strconv.Itoa(n)); !slices.Equal(got, want) {
				t.Fatalf("%s: got %v, want %v", id, got, want)
			}
		}
	}
}
