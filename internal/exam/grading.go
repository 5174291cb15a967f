package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
)

// MaxComment bounds a grader's comment, in characters.
const MaxComment = 2000

// Waiting is a short answer in the grading queue. It does not say whose it is.
type Waiting struct {
	ItemID      string
	Edition     *course.Edition
	Question    *question.Question
	Response    question.Response
	SubmittedAt time.Time
	// PromisedAt is the end of the working day by which the learner was promised
	// the grade.
	PromisedAt time.Time
	Decided    bool       // pass or fail no longer depends on it
	GradedAt   *time.Time // nil: not yet
}

// Queue is a page of the grading queue, oldest first.
type Queue struct {
	Total   int
	Waiting []Waiting
	Next    []string // the place after the last entry; nil at the end
}

var errPlace = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// Queue lists what awaits a grader, without the grader's own answers. after is
// Queue.Next of the page before, or nil.
func (s *Service) Queue(ctx context.Context, graderID string, after []string, limit int) (Queue, error) {
	total, err := s.countWaiting(ctx, graderID)
	if err != nil {
		return Queue{}, err
	}
	rows, err := s.listWaiting(ctx, graderID, after, limit+1)
	if err != nil {
		return Queue{}, err
	}
	q := Queue{Total: total}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		q.Next = []string{last.SubmittedAt.UTC().Format(time.RFC3339Nano), last.Item.ID}
	}
	for _, r := range rows {
		w, err := s.view(ctx, r)
		if err != nil {
			return Queue{}, err
		}
		q.Waiting = append(q.Waiting, w)
	}
	return q, nil
}

func (s *Service) view(ctx context.Context, r waitingRow) (Waiting, error) {
	ed, err := s.Editions.Edition(ctx, r.EditionID)
	if err != nil {
		return Waiting{}, err
	}
	i, err := r.Item.item(ed)
	if err != nil {
		return Waiting{}, err
	}
	return Waiting{
		ItemID: i.ID, Edition: ed, Question: i.Question, Response: i.Response, SubmittedAt: r.SubmittedAt, GradedAt: i.GradedAt,
		PromisedAt: Promised(r.SubmittedAt, ed.Course.Card.GradingDays, s.Zone), Decided: r.Decided,
	}, nil
}

// Promised is the end of the n-th working day, Monday to Friday, after the day
// of an instant in the provider's zone. Holidays are not known here.
func Promised(at time.Time, days int, zone *time.Location) time.Time {
	at = at.In(zone)
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
	for days > 0 {
		day = day.AddDate(0, 0, 1)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			days--
		}
	}
	return day.AddDate(0, 0, 1).Add(-time.Second)
}

// Promised is when the learner can expect the grade of an attempt.
func (s *Service) Promised(a Attempt, ed *course.Edition) time.Time {
	if a.SubmittedAt == nil {
		return time.Time{}
	}
	return Promised(*a.SubmittedAt, ed.Course.Card.GradingDays, s.Zone)
}

// Waiting returns one entry, also after it was graded. Errors: ErrNoAnswer,
// ErrOwnAnswer.
func (s *Service) Waiting(ctx context.Context, graderID, itemID string) (Waiting, error) {
	r, err := s.waiting(ctx, itemID)
	if err != nil {
		return Waiting{}, err
	}
	if r.PersonID == graderID {
		return Waiting{}, ErrOwnAnswer
	}
	return s.view(ctx, r)
}

// Marks are a person's judgment of a short answer: the points of each rubric
// line, whether a reason for zero applies, how many deductions apply.
type Marks struct {
	Awarded    []int  `json:"awarded"`
	Zero       bool   `json:"zero"`
	Deductions int    `json:"deductions"`
	Comment    string `json:"-"` // for the learner
}

// Grade stores the marks of a waiting answer, once: of two graders the second
// is refused. When that settles pass or fail, the outcome is recorded and the
// learner gets a mail. It is audited. Errors: ErrNoAnswer, ErrOwnAnswer,
// ErrAlreadyGraded, Invalid (marks, comment).
func (s *Service) Grade(ctx context.Context, graderID, itemID string, m Marks) error {
	w, err := s.Waiting(ctx, graderID, itemID)
	if err != nil {
		return err
	}
	m.Comment = strings.TrimSpace(m.Comment)
	if utf8.RuneCountInString(m.Comment) > MaxComment {
		return apperr.InvalidField("comment", "Write at most %d characters.", MaxComment)
	}
	result, err := question.GradeShort(w.Question, m.Awarded, m.Zero, m.Deductions)
	if err != nil {
		return invalid("marks", err)
	}
	marks, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("exam: encode marks: %w", err)
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.waiting(ctx, itemID)
		if err != nil {
			return err
		}
		if err := s.raiseGrading(ctx, r.AttemptID); err != nil {
			return err
		}
		first, err := s.setMarks(ctx, itemID, graderID, string(marks), m.Comment, result, s.now())
		if err != nil {
			return err
		}
		if !first {
			return ErrAlreadyGraded
		}
		err = s.Audit.Record(ctx, audit.Event{Action: "exam.grade", ObjectKind: "exam_item", ObjectID: itemID,
			Details: map[string]any{"attempt": r.AttemptID, "question": w.Question.ID, "points": result.Points, "marks": m}})
		if err != nil {
			return err
		}
		return s.settle(ctx, r.AttemptID)
	})
}

// settle sums an attempt up again; what becomes final is recorded and mailed.
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
	if err := s.setStanding(ctx, attemptID, st, s.now()); err != nil {
		return err
	}
	after, err := s.attempt(ctx, attemptID)
	if err != nil || before.FinalAt != nil || after.FinalAt == nil {
		return err
	}
	if err := s.recordOutcome(ctx, after); err != nil {
		return err
	}
	e, err := s.Enrollments.Get(ctx, after.EnrollmentID)
	if err != nil {
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
