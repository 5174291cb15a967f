package db

import (
	"slices"

	"gorm.io/gorm"
)

// MaxPage is how many rows a page of a list has at the most, and every page of
// a walk.
const MaxPage = 500

// MaxCount is where counting the rows of a list stops: nobody reads that far, and
// counting a long list at each view would take too long.
const MaxCount = 10_000

// CountUpTo counts the rows that a statement finds, from its FROM on, up to
// MaxCount; over says that there are more.
func CountUpTo(q *gorm.DB, from string, args ...any) (n int64, over bool, err error) {
	err = q.Raw("SELECT count(*) FROM (SELECT 1"+from+" LIMIT ?) AS found", append(slices.Clone(args), MaxCount+1)...).Scan(&n).Error
	return min(n, MaxCount), n > MaxCount, err
}

// PageLimit is the limit of a page that asks for so many rows; 0 means 50.
func PageLimit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, MaxPage)
}

// Cut makes a page of what its statement found, which asked for one row more
// than limit, to see whether there is one. back says that the page lies before a
// row, so that the rows came in reverse; behind says that it lies behind one.
// earlier and more say whether rows lie before the first and behind the last.
func Cut[T any](rows []T, limit int, behind, back bool) (page []T, earlier, more bool) {
	rest := len(rows) > limit
	page = rows[:min(len(rows), limit)]
	if back {
		slices.Reverse(page)
		return page, rest, true
	}
	return page, behind, rest
}

// Walk calls fn with every row of a list, in its order, and holds one page of it
// at a time: for files, which may be long. page reads the rows behind the last
// one that it gave, nil at first, and says whether there are more. An error of
// either ends the walk.
func Walk[T any](page func(last *T) (rows []T, more bool, err error), fn func(T) error) error {
	return WalkPages(page, func(rows []T) error {
		for _, r := range rows {
			if err := fn(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// WalkPages is Walk for an fn that takes a page at once.
func WalkPages[T any](page func(last *T) (rows []T, more bool, err error), fn func([]T) error) error {
	var last *T
	for {
		rows, more, err := page(last)
		if err != nil {
			return err
		}
		if err := fn(rows); err != nil || !more || len(rows) == 0 {
			return err
		}
		last = &rows[len(rows)-1]
	}
}
