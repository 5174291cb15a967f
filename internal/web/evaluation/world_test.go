package evaluation_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/evaluation"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

const slug = "tms-ketamine"

// world is the area on a real database with the bundled course. People are made
// as they are needed; whoever is called admin is an administrator.
type world struct {
	t           *testing.T
	db          *db.DB
	echo        *echo.Echo
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

func newRenderer(now func() time.Time) (*kit.Renderer, error) {
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		return nil, err
	}
	return kit.NewRenderer(kit.Options{Templates: templates.FS, Assets: assets, Now: now,
		Site: func() kit.Site { return kit.Site{Name: "CoCare", BaseURL: "https://ce.example.org"} },
		Nav: func(*kit.Viewer) []kit.NavItem {
			return []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Your courses", Href: "/learn"}}
		}})
}

func (w *world) serve(log *audit.Log) {
	r, err := newRenderer(w.now)
	w.must(err)
	e := echo.New()
	e.Renderer, e.HTTPErrorHandler = r, kit.ErrorHandler(slog.New(slog.DiscardHandler))
	e.Use(kit.RequestID, func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			id := c.Request().Header.Get("X-Person")
			roles := kit.Therapist
			if id == "admin" {
				roles = kit.Administrator
			}
			if id != "" {
				kit.SetViewer(c, &kit.Viewer{PersonID: id, Name: "Ana Ruiz", Roles: roles, Zone: time.FixedZone("EST", -5*3600)})
			}
			return next(c)
		}
	})
	fresh := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if w.stale {
				return kit.Redirect(c, "/account/security/confirm", nil)
			}
			return next(c)
		}
	}
	kit.Register(e, append(r.Routes(), evaluation.Routes(evaluation.Deps{Enrollments: w.enrollments, Courses: w.courses, Audit: log, Fresh: fresh})...))
	w.echo = e
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
	w.must(w.db.Conn(ctx).Exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
		person, person+"@example.org", person+"@example.org", "Ana "+person, w.now()).Error)
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

type answer struct {
	t    *testing.T
	Code int
	Body string
	http.Header
}

func (w *world) do(person, method, path string, form url.Values) answer {
	w.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequest(method, path, body)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("X-Person", person)
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, req)
	return answer{t: w.t, Code: rec.Code, Body: rec.Body.String(), Header: rec.Header()}
}

func (w *world) get(person, path string) answer {
	w.t.Helper()
	return w.do(person, http.MethodGet, path, nil)
}

func (w *world) post(person, path string, pairs ...string) answer {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return w.do(person, http.MethodPost, path, form)
}

func (a answer) is(code int, texts ...string) answer {
	a.t.Helper()
	if a.Code != code {
		a.t.Errorf("status %d, want %d: %.600s", a.Code, code, a.Body)
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			a.t.Errorf("no %q in the page: %s", text, a.Body)
		}
	}
	return a
}

func (a answer) ok(texts ...string) answer {
	a.t.Helper()
	return a.is(http.StatusOK, texts...)
}

func (a answer) not(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			a.t.Errorf("the page shows %q", text)
		}
	}
	return a
}

func (a answer) to(path string) {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Get("Location") != path {
		a.t.Errorf("status %s to %q, want 303 to %q: %.400s", strconv.Itoa(a.Code), a.Get("Location"), path, a.Body)
	}
}

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" {
		code = unseen()
	}
	os.Exit(code)
}

func unseen() (code int) {
	r, err := newRenderer(time.Now)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, name := range r.Unexecuted() {
		if strings.HasPrefix(name, "pages/evaluation/") {
			fmt.Println("no test runs the template", name)
			code = 1
		}
	}
	return code
}
