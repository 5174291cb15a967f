package db_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/atmacena/cocare/internal/db"
)

func TestPageLimit(t *testing.T) {
	for asked, want := range map[int]int{-1: 50, 0: 50, 1: 1, 500: 500, 501: 500} {
		if got := db.PageLimit(asked); got != want {
			t.Errorf("%d rows for %d", got, asked)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		rows         []int
		behind, back bool
		want         string
	}{
		{nil, false, false, "[] false false"},
		{[]int{1, 2}, false, false, "[1 2] false false"},
		{[]int{1, 2, 3}, false, false, "[1 2] false true"},
		{[]int{3, 4, 5}, true, false, "[3 4] true true"},
		{[]int{5}, true, false, "[5] true false"},
		{[]int{4, 3, 2}, false, true, "[3 4] true true"},
		{[]int{2, 1}, false, true, "[1 2] false true"},
	} {
		page, earlier, more := db.Cut(c.rows, 2, c.behind, c.back)
		if got := fmt.Sprint(page, earlier, more); got != c.want {
			t.Errorf("%v: %s, want %s", c.rows, got, c.want)
		}
	}
}

// numbers lists 1 … n, three a page.
func numbers(n int) func(last *int) ([]int, bool, error) {
	return func(last *int) (rows []int, more bool, err error) {
		from := 0
		if last != nil {
			from = *last
		}
		for i := from + 1; i <= min(from+3, n); i++ {
			rows = append(rows, i)
		}
		return rows, from+3 < n, nil
	}
}

func TestWalkGivesEveryRowOnce(t *testing.T) {
	for n := range 8 {
		var got []int
		if err := db.Walk(numbers(n), func(i int) error { got = append(got, i); return nil }); err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			if v != i+1 {
				t.Fatalf("of %d: %v", n, got)
			}
		}
		if len(got) != n {
			t.Errorf("of %d: %v", n, got)
		}
	}
}

func TestWalkEndsWithAnError(t *testing.T) {
	full := errors.New("the disk is full")
	seen := 0
	err := db.Walk(numbers(9), func(int) error {
		if seen++; seen == 4 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || seen != 4 {
		t.Errorf("%v after %d rows", err, seen)
	}
	if err := db.WalkPages(func(*int) ([]int, bool, error) { return nil, true, full }, func([]int) error { t.Error("a row"); return nil }); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	pages := 0
	err = db.WalkPages(func(*int) ([]int, bool, error) { return nil, true, nil }, func([]int) error { pages++; return nil })
	if err != nil || pages != 1 {
		t.Errorf("a page without rows that promises more: %v, %d pages", err, pages)
	}
}
