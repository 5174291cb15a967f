package exam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// Answer is what a learner gives to one question.
type Answer struct {
	QuestionID string
	Response   question.Response
	Flagged    bool // to be looked at again before submitting
	// Revision is the instant of the change, in milliseconds since 1970 by the
	// server's clock as the page knows it: a later change wins over one that
	// arrives later. 0 means now.
	Revision int64
	// Bump is for a form sent on purpose: Revision is then the last one that its
	// page knew of, and the answer is the newest unless another page saved
	// meanwhile.
	Bump bool
}

// Saved is the acknowledgment of an answer: it is on disk.
type Saved struct {
	At       time.Time
	Revision int64
	Deadline *time.Time
}

var errAgain = apperr.New(apperr.Unavailable, "That could not be saved just now. Please try again.")

// maxAhead is how far a page's clock may run before ours.
const maxAhead = time.Minute

// Question returns a question of an attempt with the order in which it is shown,
// for reading an answer to it. It holds the key: it must not reach a browser.
// Errors: ErrNotFound, ErrNoQuestion.
func (s *Service) Question(ctx context.Context, personID, attemptID, questionID string) (*question.Question, []string, error) {
	o, q, err := s.find(ctx, personID, attemptID, questionID)
	if err != nil {
		return nil, nil, err
	}
	order, err := readOrder(o.OptionOrder)
	return q, order, err
}

func (s *Service) find(ctx context.Context, personID, attemptID, questionID string) (owner, *question.Question, error) {
	o, err := s.ownerOf(ctx, attemptID, questionID)
	switch {
	case err != nil:
		return o, nil, err
	case o.PersonID != personID:
		return o, nil, ErrNotFound
	case o.OptionOrder == "":
		return o, nil, ErrNoQuestion
	}
	ed, err := s.Editions.Edition(ctx, o.EditionID)
	if err != nil {
		return o, nil, err
	}
	q, known := bankItem(ed, questionID)
	if !known {
		return o, nil, ErrNoQuestion
	}
	return o, q, nil
}

// SaveAnswer stores an answer, complete or not, and returns when it is durable.
// It shares its commit with others (db.Group). Errors: ErrNotFound,
// ErrNoQuestion, Invalid with the field of the question, ErrNewer, ErrSubmitted,
// ErrVoid, ErrTimeUp.
func (s *Service) SaveAnswer(ctx context.Context, personID, attemptID string, in Answer) (Saved, error) {
	owner, q, err := s.find(ctx, personID, attemptID, in.QuestionID)
	if err != nil {
		return Saved{}, err
	}
	w, err := s.write(q, in)
	if err != nil {
		return Saved{}, err
	}
	w.attemptID, w.questionID = attemptID, in.QuestionID
	changed := false
	err = s.Group.Do(ctx, func(ctx context.Context) error {
		var err error
		changed, err = s.saveAnswer(ctx, w)
		return err
	})
	switch {
	case err != nil:
		return Saved{}, fmt.Errorf("exam: save an answer: %w", err)
	case !changed:
		return s.whyNot(ctx, w)
	}
	return Saved{At: w.at, Revision: w.revision, Deadline: owner.DeadlineAt}, nil
}

// answerWrite is one conditional UPDATE. It is taken where the stored revision
// is below another.
type answerWrite struct {
	attemptID, questionID, response string
	flagged                         bool
	revision, below                 int64
	at                              time.Time
}

func (s *Service) write(q *question.Question, in Answer) (answerWrite, error) {
	r := question.Canonical(q, in.Response)
	if err := question.Check(q, r); err != nil {
		return answerWrite{}, invalid(q.ID, err)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return answerWrite{}, fmt.Errorf("exam: encode an answer: %w", err)
	}
	now := s.now()
	w := answerWrite{response: string(body), flagged: in.Flagged, at: now}
	w.revision = now.UnixMilli()
	switch {
	case in.Bump:
		w.revision = max(w.revision, in.Revision+1)
		w.below = in.Revision + 1
	case in.Revision > 0:
		w.revision = min(in.Revision, now.Add(maxAhead).UnixMilli())
		w.below = w.revision
	default:
		w.below = w.revision
	}
	return w, nil
}

// invalid turns a mistake in an answer into an error at its field.
func invalid(field string, err error) error {
	var bad *question.InputError
	if !errors.As(err, &bad) {
		return err
	}
	if bad.Item != "" {
		field = question.Field(field, bad.Item)
	}
	return apperr.InvalidField(field, "%s", bad.Msg)
}

// whyNot finds out why an answer was not taken. What was stored already, as by
// a request that is sent twice, counts as saved.
func (s *Service) whyNot(ctx context.Context, w answerWrite) (Saved, error) {
	a, err := s.attempt(ctx, w.attemptID)
	if err != nil {
		return Saved{}, err
	}
	stored, err := s.stored(ctx, w.attemptID, w.questionID)
	if err != nil {
		return Saved{}, err
	}
	switch {
	case stored.Response == w.response && stored.Flagged == w.flagged && stored.SavedAt != nil:
		return Saved{At: *stored.SavedAt, Revision: stored.Revision, Deadline: a.DeadlineAt}, nil
	case a.State == Void:
		return Saved{}, ErrVoid
	case a.State != InProgress:
		return Saved{}, ErrSubmitted
	case a.over(w.at):
		return Saved{}, ErrTimeUp
	case stored.Revision < w.below: // refused under a deadline that has just moved
		return Saved{}, errAgain
	}
	return Saved{}, ErrNewer
}

func bankItem(ed *course.Edition, id string) (*question.Question, bool) {
	for _, q := range ed.Course.Bank {
		if q.ID == id {
			return q, true
		}
	}
	return nil, false
}
