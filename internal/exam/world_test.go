package exam_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// shelf answers for course.Service.
type shelf map[string]*course.Edition

func (s shelf) Edition(_ context.Context, id string) (*course.Edition, error) {
	if ed := s[id]; ed != nil {
		return ed, nil
	}
	return nil, apperr.New(apperr.NotFound, "There is no such edition.")
}

// world is the exam service on a database, with the real enrollments. The
// course draws four of eight choices and one of two short answers; four marks of
// five pass.
type world struct {
	*exam.Service
	t           testing.TB
	db          *db.DB
	clock       *clock
	edition     *course.Edition
	enrollments *enrollment.Service
	audit       *audit.Log
	acc         exam.Accommodation
	mu          sync.Mutex
	mails       []mail.Message
	names       []string
	completed   []enrollment.Enrollment
	badName     error
	closed      map[string][]string // courses, by whom they are closed to
	insiders    map[string]exam.Insider
}

func smallEdition() *course.Edition {
	c := &course.Course{
		Card: course.Card{
			Slug: "intro", Title: "Intro", PassPercent: 80, Attempts: 3, WaitHours: 24, GradingDays: 5, AccessDays: 365,
		},
		Objectives: []course.Objective{{ID: "LO1", Text: "Explain"}, {ID: "LO2", Text: "Write"}},
		Exam:       course.Exam{Blueprint: []course.BlueprintRow{{Objective: "LO1", Draw: 4}, {Objective: "LO2", Draw: 1}}},
	}
	for i := range 8 {
		q := &question.Question{ID: fmt.Sprint("s", i+1), Kind: question.SingleChoice, Prompt: "Which?", Objectives: []string{"LO1"}, Rationale: "secret rationale"}
		for _, id := range []string{"A", "B", "C"} {
			q.Options = append(q.Options, question.Option{ID: id, Text: "Option " + id, Correct: id == "B", Rationale: "secret " + id})
		}
		c.Bank = append(c.Bank, q)
	}
	for i := range 2 {
		c.Bank = append(c.Bank, &question.Question{
			ID: fmt.Sprint("t", i+1), Kind: question.ShortAnswer, Prompt: "Write.", Objectives: []string{"LO2"}, Model: "secret model", Points: 4,
			Rubric: []question.RubricLine{{Points: 3, Text: "names it"}, {Points: 1, Text: "says when"}}, ZeroIf: []string{"promises a cure"}, LoseIf: []string{"judges"},
		})
	}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 1, Course: c}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return worldOn(t, dbtest.New(t))
}

func worldOn(t testing.TB, d *db.DB) *world {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)} // a Monday
	w := &world{t: t, db: d, clock: c, edition: smallEdition()}
	group := d.NewGroup()
	t.Cleanup(group.Close)
	q := job.New(d, slog.New(slog.DiscardHandler), c.now)
	w.audit = audit.New(d, c.now)
	editions := shelf{w.edition.ID: w.edition}
	w.enrollments = enrollment.New(enrollment.Deps{
		DB: d, Now: c.now, Audit: w.audit, Group: group, BaseURL: "https://ce.example.org", Editions: editions,
		Mail:   mail.New(q, mail.NewOutbox(d), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person: func(_ context.Context, id string) (string, string, error) { return "Ana", id + "@example.org", nil },
		OnComplete: func(_ context.Context, e enrollment.Enrollment) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.completed = append(w.completed, e)
			return nil
		},
	})
	w.Service = exam.New(exam.Deps{
		DB: d, Group: group, Now: c.now, Audit: w.audit, Editions: editions, Enrollments: w.enrollments, BaseURL: "https://ce.example.org",
		Accommodation: func(context.Context, string, string) (exam.Accommodation, error) { return w.acc, nil },
		Closed:        func(_ context.Context, grader string) ([]string, error) { return w.closed[grader], nil },
		Insider: func(_ context.Context, person, course string) (exam.Insider, error) {
			if course != "c1" {
				return exam.Outsider, nil
			}
			return w.insiders[person], nil
		},
		ConfirmLegalName: func(_ context.Context, _, name string) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.names = append(w.names, name)
			return w.badName
		},
		Mail: func(_ context.Context, _ string, m mail.Message) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.mails = append(w.mails, m)
			return nil
		},
	})
	w.seed("p1", "p2", "teacher", "admin")
	return w
}

func (w *world) seed(people ...string) {
	w.t.Helper()
	now := w.clock.now()
	for _, id := range people {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?) ON CONFLICT DO NOTHING`,
			id, id+"@example.org", id+"@example.org", "Ana "+id, now)
	}
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?) ON CONFLICT DO NOTHING`, now, now)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '') ON CONFLICT DO NOTHING`, now)
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

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fails(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%v, want %v", err, want)
	}
}

// ready enrolls a person and does what comes before the exam.
func (w *world) ready(person string) enrollment.Enrollment {
	w.t.Helper()
	ctx := context.Background()
	e, err := w.enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: person, EditionID: "ed1", Source: "free"})
	w.must(err)
	w.must(w.enrollments.AcknowledgeDisclosure(ctx, e))
	return w.again(e)
}

func (w *world) again(e enrollment.Enrollment) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.enrollments.Get(context.Background(), e.ID)
	w.must(err)
	return e
}

func (w *world) begin(e enrollment.Enrollment) exam.Attempt {
	w.t.Helper()
	a, err := w.Begin(context.Background(), exam.Beginning{PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: "Ana Example", Attested: true})
	w.must(err)
	return a
}

func (w *world) sit(a exam.Attempt) exam.Sitting {
	w.t.Helper()
	s, err := w.Sitting(context.Background(), a.PersonID, a.ID)
	w.must(err)
	return s
}

func choice(id string) question.Response { return question.Response{Choices: []string{id}} }

// answer gives right answers to n choices and wrong ones to the rest; text goes
// to the short answer.
func (w *world) answer(a exam.Attempt, n int, text string) {
	w.t.Helper()
	for _, i := range w.sit(a).Items {
		r := choice("A")
		switch {
		case i.Question.Kind == question.ShortAnswer:
			r = question.Response{Text: text}
		case n > 0:
			n--
			r = choice("B")
		}
		_, err := w.SaveAnswer(context.Background(), a.PersonID, a.ID, exam.Answer{QuestionID: i.Question.ID, Response: r})
		w.must(err)
	}
}

func (w *world) submit(a exam.Attempt) exam.Attempt {
	w.t.Helper()
	a, err := w.Submit(context.Background(), a.PersonID, a.ID)
	w.must(err)
	return a
}

// fail sits an attempt and fails it.
func (w *world) fail(e enrollment.Enrollment) exam.Attempt {
	w.t.Helper()
	a := w.begin(e)
	w.answer(a, 0, "")
	return w.submit(a)
}

func (w *world) overview(e enrollment.Enrollment) exam.Overview {
	w.t.Helper()
	o, err := w.Overview(context.Background(), w.again(e))
	w.must(err)
	return o
}
