package conversation_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"regexp"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

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
	webconversation "github.com/atmacena/cocare/internal/web/conversation"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	slug   = "how-learning-is-recorded"
	lesson = "/learn/" + slug + "/lessons/while-you-learn/questions"
	timed  = "s-time-is-measured-modestly"
	inbox  = "/teach/questions"
)

// roles of the people in the world: ana and ben learn, dora teaches, emil
// administers; rita reviews, otto teaches something else.
var roles = map[string]kit.Role{"ana": kit.Therapist, "ben": kit.Therapist, "nora": kit.Therapist, "dora": kit.Instructor, "emil": kit.Administrator, "rita": kit.Guest, "otto": kit.Instructor}

type world struct {
	*area.Server
	t           *testing.T
	db          *db.DB
	svc         *conversation.Service
	courses     *course.Service
	enrollments *enrollment.Service
	edition     *course.Edition
	left        int // times that the clock was told to stop
	stale       bool
	now         time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	log := audit.New(w.db, clock)
	ring, err := keyring.New(w.db, make([]byte, 32), clock)
	w.must(err)
	w.courses = course.New(course.Deps{DB: w.db, Now: clock, Audit: log, Demo: true})
	w.edition = w.publish("", "")
	group := w.db.NewGroup()
	t.Cleanup(group.Close)
	mailer := mail.New(job.New(w.db, slog.New(slog.DiscardHandler), clock), mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"})
	w.enrollments = enrollment.New(enrollment.Deps{DB: w.db, Now: clock, Audit: log, Group: group, Editions: w.courses, Newest: w.courses.Current, BaseURL: "https://ce.example.org", Mail: mailer,
		Person: func(_ context.Context, id string) (string, string, error) { return "Ana", id + "@example.org", nil },
		Asks: func(context.Context, enrollment.Enrollment, *course.Edition, time.Time) (enrollment.Asks, error) {
			return enrollment.Asks{}, nil
		},
	})
	people := area.People{}
	for id := range roles {
		people[id] = area.AddPerson(t, w.db, id, "Called "+id, w.now)
	}
	w.svc = conversation.New(conversation.Deps{DB: w.db, Now: clock, Audit: log, Mail: mailer, Editions: w.courses, Lessons: w.enrollments, Person: people.Get, Keys: ring,
		Staff: func(context.Context) ([]conversation.Staff, error) { return nil, nil }, BaseURL: "https://ce.example.org"})
	w.Server = area.Serve(t, area.Options{Name: "conversation", Now: clock,
		Viewer: func(id string) *kit.Viewer {
			return &kit.Viewer{PersonID: id, Name: "Called " + id, Roles: roles[id], Zone: time.UTC, CourseWrite: id != "rita"}
		}}, webconversation.Routes(webconversation.Deps{Conversation: w.svc, Courses: w.courses, People: people,
		Reach: func(_ context.Context, v *kit.Viewer) (conversation.Reach, error) {
			return map[string]conversation.Reach{"emil": {All: true}, "dora": {Answers: []string{w.edition.CourseID}}, "rita": {Reports: []string{w.edition.CourseID}}}[v.PersonID], nil
		},
		Leave: func(enrollment.Enrollment) { w.left++ },
		Fresh: func(next echo.HandlerFunc) echo.HandlerFunc { return area.Fresh(&w.stale, "")(next) }})...)
	for _, id := range []string{"ana", "ben"} {
		e, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: id, EditionID: w.edition.ID, Source: "free"})
		w.must(err)
		w.must(w.enrollments.AcknowledgeDisclosure(t.Context(), e))
	}
	return w
}

// publish makes an edition of the bundled course with words in it replaced.
func (w *world) publish(old, fresh string) *course.Edition {
	w.t.Helper()
	bundled, files := courses.Bundled()[slug], fstest.MapFS{}
	w.must(fs.WalkDir(bundled, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(bundled, path)
		if old != "" {
			data = bytes.ReplaceAll(data, []byte(old), []byte(fresh))
		}
		files[path] = &fstest.MapFile{Data: data}
		return err
	}))
	_, err := w.courses.Import(w.t.Context(), files, "test")
	w.must(err)
	ed, err := w.courses.Publish(w.t.Context(), slug, "", "test")
	w.must(err)
	return ed
}

// moves takes a learner to an edition.
func (w *world) moves(person string, to *course.Edition) {
	w.t.Helper()
	e, err := w.enrollments.Find(w.t.Context(), person, slug, 0)
	w.must(err)
	w.must(w.enrollments.MoveTo(w.t.Context(), e, to.ID))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// asked is a question, or a report, of somebody.
func (w *world) asked(person string, kind conversation.Kind) conversation.Thread {
	w.t.Helper()
	t, err := w.svc.Ask(w.t.Context(), conversation.NewThread{PersonID: person, Slug: slug, Lesson: "while-you-learn", Kind: kind, Anchor: timed, Body: "Does <my> tea count?"})
	w.must(err)
	return t
}

// shown is a question that everybody may read.
func (w *world) shown(person string) conversation.Thread {
	w.t.Helper()
	t := w.asked(person, conversation.Question)
	w.must(w.svc.Answer(w.t.Context(), conversation.Act{ID: t.ID, By: "dora"}, "No, it does not."))
	w.must(w.svc.Show(w.t.Context(), conversation.Act{ID: t.ID, By: "dora", Seen: 1}, "Does a pause count?", "A pause does not."))
	return t
}

var seenField = regexp.MustCompile(`name="seen" value="(\d+)"`)

// seen is what the page of a thread says to have shown.
func (w *world) seen(person, at string) string {
	w.t.Helper()
	found := seenField.FindStringSubmatch(w.Get(person, at).OK().Body)
	if found == nil {
		return ""
	}
	return found[1]
}

// act sends a form of the page of a thread as it stands now.
func (w *world) act(person, at, act string, pairs ...string) area.Answer {
	w.t.Helper()
	return w.Post(person, at+"/"+act, append(pairs, "seen", w.seen(person, at))...)
}
