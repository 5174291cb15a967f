package veil_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/veil"
)

func TestCount(t *testing.T) {
	for _, tt := range []struct {
		n, of int
		want  veil.Range
	}{
		{0, 0, veil.Range{}}, {3, 3, veil.Range{0, 3, 3}}, {5, 5, veil.Range{0, 5, 5}},
		{0, 10, veil.Range{0, 4, 10}}, {4, 10, veil.Range{0, 4, 10}}, {5, 10, veil.Range{5, 10, 10}}, {10, 10, veil.Range{5, 10, 10}},
		{9, 25, veil.Range{5, 9, 25}}, {10, 25, veil.Range{10, 14, 25}}, {19, 25, veil.Range{15, 19, 25}}, {25, 25, veil.Range{20, 25, 25}},
		{7, 12, veil.Range{5, 12, 12}},
	} {
		if got := veil.Count(tt.n, tt.of); got != tt.want {
			t.Errorf("%d of %d is told as %+v, want %+v", tt.n, tt.of, got, tt.want)
		}
	}
	if r := veil.Count(3, 25).Rest(); r != (veil.Range{21, 25, 25}) {
		t.Errorf("the rest is %+v", r)
	}
	if from, to := veil.Count(3, 25).Share(); from != 0 || to != .16 {
		t.Errorf("from %v to %v", from, to)
	}
	if from, to := (veil.Range{}).Share(); from != 0 || to != 1 {
		t.Errorf("of nobody from %v to %v", from, to)
	}
	if veil.Count(3, 9).Known() || !veil.Count(3, 10).Known() {
		t.Error("from ten people on something is said")
	}
}

// TestAnOldNumberStays: what was below a threshold stays, so a range never falls.
func TestAnOldNumberStays(t *testing.T) {
	for of := 5; of < 60; of += veil.Batch {
		for n := range of + 1 {
			for more := range veil.Batch + 1 {
				was, is := veil.Count(n, of), veil.Count(n+more, of+veil.Batch)
				if d := is.From - was.From; d != 0 && d != veil.Batch {
					t.Fatalf("%d more of %d of %d: %+v becomes %+v", more, n, of, was, is)
				}
			}
		}
	}
}

// TestTheTruthIsWithin everything that is told, and what is told is as narrow as said.
func TestTheTruthIsWithin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		list := make([]int, rng.IntN(80))
		for i := range list {
			list[i] = rng.IntN(1 + rng.IntN(101))
		}
		v := veil.ValuesOf(list)
		counted := slices.Sorted(slices.Values(list[:veil.Whole(len(list))]))
		if v.Of() != len(counted) {
			t.Fatalf("%d of %d are counted", v.Of(), len(list))
		}
		if v.Of() == 0 {
			continue
		}
		checkValues(t, v, counted)
	}
}

func checkValues(t *testing.T, v veil.Values, counted []int) {
	t.Helper()
	n, sum := len(counted), 0
	for _, x := range counted {
		sum += x
	}
	mean := float64(sum) / float64(n)
	if from, to := v.Mean(100); mean < from-1e-9 || mean > to+1e-9 || to-from > 500/float64(n)+1e-9 {
		t.Fatalf("of %v the mean %v lies from %v to %v", counted, mean, from, to)
	}
	for _, threshold := range []int{0, 1, 50, 100, 101} {
		below := 0
		for _, x := range counted {
			if x < threshold {
				below++
			}
		}
		if r := v.Below(threshold); r != veil.Count(below, n) {
			t.Fatalf("of %v below %d are %+v, not %d", counted, threshold, r, below)
		}
	}
	median := float64(counted[(n-1)/2]+counted[n/2]) / 2
	low, high, ok := v.Median()
	if ok != (n >= 15) || ok && (median < float64(low) || median > float64(high)) {
		t.Fatalf("of %v the median %v lies from %d to %d, %v", counted, median, low, high, ok)
	}
	within := 0
	low, high, ok = v.Half()
	for _, x := range counted {
		if x >= low && x <= high {
			within++
		}
	}
	if ok != (n >= 20) || ok && 2*within < n {
		t.Fatalf("of %v %d lie from %d to %d, %v", counted, within, low, high, ok)
	}
	if v.Apart() && counted[4] == counted[n-6] {
		t.Fatalf("%v are not apart", counted)
	}
}

func TestCellsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		counts := make([]int, 1+rng.IntN(6))
		of := 0
		for i := range counts {
			counts[i] = rng.IntN(12)
			of += counts[i]
		}
		counts[0] += (veil.Batch - of%veil.Batch) % veil.Batch
		low, high := 0, 0
		for i, r := range veil.Cells(counts) {
			if counts[i] < r.From || counts[i] > r.To {
				t.Fatalf("%v: cell %d is told as %+v", counts, i, r)
			}
			low, high = low+r.From, high+r.To
		}
		if sum := of + (veil.Batch-of%veil.Batch)%veil.Batch; low > sum || high < sum {
			t.Fatalf("%v lie from %d to %d", counts, low, high)
		}
	}
}

func TestPercents(t *testing.T) {
	for want, v := range map[string][2]float64{"60–80%": {.6, .8}, "0–50%": {0, .5}, "95–100%": {.956, 1}, "71%": {.7001, .7099}, "70–72%": {.705, .715}, "95%": {.94, .95}, "0–2%": {.001, .011}, "100%": {1, 1}} {
		if got := veil.Percents(v[0], v[1]); got != want {
			t.Errorf("%v is told as %s, want %s", v, got, want)
		}
	}
}

func TestPeopleAreSaidInFives(t *testing.T) {
	for n, want := range map[int]string{0: "fewer than 10", 9: "fewer than 10", 10: "10–14", 14: "10–14", 15: "15–19", 999: "995–999", 1002: "1,000–1,004"} {
		if got := veil.People(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
