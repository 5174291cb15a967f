package conversation

import (
	"context"
	"slices"
)

// Reach is what somebody who works on courses sees of what learners say, by the IDs
// of the courses: of those in Answers everything, of those in Reports the reports of
// inaccuracies alone, and not who reported. All is everything of every course.
type Reach struct {
	All     bool     `json:"all,omitempty"`
	Answers []string `json:"answers,omitempty"`
	Reports []string `json:"reports,omitempty"`
}

// Any reports whether there is anything to see.
func (r Reach) Any() bool { return r.All || len(r.Answers)+len(r.Reports) > 0 }

// Course reports whether there is anything to see of a course.
func (r Reach) Course(id string) bool { return r.Names(id) || slices.Contains(r.Reports, id) }

// Names reports whether they see who wrote what in a course.
func (r Reach) Names(courseID string) bool { return r.All || slices.Contains(r.Answers, courseID) }

func (r Reach) sees(t Thread) bool {
	return r.Names(t.CourseID) || t.Kind == Inaccuracy && slices.Contains(r.Reports, t.CourseID)
}

// where is the condition on threads, with its arguments.
func (r Reach) where() (string, []any) {
	if r.All {
		return "1 = 1", nil
	}
	return "(course_id IN ? OR kind = 'inaccuracy' AND course_id IN ?)", []any{some(r.Answers), some(r.Reports)}
}

// some keeps a list from being empty: no ID is "".
func some(ids []string) []string {
	if len(ids) == 0 {
		return []string{""}
	}
	return ids
}

// Within returns ErrNoThread for what is beyond somebody's reach, as for what is not
// there.
func (s *Service) Within(ctx context.Context, id string, r Reach) error {
	t, err := s.taught(ctx, id)
	if err == nil && !r.sees(t) {
		err = ErrNoThread
	}
	return err
}
