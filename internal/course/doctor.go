package course

import (
	"context"
	"fmt"
)

// CheckStored compares the files of every edition, the oldest too, with its hash, and
// what was recorded beside it with theirs: a learner is pinned to the edition that they
// began, and certificates name it. One file at a time is in memory. It returns how many
// editions there are, and names those that differ.
func (s *Service) CheckStored(ctx context.Context) (editions int, damaged []string, err error) {
	rows, err := s.store.editions(ctx)
	if err != nil {
		return 0, nil, fmt.Errorf("course: editions: %w", err)
	}
	for _, row := range rows {
		name := fmt.Sprintf("%s, edition %d", row.Slug, row.Number)
		sums, err := s.store.editionSums(ctx, row.ID)
		if err != nil {
			return 0, nil, fmt.Errorf("course: files of edition %s: %w", row.ID, err)
		}
		if sums.Hash() != row.Hash {
			damaged = append(damaged, name)
		}
		overlays, err := s.store.overlaysOf(ctx, row.ID)
		if err != nil {
			return 0, nil, fmt.Errorf("course: overlays of edition %s: %w", row.ID, err)
		}
		if _, err := readOverlays(overlays); err != nil {
			damaged = append(damaged, name+" (what was recorded beside it)")
		}
	}
	return len(rows), damaged, nil
}
