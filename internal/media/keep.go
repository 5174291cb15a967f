package media

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/store"
)

// touchAll says of files that they are used now, in the transaction that ctx carries.
// ok is false where one of them is not kept.
func (s *Service) touchAll(ctx context.Context, sums map[string]bool) (ok bool, err error) {
	ok = true
	// Rows are taken in one order, so that nobody waits in a circle.
	for _, sum := range slices.Sorted(maps.Keys(sums)) {
		kept, err := s.touch(ctx, sum, s.now())
		if err != nil {
			return false, err
		}
		ok = ok && kept
	}
	return ok, nil
}

// Lack is a file that a list of media names and its course cannot show.
type Lack struct {
	manifest.File
	Foreign bool // the course never had it; otherwise it is not kept any more
}

// Missing returns the files of media that a course does not hold, or that are not kept.
func (s *Service) Missing(ctx context.Context, courseID string, items []manifest.Item) (out []Lack, err error) {
	files := manifest.Files(items)
	sums := make([]string, len(files))
	for i, f := range files {
		sums[i] = f.SHA256
	}
	kept, err := s.findBlobs(ctx, sums)
	if err != nil {
		return nil, fmt.Errorf("media: missing: %w", err)
	}
	held, err := s.held(ctx, courseID, sums)
	if err != nil {
		return nil, fmt.Errorf("media: missing: %w", err)
	}
	for _, f := range files {
		if b, ok := kept[f.SHA256]; !ok || b.Bytes != f.Bytes || !held[f.SHA256] {
			out = append(out, Lack{f, !held[f.SHA256]})
		}
	}
	return out, nil
}

// Open opens a file that is kept. Errors: ErrNoBlob; also where its object is lost,
// which the doctor finds.
func (s *Service) Open(ctx context.Context, sum string) (store.Object, error) {
	b, err := s.findBlob(ctx, sum)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Open(ctx, b.Object)
	if errors.Is(err, store.ErrMissing) {
		s.Log.ErrorContext(ctx, "a file of media is lost", "sha256", sum, "store", s.Store.Where())
		return nil, ErrNoBlob
	}
	return o, err
}
