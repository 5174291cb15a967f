package exam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

// Submit ends an attempt and grades it. Two clicks submit once; both get the
// graded attempt. Errors: ErrNotFound, ErrVoid.
func (s *Service) Submit(ctx context.Context, personID, attemptID string) (Attempt, error) {
	a, err := s.attempt(ctx, attemptID)
	switch {
	case err != nil:
		return Attempt{}, err
	case a.PersonID != personID:
		return Attempt{}, ErrNotFound
	}
	if a.State == InProgress {
		if a, err = s.submit(ctx, attemptID); err != nil {
			return Attempt{}, err
		}
	}
	if a.State == Void {
		return a, ErrVoid
	}
	return a, nil
}

// CloseDue submits the attempts whose time is up, with what was saved, and
// returns how many. It is periodic work.
func (s *Service) CloseDue(ctx context.Context) (int, error) {
	ids, err := s.dueAttempts(ctx, s.now(), 200)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, id := range ids {
		if _, err := s.submit(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("exam: close attempt %s: %w", id, err))
		}
	}
	return len(ids) - len(errs), errors.Join(errs...)
}

// submit closes, grades and records an attempt, once; it returns the attempt as
// it is then. One of an enrollment that was taken back becomes void.
func (s *Service) submit(ctx context.Context, attemptID string) (a Attempt, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		if a, err = s.attempt(ctx, attemptID); err != nil {
			return err
		}
		e, err := s.Enrollments.Get(ctx, a.EnrollmentID)
		if err != nil {
			return err
		}
		if ended(e) {
			if _, err := s.setVoid(ctx, attemptID, "The enrollment ended.", now, InProgress); err != nil {
				return err
			}
			a, err = s.attempt(ctx, attemptID)
			return err
		}
		at, by := now, ByLearner
		if a.DeadlineAt != nil && !now.Before(*a.DeadlineAt) {
			at, by = *a.DeadlineAt, ByDeadline
		}
		first, err := s.setSubmitted(ctx, attemptID, at, by)
		if err != nil || !first {
			a, err = s.attemptOr(ctx, attemptID, err)
			return err
		}
		if err := s.gradeForm(ctx, &a, now); err != nil {
			return err
		}
		a, err = s.attempt(ctx, attemptID)
		if err != nil {
			return err
		}
		return s.recordOutcome(ctx, a)
	})
	return a, err
}

// gradeForm grades every item of a closed form and stores the standing.
func (s *Service) gradeForm(ctx context.Context, a *Attempt, now time.Time) error {
	sit, err := s.sitting(ctx, *a)
	if err != nil {
		return err
	}
	st := Standing{PassPercent: a.PassPercent}
	for _, i := range sit.Items {
		r := question.Grade(i.Question, i.Response)
		st.add(r)
		if err := s.setGraded(ctx, i.ID, r); err != nil {
			return err
		}
	}
	return s.setStanding(ctx, a.ID, st, now)
}

func (s *Service) recordOutcome(ctx context.Context, a Attempt) error {
	return s.Enrollments.RecordExam(ctx, a.EnrollmentID, enrollment.ExamOutcome{
		AttemptID: a.ID, Final: a.FinalAt != nil, Passed: a.FinalAt != nil && a.Passed, SubmittedAt: *a.SubmittedAt,
	})
}

func (s *Service) attemptOr(ctx context.Context, id string, err error) (Attempt, error) {
	if err != nil {
		return Attempt{}, err
	}
	return s.attempt(ctx, id)
}
