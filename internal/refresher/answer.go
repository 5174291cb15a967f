package refresher

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/question"
)

// Answer is what a person answers: to which question, reviewed how often before, and
// whether they were unsure.
type Answer struct {
	QuestionID string
	Reps       int
	Response   question.Response
	Unsure     bool
}

// Answer grades an answer and sets when the question comes again. It returns the
// review: sent again, or from another tab, that of whoever was first. An incomplete
// answer is a *question.InputError. Errors besides: ErrNotFound, ErrNotRunning,
// ErrNotDue, those of completed.
func (s *Service) Answer(ctx context.Context, personID, slug string, a Answer) (reviewID string, err error) {
	st, err := s.Standing(ctx, personID, slug)
	if err != nil {
		return "", err
	}
	if st.Plan == nil || !st.Running {
		return "", ErrNotRunning
	}
	q, err := s.asked(st, a)
	if err != nil {
		return "", err
	}
	r := question.Canonical(q, a.Response)
	body, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("refresher: answer: %w", err)
	}
	correct := question.Grade(q, r).Correct
	rev := reviewRow{ID: db.NewID(), PlanID: st.Plan.ID, QuestionID: q.ID, Rep: a.Reps + 1, Correct: correct, Grade: gradeOf(correct, a.Unsure), Response: string(body)}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		reviewID, err = s.review(ctx, st, rev)
		return err
	})
	return reviewID, err
}

// asked is the question that is answered, if the answer can be graded.
func (s *Service) asked(st Standing, a Answer) (*question.Question, error) {
	for _, q := range questionsOf(st.Edition) {
		if q.ID != a.QuestionID {
			continue
		}
		r := question.Canonical(q, a.Response)
		if err := question.Check(q, r); err != nil {
			return nil, err
		}
		if !question.Complete(q, r) {
			return nil, &question.InputError{Msg: "Answer all of it first. If you do not know, choose what seems likely."}
		}
		return q, nil
	}
	return nil, ErrNotFound
}

// review adds a review, unless the card was reviewed since it was asked.
func (s *Service) review(ctx context.Context, st Standing, rev reviewRow) (string, error) {
	now := s.now()
	c, err := s.cardOf(ctx, rev.PlanID, rev.QuestionID)
	if err != nil {
		return "", err
	}
	if c.Reps >= rev.Rep {
		return s.reviewID(ctx, rev)
	}
	zone, err := s.Zone(ctx, st.Plan.PersonID)
	if err != nil {
		return "", err
	}
	if _, ends := today(now, zone); c.Reps+1 != rev.Rep || !c.DueAt.Before(ends) || st.Due == 0 {
		return "", ErrNotDue
	}
	next := c.Next(now, rev.Grade)
	changed, err := s.saveMemory(ctx, c, next)
	if err != nil {
		return "", err
	}
	if !changed { // the other tab was faster
		return s.reviewID(ctx, rev)
	}
	rev.ElapsedDays, rev.NextDays, rev.ReviewedAt = c.elapsedDays(now), next.ScheduledDays, now
	if err := s.insertReview(ctx, rev); err != nil {
		return "", err
	}
	return rev.ID, s.heard(ctx, st.Plan.PersonID)
}

// Review returns one of a person's reviews of a course with its feedback. Errors:
// ErrNotFound.
func (s *Service) Review(ctx context.Context, personID, slug, id string) (Review, error) {
	row, err := s.reviewOf(ctx, personID, slug, id)
	if err != nil {
		return Review{}, err
	}
	ed, err := s.Editions.Edition(ctx, row.EditionID)
	if err != nil {
		return Review{}, err
	}
	q, ok := ed.Question(row.QuestionID)
	if !ok {
		return Review{}, ErrNotFound
	}
	r, err := question.DecodeResponse(q, []byte(row.Response))
	if err != nil {
		return Review{}, fmt.Errorf("refresher: stored answer to %s: %w", q.ID, err)
	}
	return Review{ID: row.ID, QuestionID: q.ID, Question: q, NextDays: row.NextDays, ReviewedAt: row.ReviewedAt,
		Feedback: question.Explain(q, orderOf(row.PlanID, q, row.Rep), r, question.Grade(q, r))}, nil
}
