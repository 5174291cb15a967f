package conversation_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

const (
	slug   = "how-learning-is-recorded"
	lesson = "while-you-learn"
	timed  = "s-time-is-measured-modestly"
)

// letters keeps mails that were queued.
type letters struct {
	mu   sync.Mutex
	sent []mail.Message
	to   []mail.Address
}

func (l *letters) Queue(_ context.Context, to mail.Address, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent, l.to = append(l.sent, m), append(l.to, to)
	return nil
}

func (l *letters) last() mail.Message {
	if len(l.sent) == 0 {
		return nil
	}
	return l.sent[len(l.sent)-1]
}

// world has a short course with the learners ana and ben, who read it, and dora and
// emil, who teach.
type world struct {
	*conversation.Service
	t           *testing.T
	db          *db.DB
	mails       *letters
	courses     *course.Service
	enrollments *enrollment.Service
	people      area.People
	edition     *course.Edition
	mu          sync.Mutex
	at          time.Time
	deps        conversation.Deps
	more        []conversation.Staff
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), mails: &letters{}, people: area.People{}, at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	log := audit.New(w.db, w.now)
	ring, err := keyring.New(w.db, make([]byte, 32), w.now)
	w.must(err)
	w.courses = course.New(course.Deps{DB: w.db, Now: w.now, Audit: log, Demo: true})
	w.edition = w.publish(nil)
	group := w.db.NewGroup()
	t.Cleanup(group.Close)
	w.enrollments = enrollment.New(enrollment.Deps{DB: w.db, Now: w.now, Audit: log, Group: group, Editions: w.courses, Newest: w.courses.Current, BaseURL: "https://ce.example.org",
		Mail:   mail.New(job.New(w.db, slog.New(slog.DiscardHandler), w.now), mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person: func(_ context.Context, id string) (string, string, error) { return "Ana", id + "@example.org", nil },
		Asks: func(context.Context, enrollment.Enrollment, *course.Edition, time.Time) (enrollment.Asks, error) {
			return enrollment.Asks{}, nil
		},
	})
	for id, name := range map[string]string{"ana": "Ana Ruiz", "ben": "Ben Ode", "dora": "Dora Teacher", "emil": "Emil Admin"} {
		w.people[id] = area.AddPerson(t, w.db, id, name, w.now())
	}
	w.deps = conversation.Deps{DB: w.db, Now: w.now, Audit: log, Mail: w.mails, Editions: w.courses, Lessons: w.enrollments, Person: w.people.Get, Keys: ring,
		Staff: func(context.Context) ([]conversation.Staff, error) {
			all := conversation.Reach{All: true}
			return append([]conversation.Staff{{Person: w.people["dora"], Reach: all}, {Person: w.people["emil"], Reach: all}}, w.more...), nil
		},
		BaseURL: "https://ce.example.org"}
	w.Service = conversation.New(w.deps)
	w.begin("ana")
	w.begin("ben")
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// publish makes an edition of the bundled course with words of it replaced.
func (w *world) publish(words map[string]string) *course.Edition {
	w.t.Helper()
	files := fstest.MapFS{}
	w.must(fs.WalkDir(courses.Bundled()[slug], ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(courses.Bundled()[slug], path)
		text := string(data)
		for old, fresh := range words {
			text = strings.ReplaceAll(text, old, fresh)
		}
		files[path] = &fstest.MapFile{Data: []byte(text)}
		return err
	}))
	_, err := w.courses.Import(w.t.Context(), files, "test")
	w.must(err)
	ed, err := w.courses.Publish(w.t.Context(), slug, "", "test")
	w.must(err)
	return ed
}

// begin enrolls somebody in the newest edition, with the disclosure acknowledged.
func (w *world) begin(person string) enrollment.Enrollment {
	w.t.Helper()
	ed, err := w.courses.Current(w.t.Context(), slug)
	w.must(err)
	e, err := w.enrollments.Enroll(w.t.Context(), enrollment.NewEnrollment{PersonID: person, EditionID: ed.ID, Source: "free"})
	w.must(err)
	w.must(w.enrollments.AcknowledgeDisclosure(w.t.Context(), e))
	return e
}

func asks(person string) conversation.NewThread {
	return conversation.NewThread{PersonID: person, Slug: slug, Lesson: lesson, Kind: conversation.Question, Anchor: timed, Body: "Does my tea count?"}
}

func (w *world) ask(n conversation.NewThread) conversation.Thread {
	w.t.Helper()
	t, err := w.Ask(w.t.Context(), n)
	w.must(err)
	return t
}

func (w *world) report(person string) conversation.Thread {
	w.t.Helper()
	n := asks(person)
	n.Kind, n.Body = conversation.Inaccuracy, "A minute is too short."
	return w.ask(n)
}

func (w *world) get(id string) conversation.Placed {
	w.t.Helper()
	p, _, _, err := w.Get(w.t.Context(), id, true)
	w.must(err)
	return p
}

// on is an act of somebody who has just looked at a thread.
func (w *world) on(id, by string) conversation.Act {
	w.t.Helper()
	a := conversation.Act{ID: id, By: by}
	w.must(w.db.Read(w.t.Context()).Raw("SELECT revision FROM conversation_threads WHERE id = ?", id).Scan(&a.Seen).Error)
	return a
}

// clicks runs an act five times at once, as one form.
func (w *world) clicks(act func(ctx context.Context) error) {
	w.t.Helper()
	ctx := once.With(w.t.Context(), fmt.Sprint(w.t.Name(), db.NewID()))
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := act(ctx); err != nil {
				w.t.Error(err)
			}
		})
	}
	wg.Wait()
}

// events counts what the audit log says of an act.
func (w *world) events(action string) int {
	w.t.Helper()
	list, err := audit.New(w.db, w.now).List(w.t.Context(), audit.Filter{Action: action})
	w.must(err)
	return len(list)
}
