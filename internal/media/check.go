package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/store"
	"github.com/atmacena/cocare/internal/progress"
)

// CheckStored reads every file that a draft or an edition names and compares it with
// its hash. It returns how many there are, and names those that are lost or differ.
func (s *Service) CheckStored(ctx context.Context) (files int, flaws []string, err error) {
	lists, err := s.Lists(ctx)
	if err != nil {
		return 0, nil, fmt.Errorf("media: lists: %w", err)
	}
	names := manifest.Names(lists...)
	for sum, f := range names {
		progress.Report(ctx, progress.State{Step: "Reading media", Done: int64(files), Total: int64(len(names))})
		files++
		got, err := s.hashKept(ctx, sum)
		switch {
		case errors.Is(err, store.ErrMissing), apperr.Is(err, apperr.NotFound):
			flaws = append(flaws, f.Name()+" is lost")
		case err != nil:
			return files, flaws, fmt.Errorf("media: read %s: %w", f.Name(), err)
		case got != sum:
			flaws = append(flaws, f.Name()+" differs from its hash")
		}
	}
	slices.Sort(flaws)
	return files, flaws, nil
}

func (s *Service) hashKept(ctx context.Context, sum string) (string, error) {
	b, err := s.findBlob(ctx, sum)
	if err != nil {
		return "", err
	}
	o, err := s.Store.Open(ctx, b.Object)
	if err != nil {
		return "", err
	}
	defer o.Close()
	h := sha256.New()
	if _, err := io.Copy(h, o); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
