package conversation

import (
	"context"
	"errors"
	"slices"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// Way is where who asked finds the lesson of their thread now: in the edition that
// they are in. Lesson is nil where they can read none; Anchor is "" where the passage
// has no heading there.
type Way struct {
	Lesson *course.Lesson
	Anchor string
}

// Way finds the way to a lesson for who asked.
func (s *Service) Way(ctx context.Context, p Placed) (Way, error) {
	e, err := s.d.Lessons.Find(ctx, p.PersonID, p.Edition.Slug, 0)
	switch {
	case errors.Is(err, enrollment.ErrNotFound):
		return Way{}, nil
	case err != nil:
		return Way{}, err
	case !e.State.Readable() || e.Attendance != nil:
		return Way{}, nil
	}
	ed, err := s.d.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return Way{}, err
	}
	l, there := ed.LessonByID(p.LessonID)
	if !there {
		return Way{}, nil
	}
	return Way{Lesson: l, Anchor: nearest(Passages(l), p.Thread)}, nil
}

// nearest is the anchor of a thread's passage in a lesson, or of the passage that
// stands under the same heading now.
func nearest(list []Passage, t Thread) string {
	i := slices.IndexFunc(list, func(p Passage) bool { return p.SHA256 == t.PassageSHA256 })
	if i >= 0 {
		return list[i].Anchor
	}
	now, _ := Find(list, t.Anchor)
	return now.Anchor
}
