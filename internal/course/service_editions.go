package course

import (
	"context"
	"slices"
	"time"
)

// Published is an edition without its content: nothing is parsed for it.
type Published struct {
	ID, CourseID string
	Number       int
	Current      bool // the newest
	Hash, Note   string
	PublishedAt  time.Time
	Overlays     Overlays
}

// Editions tells of the published editions of a course, the newest first; of a course
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
			out = append(out, Published{
				ID: e.row.ID, CourseID: e.row.CourseID, Number: e.row.Number, Current: e == newest,
				Hash: e.row.Hash, Note: e.row.Note, PublishedAt: e.row.PublishedAt.UTC(), Overlays: e.overlays,
			})
		}
	}
	slices.SortFunc(out, func(a, b Published) int { return b.Number - a.Number })
	return out, nil
}
