package checkout_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
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

type world struct {
	*area.Server
	t           *testing.T
	db          *db.DB
	queue       *job.Queue
	pay         *payment.Service
	audit       *audit.Log
	people      area.People
	certificate string
	works       string // who works on every course
	stale       bool   // the second factor was given too long ago
	down        bool   // Stripe does not answer
	at          time.Time
}

// newWorld has the course "intro" for 149 dollars and "free", and p1, p2 and
// admin.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), people: area.People{}, at: time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.at }
	log := slog.New(slog.DiscardHandler)
	w.queue = job.New(w.db, log, now)
	for id, name := range map[string]string{"p1": "Ana Ruiz", "p2": "Björn <b>Öl</b>", "admin": "Ada Admin"} {
		w.people[id] = area.AddPerson(t, w.db, id, name, w.at)
	}
	courses := shelf{}
	for slug, cents := range map[string]int64{"intro": 14900, "free": 0} {
		area.AddCourse(t, w.db, slug, "e-"+slug, slug, w.at)
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
	sandbox := stripesandbox.New(stripesandbox.Options{DB: w.db, Jobs: w.queue, Now: now, SecretKey: "sk_test", WebhookSecret: webhookSecret, BaseURL: base, Webhook: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.ServeHTTP(rw, r) })})
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
		Enrollments: learn, People: w.people, BaseURL: base, Currency: "USD", Money: kit.Money,
		Seller: payment.Seller{Name: "Clinic for continuing education", Address: "1 Example Street, Springfield", TaxID: "EIN 12-3456789"},
		Policies: func(context.Context) ([]payment.PolicyVersion, error) {
			return []payment.PolicyVersion{{Name: "refunds", Title: "Refund policy", Version: "2", Href: "/policies/refunds?version=2"},
				{Name: "privacy", Title: "Privacy", Version: "1", Href: "/policies/privacy?version=1"}}, nil
		},
		CertificateOf: func(context.Context, string) (string, error) { return w.certificate, nil },
		Revoke:        func(context.Context, string, string) error { w.certificate = ""; return nil },
	})
	w.web(checkout.Deps{Payment: w.pay, Courses: courses, People: w.people, Audit: events, Fresh: area.Fresh(&w.stale, "/factor"), Sandbox: sandbox, Log: log, Now: now,
		KeyReader: func(_ context.Context, person, _ string) (bool, error) { return person == w.works, nil }})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (w *world) web(d checkout.Deps) {
	w.t.Helper()
	w.Server = area.Serve(w.t, area.Options{Name: "checkout", Now: d.Now, Site: kit.Site{BaseURL: base},
		FormAction: []string{checkout.StripeOrigin}, Bypass: []string{checkout.WebhookPattern},
		Viewer: func(id string) *kit.Viewer {
			v := &kit.Viewer{PersonID: id, Name: w.people[id].Name, Roles: kit.Therapist, Zone: time.FixedZone("EST", -5*3600)}
			if id == "admin" {
				v.Roles = kit.Administrator
			}
			return v
		}}, checkout.Routes(d)...)
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

// to fails unless the answer leads to a path of a pattern, and returns it.
func (w *world) to(a area.Answer, pattern string) string {
	w.t.Helper()
	at := strings.TrimPrefix(a.Location, base)
	if a.Code != http.StatusSeeOther || !regexp.MustCompile("^"+pattern+"$").MatchString(at) {
		w.t.Fatalf("status %d to %q, want 303 to %s\n%s", a.Code, at, pattern, a.Body)
	}
	return at
}

func (w *world) drain() {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
}

const number = "[0-9A-Z]{5}-[0-9A-Z]{5}"

// ordered takes a person to the checkout page.
func (w *world) ordered(person string) (path string) {
	w.t.Helper()
	return w.to(w.Post(person, "/courses/intro/enroll"), "/checkout/"+number)
}

// bought takes a person all the way and returns the order's number.
func (w *world) bought(person string) string {
	w.t.Helper()
	path := w.ordered(person)
	page := w.to(w.Post(person, path, "policies", "refunds@2", "policies", "privacy@1"), "/sandbox/stripe/cs_test_[a-z0-9]+")
	w.to(w.Post("", page, "action", "pay", "delivery", "once"), path+"/return")
	w.drain()
	return strings.TrimPrefix(path, "/checkout/")
}
