package enrollment

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// examReopened is the evidence of what ReopenExam did.
const examReopened = "exam.reopened"

// ErrExamStands refuses to open an exam again.
var ErrExamStands = apperr.New(apperr.Conflict, "Something depends on this exam already, so it stays as it is.")

// repairEnds opens again what ended in the future although its access goes on: a
// clock ran ahead. Where the person has begun the course anew since, the end
// stands.
func (s *Service) repairEnds(ctx context.Context, now time.Time) error {
	for {
		ids, err := s.endedAhead(ctx, now, expireBatch)
		if err != nil {
			return err
		}
		opened := 0
		for _, id := range ids {
			err := s.DB.InTx(ctx, func(ctx context.Context) error {
				changed, err := s.reopenAhead(ctx, id, now)
				if err != nil || !changed {
					return err
				}
				opened++
				if err := s.forgetReminders(ctx, id); err != nil {
					return err
				}
				return s.record(ctx, "enrollment.reopen", id, map[string]any{"reason": "a clock that ran ahead had ended it"})
			})
			if err != nil && !errors.Is(err, ErrNewerCycle) {
				return err
			}
		}
		if len(ids) < expireBatch || opened == 0 {
			return nil
		}
	}
}

// ReopenExam takes the outcome of an attempt back that a clock which ran ahead
// had closed; before is that of the attempt before it, if there is one. It is
// for the transaction that opens the attempt again. Errors: ErrExamStands when
// the exam was passed, the evaluation sent, or the enrollment ended otherwise
// than by running out.
func (s *Service) ReopenExam(ctx context.Context, enrollmentID, attemptID string, before ExamOutcome) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		var at *time.Time
		if before.Submitted() {
			t := db.Truncate(before.SubmittedAt)
			at = &t
		}
		changed, err := s.takeExamBack(ctx, enrollmentID, attemptID, before, at)
		if err != nil {
			return err
		}
		if !changed {
			return ErrExamStands
		}
		return s.AddEvidence(ctx, enrollmentID, Evidence{Kind: examReopened, Ref: attemptID, OccurredAt: s.now()})
	})
}
