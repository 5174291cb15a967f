package enrollment

import (
	"context"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// ExamGate reports whether the exam may be begun or gone on with: the
// enrollment is active and every gate before the exam is done. The error says
// what is left.
func (s *Service) ExamGate(ctx context.Context, e Enrollment) error {
	if e = e.At(s.now()); e.State != Active {
		return refusal(e.State)
	}
	if a := e.Attendance; a != nil && !a.Exam {
		return ErrNoExam
	}
	list, err := s.Requirements(ctx, e)
	if err != nil {
		return err
	}
	var left []string
	for _, q := range list {
		if q.Kind == NeedExam {
			break
		}
		if !q.Done {
			left = append(left, lowerFirst(q.Title))
		}
	}
	if len(left) > 0 {
		return apperr.Newf(apperr.Conflict, "The exam is not open yet. Before it: %s.", strings.Join(left, "; "))
	}
	return nil
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// RecordExam stores what became of an attempt, in the exam's transaction, and
// completes the enrollment if nothing else is left. An earlier attempt never
// replaces a later one, and nothing replaces a pass. A pass that is found after
// the enrollment has expired, as by a corrected grade, opens it again for the
// evaluation unless the person has begun the course anew.
func (s *Service) RecordExam(ctx context.Context, enrollmentID string, o ExamOutcome) error {
	if o.AttemptID == "" || !o.Submitted() {
		return fmt.Errorf("enrollment: exam outcome without attempt or instant: %+v", o)
	}
	o.SubmittedAt = db.Truncate(o.SubmittedAt)
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.setExam(ctx, enrollmentID, o)
		if err != nil {
			return err
		}
		if !changed {
			_, err := s.byID(ctx, enrollmentID)
			return err
		}
		ev := Evidence{Kind: "exam.submitted", Ref: o.AttemptID, OccurredAt: o.SubmittedAt}
		if again, err := s.hasEvidence(ctx, enrollmentID, examReopened, o.AttemptID); err != nil {
			return err
		} else if again { // the first is on record, and evidence is only added
			ev.Ref += " again"
		}
		if err := s.AddEvidence(ctx, enrollmentID, ev); err != nil {
			return err
		}
		if ev.Ref = o.AttemptID; o.Final && o.Passed {
			ev.Kind = "exam.passed"
			if err := s.AddEvidence(ctx, enrollmentID, ev); err != nil {
				return err
			}
			if err := s.reopenPassed(ctx, enrollmentID); err != nil {
				return err
			}
		}
		return s.settle(ctx, enrollmentID)
	})
}

func (s *Service) reopenPassed(ctx context.Context, id string) error {
	changed, err := s.reopen(ctx, id)
	if err != nil || !changed {
		return err
	}
	return s.record(ctx, "enrollment.reopen", id, map[string]any{"reason": "the exam was passed"})
}
