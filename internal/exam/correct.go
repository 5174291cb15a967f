package exam

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
)

// Correct replaces the marks of an answer that was graded, with a reason. The
// result may stay as it is or turn from a fail into a pass, which is then
// recorded and mailed as after a first grading; a pass that was final is not
// taken back. The same marks again change nothing. It is audited with the old
// marks and the new ones. Errors: ErrNoAnswer, ErrOwnAnswer, ErrNotGraded,
// ErrPassStands, Invalid (reason, marks, comment).
func (s *Service) Correct(ctx context.Context, graderID, itemID string, m Marks, reason string) error {
	w, err := s.Waiting(ctx, graderID, itemID)
	if err != nil {
		return err
	}
	if reason, err = apperr.Reason("reason", reason, apperr.WhyForTheRecord); err != nil {
		return err
	}
	j, err := judge(w.Question, m)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.holdAnswer(ctx, itemID)
		switch {
		case err != nil:
			return err
		case r.Item.GradedAt == nil:
			return ErrNotGraded
		case j.are(r):
			return nil
		}
		was, err := s.view(ctx, r)
		if err != nil {
			return err
		}
		if err := s.setMarks(ctx, itemID, graderID, j, s.now()); err != nil {
			return err
		}
		err = s.Audit.Record(ctx, audit.Event{Action: "exam.correct", ObjectKind: "exam_item", ObjectID: itemID, Details: map[string]any{
			"attempt": r.AttemptID, "question": w.Question.ID, "reason": reason, "grader": r.GraderID,
			"points_before": was.Result.Points, "marks_before": was.Marks, "points": j.result.Points, "marks": j.Marks,
		}})
		if err != nil {
			return err
		}
		return s.settle(ctx, r.AttemptID)
	})
}
