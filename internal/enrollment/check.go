package enrollment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// CheckAnswer is the latest answer to a check question with its feedback. A
// short answer is not graded: its feedback sets the model beside it.
type CheckAnswer struct {
	Question *question.Question
	Response question.Response
	Tries    int
	LastAt   time.Time
	Feedback question.Feedback
}

// checkOrder is the seed of the order in which a check's options stand: stable
// for a learner, so that a saved answer and its letters mean the same later.
func checkOrder(e Enrollment, q *question.Question) []string {
	return question.ShuffleOrder(q, "check "+e.ID)
}

// PublicCheck is a check question as this learner sees it before the answer.
func PublicCheck(e Enrollment, q *question.Question) question.PublicQuestion {
	return question.Public(q, checkOrder(e, q))
}

func explainCheck(e Enrollment, q *question.Question, r question.Response) question.Feedback {
	return question.Explain(q, checkOrder(e, q), r, question.Grade(q, r))
}

// SaveCheckAnswer keeps an answer to a check question, durably, and returns its
// feedback. Any complete answer counts, right or wrong; the latest stands. An
// incomplete or unreadable one is a *question.InputError. Errors besides:
// ErrNoCheck, ErrDisclosureFirst, ErrLiveEvent, those of a closed enrollment.
func (s *Service) SaveCheckAnswer(ctx context.Context, e Enrollment, questionID string, r question.Response) (CheckAnswer, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return CheckAnswer{}, err
	}
	m, q := checkQuestion(ed, questionID)
	if q == nil {
		return CheckAnswer{}, ErrNoCheck
	}
	r = question.Canonical(q, r)
	if err := question.Check(q, r); err != nil {
		return CheckAnswer{}, err
	}
	if !question.Complete(q, r) {
		return CheckAnswer{}, incomplete(q)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return CheckAnswer{}, fmt.Errorf("enrollment: answer: %w", err)
	}
	a := CheckAnswer{Question: q, Response: r, LastAt: s.now(), Feedback: explainCheck(e, q, r)}
	actor := audit.ActorOf(ctx) // the group's ctx knows nobody, and this may complete the course
	err = s.Group.Do(ctx, func(ctx context.Context) error {
		ctx = audit.WithActor(ctx, actor)
		l, err := s.begin(ctx, e.ID)
		if err != nil {
			return err
		}
		switch {
		case l.Attendance != nil:
			return ErrLiveEvent
		case l.EditionID != e.EditionID:
			return ErrMovedOn
		case l.DisclosedAt == nil:
			return ErrDisclosureFirst
		}
		tries, err := s.saveAnswer(ctx, e.ID, m.ID, q.ID, string(body), a.Feedback.Result.Correct, a.LastAt)
		if err != nil {
			return err
		}
		a.Tries = tries
		if tries > 1 { // nothing new for the certificate
			return nil
		}
		if err := s.appendDone(ctx, e.ID, doneLine(doneCheck, q.ID, a.LastAt)); err != nil {
			return err
		}
		return s.settle(ctx, e.ID)
	})
	if err != nil {
		return CheckAnswer{}, err
	}
	return a, nil
}

// CheckAnswers returns the learner's answers to a module's check by question
// ID. Errors: ErrNoCheck.
func (s *Service) CheckAnswers(ctx context.Context, e Enrollment, moduleID string) (map[string]CheckAnswer, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return nil, err
	}
	check := ed.Check(moduleID)
	if len(check) == 0 {
		return nil, ErrNoCheck
	}
	rows, err := s.readAnswers(ctx, e.ID, moduleID)
	if err != nil {
		return nil, err
	}
	out := make(map[string]CheckAnswer, len(rows))
	for _, q := range check {
		row, ok := rows[q.ID]
		if !ok {
			continue
		}
		r, err := question.DecodeResponse(q, []byte(row.Response))
		if err != nil {
			return nil, fmt.Errorf("enrollment: stored answer to %s: %w", q.ID, err)
		}
		out[q.ID] = CheckAnswer{Question: q, Response: r, Tries: row.Tries, LastAt: row.LastAt, Feedback: explainCheck(e, q, r)}
	}
	return out, nil
}

func checkQuestion(ed *course.Edition, id string) (*course.Module, *question.Question) {
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			if q.ID == id {
				return m, q
			}
		}
	}
	return nil, nil
}

func incomplete(q *question.Question) error {
	switch q.Kind {
	case question.MultipleResponse:
		return &question.InputError{Msg: "Choose at least one answer."}
	case question.Numeric:
		return &question.InputError{Msg: "Write a number."}
	case question.Ordering:
		return &question.InputError{Msg: "Give every line a position."}
	case question.Matching:
		return &question.InputError{Msg: "Choose one for every row."}
	case question.ShortAnswer:
		return &question.InputError{Msg: "Write an answer first. The model answer appears after yours."}
	default:
		return &question.InputError{Msg: "Choose an answer."}
	}
}
