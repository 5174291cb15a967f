package insight

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// attempt is one that was handed in and is not void, of somebody who learned online.
type attempt struct {
	id, person         string
	started, submitted time.Time
	passed             bool
	points, most       int
	place              int // in the list, 0 while marks of it are missing
}

// attempts lists those that count by their number among a person's attempts at an
// edition's exam.
func (s *Service) attempts(ctx context.Context, editionID string) (tries [Tries][]attempt, err error) {
	person, nth := "", 0
	err = s.eachAttempt(ctx, editionID, func(a attempt) {
		if a.person != person {
			person, nth = a.person, 0
		}
		if nth++; nth <= Tries && a.place > 0 {
			tries[nth-1] = append(tries[nth-1], a)
		}
	})
	for _, list := range tries {
		slices.SortFunc(list, func(a, b attempt) int { return cmp.Compare(a.place, b.place) })
	}
	return tries, err
}
