package exam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
	// Page is a random token of the opening of the page that sends this, and
	// Revision grows from a random number with every change on it: of one page's
	// answers the last stands, in whatever order they arrive. 0 means now. No clock
	// is compared, so that one that is or was wrong locks nobody out.
	Page     string
	Revision int64
	// Seen is the revision that the page showed or had acknowledged last: what
	// another page has saved meanwhile is not overwritten. nil: whatever is there is.
	Seen *int64
	// Bump is for a form sent on purpose: it comes behind what its page has sent by
	// itself.
	Bump bool
}

// maxPage bounds the token of a page.
const maxPage = 64

// Saved is the acknowledgment of an answer: it is on disk. With ErrNewer it
// names the answer that stands.
type Saved struct {
	Position int // of the question; only with ErrNewer
	At       time.Time
	Revision int64
	Deadline *time.Time
}

var errPage = apperr.New(apperr.Invalid, "Please load this page again and save once more.")

var errAgain = apperr.New(apperr.Unavailable, "That could not be saved just now. Please try again.")

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

// answerWrite is one conditional UPDATE: see Answer.
type answerWrite struct {
	attemptID, questionID, response, page string
	flagged                               bool
	revision                              int64
	seen                                  *int64
	at                                    time.Time
}

// replaces reports whether the write may stand in the place of what is stored.
func (w answerWrite) replaces(stored itemRow) bool {
	return w.seen == nil || *w.seen == stored.Revision || w.page != "" && w.page == stored.Page && stored.Revision < w.revision
}

func (s *Service) write(q *question.Question, in Answer) (answerWrite, error) {
	r := question.Canonical(q, in.Response)
	if err := question.Check(q, r); err != nil {
		return answerWrite{}, invalid(q.ID, err)
	}
	if len(in.Page) > maxPage || in.Revision < 0 || in.Revision == math.MaxInt64 {
		return answerWrite{}, errPage
	}
	body, err := json.Marshal(r)
	if err != nil {
		return answerWrite{}, fmt.Errorf("exam: encode an answer: %w", err)
	}
	now := s.now()
	w := answerWrite{response: string(body), flagged: in.Flagged, page: in.Page, revision: in.Revision, seen: in.Seen, at: now}
	if w.revision == 0 {
		w.revision = now.UnixMilli()
	}
	if in.Bump {
		w.revision++
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
	case w.replaces(stored): // refused under a deadline that has just moved
		return Saved{}, errAgain
	}
	return Saved{Position: stored.Position, Revision: stored.Revision, Deadline: a.DeadlineAt}, ErrNewer
}

func bankItem(ed *course.Edition, id string) (*question.Question, bool) {
	for _, q := range ed.Course.Bank {
		if q.ID == id {
			return q, true
		}
	}
	return nil, false
}
