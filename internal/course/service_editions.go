package course

import (
	"context"
	"slices"
)

// Published names an edition without its content.
type Published struct {
	ID      string
	Number  int
	Current bool // the newest
}

// Editions names the published editions of a course, the newest first; of a course
// without any it is ErrNotFound.
func (s *Service) Editions(ctx context.Context, slug string) ([]Published, error) {
	v, err := s.cache.view(ctx)
	if err != nil {
		return nil, err
	}
	newest := v.current[slug]
	if newest == nil {
		return nil, ErrNotFound
	}
	var out []Published
	for _, e := range v.byID {
		if e.row.Slug == slug {
			out = append(out, Published{ID: e.row.ID, Number: e.row.Number, Current: e == newest})
		}
	}
	slices.SortFunc(out, func(a, b Published) int { return b.Number - a.Number })
	return out, nil
}
