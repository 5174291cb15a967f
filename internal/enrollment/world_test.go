package enrollment_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
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

type world struct {
	*enrollment.Service
	t         *testing.T
	db        *db.DB
	clock     *clock
	edition   *course.Edition
	mu        sync.Mutex
	completed []enrollment.Enrollment
	failHook  error
	actors    []audit.Actor // who completed
	asks      enrollment.Asks
	earns     map[string][]enrollment.Earning // by edition
	askedFor  []time.Time                     // for which instants
	licensed  map[string]bool
}

// newWorld has one course of two modules and four lessons, and the people p1
// and p2.
func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	c := &clock{at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)}
	w := &world{t: t, db: d, clock: c, edition: newEdition(t), licensed: map[string]bool{}}
	q := job.New(d, slog.New(slog.DiscardHandler), c.now)
	group := d.NewGroup()
	t.Cleanup(group.Close)
	w.Service = enrollment.New(enrollment.Deps{
		DB: d, Now: c.now, Audit: audit.New(d, c.now), Group: group, BaseURL: "https://ce.example.org",
		Mail:     mail.New(q, mail.NewOutbox(d), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Editions: shelf{w.edition.ID: w.edition},
		Person: func(_ context.Context, id string) (string, string, error) {
			return "Ana " + id, id + "@example.org", nil
		},
		Asks: func(_ context.Context, _ enrollment.Enrollment, ed *course.Edition, at time.Time) (enrollment.Asks, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.askedFor = append(w.askedFor, at)
			asks := w.asks
			asks.Earns = w.earns[ed.ID]
			return asks, nil
		},
		HasLicense: func(_ context.Context, person string, _ time.Time) (bool, error) { return w.licensed[person], nil },
		OnComplete: func(ctx context.Context, e enrollment.Enrollment) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.actors = append(w.actors, audit.ActorOf(ctx))
			w.completed = append(w.completed, e)
			return w.failHook
		},
	})
	for _, id := range []string{"p1", "p2"} {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at, search) VALUES (?, ?, ?, ?, 'UTC', 'x', ?, ?)`,
			id, id+"@example.org", id+"@example.org", "Ana Éva "+id, c.now(), db.Fold("Ana Éva "+id+" "+id+"@example.org"))
	}
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, c.now(), c.now())
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, c.now())
	return w
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Conn(w.t.Context()).Exec(sql, args...).Error; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error; err != nil {
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

func (w *world) enroll(person string) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.Enroll(w.t.Context(), enrollment.NewEnrollment{PersonID: person, EditionID: "ed1", Source: "free"})
	w.must(err)
	return e
}

// again reads the enrollment anew.
func (w *world) again(e enrollment.Enrollment) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.Get(w.t.Context(), e.ID)
	w.must(err)
	return e
}

// study does everything before the exam.
func (w *world) study(e enrollment.Enrollment) {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(w.AcknowledgeDisclosure(ctx, e))
	for _, l := range []string{"l1", "l2", "l3", "l4"} {
		w.clock.add(time.Minute)
		w.must(w.FinishLesson(ctx, e, l))
	}
	for q, r := range rightAnswers {
		_, err := w.SaveCheckAnswer(ctx, e, q, r)
		w.must(err)
	}
}

// pass reports a passed attempt.
func (w *world) pass(e enrollment.Enrollment) {
	w.t.Helper()
	w.clock.add(time.Minute)
	w.must(w.RecordExam(w.t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: w.clock.now()}))
}

var rightAnswers = map[string]question.Response{
	"k1": {Choices: []string{"A"}},
	"k2": {Number: "7.1"},
	"k3": {Text: "Each can help some."},
}

// goodForm answers every required item of the evaluation.
func goodForm() map[string][]string {
	return map[string][]string{"lo1": {"4"}, "barriers": {"time", "payer"}, "change": {"I will ask five things."}, "minutes.reading": {"60"}, "followup": {"yes"}}
}

// newEdition reads a folder of two modules and four lessons, and sets what the
// tests vary. The folder lacks much that publishing would ask for.
func newEdition(t *testing.T) *course.Edition {
	t.Helper()
	files := fstest.MapFS{
		"course.yaml":               &fstest.MapFile{Data: []byte("slug: intro\ntitle: Intro\n")},
		"modules/01-a/module.yaml":  &fstest.MapFile{Data: []byte("id: m1\ntitle: First\n")},
		"modules/02-b/module.yaml":  &fstest.MapFile{Data: []byte("id: m2\ntitle: Second\n")},
		"modules/01-a/check.yaml":   &fstest.MapFile{Data: []byte(checkOne)},
		"modules/02-b/check.yaml":   &fstest.MapFile{Data: []byte(checkTwo)},
		"modules/01-a/01-lesson.md": lessonFile(1, "F-1"),
		"modules/01-a/02-lesson.md": lessonFile(2, "F-1"),
		"modules/02-b/03-lesson.md": lessonFile(3, "F-2"),
		"modules/02-b/04-lesson.md": lessonFile(4, "F-2"),
		"facts.yaml":                &fstest.MapFile{Data: []byte("- {id: F-1, title: One, text: One., status: verified-p, references: [], source: x}\n- {id: F-2, title: Two, text: Two., status: verified-p, references: [], source: x}\n")},
	}
	c, problems := course.Load(files)
	if c == nil || len(c.Lessons()) != 4 {
		t.Fatalf("the test's course: %v", problems)
	}
	c.Card = course.Card{Slug: "intro", Title: "Intro", AccessDays: 365, ReminderDays: []int{30, 7}, LessonOrder: "any", PassPercent: 80, TimePolicy: "record"}
	c.Disclosure = course.Disclosure{HTML: "<p>None.</p>", Hash: "d15c"}
	c.Exam = course.Exam{Blueprint: []course.BlueprintRow{{Objective: "LO1", Bank: 2, Draw: 1}}}
	c.Evaluation = course.Evaluation{
		Scale: []string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"},
		Items: []course.EvaluationItem{
			{ID: "lo1", Kind: "scale", Text: "I can explain it.", Required: true},
			{ID: "barriers", Kind: "multiple", Text: "What stops you?", Options: []course.Choice{{ID: "time", Text: "Time"}, {ID: "payer", Text: "Payer"}}},
			{ID: "change", Kind: "text", Text: "What will you change?"},
			{ID: "minutes", Kind: "minutes", Text: "Time spent", Parts: []string{"reading", "questions"}},
			{ID: "followup", Kind: "consent", Text: "Ask me in 60 days."},
		},
	}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 1, Hash: "e0", Course: c, Overlays: course.Overlays{Withdrawn: map[string]course.Withdrawal{}}}
}

func lessonFile(n int, fact string) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, "---\nid: l%d\nslug: lesson-%d\ntitle: Lesson %d\nobjectives: [LO1]\nminutes: 5\nwords: 5\n---\n\nA sentence [@%s].\n", n, n, n, fact)}
}

const checkOne = `
- id: k1
  kind: single-choice
  prompt: Which?
  options:
    - {id: A, text: this, correct: true, rationale: Because.}
    - {id: B, text: that, rationale: No.}
  objectives: [LO1]
  facts: [F-1]
- id: k2
  kind: numeric
  prompt: How many?
  answer: {value: "7.1", decimals: 1}
  working: 0.71 × 10
  objectives: [LO1]
  facts: [F-1]
`

const checkTwo = `
- id: k3
  kind: short-answer
  prompt: Say it.
  model: Each can help some people.
  points: 1
  rubric: [{points: 1, text: each helps some}]
  objectives: [LO1]
  facts: [F-2]
`
