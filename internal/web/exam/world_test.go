package exam_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/mail"
	webexam "github.com/atmacena/cocare/internal/web/exam"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

const slug = "tms-ketamine"

// bundled is the real course, read once.
var bundled = sync.OnceValues(func() (*course.Course, error) {
	c, problems := course.Load(os.DirFS("../../../courses/" + slug))
	if c == nil {
		return nil, fmt.Errorf("the bundled course: %v", problems)
	}
	return c, nil
})

// ownPages leaves out the pages of other areas.
type ownPages struct{ fs.FS }

func (o ownPages) Glob(pattern string) ([]string, error) {
	if pattern == "pages/*/*.html" {
		names, err := fs.Glob(o.FS, "pages/exam/*.html")
		return append(names, "pages/error/show.html"), err
	}
	return fs.Glob(o.FS, pattern)
}

type people map[string]account.Person

func (p people) Get(_ context.Context, id string) (account.Person, error) {
	if v, ok := p[id]; ok {
		return v, nil
	}
	return account.Person{}, account.ErrNotFound
}

func (p people) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if v, ok := p[id]; ok {
			names[id] = v.Name
		}
	}
	return names, nil
}

// hall stands for the enrollments: everything before the exam is done unless
// gate says otherwise. e1 is of p1, e2 of p2.
type hall struct {
	mu       sync.Mutex
	list     map[string]enrollment.Enrollment
	gate     error
	outcomes []enrollment.ExamOutcome
}

func (h *hall) Get(_ context.Context, id string) (enrollment.Enrollment, error) {
	if e, ok := h.list[id]; ok {
		return e, nil
	}
	return enrollment.Enrollment{}, enrollment.ErrNotFound
}

func (h *hall) Find(_ context.Context, person, slug string, cycle int) (enrollment.Enrollment, error) {
	for _, e := range h.list {
		if e.PersonID == person && e.Slug == slug && (cycle == 0 || cycle == e.Cycle) {
			return e, nil
		}
	}
	return enrollment.Enrollment{}, enrollment.ErrNotFound
}

func (h *hall) ExamGate(context.Context, enrollment.Enrollment) error { return h.gate }

func (h *hall) AddEvidence(context.Context, string, enrollment.Evidence) error { return nil }

func (h *hall) RecordExam(_ context.Context, _ string, o enrollment.ExamOutcome) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outcomes = append(h.outcomes, o)
	return nil
}

type world struct {
	*echo.Echo
	t        testing.TB
	db       *db.DB
	exams    *exam.Service
	hall     *hall
	edition  *course.Edition
	acc      exam.Accommodation
	clock    atomic.Int64 // microseconds, moved by pass
	stale    bool         // the second factor was given too long ago
	renderer *kit.Renderer
	left     []string
}

// newWorld has the real course, the learners p1 and p2, a teacher and an
// administrator; requests name their person in X-Test-Person.
func newWorld(t testing.TB) *world {
	t.Helper()
	c, err := bundled()
	if err != nil {
		t.Fatal(err)
	}
	// A copy, because tests change its card.
	own := &course.Course{Card: c.Card, Objectives: c.Objectives, Facts: c.Facts, Cases: c.Cases, Modules: c.Modules, Exam: c.Exam, Bank: c.Bank}
	w := &world{Echo: echo.New(), t: t, db: dbtest.New(t)}
	w.clock.Store(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC).UnixMicro())
	w.edition = &course.Edition{ID: "ed1", CourseID: "c1", Slug: slug, Number: 1, Course: own}
	w.hall = &hall{list: map[string]enrollment.Enrollment{}}
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', ?, 'T', '', ?, '', ?)`, slug, w.now(), w.now())
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'h', '', ?, '')`, w.now())
	persons := people{}
	for id, name := range map[string]string{"p1": "Ana <b>Ruiz</b>", "p2": "Björn Öl", "teacher": "Tea Cher", "admin": "Ada Admin"} {
		persons[id] = account.Person{ID: id, Name: name, Email: id + "@example.org"}
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", name, w.now())
	}
	for n, person := range []string{"p1", "p2"} {
		e := enrollment.Enrollment{ID: fmt.Sprint("e", n+1), PersonID: person, CourseID: "c1", EditionID: "ed1", Slug: slug, Cycle: 1,
			State: enrollment.Active, EnrolledAt: w.now(), ExpiresAt: w.now().AddDate(1, 0, 0)}
		w.hall.list[e.ID] = e
		w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at) VALUES (?, ?, 'c1', 'ed1', ?, 1, 'active', 'free', ?, ?)`,
			e.ID, person, slug, e.EnrolledAt, e.ExpiresAt)
	}
	w.serve(persons)
	return w
}

func (w *world) now() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }

func (w *world) pass(d time.Duration) { w.clock.Add(d.Microseconds()) }

func (w *world) Edition(_ context.Context, id string) (*course.Edition, error) {
	if id != w.edition.ID {
		return nil, apperr.New(apperr.NotFound, "There is no such edition.")
	}
	return w.edition, nil
}

func (w *world) serve(persons people) {
	w.t.Helper()
	group := w.db.NewGroup()
	w.t.Cleanup(group.Close)
	w.exams = exam.New(exam.Deps{
		DB: w.db, Group: group, Now: w.now, Audit: audit.New(w.db, w.now), Editions: w, Enrollments: w.hall, BaseURL: "https://ce.example.org",
		Accommodation:    func(context.Context, string, string) (exam.Accommodation, error) { return w.acc, nil },
		ConfirmLegalName: func(context.Context, string, string) error { return nil },
		Mail:             func(context.Context, string, mail.Message) error { return nil },
	})
	assets, err := kit.NewAssets(static.FS, "")
	w.must(err)
	w.renderer, err = kit.NewRenderer(kit.Options{Templates: ownPages{templates.FS}, Assets: assets, Now: w.now,
		Site: func() kit.Site {
			return kit.Site{Name: "CoCare", BaseURL: "https://ce.example.org", Help: "/requests/new"}
		}})
	w.must(err)
	w.Renderer = w.renderer
	w.HTTPErrorHandler = kit.ErrorHandler(slog.New(slog.DiscardHandler))
	w.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			roles := map[string]kit.Role{"p1": kit.Therapist, "p2": kit.Therapist, "teacher": kit.Instructor, "admin": kit.Administrator}
			if id := c.Request().Header.Get("X-Test-Person"); roles[id] != 0 {
				kit.SetViewer(c, &kit.Viewer{PersonID: id, Name: persons[id].Name, Roles: roles[id], Zone: time.UTC})
			}
			return next(c)
		}
	})
	kit.Register(w.Echo, append(w.renderer.Routes(), webexam.Routes(webexam.Deps{
		Exams: w.exams, Enrollments: w.hall, People: persons, Now: w.now,
		Leave: func(e enrollment.Enrollment) { w.left = append(w.left, e.ID) },
		Fresh: func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if w.stale {
					return apperr.New(apperr.Forbidden, "Please confirm that it is you.")
				}
				return next(c)
			}
		},
	})...))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(context.Background()).Exec(sql, args...).Error)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// answer is what a request got.
type answer struct {
	t        testing.TB
	Code     int
	Location string
	Body     string
	Header   http.Header
}

func (w *world) do(person, method, path string, form url.Values, headers ...string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("X-Test-Person", person)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return answer{w.t, rec.Code, rec.Header().Get("Location"), rec.Body.String(), rec.Header()}
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

// is checks the status and that the page holds the texts.
func (a answer) is(code int, texts ...string) answer {
	a.t.Helper()
	if a.Code != code {
		a.t.Fatalf("status %d (to %q), want %d: %s", a.Code, a.Location, code, words(a.Body))
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			a.t.Errorf("the page does not hold %q: %s", text, words(a.Body))
		}
	}
	return a
}

func (a answer) to(path string) {
	a.t.Helper()
	if a.Code != http.StatusSeeOther || a.Location != path {
		a.t.Fatalf("status %d to %q, want 303 to %q: %s", a.Code, a.Location, path, words(a.Body))
	}
}

func (a answer) lacks(texts ...string) {
	a.t.Helper()
	body := assets.ReplaceAllString(a.Body, "")
	for _, text := range texts {
		if text != "" && strings.Contains(body, text) {
			a.t.Errorf("the page holds %q", text)
		}
	}
}

// assets are addresses with a hash, which may hold any number.
var assets = regexp.MustCompile(`/static/[^"]*`)

var tags = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>|\s+`)

func words(body string) string {
	_, main, _ := strings.Cut(body, "<main")
	if main == "" {
		main = body
	}
	text := strings.Join(strings.Fields(tags.ReplaceAllString(main, " ")), " ")
	return text[:min(len(text), 1500)]
}

const introURL = "/learn/" + slug + "/exam"

// begin starts an attempt of p1 and returns its address.
func (w *world) begin() string {
	w.t.Helper()
	a := w.post("p1", introURL, "legal_name", "Ana Ruiz", "attested", "yes")
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, introURL+"/") {
		w.t.Fatalf("begin: %d to %q: %s", a.Code, a.Location, words(a.Body))
	}
	return a.Location
}

func (w *world) sitting(address string) exam.Sitting {
	w.t.Helper()
	sit, err := w.exams.Sitting(context.Background(), "p1", address[strings.LastIndex(address, "/")+1:])
	w.must(err)
	return sit
}
