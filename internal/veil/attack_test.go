package veil_test

import (
	"fmt"
	"math/bits"
	"testing"

	"github.com/atmacena/cocare/internal/veil"
)

// attack is somebody who looks after every batch, knows who is in which and by which
// rule a page is made. Of every history that would have given the same pages they keep
// what each number may be: of every set of cells, from each look to each later one.
type attack struct {
	cells, looks int
	page         func(cell []int) string
	seen         map[string][]uint64 // pages → by span and set of cells, the numbers
}

// run plays every history: batch after batch, every way in which five people fall
// into the cells.
func (a *attack) run() {
	a.seen = map[string][]uint64{}
	var ways [][]int
	split(a.cells, veil.Batch, nil, func(w []int) { ways = append(ways, append([]int(nil), w...)) })
	at := make([][]int, a.looks+1)
	for i := range at {
		at[i] = make([]int, a.cells)
	}
	var play func(look int, pages string)
	play = func(look int, pages string) {
		if look > a.looks {
			a.take(pages, at)
			return
		}
		for _, w := range ways {
			for i := range w {
				at[look][i] = at[look-1][i] + w[i]
			}
			play(look+1, pages+"|"+a.page(at[look]))
		}
	}
	play(1, "")
}

// split calls fn with every way to put n people into cells.
func split(cells, n int, head []int, fn func([]int)) {
	if cells == 1 {
		fn(append(head, n))
		return
	}
	for v := range n + 1 {
		split(cells-1, n-v, append(head, v), fn)
	}
}

func (a *attack) take(pages string, at [][]int) {
	sets := 1 << a.cells
	numbers := a.seen[pages]
	if numbers == nil {
		numbers = make([]uint64, a.looks*(a.looks+1)/2*sets)
		a.seen[pages] = numbers
	}
	i := 0
	for from := range a.looks {
		for to := from + 1; to <= a.looks; to++ {
			for set := range sets {
				n := 0
				for c := range a.cells {
					if set>>c&1 == 1 {
						n += at[to][c] - at[from][c]
					}
				}
				numbers[i] |= 1 << n
				i++
			}
		}
	}
}

// least is the smallest number of possibilities that is left for anything: for how
// many are in a set of cells, but none and all, at a look or new since another.
func (a *attack) least() int {
	least, sets := 64, 1<<a.cells
	for _, numbers := range a.seen {
		for i, n := range numbers {
			if set := i % sets; set != 0 && set != sets-1 {
				least = min(least, bits.OnesCount64(n))
			}
		}
	}
	return least
}

// TestOneThreshold: with yes and no five possibilities are left for everything, as the
// package comment proves. As they lie side by side and a batch can be seen to bring
// five or none, none of the people is known.
func TestOneThreshold(t *testing.T) {
	a := attack{cells: 2, looks: 6, page: func(cell []int) string { return fmt.Sprint(veil.Count(cell[0], cell[0]+cell[1])) }}
	a.run()
	if n := a.least(); n != veil.Batch || len(a.seen) < 20 {
		t.Errorf("%d possibilities are left, by %d series of pages", n, len(a.seen))
	}
}

func TestTablesExposeNobody(t *testing.T) {
	for _, try := range []struct{ cells, looks int }{{3, 4}, {4, 3}} {
		a := attack{cells: try.cells, looks: try.looks, page: func(cell []int) string { return fmt.Sprint(veil.Cells(cell)) }}
		a.run()
		if n := a.least(); n < 2 || len(a.seen) < 20 {
			t.Errorf("%+v: %d possibilities are left, by %d series of pages", try, n, len(a.seen))
		}
	}
}

// TestValuesExposeNobody: whatever is worked out of every fifth value, it says no more.
func TestValuesExposeNobody(t *testing.T) {
	a := attack{cells: 4, looks: 3, page: func(cell []int) string {
		v := veil.CountedValues(map[int]int{0: cell[0], 40: cell[1], 75: cell[2], 100: cell[3]})
		from, to := v.Mean(100)
		low, high, ok := v.Median()
		return fmt.Sprint(v, from, to, low, high, ok)
	}}
	a.run()
	if n := a.least(); n < 2 || len(a.seen) < 20 {
		t.Errorf("%d possibilities are left, by %d series of pages", n, len(a.seen))
	}
}

// TestMarkedOptionsExposeNobody: of two options both, either or none may be marked
// wrongly; the cells are these sets.
func TestMarkedOptionsExposeNobody(t *testing.T) {
	a := attack{cells: 4, looks: 3, page: func(cell []int) string {
		n := cell[0] + cell[1] + cell[2] + cell[3]
		wrong := veil.Count(n-cell[0], n)
		each := []veil.Range{veil.Count(cell[1]+cell[3], n), veil.Count(cell[2]+cell[3], n)}
		if !veil.Loose(wrong, each) {
			each = nil
		}
		return fmt.Sprint(wrong, each)
	}}
	a.run()
	if n := a.least(); n < 2 || len(a.seen) < 20 {
		t.Errorf("%d possibilities are left, by %d series of pages", n, len(a.seen))
	}
}

// TestTheAttackFinds what simpler rules expose: exact numbers unless one side is below
// five, though they move by five people at a time; and the steps of five of every cell
// of a table beside their sum.
func TestTheAttackFinds(t *testing.T) {
	exact := attack{cells: 2, looks: 4, page: func(cell []int) string {
		if min(cell[0], cell[1]) > 0 && min(cell[0], cell[1]) < veil.Batch {
			return "few"
		}
		return fmt.Sprint(cell)
	}}
	steps := attack{cells: 3, looks: 3, page: func(cell []int) string {
		return fmt.Sprint(veil.Whole(cell[0]), veil.Whole(cell[1]), veil.Whole(cell[2]))
	}}
	for name, a := range map[string]*attack{"exact numbers": &exact, "steps of five": &steps} {
		if a.run(); a.least() != 1 {
			t.Errorf("%s pass for safe", name)
		}
	}
}
