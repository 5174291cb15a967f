package course

import (
	"context"
	"fmt"
	"slices"
)

// EditionNow is Edition as it stands in the transaction that ctx carries: what
// another replica has withdrawn, corrected or signed a moment ago is in it.
func (s *Service) EditionNow(ctx context.Context, id string) (*Edition, error) {
	return s.editionWith(ctx, id, func(rows []overlayRow) ([]overlayRow, error) { return rows, nil })
}

// EditionAsOf is EditionNow as it stood when its overlays had this hash: what
// was withdrawn, corrected or signed since is not in it. Errors: NotFound if they
// never had it.
func (s *Service) EditionAsOf(ctx context.Context, id, overlays string) (*Edition, error) {
	return s.editionWith(ctx, id, func(rows []overlayRow) ([]overlayRow, error) {
		if overlays == emptyOverlays {
			return nil, nil
		}
		last := slices.IndexFunc(rows, func(r overlayRow) bool { return r.Hash == overlays })
		if last < 0 {
			return nil, ErrNoRecord
		}
		return rows[:last+1], nil
	})
}

// editionWith is an edition with some of its overlays. They are read in the
// caller's own transaction: a second connection, asked for by many at once,
// could starve the pool.
func (s *Service) editionWith(ctx context.Context, id string, some func([]overlayRow) ([]overlayRow, error)) (*Edition, error) {
	ed, err := s.Edition(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.overlaysOf(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("course: overlays: %w", err)
	}
	if rows, err = some(rows); err != nil {
		return nil, err
	}
	lay, err := readOverlays(rows)
	if err != nil || lay.Hash == ed.Overlays.Hash {
		return ed, err
	}
	then := *ed
	then.Overlays = lay
	return &then, nil
}
