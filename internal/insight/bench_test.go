package insight_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/question"
)

// The size of a large course: a million answers to exam questions.
const manyPeople, manyItems, manyLessons = 20_000, 50, 20

// BenchmarkExam analyzes the exam and its questions of 20,000 people with forms of
// 50 questions from a bank of 100, on SQLite on the disk, without what is kept in
// memory.
func BenchmarkExam(b *testing.B) {
	s := manyTaken(b)
	for b.Loop() {
		e, err := s().Exam(b.Context(), "ed1")
		if err != nil || e.Counted != manyPeople || !e.Alpha.Alpha.Known() {
			b.Fatalf("%d of %d counted, alpha %+v: %v", e.Counted, manyPeople, e.Alpha, err)
		}
	}
	b.ReportMetric(float64(manyPeople*manyItems), "answers")
}

// BenchmarkWay counts the funnel and the time of 20,000 people in 20 lessons.
func BenchmarkWay(b *testing.B) {
	s := manyTaken(b)
	for b.Loop() {
		w, err := s().Way(b.Context(), "ed1")
		if err != nil || w.People != manyPeople || w.Lessons[0].Browser.Of() != manyPeople {
			b.Fatalf("%+v: %v", w, err)
		}
	}
}

// manyTaken fills a database, and returns what makes a service that has counted
// nothing yet.
func manyTaken(b *testing.B) func() *insight.Service {
	b.Helper()
	w := worldOn(b, dbtest.OnDisk(b))
	c := w.edition.Course
	c.Bank, c.Modules[0].Lessons = nil, nil
	for i := range 2 * manyItems {
		q := &question.Question{ID: fmt.Sprint("E", i), Kind: question.SingleChoice, Objectives: []string{"LO1"}}
		for _, o := range []string{"A", "B", "C", "D"} {
			q.Options = append(q.Options, question.Option{ID: o, Text: o, Correct: o == "A"})
		}
		c.Bank = append(c.Bank, q)
	}
	for i := range manyLessons {
		c.Modules[0].Lessons = append(c.Modules[0].Lessons, &course.Lesson{ID: fmt.Sprint("l", i), Title: fmt.Sprint("Lesson ", i), Minutes: 5})
	}
	err := w.db.InTx(b.Context(), func(ctx context.Context) error { return fillMany(ctx, w) })
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.Enter(b.Context()); err != nil {
		b.Fatal(err)
	}
	w.days(insight.Window)
	return func() *insight.Service { return insight.New(w.Deps) }
}

// fillMany writes rows as wide as the program writes them, made by the database.
func fillMany(ctx context.Context, w *world) error {
	const n = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
	const id = "printf('01930000-0000-7000-%s-%012d', "
	d, end := w.db, w.at.Add(time.Hour)
	for _, fill := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) ` + n + `
			SELECT ` + id + `'8000', i), printf('p%d@example.org', i), printf('p%d@example.org', i), 'Ana', 'UTC', 'x', ? FROM n`, []any{manyPeople, w.at}},
		{`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at) ` + n + `
			SELECT ` + id + `'9000', i), ` + id + `'8000', i), 'c1', 'ed1', 'intro', 1, 'active', 'free', ?, ? FROM n`, []any{manyPeople, w.at, w.at.AddDate(1, 0, 0)}},
		{`INSERT INTO lesson_progress (enrollment_id, lesson_id, finished_at, active_seconds) ` + n + `
			SELECT ` + id + `'9000', i / ?), printf('l%d', i % ?), ?, 200 + i * 7919 % 300 FROM n`, []any{manyPeople * manyLessons, manyLessons, manyLessons, w.at}},
		{`INSERT INTO exam_items (id, attempt_id, position, question_id, option_order, open, response, revision, page, saved_at, points, max_points)
			WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?),
			r AS (SELECT i / ? AS a, i % ? AS j, (i * 7919 + i / ? * 104729 + i % 97 * (i % 89)) % 100 + i / ? % 40 AS u FROM n)
			SELECT printf('01930000-0000-7000-b%03d-%012d', j, a), ` + id + `'a000', a), j + 1, printf('E%d', j * 2 + (a + j) % 2), '["A","B","C","D"]', 0,
				'{"choices":["' || CASE WHEN u < 90 THEN 'A' WHEN u < 105 THEN 'B' WHEN u < 130 THEN 'C' ELSE 'D' END || '"]}', 3,
				'01930000-0000-7000-c000-000000000000', ?, CASE WHEN u < 90 THEN 1000 ELSE 0 END, 1000 FROM r`,
			[]any{manyPeople * manyItems, manyItems, manyItems, manyItems, manyItems, w.at}},
		{`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at, time_limit_minutes,
				extra_time_percent, pass_percent, submitted_at, submitted_by, points, max_points, passed, final_at) ` + n + `
			SELECT ` + id + `'a000', i), ` + id + `'9000', i), ` + id + `'8000', i), 'ed1', 1, 'graded', 'seed', 'Ana Example', ?, ?, 0, 0, 80, ?, 'learner',
				(SELECT SUM(x.points) FROM exam_items x WHERE x.attempt_id = ` + id + `'a000', i)), ?, i % 3 > 0, ? FROM n`, []any{manyPeople, w.at, w.at, end, 1000 * manyItems, end}},
	} {
		if err := d.Conn(ctx).Exec("PRAGMA defer_foreign_keys = ON").Error; err != nil {
			return err
		}
		if err := d.Conn(ctx).Exec(fill.sql, fill.args...).Error; err != nil {
			return err
		}
	}
	return nil
}
