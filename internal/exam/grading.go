package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
)

// MaxComment bounds a grader's comment, in characters.
const MaxComment = 2000

// Marks are a person's judgment of a short answer: the points of each rubric
// line, whether a reason for zero applies, how many deductions apply.
type Marks struct {
	Awarded    []int  `json:"awarded"`
	Zero       bool   `json:"zero"`
	Deductions int    `json:"deductions"`
	Comment    string `json:"-"` // for the learner
}

// judged is marks as they are stored, with what they are worth.
type judged struct {
	Marks
	text   string
	result question.Result
}

// judge checks marks against the rubric. Errors: Invalid (marks, comment).
func judge(q *question.Question, m Marks) (j judged, err error) {
	m.Comment = strings.TrimSpace(m.Comment)
	var c apperr.Check
	if c.Text("comment", m.Comment, MaxComment, ""); c.Err() != nil {
		return j, c.Err()
	}
	result, err := question.GradeShort(q, m.Awarded, m.Zero, m.Deductions)
	if err != nil {
		return j, invalid("marks", err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return j, fmt.Errorf("exam: encode marks: %w", err)
	}
	return judged{Marks: m, text: string(text), result: result}, nil
}

// are reports whether these marks are the ones stored.
func (j judged) are(r waitingRow) bool { return r.Marks == j.text && r.Item.Comment == j.Comment }

// Grade stores the marks of a waiting answer, once: of two graders the second
// is refused, but the same grader with the same marks succeeds again. When that
// settles pass or fail, the outcome is recorded and the learner gets a mail. It
// is audited. Errors: ErrNoAnswer, ErrOwnAnswer, ErrAlreadyGraded, ErrTakenBack,
// Invalid (marks, comment).
func (s *Service) Grade(ctx context.Context, graderID, itemID string, m Marks) error {
	w, err := s.Waiting(ctx, graderID, itemID)
	if err != nil {
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
		case r.Item.GradedAt != nil && r.GraderID == graderID && j.are(r):
			return nil
		case r.Item.GradedAt != nil:
			return ErrAlreadyGraded
		case r.Ended:
			return ErrTakenBack
		}
		if err := s.setMarks(ctx, itemID, graderID, j, s.now()); err != nil {
			return err
		}
		err = s.Audit.Record(ctx, audit.Event{Action: "exam.grade", ObjectKind: "exam_item", ObjectID: itemID,
			Details: map[string]any{"attempt": r.AttemptID, "question": w.Question.ID, "points": j.result.Points, "marks": j.Marks}})
		if err != nil {
			return err
		}
		return s.settle(ctx, r.AttemptID)
	})
}

// holdAnswer returns an answer as it stands, with its attempt held.
func (s *Service) holdAnswer(ctx context.Context, itemID string) (waitingRow, error) {
	r, err := s.waiting(ctx, itemID)
	if err != nil {
		return r, err
	}
	if err := s.hold(ctx, r.AttemptID); err != nil {
		return r, err
	}
	return s.waiting(ctx, itemID)
}

// settle sums an attempt up again; what becomes final, or turns from a fail into
// a pass, is recorded and mailed. A pass that would be lost is ErrPassStands.
func (s *Service) settle(ctx context.Context, attemptID string) error {
	before, err := s.attempt(ctx, attemptID)
	if err != nil {
		return err
	}
	st, err := s.sumItems(ctx, attemptID)
	if err != nil {
		return err
	}
	st.PassPercent = before.PassPercent
	if before.Passed && !st.Passed() {
		return ErrPassStands
	}
	if err := s.setStanding(ctx, attemptID, st, s.now()); err != nil {
		return err
	}
	after, err := s.attempt(ctx, attemptID)
	if err != nil || after.FinalAt == nil || before.FinalAt != nil && before.Passed == after.Passed {
		return err
	}
	e, err := s.Enrollments.Get(ctx, after.EnrollmentID)
	if err != nil || e.Exam.Done() || ended(e) { // passed in another attempt, or taken back: nothing is new
		return err
	}
	if err := s.recordOutcome(ctx, after); err != nil {
		return err
	}
	return s.announce(ctx, e, after)
}

func (s *Service) announce(ctx context.Context, e enrollment.Enrollment, a Attempt) error {
	ed, err := s.Editions.Edition(ctx, a.EditionID)
	if err != nil {
		return err
	}
	return s.Mail(ctx, a.PersonID, mail.ExamGraded{
		CourseTitle: ed.Course.Card.Title, Passed: a.Passed, LearnLink: s.BaseURL + "/learn/" + e.Slug + "/exam/" + a.ID + "/result",
	})
}
