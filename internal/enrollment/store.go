package enrollment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// row is an enrollment as the table holds it.
type row struct {
	ID, PersonID, CourseID, EditionID, Slug string
	Cycle                                   int
	State                                   State
	Source, OrderID                         string
	EnrolledAt, ExpiresAt                   time.Time
	DisclosedAt                             *time.Time
	ExamAttemptID                           string
	ExamSubmittedAt                         *time.Time
	ExamFinal, ExamPassed                   bool
	CompletedAt, EndedAt                    *time.Time
	EndReason, Done, Attended               string
	SentAt                                  *time.Time // of the evaluation's receipt
}

const columns = `e.id, e.person_id, e.course_id, e.edition_id, e.slug, e.cycle, e.state, e.source, e.order_id,
	e.enrolled_at, e.expires_at, e.disclosed_at, e.exam_attempt_id, e.exam_submitted_at, e.exam_final, e.exam_passed,
	e.completed_at, e.ended_at, e.end_reason, e.done, e.attended, v.sent_at`

const from = ` FROM enrollments e LEFT JOIN evaluation_receipts v ON v.enrollment_id = e.id `

// enrollments turns what a query returned into enrollments.
func enrollments(rows []row, err error) ([]Enrollment, error) {
	if err != nil {
		return nil, err
	}
	list := make([]Enrollment, len(rows))
	for i, r := range rows {
		if list[i], err = r.enrollment(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// enrollment fails where the attendance cannot be read: without it this would be one
// of the online course.
func (r row) enrollment() (Enrollment, error) {
	e := Enrollment{
		ID: r.ID, PersonID: r.PersonID, CourseID: r.CourseID, EditionID: r.EditionID, Slug: r.Slug, Cycle: r.Cycle,
		State: r.State, Source: r.Source, OrderID: r.OrderID, EnrolledAt: r.EnrolledAt, ExpiresAt: r.ExpiresAt,
		DisclosedAt: r.DisclosedAt, EvaluatedAt: r.SentAt, CompletedAt: r.CompletedAt, EndedAt: r.EndedAt, EndReason: r.EndReason, done: r.Done,
	}
	if r.Attended != "" {
		e.Source, e.Attendance = ByEvent, &Attendance{}
		if err := json.Unmarshal([]byte(r.Attended), e.Attendance); err != nil {
			return Enrollment{}, fmt.Errorf("enrollment %s: attendance: %w", r.ID, err)
		}
	}
	if r.ExamSubmittedAt != nil {
		e.Exam = ExamOutcome{AttemptID: r.ExamAttemptID, Final: r.ExamFinal, Passed: r.ExamPassed, SubmittedAt: *r.ExamSubmittedAt}
	}
	return e, nil
}

// times are the columns that the driver of SQLite would parse by guessing.
var times = strings.NewReplacer("e.enrolled_at", "+e.enrolled_at", "e.expires_at", "+e.expires_at", "e.disclosed_at", "+e.disclosed_at",
	"e.exam_submitted_at", "+e.exam_submitted_at", "e.completed_at", "+e.completed_at", "e.ended_at", "+e.ended_at", "v.sent_at", "+v.sent_at",
	"p.bookmarked_at", "+p.bookmarked_at", "p.noted_at", "+p.noted_at")

// statement writes a query as the engine wants it: times as text, which
// db.Instant reads, or placeholders with numbers.
func statement(e db.Engine, query string) string {
	if e != db.Postgres {
		return times.Replace(query)
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// statements are those that run past gorm, the lesson page's above all. page and
// pageCycle also read what is recorded of one lesson.
type statements struct{ byID, newest, cycle, lastCycle, page, pageCycle, lesson string }

func newStatements(e db.Engine) statements {
	const (
		one        = "SELECT " + columns + from
		lesson     = "p.bookmarked_at, p.noted_at, COALESCE(p.note, ''), COALESCE(p.active_seconds, 0), COALESCE(p.request_seconds, 0)"
		withLesson = "SELECT " + columns + ", " + lesson + from + "LEFT JOIN lesson_progress p ON p.enrollment_id = e.id AND p.lesson_id = ? "
	)
	return statements{
		page:      statement(e, withLesson+"WHERE e.person_id = ? AND e.slug = ? ORDER BY e.cycle DESC LIMIT 1"),
		pageCycle: statement(e, withLesson+"WHERE e.person_id = ? AND e.slug = ? AND e.cycle = ?"),
		byID:      statement(e, one+"WHERE e.id = ?"),
		newest:    statement(e, one+"WHERE e.person_id = ? AND e.slug = ? ORDER BY e.cycle DESC LIMIT 1"),
		cycle:     statement(e, one+"WHERE e.person_id = ? AND e.slug = ? AND e.cycle = ?"),
		lastCycle: statement(e, one+"WHERE e.person_id = ? AND e.course_id = ? ORDER BY e.cycle DESC LIMIT 1"),
		lesson:    statement(e, "SELECT "+lesson+" FROM lesson_progress p WHERE p.enrollment_id = ? AND p.lesson_id = ?"),
	}
}

// one reads one enrollment and what the query returns beside it.
func (s *Service) one(ctx context.Context, query string, args, beside []any) (Enrollment, error) {
	rows, err := s.DB.Query(ctx, query, args...)
	if err != nil {
		return Enrollment{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return Enrollment{}, cmp.Or(rows.Err(), error(ErrNotFound))
	}
	var r row
	to := make([]any, 0, 32)
	to = append(to, &r.ID, &r.PersonID, &r.CourseID, &r.EditionID, &r.Slug, &r.Cycle, &r.State, &r.Source, &r.OrderID,
		(*db.Instant)(&r.EnrolledAt), (*db.Instant)(&r.ExpiresAt), db.NullInstant{To: &r.DisclosedAt}, &r.ExamAttemptID,
		db.NullInstant{To: &r.ExamSubmittedAt}, &r.ExamFinal, &r.ExamPassed, db.NullInstant{To: &r.CompletedAt},
		db.NullInstant{To: &r.EndedAt}, &r.EndReason, &r.Done, &r.Attended, db.NullInstant{To: &r.SentAt})
	err = rows.Scan(append(to, beside...)...)
	if err := cmp.Or(err, rows.Err()); err != nil {
		return Enrollment{}, err
	}
	return r.enrollment()
}

func (s *Service) byID(ctx context.Context, id string) (Enrollment, error) {
	return s.one(ctx, s.sql.byID, []any{id}, nil)
}

func (s *Service) find(ctx context.Context, personID, slug string, cycle int) (Enrollment, error) {
	if cycle > 0 {
		return s.one(ctx, s.sql.cycle, []any{personID, slug, cycle}, nil)
	}
	return s.one(ctx, s.sql.newest, []any{personID, slug}, nil)
}

// findWithLesson is find with what is recorded of one lesson.
func (s *Service) findWithLesson(ctx context.Context, personID, slug string, cycle int, lessonID string) (e Enrollment, l LessonRecord, err error) {
	query, args := s.sql.page, []any{lessonID, personID, slug}
	if cycle > 0 {
		query, args = s.sql.pageCycle, append(args, cycle)
	}
	e, err = s.one(ctx, query, args, l.scan())
	return e, l, err
}

// scan is where the columns of a lesson go.
func (l *LessonRecord) scan() []any {
	return []any{db.NullInstant{To: &l.BookmarkedAt}, db.NullInstant{To: &l.NotedAt}, &l.Note, &l.ActiveSeconds, &l.RequestSeconds}
}

// lastCycle returns the newest enrollment of a person in a course; found is
// false, and the cycle 0, if there is none.
func (s *Service) lastCycle(ctx context.Context, personID, courseID string) (e Enrollment, found bool, err error) {
	e, err = s.one(ctx, s.sql.lastCycle, []any{personID, courseID}, nil)
	if errors.Is(err, ErrNotFound) {
		return Enrollment{}, false, nil
	}
	return e, err == nil, err
}

func (s *Service) byPerson(ctx context.Context, personID string) ([]Enrollment, error) {
	var rows []row
	err := s.DB.Read(ctx).Raw("SELECT "+columns+from+"WHERE e.person_id = ? ORDER BY e.id DESC", personID).Scan(&rows).Error
	return enrollments(rows, err)
}

// Attended reports whether the attendance of a live event was recorded for a person,
// whatever became of the enrollment.
func (s *Service) Attended(ctx context.Context, personID string) (bool, error) {
	var found []string
	err := s.DB.Read(ctx).Raw("SELECT id FROM enrollments WHERE person_id = ? AND event_id IS NOT NULL LIMIT 1", personID).Scan(&found).Error
	return len(found) > 0, err
}

// ofPeople returns every enrollment of some people in a course, by cycle.
func (s *Service) ofPeople(ctx context.Context, courseID string, people []string) ([]Enrollment, error) {
	var rows []row
	err := s.DB.Read(ctx).Raw("SELECT "+columns+from+"WHERE e.course_id = ? AND e.person_id IN ? ORDER BY e.cycle, e.id", courseID, people).Scan(&rows).Error
	return enrollments(rows, err)
}

func (s *Service) insert(ctx context.Context, e Enrollment) (bool, error) {
	source, attended := e.Source, ""
	var event *string
	if e.Attendance != nil {
		text, err := json.Marshal(e.Attendance)
		if err != nil {
			return false, fmt.Errorf("enrollment: attendance: %w", err)
		}
		source, attended, event = "admin", string(text), &e.Attendance.EventID
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO enrollments
		(id, person_id, course_id, edition_id, slug, cycle, state, source, order_id, enrolled_at, expires_at, event_id, attended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.ID, e.PersonID, e.CourseID, e.EditionID, e.Slug, e.Cycle, e.State, source, e.OrderID, e.EnrolledAt, e.ExpiresAt, event, attended))
}

func (s *Service) end(ctx context.Context, id string, to State, from []State, reason string, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET state = ?, ended_at = ?, end_reason = ?
		WHERE id = ? AND state IN ?`, to, now, reason, id, from))
}

// hold takes the enrollment's row until the transaction ends.
func (s *Service) hold(ctx context.Context, id string) error {
	return s.DB.Conn(ctx).Exec("UPDATE enrollments SET acts = acts + 1 WHERE id = ?", id).Error
}

// holdCompleted takes the row of a completed enrollment until the transaction
// ends; false in any other state.
func (s *Service) holdCompleted(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE enrollments SET acts = acts + 1 WHERE id = ? AND state = 'completed'", id))
}

// holdOpen takes the row of an active enrollment in this edition that ends then
// until the transaction ends; false if it stands otherwise.
func (s *Service) holdOpen(ctx context.Context, id, editionID string, until time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE enrollments SET acts = acts + 1 WHERE id = ? AND state = 'active' AND edition_id = ? AND expires_at = ?", id, editionID, until))
}

// newest is true of the last enrollment of a person in a course.
const newest = ` AND NOT EXISTS (SELECT 1 FROM enrollments n WHERE n.person_id = enrollments.person_id
	AND n.course_id = enrollments.course_id AND n.cycle > enrollments.cycle)`

// extend moves the end of an open enrollment, or opens an expired one again;
// false if there is a newer one.
func (s *Service) extend(ctx context.Context, id string, until time.Time) (bool, error) {
	return opened(db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET expires_at = ?, ended_at = NULL, end_reason = '',
		state = CASE state WHEN 'expired' THEN 'active' ELSE state END
		WHERE id = ? AND state IN ('pending', 'active', 'expired')`+newest, until, id)))
}

// reopen opens an expired enrollment again; false if there is a newer one.
func (s *Service) reopen(ctx context.Context, id string) (bool, error) {
	return opened(db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET state = 'active', ended_at = NULL, end_reason = ''
		WHERE id = ? AND state = 'expired'`+newest, id)))
}

// opened turns a violated index on open enrollments into its meaning: somebody
// has just begun the course anew.
func opened(changed bool, err error) (bool, error) {
	if db.IsUnique(err) {
		return false, ErrNewerCycle
	}
	return changed, err
}

// stands is ExamOutcome.Stands of a row.
const stands = "(exam_submitted_at IS NOT NULL AND (exam_passed OR NOT exam_final))"

// runOut is what has run out, but for whoever sits an exam in its last seconds
// and whose exam keeps it open.
const runOut = ` WHERE state = 'active' AND expires_at <= ? AND NOT ` + stands + `
	AND NOT EXISTS (SELECT 1 FROM exam_attempts a WHERE a.enrollment_id = enrollments.id AND a.state = 'in_progress')`

func (s *Service) expiring(ctx context.Context, now time.Time, limit int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT id FROM enrollments"+runOut+" ORDER BY expires_at, id LIMIT ?", now, limit).Scan(&ids).Error
	return ids, err
}

func (s *Service) endExpired(ctx context.Context, id string, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE enrollments SET state = 'expired', ended_at = ?, end_reason = ?"+runOut+" AND id = ?",
		now, reasonExpired, now, id))
}

// raise puts the acts on an enrollment in a row and tells whether it is open.
// One whose exam stands stays open for the evaluation.
func (s *Service) raise(ctx context.Context, id string, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET acts = acts + 1
		WHERE id = ? AND state = 'active' AND (expires_at > ? OR `+stands+`)`, id, now))
}

func (s *Service) complete(ctx context.Context, id string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments SET state = 'completed', completed_at = ?
		WHERE id = ? AND state = 'active'`, at, id))
}

func (s *Service) setDisclosed(ctx context.Context, id string, at time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE enrollments SET disclosed_at = ? WHERE id = ? AND disclosed_at IS NULL", at, id).Error
}

func (s *Service) setExam(ctx context.Context, id string, o ExamOutcome) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments
		SET acts = acts + 1, exam_attempt_id = ?, exam_submitted_at = ?, exam_final = ?, exam_passed = ?
		WHERE id = ? AND NOT (exam_final AND exam_passed) AND (exam_submitted_at IS NULL OR exam_submitted_at <= ? OR ?)`,
		o.AttemptID, o.SubmittedAt, o.Final, o.Passed, id, o.SubmittedAt, o.Final && o.Passed))
}

func (s *Service) insertEvidence(ctx context.Context, enrollmentID, kind, ref, details string, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO evidence (id, enrollment_id, kind, ref, details, occurred_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, db.NewID(), enrollmentID, kind, ref, details, at).Error
}

// evidenceOf lists what is recorded of some kinds, oldest first; without kinds
// all of it.
func (s *Service) evidenceOf(ctx context.Context, enrollmentID string, kinds ...string) ([]Evidence, error) {
	where, args := "enrollment_id = ?", []any{enrollmentID}
	if len(kinds) > 0 {
		where, args = where+" AND kind IN ?", append(args, kinds)
	}
	var rows []struct {
		Kind, Ref, Details string
		OccurredAt         time.Time
	}
	err := s.DB.Read(ctx).Raw("SELECT kind, ref, details, occurred_at FROM evidence WHERE "+where+" ORDER BY occurred_at, id", args...).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	list := make([]Evidence, len(rows))
	for i, r := range rows {
		list[i] = Evidence{Kind: r.Kind, Ref: r.Ref, OccurredAt: r.OccurredAt}
		if err := json.Unmarshal([]byte(r.Details), &list[i].Details); err != nil {
			return nil, fmt.Errorf("enrollment: details of %s: %w", r.Kind, err)
		}
	}
	return list, nil
}
