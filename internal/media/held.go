package media

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/atmacena/cocare/internal/media/manifest"
)

// Reader tells which courses somebody may read, by their IDs.
type Reader func(ctx context.Context) (may func(courseID string) bool, err error)

// Hold says that a course holds files: their bytes came with it.
func (s *Service) Hold(ctx context.Context, courseID string, sums []string) error {
	// Rows are taken in one order, so that nobody waits in a circle.
	for _, sum := range slices.Sorted(slices.Values(sums)) {
		if err := s.insertHeld(ctx, courseID, sum, s.now()); err != nil {
			return fmt.Errorf("media: hold: %w", err)
		}
	}
	return nil
}

// Holds reports whether a course holds a file. Who works on one that does not is not
// to have it, whatever its lists name.
func (s *Service) Holds(ctx context.Context, courseID, sum string) (bool, error) {
	held, err := s.held(ctx, courseID, []string{sum})
	return held[sum], err
}

// Named is called in the transaction that stores a media.yaml in the draft of a course:
// what it names counts as used, and is not deleted while anything names it. What another
// course holds comes along where whoever stores the list may read that course; the rest
// stays not the course's.
func (s *Service) Named(ctx context.Context, courseID string, list []byte, reads Reader) error {
	sums := manifest.Hashes(list)
	if _, err := s.touchAll(ctx, sums); err != nil {
		return fmt.Errorf("media: named: %w", err)
	}
	if err := s.copyHeld(ctx, courseID, slices.Collect(maps.Keys(sums)), reads); err != nil {
		return fmt.Errorf("media: named: %w", err)
	}
	return nil
}

func (s *Service) copyHeld(ctx context.Context, courseID string, sums []string, reads Reader) error {
	held, err := s.held(ctx, courseID, sums)
	if err != nil {
		return err
	}
	foreign := slices.DeleteFunc(sums, func(sum string) bool { return held[sum] })
	holders, err := s.holders(ctx, foreign)
	if err != nil || len(holders) == 0 || reads == nil {
		return err
	}
	may, err := reads(ctx)
	if err != nil {
		return err
	}
	maps.DeleteFunc(holders, func(_ string, courses []string) bool { return !slices.ContainsFunc(courses, may) })
	return s.Hold(ctx, courseID, slices.Collect(maps.Keys(holders)))
}
