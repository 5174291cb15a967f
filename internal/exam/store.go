package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/question"
)

const attemptColumns = `a.id, a.enrollment_id, a.person_id, a.edition_id, a.number, a.state, a.seed, a.legal_name,
	a.attested_at, a.started_at, a.time_limit_minutes, a.extra_time_percent, a.deadline_at, a.submitted_at, a.promised_at, a.submitted_by,
	a.pass_percent, a.points, a.open_points, a.max_points, a.final_at, a.passed, a.void_reason`

func (s *Service) attempt(ctx context.Context, id string) (a Attempt, err error) {
	q := s.DB.Read(ctx).Raw("SELECT "+attemptColumns+" FROM exam_attempts a WHERE a.id = ?", id).Scan(&a)
	return a, db.One(q, ErrNotFound)
}

func (s *Service) openAttempt(ctx context.Context, enrollmentID string) (a Attempt, err error) {
	q := s.DB.Read(ctx).Raw("SELECT "+attemptColumns+" FROM exam_attempts a WHERE a.enrollment_id = ? AND a.state = ?",
		enrollmentID, InProgress).Scan(&a)
	return a, db.One(q, ErrNotFound)
}

func (s *Service) listAttempts(ctx context.Context, enrollmentID string) (list []Attempt, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+attemptColumns+" FROM exam_attempts a WHERE a.enrollment_id = ? ORDER BY a.number",
		enrollmentID).Scan(&list).Error
	return list, err
}

// owner is what a save needs to know. Only the deadline ever changes.
// OptionOrder is "" for a question that was not drawn.
type owner struct {
	PersonID, EditionID, OptionOrder string
	DeadlineAt                       *time.Time
}

func (s *Service) ownerOf(ctx context.Context, attemptID, questionID string) (o owner, err error) {
	q := s.DB.Read(ctx).Raw(`SELECT a.person_id, a.edition_id, a.deadline_at, COALESCE(i.option_order, '') AS option_order
		FROM exam_attempts a LEFT JOIN exam_items i ON i.attempt_id = a.id AND i.question_id = ? WHERE a.id = ?`, questionID, attemptID).Scan(&o)
	return o, db.One(q, ErrNotFound)
}

// readOrder reads the order of an item as it is stored.
func readOrder(text string) (order []string, err error) {
	if err = json.Unmarshal([]byte(text), &order); err != nil {
		err = fmt.Errorf("exam: order of an item: %w", err)
	}
	return order, err
}

// insertAttempt stores an attempt with its form; false if another one is in
// progress or took the number.
func (s *Service) insertAttempt(ctx context.Context, a Attempt, form []Drawn) (bool, error) {
	first, err := db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO exam_attempts
		(id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at,
		 time_limit_minutes, extra_time_percent, deadline_at, closes_at, pass_percent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		a.ID, a.EnrollmentID, a.PersonID, a.EditionID, a.Number, a.State, a.Seed, a.LegalName, a.AttestedAt, a.StartedAt,
		a.TimeLimitMinutes, a.ExtraTimePercent, a.DeadlineAt, a.closesAt(), a.PassPercent))
	if err != nil || !first {
		return false, err
	}
	rows, args := make([]string, len(form)), make([]any, 0, 6*len(form))
	for i, d := range form {
		order, err := json.Marshal(d.Order)
		if err != nil {
			return false, err
		}
		rows[i] = "(?, ?, ?, ?, ?, ?)"
		// Graders see this ID, and not whose the answer is or with which others it came.
		args = append(args, db.NewBlindID(), a.ID, i+1, d.QuestionID, string(order), true)
	}
	return true, s.DB.Conn(ctx).Exec("INSERT INTO exam_items (id, attempt_id, position, question_id, option_order, open) VALUES "+
		strings.Join(rows, ", "), args...).Error
}

// seen is the set of questions that an enrollment's attempts have shown.
func (s *Service) seen(ctx context.Context, enrollmentID string) (map[string]bool, error) {
	var ids []string
	err := s.DB.Read(ctx).Raw(`SELECT DISTINCT i.question_id FROM exam_items i JOIN exam_attempts a ON a.id = i.attempt_id
		WHERE a.enrollment_id = ?`, enrollmentID).Scan(&ids).Error
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set, err
}

// saveAnswer is the hot write: one conditional UPDATE of one row, so that
// nothing read before it can be stale. Of the attempt's columns in the subquery
// only closes_at changes, and only to a later one.
func (s *Service) saveAnswer(ctx context.Context, w answerWrite) (bool, error) {
	replaces, args := "", []any{w.response, w.flagged, w.revision, w.page, w.at, w.attemptID, w.questionID}
	if w.seen != nil { // answerWrite.replaces
		replaces = " AND (revision = ? OR page <> '' AND page = ? AND revision < ?)"
		args = append(args, *w.seen, w.page, w.revision)
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE exam_items SET response = ?, flagged = ?, revision = ?, page = ?, saved_at = ?
		WHERE attempt_id = ? AND question_id = ? AND open`+replaces+` AND EXISTS (
			SELECT 1 FROM exam_attempts a WHERE a.id = ? AND (a.closes_at IS NULL OR a.closes_at > ?))`,
		append(args, w.attemptID, w.at)...))
}

// itemRow is an item as the table holds it.
type itemRow struct {
	ID, QuestionID, OptionOrder, Response string
	Position                              int
	Flagged                               bool
	Revision                              int64
	Page                                  string
	SavedAt, GradedAt                     *time.Time
	Points, MaxPoints                     int
	AwaitsGrader                          bool
	Comment                               string
}

const itemColumns = `i.id, i.question_id, i.option_order, i.response, i.position, i.flagged, i.revision, i.page, i.saved_at,
	i.graded_at, i.points, i.max_points, i.awaits_grader, i.comment`

func (s *Service) stored(ctx context.Context, attemptID, questionID string) (r itemRow, err error) {
	q := s.DB.Read(ctx).Raw("SELECT "+itemColumns+" FROM exam_items i WHERE i.attempt_id = ? AND i.question_id = ?",
		attemptID, questionID).Scan(&r)
	return r, db.One(q, ErrNoQuestion)
}

func (s *Service) listItems(ctx context.Context, ed *course.Edition, attemptID string) ([]Item, error) {
	var rows []itemRow
	err := s.DB.Read(ctx).Raw("SELECT "+itemColumns+" FROM exam_items i WHERE i.attempt_id = ? ORDER BY i.position", attemptID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(rows))
	for i, r := range rows {
		if items[i], err = r.item(ed); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (r itemRow) item(ed *course.Edition) (Item, error) {
	q, known := bankItem(ed, r.QuestionID)
	if !known {
		return Item{}, fmt.Errorf("exam: edition %s has no question %s", ed.ID, r.QuestionID)
	}
	i := Item{
		ID: r.ID, Position: r.Position, Question: q, Flagged: r.Flagged, Revision: r.Revision, SavedAt: r.SavedAt,
		GradedAt: r.GradedAt, Comment: r.Comment,
		Result: question.Result{Points: r.Points, Max: r.MaxPoints, NeedsGrading: r.AwaitsGrader, Correct: r.MaxPoints > 0 && r.Points == r.MaxPoints},
	}
	var err error
	if i.Order, err = readOrder(r.OptionOrder); err != nil {
		return i, fmt.Errorf("item %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Response), &i.Response); err != nil {
		return i, fmt.Errorf("exam: answer of item %s: %w", r.ID, err)
	}
	return i, nil
}

// hold takes an attempt's row until the transaction ends: whoever submits,
// grades or extends it stands in a row. It comes before anything of the attempt
// is read.
func (s *Service) hold(ctx context.Context, attemptID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET gradings = gradings + 1 WHERE id = ?", attemptID).Error
}

// setDeadline moves the end of an attempt in progress.
func (s *Service) setDeadline(ctx context.Context, a Attempt) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET deadline_at = ?, closes_at = ? WHERE id = ? AND state = ?",
		a.DeadlineAt, a.closesAt(), a.ID, InProgress).Error
}

// setSubmitted closes an attempt and its items.
func (s *Service) setSubmitted(ctx context.Context, id string, at, promised time.Time, by string) error {
	err := s.DB.Conn(ctx).Exec(`UPDATE exam_attempts SET state = ?, submitted_at = ?, promised_at = ?, submitted_by = ?
		WHERE id = ? AND state = ?`, Submitted, at, promised, by, id, InProgress).Error
	if err != nil {
		return err
	}
	return s.closeItems(ctx, id)
}

// closeItems waits on PostgreSQL for saves that are under way, row by row, and
// makes those behind it find the item closed.
func (s *Service) closeItems(ctx context.Context, attemptID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_items SET open = ? WHERE attempt_id = ? AND open", false, attemptID).Error
}

func (s *Service) setGraded(ctx context.Context, itemID string, r question.Result) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_items SET points = ?, max_points = ?, awaits_grader = ? WHERE id = ?",
		r.Points, r.Max, r.NeedsGrading, itemID).Error
}

// setStanding stores the sums, and the outcome when it becomes final; of an
// outcome only a fail changes, into a pass.
func (s *Service) setStanding(ctx context.Context, attemptID string, st Standing, now time.Time) error {
	err := s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET points = ?, open_points = ?, max_points = ? WHERE id = ?",
		st.Points, st.Open, st.Max, attemptID).Error
	if err != nil || !st.Final() {
		return err
	}
	return s.DB.Conn(ctx).Exec(`UPDATE exam_attempts SET state = ?, passed = ?, final_at = ?
		WHERE id = ? AND (state = ? OR state = ? AND ? AND NOT passed)`,
		Graded, st.Passed(), now, attemptID, Submitted, Graded, st.Passed()).Error
}

func (s *Service) dueAttempts(ctx context.Context, now time.Time, limit int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id FROM exam_attempts WHERE state = 'in_progress' AND closes_at <= ?
		ORDER BY closes_at, id LIMIT ?`, now, limit).Scan(&ids).Error
	return ids, err
}
