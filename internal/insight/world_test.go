package insight_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/kept"
	"github.com/atmacena/cocare/internal/question"
)

// shelf answers for course.Service.
type shelf map[string]*course.Edition

func (s shelf) Edition(_ context.Context, id string) (*course.Edition, error) {
	if ed := s[id]; ed != nil {
		return ed, nil
	}
	return nil, apperr.New(apperr.NotFound, "There is no such edition.")
}

// world is the service on a database that tests fill by hand.
type world struct {
	*insight.Service
	t       testing.TB
	db      *db.DB
	at      time.Time
	edition *course.Edition
	n       int // of everything that needs an ID
}

// smallEdition has two lessons, a check of one question, and a bank of four
// choices (key B), a multiple response (key A and B) and a short answer.
func smallEdition(id string) *course.Edition {
	c := &course.Course{
		Card:       course.Card{Slug: "intro", Title: "Intro", PassPercent: 80, Attempts: 3},
		Objectives: []course.Objective{{ID: "LO1", Text: "Explain"}},
		Exam:       course.Exam{Blueprint: []course.BlueprintRow{{Objective: "LO1", Draw: 6}}},
		Modules: []*course.Module{{ID: "m1", Title: "Module one",
			Lessons: []*course.Lesson{{ID: "l1", Title: "Lesson one", Minutes: 10}, {ID: "l2", Title: "Lesson two", Minutes: 5}}}},
		Evaluation: course.Evaluation{Items: []course.EvaluationItem{{ID: "e1", Kind: "text", Text: "Anything?"}}},
	}
	options := func(key string) (list []question.Option) {
		for _, o := range []string{"A", "B", "C", "D"} {
			list = append(list, question.Option{ID: o, Text: "Option " + o, Correct: o == key})
		}
		return list
	}
	for i := range 4 {
		c.Bank = append(c.Bank, &question.Question{ID: fmt.Sprint("s", i+1), Kind: question.SingleChoice, Prompt: "Which?", Objectives: []string{"LO1"}, Options: options("B")})
	}
	several := options("A")
	several[1].Correct = true
	c.Bank = append(c.Bank,
		&question.Question{ID: "m", Kind: question.MultipleResponse, Prompt: "Which ones?", Objectives: []string{"LO1"}, Options: several},
		&question.Question{ID: "t", Kind: question.ShortAnswer, Prompt: "Write.", Objectives: []string{"LO1"}, Model: "secret", Points: 4,
			Rubric: []question.RubricLine{{Points: 4, Text: "all"}}})
	c.Modules[0].Check = []*question.Question{{ID: "c1", Kind: question.TrueFalse, Prompt: "So?"}}
	return &course.Edition{ID: id, CourseID: "c1", Slug: "intro", Number: int(id[2] - '0'), Course: c}
}

func newWorld(t testing.TB) *world { return worldOn(t, dbtest.New(t)) }

func worldOn(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, db: d, at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC), edition: smallEdition("ed1")}
	w.Service = insight.New(insight.Deps{DB: d, Now: func() time.Time { return w.at }, Editions: shelf{"ed1": w.edition, "ed2": smallEdition("ed2")}})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, w.at, w.at)
	for n, id := range []string{"ed1", "ed2"} {
		w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES (?, 'c1', ?, ?, '', ?, '')`, id, n+1, id, w.at)
	}
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Conn(context.Background()).Exec(sql, args...).Error; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.Read(context.Background()).Raw(sql, args...).Scan(&n).Error; err != nil {
		w.t.Fatal(err)
	}
	return n
}

// id makes an ID behind all those before.
func (w *world) id(kind string) string {
	w.n++
	return fmt.Sprintf("%s-%06d", kind, w.n)
}

// way is how an enrollment stands.
type way struct {
	edition, state, person      string
	cycle                       int
	disclosed, completed, event bool
}

// enroll makes an enrollment of a new person, or of the one named, and returns it
// with its person.
func (w *world) enroll(y way) (id, person string) {
	w.t.Helper()
	id, person = w.id("enrollment"), y.person
	if person == "" {
		person = w.id("person")
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			person, person+"@example.org", person+"@example.org", "Ana", w.at)
	}
	if y.edition == "" {
		y.edition = "ed1"
	}
	if y.state == "" {
		y.state = "active"
	}
	var event *string
	if y.event {
		event = w.liveEvent()
	}
	var disclosed, completed *time.Time
	if y.disclosed {
		disclosed = &w.at
	}
	if y.completed {
		completed, y.state = &w.at, "completed"
	}
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, disclosed_at, completed_at, event_id)
		VALUES (?, ?, 'c1', ?, 'intro', ?, ?, 'admin', ?, ?, ?, ?, ?)`, id, person, y.edition, max(y.cycle, 1), y.state, w.at, w.at.AddDate(1, 0, 0), disclosed, completed, event)
	return id, person
}

// liveEvent makes the event that people attend, once.
func (w *world) liveEvent() *string {
	w.t.Helper()
	id := "event"
	w.exec(`INSERT INTO live_events (id, course_id, edition_id, title, time_zone, starts_at, ends_at, minutes, least_minutes, online, place, presenters, disclosed, evaluation, exam,
		version, created_by, created_at) VALUES (?, 'c1', 'ed1', 'Live', 'UTC', ?, ?, 60, 60, ?, '', '', ?, ?, ?, 1, '', ?) ON CONFLICT DO NOTHING`,
		id, w.at, w.at.Add(time.Hour), true, true, true, true, w.at)
	return &id
}

// finish stores that a lesson was finished, with seconds on it.
func (w *world) finish(enrollment, lesson string, active, requests int) {
	w.t.Helper()
	w.at = w.at.Add(time.Second)
	w.exec(`INSERT INTO lesson_progress (enrollment_id, lesson_id, finished_at, active_seconds, request_seconds) VALUES (?, ?, ?, ?, ?)`, enrollment, lesson, w.at, active, requests)
}

// moveTo takes an enrollment to another edition.
func (w *world) moveTo(enrollment string, from int, to string) {
	w.t.Helper()
	w.at = w.at.Add(time.Second)
	if to != "ed3" {
		w.exec("UPDATE enrollments SET edition_id = ? WHERE id = ?", to, enrollment)
	}
	w.exec("INSERT INTO evidence (id, enrollment_id, kind, ref, details, occurred_at) VALUES (?, ?, 'edition.moved', ?, ?, ?)", w.id("evidence"), enrollment, to, fmt.Sprintf(`{"from":%d}`, from), w.at)
}

// given is an answer with what it earned, of 1000; nil marks wait for a grade.
type given struct {
	question string
	response question.Response
	points   int
	waits    bool
}

func pick(q string, choices ...string) given {
	g := given{question: q, response: question.Response{Choices: choices}}
	key := map[string]string{"m": "AB"}[q]
	if key == "" {
		key = "B"
	}
	got := ""
	for _, c := range choices {
		got += c
	}
	if got == key {
		g.points = 1000
	}
	return g
}

// sat stores an attempt that was handed in after ten minutes.
type sat struct {
	enrollment, person, edition, state string
	number                             int
	answers                            []given
}

func (w *world) sit(s sat) string {
	w.t.Helper()
	id := w.id("attempt")
	began := w.at
	w.at = w.at.Add(10 * time.Minute)
	points, open := 0, 0
	for _, g := range s.answers {
		if g.waits {
			open += 1000
		}
		points += g.points
	}
	most := 1000 * len(s.answers)
	passed := points*100 >= 80*most
	if s.state == "" {
		s.state = "graded"
	}
	if s.edition == "" {
		s.edition = "ed1"
	}
	var final, void, submitted *time.Time
	if s.state == "graded" {
		final = &w.at
	}
	if s.state == "void" {
		void = &w.at
	}
	if s.state != "in_progress" {
		submitted = &w.at
	}
	w.exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at, time_limit_minutes,
		extra_time_percent, pass_percent, submitted_at, submitted_by, points, open_points, max_points, passed, final_at, voided_at)
		VALUES (?, ?, ?, ?, ?, ?, 'seed', 'Ana', ?, ?, 0, 0, 80, ?, 'learner', ?, ?, ?, ?, ?, ?)`,
		id, s.enrollment, s.person, s.edition, max(s.number, 1), s.state, began, began, submitted, points, open, most, passed, final, void)
	for n, g := range s.answers {
		body, err := json.Marshal(g.response)
		if err != nil {
			w.t.Fatal(err)
		}
		w.exec(`INSERT INTO exam_items (id, attempt_id, position, question_id, option_order, open, response, points, max_points, awaits_grader)
			VALUES (?, ?, ?, ?, '[]', ?, ?, ?, 1000, ?)`, w.id("item"), id, n+1, g.question, s.state == "in_progress", string(body), g.points, g.waits)
	}
	return id
}

// taker is a new person who sits the exam once.
func (w *world) taker(answers ...given) (enrollment, person, attempt string) {
	w.t.Helper()
	e, p := w.enroll(way{disclosed: true})
	return e, p, w.sit(sat{enrollment: e, person: p, answers: answers})
}

// takers are n of them.
func (w *world) takers(n int, answers ...given) {
	w.t.Helper()
	for range n {
		w.taker(answers...)
	}
}

// days lets days pass.
func (w *world) days(n int) { w.at = w.at.AddDate(0, 0, n) }

// enter does the periodic work, and lets what is kept grow old.
func (w *world) enter() (n int) {
	w.t.Helper()
	w.at = w.at.Add(kept.For)
	n, err := w.Enter(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// exam is what is counted now, not a minute ago.
func (w *world) exam() insight.Exam {
	w.t.Helper()
	w.enter()
	e, err := w.Exam(w.t.Context(), "ed1")
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func (w *world) way() insight.Way {
	w.t.Helper()
	w.enter()
	y, err := w.Way(w.t.Context(), "ed1")
	if err != nil {
		w.t.Fatal(err)
	}
	return y
}
