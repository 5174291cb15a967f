package media

import (
	"context"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/store"
)

// Sweep deletes uploads whose time is over, files that nothing names any more, and
// objects that no row names. It returns how many files it deleted: none in a store that
// was nobody's or is another installation's.
func (s *Service) Sweep(ctx context.Context) (n int, err error) {
	if err := s.deleteExpired(ctx, s.now()); err != nil {
		return 0, fmt.Errorf("media: sweep: %w", err)
	}
	if err := s.forgetSent(ctx, s.now().Add(-sentFor)); err != nil {
		return 0, fmt.Errorf("media: sweep: %w", err)
	}
	mine, claimed, err := s.owns(ctx)
	if err == nil && !mine {
		return 0, s.complain(ctx)
	}
	if err == nil && !claimed { // who claimed it at the same time has seen it by the next sweep
		n, err = s.sweepStore(ctx)
	}
	if err != nil {
		return n, fmt.Errorf("media: sweep: %w", err)
	}
	return n, nil
}

// complain says that nothing is deleted, and why.
func (s *Service) complain(ctx context.Context) error {
	whose, err := s.Stranger(ctx)
	if err != nil {
		return err
	}
	s.Log.ErrorContext(ctx, "the store of media belongs to another installation, so nothing is deleted in it; give each a store of its own (docs/deployment.md, Media)",
		"store", s.Store.Where(), "owner", whose)
	return nil
}

func (s *Service) sweepStore(ctx context.Context) (int, error) {
	n, err := s.sweepBlobs(ctx)
	if err == nil {
		err = s.sweepObjects(ctx)
	}
	if err != nil {
		return n, err
	}
	if err := s.Store.Tidy(ctx, s.now().Add(-orphan)); err != nil { // not every service can
		s.Log.WarnContext(ctx, "what broken uploads left in the store of media could not be removed", "store", s.Store.Where(), "error", err)
	}
	return n, nil
}

// sweepBlobs notes of each file since when nothing names it, and deletes those that
// nothing has named for long enough. What is named while it looks is not deleted: that
// takes the note away.
func (s *Service) sweepBlobs(ctx context.Context) (deleted int, err error) {
	names, err := s.names(ctx)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		page, err := s.blobsAfter(ctx, after)
		if err != nil || len(page) == 0 {
			return deleted, err
		}
		for _, b := range page {
			ok, err := s.sweepBlob(ctx, b, names[b.SHA256])
			if err != nil {
				return deleted, err
			}
			if ok {
				deleted++
			}
		}
		after = page[len(page)-1].SHA256
	}
}

// names are the files that drafts, editions and uploads name now.
func (s *Service) names(ctx context.Context) (map[string]bool, error) {
	lists, err := s.Lists(ctx)
	if err != nil {
		return nil, err
	}
	results, err := s.results(ctx)
	if err != nil {
		return nil, err
	}
	return manifest.Hashes(append(lists, results...)...), nil
}

func (s *Service) sweepBlob(ctx context.Context, b sweptBlob, named bool) (deleted bool, err error) {
	now := s.now()
	switch {
	case named && b.UnnamedAt != nil:
		_, err = s.touch(ctx, b.SHA256, now)
	case named:
	case b.UnnamedAt == nil:
		err = s.unname(ctx, b.SHA256, now)
	case b.UnnamedAt.Before(now.Add(-keepFor)):
		if deleted, err = s.deleteBlob(ctx, b.Blob, now.Add(-keepFor)); deleted {
			s.drop(ctx, b.Object)
		}
	}
	return deleted, err
}

// sweepObjects deletes what a crash left: no key is used twice, so what no row names
// after a day never will be named.
func (s *Service) sweepObjects(ctx context.Context) error {
	old := s.now().Add(-orphan)
	return s.Store.Each(ctx, "", func(i store.Info) error {
		if i.ModifiedAt.After(old) {
			return nil
		}
		if !strings.HasPrefix(i.Key, "blobs/") && !strings.HasPrefix(i.Key, "uploads/") {
			return nil // not ours
		}
		named, err := s.named(ctx, i.Key)
		if err != nil || named {
			return err
		}
		s.drop(ctx, i.Key)
		return nil
	})
}
