package team

import (
	"context"
	"fmt"
)

// reader is somebody who opened the pages of a course. It is known by its ID: another
// course may have its short name by now.
type reader struct{ courseID, personID string }

// Opened keeps on record that somebody opened the pages of a course, which show the
// keys of its exam. It writes once for each of them. Errors: ErrNoCourse.
func (s *Service) Opened(ctx context.Context, slug, personID string) error {
	courseID, err := s.courseID(ctx, slug)
	if err != nil {
		return fmt.Errorf("team: reader: %w", err)
	}
	who := reader{courseID, personID}
	if _, known := s.read.Load(who); known {
		return nil
	}
	if err := s.insertReader(ctx, who, s.now()); err != nil {
		return fmt.Errorf("team: reader: %w", err)
	}
	s.read.Store(who, nil)
	return nil
}

// Tie is what somebody has, or had, to do with a course, by its ID. An administrator who
// was named for it works on it, as everybody who was.
func (s *Service) Tie(ctx context.Context, courseID string, v Viewer) (Tie, error) {
	t, err := s.ties(ctx, courseID, v.PersonID)
	switch {
	case err != nil:
		return NoTie, fmt.Errorf("team: tie: %w", err)
	case t.Named:
		return Works, nil
	case v.Administrator:
		return Oversees, nil
	case t.Reader, v.Instructor && !t.Owned:
		return Works, nil
	}
	return NoTie, nil
}
