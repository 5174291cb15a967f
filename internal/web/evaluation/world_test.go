package evaluation_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/evaluation"
	"github.com/atmacena/cocare/internal/web/kit"
)

const slug = "tms-ketamine"

// world is the area on a real database with the bundled course. People are made
// as they are needed; whoever is called admin is an administrator.
type world struct {
	*area.Server
	t           *testing.T
	db          *db.DB
	at          time.Time
	enrollments *enrollment.Service
	courses     *course.Service
	edition     *course.Edition
	stale       bool // the second factor was given too long ago
}

func (w *world) now() time.Time { return w.at }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 12, 2, 20, 0, 0, 0, time.UTC)}
	log := audit.New(w.db, w.now)
	w.courses = course.New(course.Deps{DB: w.db, Now: w.now, Audit: log, Demo: true})
	group := w.db.NewGroup()
	t.Cleanup(group.Close)
	w.enrollments = enrollment.New(enrollment.Deps{
		DB: w.db, Now: w.now, Audit: log, Group: group, Editions: w.courses, BaseURL: "https://ce.example.org",
		Mail: mail.New(job.New(w.db, slog.New(slog.DiscardHandler), w.now), mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"},
			mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person: func(_ context.Context, id string) (string, string, error) {
			return "Ana " + id, id + "@example.org", nil
		},
		OnComplete: func(context.Context, enrollment.Enrollment) error { return nil },
	})
	w.serve(log)
	return w
}

func (w *world) publish() {
	w.t.Helper()
	_, err := w.courses.Import(w.t.Context(), courses.Bundled()[slug], "test")
	w.must(err)
	w.edition, err = w.courses.Publish(w.t.Context(), slug, "first", "test")
	w.must(err)
}

func (w *world) serve(log *audit.Log) {
	w.Server = area.Serve(w.t, area.Options{Name: "evaluation", Now: w.now,
		Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Your courses", Href: "/learn"}},
		Viewer: func(id string) *kit.Viewer {
			v := &kit.Viewer{PersonID: id, Name: "Ana Ruiz", Roles: kit.Therapist, Zone: time.FixedZone("EST", -5*3600)}
			if id == "admin" {
				v.Roles = kit.Administrator
			}
			return v
		}},
		evaluation.Routes(evaluation.Deps{Enrollments: w.enrollments, Courses: w.courses, Audit: log, Fresh: area.Fresh(&w.stale, "/account/security/confirm")})...)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

// evaluates makes a person who is enrolled and sends the evaluation with the
// pairs; every scale item is answered with 4.
func (w *world) evaluates(person string, pairs ...string) {
	w.t.Helper()
	ctx := w.t.Context()
	area.AddPerson(w.t, w.db, person, "Ana "+person, w.now())
	e, err := w.enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: person, EditionID: w.edition.ID, Source: "free"})
	w.must(err)
	w.must(w.enrollments.AcknowledgeDisclosure(ctx, e))
	w.must(w.enrollments.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: "a" + person, SubmittedAt: w.now()}))
	form := map[string][]string{}
	for _, item := range w.edition.Course.Evaluation.Items {
		if item.Kind == "scale" {
			form[item.ID] = []string{"4"}
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form[pairs[i]] = []string{pairs[i+1]}
	}
	w.must(w.enrollments.SubmitEvaluation(ctx, e, form))
}

// said stores n answers to the edition with a text each.
func (w *world) said(n int) {
	w.t.Helper()
	for i := range n {
		w.must(w.db.Conn(w.t.Context()).Exec("INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES (?, ?, '2026-12', ?)",
			uuid.NewString(), w.edition.ID, fmt.Sprintf(`{"lo1":["5"],"change":["change %d"],"inaccurate":["=inaccurate %d"]}`, i, i)).Error)
	}
}

// counted is the periodic work that lets answers into summaries.
func (w *world) counted() {
	w.t.Helper()
	_, err := w.enrollments.CountAnswers(w.t.Context())
	w.must(err)
}

// later is so many days on, with the follow-ups sent.
func (w *world) later(days int) {
	w.t.Helper()
	w.at = w.at.AddDate(0, 0, days)
	_, err := w.enrollments.SendFollowUps(w.t.Context())
	w.must(err)
}

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "evaluation") }
