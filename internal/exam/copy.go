package exam

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

// AnswerCopy is an answer as its learner's own copy of their data holds it: what
// they gave, and when. What it earned and what a grader wrote are there once the
// review is open (DECISIONS 4); before that they would tell the key.
type AnswerCopy struct {
	QuestionID string
	Response   question.Response // by places on the page: see question.Sheet
	Flagged    bool
	SavedAt    *time.Time `json:",omitempty"`

	Points, MaxPoints *int       `json:",omitempty"` // thousandths of a mark
	Comment           string     `json:",omitempty"`
	GradedAt          *time.Time `json:",omitempty"`
}

// Answers returns what was answered in each attempt of an enrollment, void ones
// too, by the attempt's ID. Errors: ErrNoExam.
func (s *Service) Answers(ctx context.Context, e enrollment.Enrollment) (map[string][]AnswerCopy, error) {
	o, err := s.Overview(ctx, e)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]AnswerCopy, len(o.Attempts))
	for _, a := range o.Attempts {
		sit, err := s.sitting(ctx, a)
		if err != nil {
			return nil, err
		}
		list := make([]AnswerCopy, len(sit.Items))
		for n, i := range sit.Items {
			list[n] = AnswerCopy{QuestionID: i.Question.ID, Response: i.Sheet().Shown(i.Response), Flagged: i.Flagged, SavedAt: i.SavedAt}
			if o.reviewable(a) {
				list[n].Points, list[n].MaxPoints, list[n].Comment, list[n].GradedAt = &i.Result.Points, &i.Result.Max, i.Comment, i.GradedAt
			}
		}
		out[a.ID] = list
	}
	return out, nil
}
