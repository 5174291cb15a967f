package exam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// reopenEarly opens the attempts again that a clock which ran ahead has closed:
// their deadline is still to come, and yet it ended them. Each keeps its answers
// and its deadline. One that was passed, on which a person has graded, behind
// which another began or the evaluation was sent, stays as it is.
func (s *Service) reopenEarly(ctx context.Context, now time.Time) error {
	ids, err := s.closedEarly(ctx, now.Add(db.Skew), 200)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		if err := s.reopen(ctx, id, now); err != nil && !errors.Is(err, enrollment.ErrExamStands) {
			errs = append(errs, fmt.Errorf("exam: open attempt %s again: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) reopen(ctx context.Context, attemptID string, now time.Time) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, attemptID); err != nil {
			return err
		}
		a, err := s.attempt(ctx, attemptID)
		if err != nil {
			return err
		}
		done, err := s.setReopened(ctx, attemptID, now.Add(db.Skew))
		if err != nil || !done {
			return err
		}
		before, err := s.outcomeBefore(ctx, a)
		if err != nil {
			return err
		}
		if err := s.Enrollments.ReopenExam(ctx, a.EnrollmentID, a.ID, before); err != nil {
			return err
		}
		return s.Audit.Record(audit.WithActor(ctx, audit.Actor{}), audit.Event{Action: "exam.reopen", ObjectKind: "exam_attempt", ObjectID: a.ID,
			Details: map[string]any{"enrollment": a.EnrollmentID, "number": a.Number, "reason": "a clock that ran ahead had closed it"}})
	})
}

// outcomeBefore is what the attempt before one left with the enrollment.
func (s *Service) outcomeBefore(ctx context.Context, a Attempt) (o enrollment.ExamOutcome, err error) {
	list, err := s.listAttempts(ctx, a.EnrollmentID)
	for _, b := range list {
		if b.Number < a.Number && (b.State == Submitted || b.State == Graded) {
			o = enrollment.ExamOutcome{AttemptID: b.ID, Final: b.FinalAt != nil, Passed: b.FinalAt != nil && b.Passed, SubmittedAt: *b.SubmittedAt}
		}
	}
	return o, err
}
