package refresher

import (
	"context"
	"time"
)

// Copy is what is kept of one plan in a person's own copy of their data.
type Copy struct {
	Plan
	Cards   []CardCopy
	Reviews []ReviewCopy
}

// CardCopy is when a question is asked again, and what that rests on.
type CardCopy struct {
	QuestionID            string
	DueAt                 time.Time
	Stability, Difficulty float64
	Reps, Lapses          int
}

// ReviewCopy is one answer.
type ReviewCopy struct {
	QuestionID, Grade, Response string
	Correct                     bool
	ReviewedAt                  time.Time
}

// Copies returns what is kept of a person's plans.
func (s *Service) Copies(ctx context.Context, personID string) ([]Copy, error) {
	plans, err := s.plansOf(ctx, personID, "")
	if err != nil {
		return nil, err
	}
	list := make([]Copy, 0, len(plans))
	for _, p := range plans {
		c := Copy{Plan: p}
		cards, err := s.cardsOf(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, k := range cards {
			c.Cards = append(c.Cards, CardCopy{k.QuestionID, k.DueAt, k.Stability, k.Difficulty, k.Reps, k.Lapses})
		}
		if c.Reviews, err = s.reviewCopies(ctx, p.ID); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Erase removes all that is kept of a person here, in the transaction of the caller:
// it is no record that a board asks for. Repeated it changes nothing.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error { return s.deleteOf(ctx, personID) })
}
