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

// Listing is a media.yaml that is stored in the draft of a course, in the place of Was.
// Reads is of whoever stores it.
type Listing struct {
	CourseID  string
	Was, List []byte
	Reads     Reader
}

// Copied is a file that a course was given because another holds it.
type Copied struct{ From, SHA256 string }

// Named is called in the transaction that stores a list: what it names counts as used, and
// is not deleted while anything names it. What this save adds to the list, and another
// course holds, comes along where whoever stores it may read that course, and is returned.
// What stood there before was written by somebody else, who may have known no more than a
// hash: to save it again grants nothing.
func (s *Service) Named(ctx context.Context, l Listing) ([]Copied, error) {
	sums := manifest.Hashes(l.List)
	if _, err := s.touchAll(ctx, sums); err != nil {
		return nil, fmt.Errorf("media: named: %w", err)
	}
	for sum := range manifest.Hashes(l.Was) {
		delete(sums, sum)
	}
	came, err := s.copyHeld(ctx, l.CourseID, slices.Sorted(maps.Keys(sums)), l.Reads)
	if err != nil {
		return nil, fmt.Errorf("media: named: %w", err)
	}
	return came, nil
}

func (s *Service) copyHeld(ctx context.Context, courseID string, sums []string, reads Reader) (came []Copied, err error) {
	held, err := s.held(ctx, courseID, sums)
	if err != nil {
		return nil, err
	}
	foreign := slices.DeleteFunc(sums, func(sum string) bool { return held[sum] })
	holders, err := s.holders(ctx, foreign)
	if err != nil || len(holders) == 0 || reads == nil {
		return nil, err
	}
	may, err := reads(ctx)
	if err != nil {
		return nil, err
	}
	for _, sum := range foreign {
		if i := slices.IndexFunc(holders[sum], may); i >= 0 {
			came = append(came, Copied{holders[sum][i], sum})
		}
	}
	got := make([]string, len(came))
	for i, c := range came {
		got[i] = c.SHA256
	}
	return came, s.Hold(ctx, courseID, got)
}
