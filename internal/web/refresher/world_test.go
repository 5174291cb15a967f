package refresher_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/web/kit"
	web "github.com/atmacena/cocare/internal/web/refresher"
)

const (
	slug = "tms-ketamine"
	base = "/learn/" + slug + "/refresh"
)

func TestMain(m *testing.M) { area.Main(m, "refresher", "partials/refresher-", "practice-") }

// world is the pages on a database with the bundled course; Ana (ana) and the other
// learners completed it on November 2, New (new) has only begun, and Ina (ina) teaches.
type world struct {
	*area.Server
	*refresher.Service
	t       *testing.T
	db      *db.DB
	at      time.Time
	edition *course.Edition
	jobs    *job.Queue
	box     *mail.Outbox
}

var learners = []string{"ana", "ben", "cem", "dee", "eva", "fay", "gus", "hal", "ivy", "jan", "kim", "lea"}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 2, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.at }
	ring, err := keyring.New(w.db, make([]byte, 32), now)
	w.must(err)
	shelf := course.New(course.Deps{DB: w.db, Now: now, Audit: audit.New(w.db, now), Demo: true})
	_, err = shelf.Import(t.Context(), courses.Bundled()[slug], "test")
	w.must(err)
	w.edition, err = shelf.Publish(t.Context(), slug, "first", "test")
	w.must(err)
	w.jobs, w.box = job.New(w.db, slog.New(slog.DiscardHandler), now), mail.NewOutbox(w.db)
	enrollments := enrollment.New(enrollment.Deps{DB: w.db, Now: now, Editions: shelf})
	w.Service = refresher.New(refresher.Deps{DB: w.db, Now: now, Keys: ring, Editions: shelf, Enrollments: enrollments, BaseURL: "https://ce.example.org",
		Mail:   mail.New(w.jobs, w.box, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person: func(_ context.Context, id string) (string, string, error) { return id, id + "@example.org", nil },
		Zone:   func(context.Context, string) (*time.Location, error) { return time.UTC, nil },
	})
	for _, id := range append([]string{"new", "ina", "out"}, learners...) {
		area.AddPerson(t, w.db, id, id, w.at)
	}
	for _, id := range append([]string{"new"}, learners...) {
		state := "completed"
		if id == "new" {
			state = "active"
		}
		w.enroll(id, state)
	}
	w.Server = area.Serve(t, area.Options{Name: "refresher", Now: now, Viewer: func(id string) *kit.Viewer {
		roles := kit.Therapist
		if id == "ina" {
			roles = kit.Instructor
		}
		return &kit.Viewer{PersonID: id, Name: id, Roles: roles, Zone: time.UTC, Confirmed: true}
	}}, web.Routes(web.Deps{Refreshers: w.Service, Enrollments: enrollments, Courses: shelf})...)
	return w
}

// enroll makes an enrollment en-PERSON.
func (w *world) enroll(person, state string) {
	w.t.Helper()
	var completed *time.Time
	if state == "completed" {
		completed = &w.at
	}
	area.Exec(w.t, w.db, `INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, ?, ?, ?, 1, ?, 'free', ?, ?, ?)`, "en-"+person, person, w.edition.CourseID, w.edition.ID, slug, state, w.at, w.at.AddDate(1, 0, 0), completed)
}

// followUp is that an enrollment agreed to be asked again, and answered days later.
func (w *world) followUp(enrollment string, days int) {
	w.t.Helper()
	item := ""
	for _, i := range w.edition.Course.Evaluation.Items {
		if i.Kind == "consent" {
			item = i.ID
		}
	}
	area.Exec(w.t, w.db, "INSERT INTO evaluation_consents (enrollment_id, item_id, given_at) VALUES (?, ?, ?)", enrollment, item, w.at)
	area.Exec(w.t, w.db, "INSERT INTO evaluation_followups (enrollment_id, asked_at, answered_at, answers) VALUES (?, ?, ?, ?)",
		enrollment, w.at, w.at.AddDate(0, 0, days), fmt.Sprintf(`{%q: "I changed thing %d."}`, item, days))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) pass(days int) { w.at = w.at.AddDate(0, 0, days) }

// asked is what Ana or another is asked now.
func (w *world) asked(person string) refresher.Ask {
	w.t.Helper()
	st, err := w.Standing(w.t.Context(), person, slug)
	w.must(err)
	a, ok := st.Next()
	if !ok {
		w.t.Fatalf("%s is asked nothing", person)
	}
	return a
}

// stopLink is the path in the newest mail to a person that ends the questions.
func (w *world) stopLink(person string) string {
	w.t.Helper()
	_, err := w.SendMails(w.t.Context())
	w.must(err)
	w.must(w.jobs.Drain(w.t.Context()))
	list, err := w.box.List(w.t.Context(), "", 20)
	w.must(err)
	for _, m := range list {
		if strings.Contains(m.Recipient, person+"@") {
			full, err := w.box.Get(w.t.Context(), m.ID)
			w.must(err)
			_, rest, _ := strings.Cut(full.Plain, "https://ce.example.org/refreshers/stop/")
			return "/refreshers/stop/" + strings.Fields(rest)[0]
		}
	}
	w.t.Fatalf("no mail to %s", person)
	return ""
}
