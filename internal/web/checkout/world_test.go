package checkout_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
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
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/web/checkout"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

const (
	base          = "http://127.0.0.1:8080"
	webhookSecret = "whsec_test"
)

type shelf map[string]*course.Edition

func (s shelf) Current(_ context.Context, slug string) (*course.Edition, error) {
	if ed := s[slug]; ed != nil {
		return ed, nil
	}
	return nil, apperr.New(apperr.NotFound, "There is no such course.")
}

func (s shelf) Edition(_ context.Context, id string) (*course.Edition, error) {
	for _, ed := range s {
		if ed.ID == id {
			return ed, nil
		}
	}
	return nil, apperr.New(apperr.NotFound, "There is no such edition.")
}

func (s shelf) OpenForEnrollment(context.Context, *course.Edition) error { return nil }

// ownPages leaves out the pages of other areas.
type ownPages struct{ fs.FS }

func (o ownPages) Glob(pattern string) ([]string, error) {
	if pattern == "pages/*/*.html" {
		names, err := fs.Glob(o.FS, "pages/checkout/*.html")
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

type world struct {
	*echo.Echo
	t           *testing.T
	db          *db.DB
	queue       *job.Queue
	pay         *payment.Service
	audit       *audit.Log
	people      people
	certificate string
	stale       bool // the second factor was given too long ago
	down        bool // Stripe does not answer
	at          time.Time
	renderer    *kit.Renderer
}

// newWorld has the course "intro" for 149 dollars and "free"; requests name
// their person in X-Test-Person: p1, p2, or admin.
func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{Echo: echo.New(), t: t, db: d, people: people{}, at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.at }
	log := slog.New(slog.DiscardHandler)
	w.queue = job.New(d, log, now)
	for id, name := range map[string]string{"p1": "Ana Ruiz", "p2": "Björn <b>Öl</b>", "admin": "Ada Admin"} {
		at := w.at
		w.people[id] = account.Person{ID: id, Name: name, Email: id + "@example.org", EmailConfirmedAt: &at}
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", name, at)
	}
	courses := shelf{}
	for slug, cents := range map[string]int64{"intro": 14900, "free": 0} {
		w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, '', ?)`, slug, slug, slug, w.at, w.at)
		w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES (?, ?, 1, ?, '', ?, '')`, "e-"+slug, slug, slug, w.at)
		courses[slug] = &course.Edition{ID: "e-" + slug, CourseID: slug, Slug: slug, Number: 1, Course: &course.Course{
			Card: course.Card{Slug: slug, Title: "Appraising combined treatment", PriceCents: cents, Currency: "USD", AccessDays: 365}}}
	}
	w.services(courses, log, now)
	return w
}

func (w *world) services(courses shelf, log *slog.Logger, now func() time.Time) {
	w.t.Helper()
	events := audit.New(w.db, now)
	w.audit = events
	mailer := mail.New(w.queue, mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: base})
	group := w.db.NewGroup()
	w.t.Cleanup(group.Close)
	learn := enrollment.New(enrollment.Deps{DB: w.db, Now: now, Audit: events, Mail: mailer, Editions: courses, Group: group, BaseURL: base,
		Person: func(_ context.Context, id string) (string, string, error) {
			return w.people[id].Name, w.people[id].Email, nil
		}})
	sandbox := stripesandbox.New(stripesandbox.Options{DB: w.db, Jobs: w.queue, Now: now, SecretKey: "sk_test", WebhookSecret: webhookSecret, BaseURL: base, Webhook: w.Echo})
	transport := sandbox.Transport()
	gateway, err := payment.NewStripe(payment.StripeConfig{SecretKey: "sk_test", WebhookSecret: webhookSecret, URL: stripesandbox.URL,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if w.down {
				return nil, fmt.Errorf("no route to host")
			}
			return transport.RoundTrip(r)
		})})
	w.must(err)
	w.pay = payment.New(payment.Deps{DB: w.db, Now: now, Log: log, Audit: events, Mail: mailer, Jobs: w.queue, Gateway: gateway, Courses: courses,
		Enrollments: learn, People: w.people, BaseURL: base, Provider: "Clinic for continuing education", Currency: "USD", Money: kit.Money,
		Policies: func(context.Context) ([]payment.PolicyVersion, error) {
			return []payment.PolicyVersion{{Name: "refunds", Title: "Refund policy", Version: "2", Href: "/policies/refunds?version=2"},
				{Name: "privacy", Title: "Privacy", Version: "1", Href: "/policies/privacy?version=1"}}, nil
		},
		CertificateOf: func(context.Context, string) (string, error) { return w.certificate, nil },
		Revoke:        func(context.Context, string, string) error { w.certificate = ""; return nil },
	})
	w.web(checkout.Deps{Payment: w.pay, Courses: courses, People: w.people, Audit: events, Fresh: w.fresh, Sandbox: sandbox, Log: log, Now: now})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *world) fresh(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if w.stale {
			return c.Redirect(http.StatusSeeOther, "/factor")
		}
		return next(c)
	}
}

func (w *world) web(d checkout.Deps) {
	w.t.Helper()
	assets, err := kit.NewAssets(static.FS, "")
	w.must(err)
	w.renderer, err = kit.NewRenderer(kit.Options{Templates: ownPages{templates.FS}, Assets: assets, Now: d.Now,
		Site: func() kit.Site { return kit.Site{Name: "CoCare", BaseURL: base} }})
	w.must(err)
	w.Renderer, w.HTTPErrorHandler = w.renderer, kit.ErrorHandler(d.Log)
	cross, err := kit.CrossOrigin(nil, []string{checkout.WebhookPattern})
	w.must(err)
	w.Use(kit.RequestID, kit.Headers(kit.HeaderOptions{FormAction: []string{checkout.StripeOrigin}}), cross, func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			id := c.Request().Header.Get("X-Test-Person")
			if p, ok := w.people[id]; ok {
				role := kit.Therapist
				if id == "admin" {
					role = kit.Administrator
				}
				kit.SetViewer(c, &kit.Viewer{PersonID: id, Name: p.Name, Roles: role, Zone: time.FixedZone("EST", -5*3600)})
				c.SetRequest(c.Request().WithContext(audit.WithActor(c.Request().Context(), audit.Actor{PersonID: id})))
			}
			return next(c)
		}
	})
	kit.Register(w.Echo, checkout.Routes(d))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
}

func (w *world) orderID(number string) string {
	w.t.Helper()
	o, err := w.pay.ByNumber(w.t.Context(), number)
	w.must(err)
	return o.ID
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
}

func (a answer) location() string { return strings.TrimPrefix(a.header.Get("Location"), base) }

func (w *world) do(person string, r *http.Request) answer {
	r.Header.Set("X-Test-Person", person)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Body.String(), rec.Header()}
}

func (w *world) get(person, path string) answer {
	return w.do(person, httptest.NewRequest(http.MethodGet, path, nil))
}

func (w *world) post(person, path string, pairs ...string) answer {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(person, r)
}

// want fails unless the status is right and the page says each of the texts.
func (w *world) want(a answer, status int, texts ...string) answer {
	w.t.Helper()
	if a.status != status {
		w.t.Fatalf("status %d, want %d\n%s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			w.t.Errorf("the page does not say %q\n%s", text, a.body)
		}
	}
	return a
}

// to fails unless the answer leads to the path.
func (w *world) to(a answer, path string) string {
	w.t.Helper()
	if a.status != http.StatusSeeOther || !regexp.MustCompile("^"+path+"$").MatchString(a.location()) {
		w.t.Fatalf("status %d to %q, want 303 to %s\n%s", a.status, a.location(), path, a.body)
	}
	return a.location()
}

func (w *world) drain() {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
}

const number = "[0-9A-Z]{5}-[0-9A-Z]{5}"

// ordered takes a person to the checkout page.
func (w *world) ordered(person string) (path string) {
	w.t.Helper()
	return w.to(w.post(person, "/courses/intro/enroll"), "/checkout/"+number)
}

// bought takes a person all the way and returns the order's number.
func (w *world) bought(person string) string {
	w.t.Helper()
	path := w.ordered(person)
	page := w.to(w.post(person, path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.to(w.post("", page, "action", "pay", "delivery", "once"), path+"/return")
	w.drain()
	return strings.TrimPrefix(path, "/checkout/")
}
