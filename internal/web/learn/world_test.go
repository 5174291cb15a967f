package learn_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
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
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/learn"
)

const slug = "tms-ketamine"

// world is the area on a real database with the bundled course, and two people.
type world struct {
	t           testing.TB
	db          *db.DB
	echo        *area.Server
	mu          sync.Mutex
	at          time.Time
	courses     *course.Service
	enrollments *enrollment.Service
	tracker     *enrollment.Tracker
	edition     *course.Edition
	certificate learn.Certificate
	standing    learn.ExamStanding
	licenses    []string
	asks        enrollment.Asks
	paying      []learn.Paying
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

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 12, 2, 20, 0, 0, 0, time.UTC)}
	log := audit.New(w.db, w.now)
	w.courses = course.New(course.Deps{DB: w.db, Now: w.now, Audit: log, Demo: true})
	_, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "test")
	w.must(err)
	w.edition, err = w.courses.Publish(t.Context(), slug, "first", "test")
	w.must(err)
	group := w.db.NewGroup()
	t.Cleanup(group.Close)
	quiet := slog.New(slog.DiscardHandler)
	w.enrollments = enrollment.New(enrollment.Deps{
		DB: w.db, Now: w.now, Audit: log, Group: group, Editions: w.courses, BaseURL: "https://ce.example.org",
		Mail:       mail.New(job.New(w.db, quiet, w.now), mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person:     func(_ context.Context, id string) (string, string, error) { return "Ana", id + "@example.org", nil },
		OnComplete: func(context.Context, enrollment.Enrollment) error { return nil },
		Asks: func(context.Context, enrollment.Enrollment, *course.Edition, time.Time) (enrollment.Asks, error) {
			return w.asks, nil
		},
		HasLicense: func(context.Context, string, time.Time) (bool, error) { return len(w.licenses) > 0, nil },
	})
	w.tracker = w.enrollments.NewTracker(quiet, time.Hour)
	t.Cleanup(w.tracker.Close)
	for _, id := range []string{"p1", "p2"} {
		area.AddPerson(t, w.db, id, "Ana "+id, w.now())
	}
	w.echo = area.Serve(t, area.Options{Name: "learn", Now: w.now, Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Your courses", Href: "/learn"}},
		Viewer: func(id string) *kit.Viewer {
			return &kit.Viewer{PersonID: id, Name: "Ana Ruiz", Roles: kit.Therapist, Zone: time.FixedZone("EST", -5*3600)}
		}}, learn.Routes(learn.Deps{
		Enrollments: w.enrollments, Tracker: w.tracker, Now: w.now,
		CertificateOf: func(context.Context, string) (learn.Certificate, error) { return w.certificate, nil },
		ExamOf:        func(context.Context, enrollment.Enrollment) (learn.ExamStanding, error) { return w.standing, nil },
		Paying:        func(context.Context, string) ([]learn.Paying, error) { return w.paying, nil },
		Fingerprint: func(label string, secret []byte) string {
			sum := sha256.Sum256([]byte("a key" + label + "\x00" + string(secret)))
			return hex.EncodeToString(sum[:])
		},
		Prints: func(_ context.Context, e enrollment.Enrollment, back string) (kit.Printed, error) {
			return kit.Printed{Name: "Ana Ruiz of " + e.PersonID, Licenses: w.licenses, Back: back}, nil
		},
	})...)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) enroll(person string) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.enrollments.Enroll(w.t.Context(), enrollment.NewEnrollment{PersonID: person, EditionID: w.edition.ID, Source: "free"})
	w.must(err)
	return e
}

// begun is an enrollment with its disclosure acknowledged.
func (w *world) begun(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.enroll(person)
	w.must(w.enrollments.AcknowledgeDisclosure(w.t.Context(), e))
	return e
}

type answer struct {
	t    testing.TB
	Code int
	Body string
	http.Header
}

func (w *world) do(person, method, path string, form url.Values, headers ...string) answer {
	w.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set(area.Person, person)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, req)
	return answer{t: w.t, Code: rec.Code, Body: rec.Body.String(), Header: rec.Header()}
}

func (w *world) get(path string) answer {
	w.t.Helper()
	return w.do("p1", http.MethodGet, path, nil)
}

func (w *world) post(path string, pairs ...string) answer {
	w.t.Helper()
	return w.do("p1", http.MethodPost, path, area.Form(pairs...))
}

// finish opens a lesson and presses the button on its page.
func (w *world) finish(lesson string, pairs ...string) answer {
	w.t.Helper()
	return w.post(lesson+"/finish", append(noteForm(w.get(lesson)), pairs...)...)
}

// ok fails the test unless the page answered 200 and holds every text.
func (a answer) ok(texts ...string) answer {
	a.t.Helper()
	return a.is(http.StatusOK, texts...)
}

func (a answer) is(code int, texts ...string) answer {
	a.t.Helper()
	if a.Code != code {
		a.t.Errorf("status %d, want %d: %.600s", a.Code, code, a.Body)
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			a.t.Errorf("no %q in the page of %d bytes", text, len(a.Body))
		}
	}
	return a
}

// to fails the test unless the answer is a 303 to path.
func (a answer) to(path string) {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Get("Location") != path {
		a.t.Errorf("status %d to %q, want 303 to %q: %.400s", a.Code, a.Get("Location"), path, a.Body)
	}
}

// not fails the test if the page holds one of the texts.
func (a answer) not(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			a.t.Errorf("the page shows %q", text)
		}
	}
	return a
}
