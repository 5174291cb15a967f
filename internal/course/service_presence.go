package course

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// How long somebody counts as there after a sign of them, and how often a sign is
// written.
const (
	presentFor  = 50 * time.Second
	signedEvery = 20 * time.Second
)

// Present is somebody who has a file of a draft open.
type Present struct {
	Path, PersonID string
	Since          time.Time
}

// Arrive notes that a person has a file open, at most one small write every twenty
// seconds, and returns who else has, by when they came. Errors: ErrNotFound,
// ErrNoFile.
func (s *Service) Arrive(ctx context.Context, slug, path, personID string) (others []Present, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	if err = s.store.hasFile(ctx, c.ID, path); err != nil {
		return nil, err
	}
	now := db.Truncate(s.d.Now())
	rows, err := s.store.present(ctx, c.ID, path, now)
	if err != nil {
		return nil, fmt.Errorf("course: presence: %w", err)
	}
	fresh := false
	for _, r := range rows {
		if r.PersonID != personID {
			others = append(others, Present{r.Path, r.PersonID, r.Since.UTC()})
		} else {
			fresh = r.ExpiresAt.Sub(now) > presentFor-signedEvery
		}
	}
	if !fresh {
		err = s.store.arrive(ctx, presentRow{CourseID: c.ID, Path: path, PersonID: personID, Since: now, ExpiresAt: now.Add(presentFor)})
	}
	return others, err
}

// Present lists who has files of a draft open, by file and when they came. Errors:
// ErrNotFound.
func (s *Service) Present(ctx context.Context, slug string) (list []Present, err error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.present(ctx, c.ID, "", db.Truncate(s.d.Now()))
	for _, r := range rows {
		list = append(list, Present{r.Path, r.PersonID, r.Since.UTC()})
	}
	return list, err
}
