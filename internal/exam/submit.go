package exam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
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
		if a, err = s.submit(ctx, attemptID, byHand); err != nil {
			return Attempt{}, err
		}
	}
	if a.State == Void {
		return a, ErrVoid
	}
	return a, nil
}

// CloseDue submits the attempts whose time is up, with what was saved, and
// returns how many. What a clock that ran ahead has closed it opens again. It is
// periodic work.
func (s *Service) CloseDue(ctx context.Context) (int, error) {
	now := s.now()
	if err := s.reopenEarly(ctx, now); err != nil {
		return 0, err
	}
	ids, err := s.dueAttempts(ctx, now, 200)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, id := range ids {
		if _, err := s.submit(ctx, id, byTheClock); err != nil {
			errs = append(errs, fmt.Errorf("exam: close attempt %s: %w", id, err))
		}
	}
	return len(ids) - len(errs), errors.Join(errs...)
}

// Why an attempt is submitted: the learner says so, or its time seems to be up.
const (
	byHand     = false
	byTheClock = true
)

// submit closes, grades and records an attempt, once; it returns the attempt as
// it is then. One of an enrollment that was taken back, or of who can read the keys by
// now, becomes void. By the
// clock it leaves an attempt open whose access was extended meanwhile.
func (s *Service) submit(ctx context.Context, attemptID string, clock bool) (a Attempt, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		if err := s.hold(ctx, attemptID); err != nil {
			return err
		}
		if a, err = s.attempt(ctx, attemptID); err != nil || a.State != InProgress {
			return err
		}
		e, err := s.Enrollments.Get(ctx, a.EnrollmentID)
		switch {
		case err != nil:
			return err
		case ended(e):
			err = s.voidBySystem(ctx, a, "The enrollment ended.", now)
		case clock && !a.over(now):
			return nil
		default:
			var void bool
			if void, err = s.voidKeyReader(ctx, e, a, now); err == nil && !void {
				err = s.close(ctx, a, now)
			}
		}
		if err != nil {
			return err
		}
		if a, err = s.attempt(ctx, attemptID); err != nil || a.State == Void {
			return err
		}
		return s.recordOutcome(ctx, a)
	})
	return a, err
}

// close submits and grades an attempt in progress, which the caller holds.
func (s *Service) close(ctx context.Context, a Attempt, now time.Time) error {
	at, by := now, ByLearner
	if a.DeadlineAt != nil && !now.Before(*a.DeadlineAt) {
		at, by = *a.DeadlineAt, ByDeadline
	}
	ed, err := s.Editions.Edition(ctx, a.EditionID)
	if err != nil {
		return err
	}
	promised := db.Truncate(Promised(at, ed.Course.Card.GradingDays, s.Zone))
	if err := s.setSubmitted(ctx, a.ID, at, promised, by); err != nil {
		return err
	}
	return s.gradeForm(ctx, &a, now)
}

// voidBySystem is the system's own act, whoever made it look.
func (s *Service) voidBySystem(ctx context.Context, a Attempt, reason string, now time.Time) error {
	done, err := s.setVoid(ctx, a.ID, reason, now, InProgress)
	if err != nil || !done {
		return err
	}
	return s.recordVoid(audit.WithActor(ctx, audit.Actor{}), a, reason)
}

// MoveDeadline gives an enrollment's attempt in progress the deadline that it
// has under another end of the access; its own time limit stays. It belongs into
// the transaction that moves the end.
func (s *Service) MoveDeadline(ctx context.Context, enrollmentID string, accessEnd time.Time) error {
	a, err := s.openAttempt(ctx, enrollmentID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	deadline := a.deadline(accessEnd)
	a.DeadlineAt = &deadline
	return s.setDeadline(ctx, a)
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
