package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/question"
)

// Waiting is a short answer that waits for a grader, or was graded. It does not
// say whose it is.
type Waiting struct {
	ItemID   string
	Edition  *course.Edition
	Question *question.Question
	Response question.Response
	// PromisedAt is the end of the working day by which the learner was promised
	// the grade.
	PromisedAt time.Time
	Decided    bool       // pass or fail no longer depends on it
	GradedAt   *time.Time // nil: not yet
	Marks      Marks      // as they stand; only when it was graded
	Result     question.Result
}

// QueueFilter chooses a page of the grading list. Query finds in the IDs and
// texts of the questions and in the titles of courses, without case and accents.
// After and Before are Next and Prev of another page of the same list. Limit is
// at most 200.
type QueueFilter struct {
	Graded        bool // what was graded, the newest first; otherwise what waits: what holds up a result first, then by the promised day
	Slug, Query   string
	After, Before []string
	Limit         int

	closed []string // see Deps.Closed
}

// Queue is a page of the grading list.
type Queue struct {
	Total      int
	Over       bool // there are more than Total, where counting stopped
	Holding    int  // of Total, on which a result waits
	Waiting    []Waiting
	Courses    []*course.Edition // of which the list has answers, one each, whatever is searched for
	Prev, Next []string          // the places of its first and last entry, nil at the start and end of the list
}

var errPlace = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// Queue lists what waits for a grader, or was graded, without the grader's own
// answers and those of courses that are closed to the grader. Errors: Invalid for a place that is none.
func (s *Service) Queue(ctx context.Context, graderID string, f QueueFilter) (Queue, error) {
	f.Limit = min(max(f.Limit, 1), 200)
	var err error
	if f.closed, err = s.Closed(ctx, graderID); err != nil {
		return Queue{}, err
	}
	courses, questions, err := s.search(ctx, graderID, f)
	if err != nil {
		return Queue{}, err
	}
	q := Queue{Courses: courses}
	if q.Total, q.Holding, q.Over, err = s.countWaiting(ctx, graderID, f, questions); err != nil {
		return Queue{}, err
	}
	rows, err := s.listWaiting(ctx, graderID, f, questions)
	if err != nil {
		return Queue{}, err
	}
	rows, earlier, more := db.Cut(rows, f.Limit, len(f.After) > 0, len(f.Before) > 0)
	if n := len(rows); n > 0 {
		if more {
			q.Next = rows[n-1].place(f.Graded)
		}
		if earlier {
			q.Prev = rows[0].place(f.Graded)
		}
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

// search returns the courses of the list, and the questions that a query finds;
// nil without one.
func (s *Service) search(ctx context.Context, graderID string, f QueueFilter) (courses []*course.Edition, questions []asked, err error) {
	all := f
	all.Slug = ""
	ids, err := s.queueEditions(ctx, graderID, all)
	if err != nil {
		return nil, nil, err
	}
	query := db.Fold(f.Query)
	if query != "" {
		questions = []asked{}
	}
	for _, id := range ids {
		ed, err := s.Editions.Edition(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(courses, func(c *course.Edition) bool { return c.Slug == ed.Slug }) {
			courses = append(courses, ed)
		}
		for _, q := range ed.Course.Bank {
			if query != "" && strings.Contains(db.Fold(q.ID+" "+q.Prompt+" "+ed.Course.Card.Title), query) {
				questions = append(questions, asked{ed.ID, q.ID})
			}
		}
	}
	return courses, questions, nil
}

// Each calls fn with every entry of the list, in its order. Errors: those of fn.
func (s *Service) Each(ctx context.Context, graderID string, f QueueFilter, fn func(Waiting) error) error {
	f.Limit, f.After, f.Before = 200, nil, nil
	var err error
	if f.closed, err = s.Closed(ctx, graderID); err != nil {
		return err
	}
	_, questions, err := s.search(ctx, graderID, f)
	if err != nil {
		return err
	}
	return db.Walk(func(last *waitingRow) ([]waitingRow, bool, error) {
		if last != nil {
			f.After = last.place(f.Graded)
		}
		rows, err := s.listWaiting(ctx, graderID, f, questions)
		rows, _, more := db.Cut(rows, f.Limit, false, false)
		return rows, more, err
	}, func(r waitingRow) error {
		w, err := s.view(ctx, r)
		if err != nil {
			return err
		}
		return fn(w)
	})
}

// RecordExport leaves the audit event of a list that is handed out as a file.
func (s *Service) RecordExport(ctx context.Context, f QueueFilter) error {
	return s.Audit.Record(ctx, audit.Event{Action: "grading.export", ObjectKind: "list", ObjectID: "grading",
		Details: map[string]any{"graded": f.Graded, "course": f.Slug, "query": f.Query}})
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
	w := Waiting{
		ItemID: i.ID, Edition: ed, Question: i.Question, Response: i.Response, GradedAt: i.GradedAt,
		PromisedAt: r.PromisedAt, Decided: r.Decided, Result: i.Result,
	}
	if w.GradedAt == nil {
		return w, nil
	}
	if err := json.Unmarshal([]byte(r.Marks), &w.Marks); err != nil {
		return Waiting{}, fmt.Errorf("exam: marks of item %s: %w", i.ID, err)
	}
	w.Marks.Comment = i.Comment
	return w, nil
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
	closed, err := s.Closed(ctx, graderID)
	if err != nil {
		return Waiting{}, err
	}
	w, err := s.view(ctx, r)
	if err == nil && slices.Contains(closed, w.Edition.Slug) {
		return Waiting{}, ErrNoAnswer
	}
	return w, err
}
