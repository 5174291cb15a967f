package catalog_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/catalog"
	"github.com/atmacena/cocare/internal/web/kit"
)

const slug = "tms-ketamine"

var est = time.FixedZone("EST", -5*3600)

// enrolled maps a person to the state of their enrollment.
type enrolled map[string]enrollment.State

func (w *world) Find(_ context.Context, personID, _ string, _ int) (enrollment.Enrollment, error) {
	if s, ok := w.people[personID]; ok {
		e := enrollment.Enrollment{ID: "e1", PersonID: personID, Slug: slug, EditionID: w.edition1, State: s}
		if s == enrollment.Completed {
			e.CompletedAt = &w.at
		}
		return e, nil
	}
	return enrollment.Enrollment{}, enrollment.ErrNotFound
}

func (w *world) ActiveByEdition(context.Context, string) (map[string]int, error) {
	return w.active, nil
}

func (w *world) MayEnroll(context.Context, string, *course.Edition) error { return w.may }

func (w *world) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if name, ok := w.names[id]; ok {
			names[id] = name
		}
	}
	return names, nil
}

type world struct {
	*area.Server
	t         *testing.T
	courses   *course.Service
	approvals *accreditation.Service
	people    enrolled
	edition1  string         // in which who is enrolled is
	active    map[string]int // enrollments by edition
	may       error          // what the rule of cycles says of who is enrolled
	paying    []payment.Order
	licenses  map[string][]account.License // by person
	asks      enrollment.Asks
	at        time.Time
	names     map[string]string // of people by ID
	guests    bool              // may open the pages
}

// newWorld has the bundled course published, if publish is set.
func newWorld(t *testing.T, demo, publish bool) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, people: enrolled{}, at: time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC), names: map[string]string{"instructor": "Ana Ruiz", "guest": "Ana Ruiz"}}
	now := func() time.Time { return w.at }
	w.approvals = accreditation.New(accreditation.Deps{DB: d, Now: now, Audit: audit.New(d, now), Zone: est})
	w.courses = course.New(course.Deps{DB: d, Now: now, Audit: audit.New(d, now), Demo: demo})
	if publish {
		if _, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "test"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.courses.Publish(t.Context(), slug, "", "test"); err != nil {
			t.Fatal(err)
		}
	}
	w.Server = area.Serve(t, area.Options{Name: "catalog", Now: now, Site: kit.Site{BaseURL: "http://127.0.0.1:8080", Demo: demo},
		Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}}, Viewer: viewer})
	w.register(catalog.Deps{})
	return w
}

// register puts the pages in place, or anew with other settings.
func (w *world) register(d catalog.Deps) {
	d.Courses, d.Enrollments, d.Accreditation, d.People, d.Zone, d.Now = w.courses, w, w.approvals, w, est, func() time.Time { return w.at }
	d.Policies = func(context.Context) ([]payment.PolicyVersion, error) {
		return []payment.PolicyVersion{{Name: "refund", Title: "Refunds", Version: "3", Href: "/policies/refund"}, {Name: "terms", Title: "Terms", Version: "1", Href: "/policies/terms"}}, nil
	}
	d.Licenses = func(_ context.Context, person string) ([]account.License, error) { return w.licenses[person], nil }
	d.Asks = func([]accreditation.Line) enrollment.Asks { return w.asks }
	d.Underway = func(context.Context, string) ([]payment.Order, error) { return w.paying, nil }
	routes := catalog.Routes(d)
	for i := range routes {
		if w.guests { // as the guard of a course's pages does
			routes[i].Role |= kit.Guest
		}
	}
	kit.Register(w.Echo, routes)
}

// viewer is whoever has a role; its name is also their ID.
func viewer(name string) *kit.Viewer {
	role, err := kit.ParseRole(name)
	if err != nil {
		return nil
	}
	return &kit.Viewer{PersonID: name, Name: "Ana Ruiz", Roles: role, Confirmed: name != "guest", CourseComment: true, CourseSign: true, CourseWrite: name != "guest"}
}

func (w *world) do(role, method, path string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(area.Form(pairs...).Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set(area.Person, role)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

// want fails unless the page has the status and says every text; a text that
// begins with "!" must not be there.
func (w *world) want(rec *httptest.ResponseRecorder, status int, texts ...string) string {
	w.t.Helper()
	body := rec.Body.String()
	if rec.Code != status {
		w.t.Fatalf("status %d, want %d\n%s", rec.Code, status, body)
	}
	for _, text := range texts {
		not := strings.HasPrefix(text, "!")
		if strings.Contains(body, strings.TrimPrefix(text, "!")) == not {
			w.t.Errorf("%q: present is %v\n%s", text, !not, body)
		}
	}
	return body
}

func (w *world) get(role, path string, texts ...string) string {
	w.t.Helper()
	return w.want(w.do(role, http.MethodGet, path), http.StatusOK, texts...)
}

func (w *world) current() *course.Edition {
	w.t.Helper()
	ed, err := w.courses.Current(w.t.Context(), slug)
	if err != nil {
		w.t.Fatal(err)
	}
	return ed
}
