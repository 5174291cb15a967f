package enrollment

import (
	"context"

	"github.com/atmacena/cocare/internal/course"
)

// Learning is an enrollment with what progress is computed from.
type Learning struct {
	Enrollment
	Edition *course.Edition
	Record  Record
}

// Requirements are what is left and done, exactly as the server enforces it.
func (l Learning) Requirements() []Requirement {
	return Requirements(l.Edition, l.Enrollment, l.Record)
}

// Learning loads the edition (from memory) and adds bookmarks and active time to
// the record that the enrollment carries (one indexed read).
func (s *Service) Learning(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.progress(ctx, e)
	if err != nil {
		return Learning{}, err
	}
	return l, s.addLessons(ctx, e.ID, l.Record.Lessons)
}

// progress is Learning without bookmarks and time, and without a read.
func (s *Service) progress(ctx context.Context, e Enrollment) (Learning, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return Learning{}, err
	}
	return Learning{Enrollment: e, Edition: ed, Record: e.record()}, nil
}

// needed is what the requirements of an edition are computed from: active time
// is read only where the course asks for it.
func (s *Service) needed(ctx context.Context, e Enrollment) (Learning, error) {
	l, err := s.progress(ctx, e)
	if err != nil || l.Edition.Course.Card.TimePolicy != "block" {
		return l, err
	}
	return l, s.addLessons(ctx, e.ID, l.Record.Lessons)
}

// Requirements are the requirements of an enrollment.
func (s *Service) Requirements(ctx context.Context, e Enrollment) ([]Requirement, error) {
	l, err := s.needed(ctx, e)
	if err != nil {
		return nil, err
	}
	return l.Requirements(), nil
}
