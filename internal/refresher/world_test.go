package refresher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
)

const slug = "intro"

// world is a course of two modules with ten questions each that the machine grades,
// q1 … q20, and a short answer; and people who completed it on November 2.
type world struct {
	*refresher.Service
	t       *testing.T
	db      *db.DB
	mu      sync.Mutex
	at      time.Time
	edition *course.Edition
	zone    *time.Location
	jobs    *job.Queue
	box     *mail.Outbox
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(days int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.AddDate(0, 0, days)
}

func (w *world) Edition(_ context.Context, id string) (*course.Edition, error) {
	if id != w.edition.ID {
		return nil, apperr.New(apperr.NotFound, "There is no such edition.")
	}
	return w.edition, nil
}

func newWorld(t *testing.T, people ...string) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: monday, edition: newEdition(t), zone: time.UTC}
	ring, err := keyring.New(w.db, make([]byte, 32), w.now)
	w.must(err)
	w.jobs, w.box = job.New(w.db, slog.New(slog.DiscardHandler), w.now), mail.NewOutbox(w.db)
	w.Service = refresher.New(refresher.Deps{DB: w.db, Now: w.now, Keys: ring, Editions: w, BaseURL: "https://ce.example.org",
		Mail:        mail.New(w.jobs, w.box, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Enrollments: enrollment.New(enrollment.Deps{DB: w.db, Now: w.now, Editions: w}),
		Person: func(_ context.Context, id string) (string, string, error) {
			return "Ana " + id, id + "@example.org", nil
		},
		Zone: func(context.Context, string) (*time.Location, error) { return w.zone, nil },
	})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, w.at, w.at)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, w.at)
	for _, id := range append([]string{"p1", "p2"}, people...) {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, id, id+"@example.org", id+"@example.org", "Ana "+id, w.at)
		w.enroll(id, 1, "completed")
	}
	return w
}

// enroll makes an enrollment en-PERSON-CYCLE in some state.
func (w *world) enroll(person string, cycle int, state string) {
	w.t.Helper()
	var completed *time.Time
	if state == "completed" {
		at := w.now()
		completed = &at
	}
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, 'c1', 'ed1', 'intro', ?, ?, 'free', ?, ?, ?)`, fmt.Sprintf("en-%s-%d", person, cycle), person, cycle, state, w.now(), w.now().AddDate(1, 0, 0), completed)
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) start(person string, byMail bool) {
	w.t.Helper()
	w.must(w.Start(w.t.Context(), person, slug, byMail))
}

func (w *world) standing(person string) refresher.Standing {
	w.t.Helper()
	st, err := w.Standing(w.t.Context(), person, slug)
	w.must(err)
	return st
}

// next is the question that is asked now.
func (w *world) next(person string) refresher.Ask {
	w.t.Helper()
	ask, ok := w.standing(person).Next()
	if !ok {
		w.t.Fatalf("%s is asked nothing on %s", person, w.now())
	}
	return ask
}

// answer answers what is asked now, rightly or not, and returns the review.
func (w *world) answer(person string, right bool) string {
	w.t.Helper()
	id, err := w.Answer(w.t.Context(), person, slug, reply(w.next(person), right))
	w.must(err)
	return id
}

func reply(a refresher.Ask, right bool) refresher.Answer {
	choice := "B"
	if right {
		choice = "A"
	}
	return refresher.Answer{QuestionID: a.Public.ID, Reps: a.Reps, Response: question.Response{Choices: []string{choice}}}
}

// day answers all that is asked on a day, and returns how many that were.
func (w *world) day(person string, right func(questionID string) bool) (n int) {
	w.t.Helper()
	for {
		ask, ok := w.standing(person).Next()
		if !ok {
			return n
		}
		_, err := w.Answer(w.t.Context(), person, slug, reply(ask, right(ask.Public.ID)))
		w.must(err)
		n++
	}
}

func all(bool) func(string) bool { return func(string) bool { return true } }

// mails are those to a person, the newest first, after what is queued was sent.
func (w *world) mails(person string) (texts []string) {
	w.t.Helper()
	w.must(w.jobs.Drain(w.t.Context()))
	list, err := w.box.List(w.t.Context(), "", 100)
	w.must(err)
	for _, m := range list {
		if strings.Contains(m.Recipient, person+"@") {
			full, err := w.box.Get(w.t.Context(), m.ID)
			w.must(err)
			texts = append(texts, full.Plain)
		}
	}
	return texts
}

// queued calls fn with what waits to be sent.
func (w *world) queued(fn func(mail.Mail)) {
	w.t.Helper()
	var rows []string
	w.must(w.db.Read(w.t.Context()).Raw("SELECT payload FROM jobs WHERE kind = ?", mail.Kind).Scan(&rows).Error)
	for _, row := range rows {
		var m mail.Mail
		w.must(json.Unmarshal([]byte(row), &m))
		fn(m)
	}
}

// send runs the periodic work and returns how many mails it queued.
func (w *world) send() int {
	w.t.Helper()
	n, err := w.SendMails(w.t.Context())
	w.must(err)
	return n
}

func newEdition(t *testing.T) *course.Edition {
	t.Helper()
	var checks [2]strings.Builder
	for i := range 20 {
		fmt.Fprintf(&checks[i/10], `
- id: q%d
  kind: single-choice
  prompt: Which of %d?
  options:
    - {id: A, text: this, correct: true, rationale: Because of this.}
    - {id: B, text: that, rationale: Not that.}
  objectives: [LO%d]
  facts: [F-%d]
`, i+1, i+1, i%3+1, i/10+1)
	}
	checks[1].WriteString("\n- id: q21\n  kind: short-answer\n  prompt: Say it.\n  model: Each helps.\n  points: 1\n  rubric: [{points: 1, text: helps}]\n  objectives: [LO1]\n  facts: [F-2]\n")
	lesson := func(n int) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, "---\nid: l%d\nslug: lesson-%d\ntitle: Lesson %d\nobjectives: [LO1]\nminutes: 5\nwords: 5\n---\n\nA sentence [@F-%d].\n", n, n, n, n)}
	}
	c, problems := course.Load(fstest.MapFS{
		"course.yaml":               &fstest.MapFile{Data: []byte("slug: intro\ntitle: Intro\n")},
		"modules/01-a/module.yaml":  &fstest.MapFile{Data: []byte("id: m1\ntitle: First\n")},
		"modules/02-b/module.yaml":  &fstest.MapFile{Data: []byte("id: m2\ntitle: Second\n")},
		"modules/01-a/check.yaml":   &fstest.MapFile{Data: []byte(checks[0].String())},
		"modules/02-b/check.yaml":   &fstest.MapFile{Data: []byte(checks[1].String())},
		"modules/01-a/01-lesson.md": lesson(1),
		"modules/02-b/02-lesson.md": lesson(2),
		"facts.yaml":                &fstest.MapFile{Data: []byte("- {id: F-1, title: One, text: One., status: verified-p, references: [], source: x}\n- {id: F-2, title: Two, text: Two., status: verified-p, references: [], source: x}\n")},
	})
	if c == nil || len(c.Modules) != 2 || len(c.Modules[1].Check) != 11 {
		t.Fatalf("the test's course: %v", problems)
	}
	c.Card = course.Card{Slug: "intro", Title: "Intro"}
	for _, id := range []string{"LO1", "LO2", "LO3"} {
		c.Objectives = append(c.Objectives, course.Objective{ID: id, Text: "Objective " + id})
	}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: slug, Number: 1, Course: c, Overlays: course.Overlays{Withdrawn: map[string]course.Withdrawal{}}}
}
