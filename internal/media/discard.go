package media

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media/manifest"
)

// Discard throws an upload away, whatever its state, with the files that nothing else
// names. Error: ErrNotFound.
func (s *Service) Discard(ctx context.Context, personID, id string) error {
	u, err := s.findUpload(ctx, "id = ? AND person_id = ?", id, personID)
	if err != nil {
		return err
	}
	list, err := s.parts(ctx, id)
	if err != nil {
		return fmt.Errorf("media: discard: %w", err)
	}
	ok, err := s.deleteUpload(ctx, personID, id)
	switch {
	case err != nil:
		return fmt.Errorf("media: discard: %w", err)
	case !ok:
		return ErrNotFound
	}
	s.release(ctx, objectsOf(list)...)
	if u.Found == nil {
		return nil
	}
	if err := s.forget(ctx, u.Found.Files); err != nil {
		return fmt.Errorf("media: discard: %w", err)
	}
	return nil
}

// forget deletes those files at once that nothing names: they were kept for an upload
// that is gone.
func (s *Service) forget(ctx context.Context, files []manifest.File) error {
	sums := map[string]bool{}
	for _, f := range files {
		sums[f.SHA256] = true
	}
	if err := s.spare(ctx, sums); err != nil || len(sums) == 0 { // they are in a course, as a rule
		return err
	}
	if mine, _, err := s.owns(ctx); err != nil || !mine {
		return err
	}
	var gone []string
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		gone = nil
		var locked []Blob
		for _, sum := range slices.Sorted(maps.Keys(sums)) {
			b, err := s.lockBlob(ctx, sum)
			if err != nil && !apperr.Is(err, apperr.NotFound) {
				return err
			}
			if err == nil {
				locked = append(locked, b)
			}
		}
		// Whoever named one before it was locked has done so by now.
		if err := s.spare(ctx, sums); err != nil {
			return err
		}
		for _, b := range locked {
			if !sums[b.SHA256] {
				continue
			}
			if err := s.removeBlob(ctx, b); err != nil {
				return err
			}
			gone = append(gone, b.Object)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.release(ctx, gone...)
	return nil
}

// spare takes out of sums what something names.
func (s *Service) spare(ctx context.Context, sums map[string]bool) error {
	names, err := s.names(ctx)
	maps.DeleteFunc(sums, func(sum string, _ bool) bool { return names[sum] })
	return err
}

// drop deletes an object that no row names any more; the sweep does what fails here.
func (s *Service) drop(ctx context.Context, object string) {
	if err := s.Store.Delete(ctx, object); err != nil {
		s.Log.WarnContext(ctx, "an object of media could not be deleted; it is tried again", "object", object, "error", err)
	}
}

// errVanished is the fault of an examination of which a file was deleted while it went
// on, because somebody threw the same away; it is tried again.
var errVanished = errors.New("media: a file vanished while it was examined")
