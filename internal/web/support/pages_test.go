package support_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
	websupport "github.com/atmacena/cocare/internal/web/support"
)

// world is a server with the pages of requests, and ana and dora, who is an
// administrator.
type world struct {
	*area.Server
	t     *testing.T
	db    *db.DB
	svc   *support.Service
	stale bool // the second factor is old
	now   time.Time
	more  []websupport.Course // beside the one that has no time limit
	mails []mail.Address
}

func (w *world) Queue(_ context.Context, to mail.Address, _ mail.Message) error {
	w.mails = append(w.mails, to)
	return nil
}

func (w *world) Names(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		if id != "gone" {
			out[id] = "Name of " + id
		}
	}
	return out, nil
}

// person is an account as it stands now.
func (w *world) person(ctx context.Context, id string) (name, email string, err error) {
	var p struct{ Name, Email string }
	err = w.db.Conn(ctx).Raw("SELECT name, email FROM people WHERE id = ?", id).Scan(&p).Error
	return p.Name, p.Email, err
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	ring, err := keyring.New(nil, make([]byte, 32), clock)
	w.must(err)
	w.svc = support.New(support.Deps{DB: w.db, Now: clock, Keys: ring, Audit: audit.New(w.db, clock), Mail: w, BaseURL: "https://ce.example.org", Person: w.person})
	for _, id := range []string{"ana", "dora"} {
		area.AddPerson(t, w.db, id, id, w.now)
	}
	w.Server = area.Serve(t, area.Options{Name: "support", Now: clock, Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}},
		Viewer: func(who string) *kit.Viewer {
			v := &kit.Viewer{PersonID: who, Name: who, Email: who + "@example.org", Roles: kit.Therapist, Zone: time.UTC, Confirmed: true}
			if who == "dora" {
				v.Roles = kit.Administrator
			}
			return v
		}}, websupport.Routes(websupport.Deps{Support: w.svc, People: w, Now: clock, Fresh: area.Fresh(&w.stale, "/account/security/confirm"),
		Courses: func(context.Context) ([]websupport.Course, error) {
			return append([]websupport.Course{{ID: "c1", Slug: "intro", Title: "Listening"}}, w.more...), nil
		}})...)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) send(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set(area.Person, who)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	return rec
}

func (w *world) exports() (n int64) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'requests.export'").Scan(&n).Error)
	return n
}

func TestACopyOfTheRequestsNeedsAFreshFactorAndIsAudited(t *testing.T) {
	w := newWorld(t)
	w.send("ana", http.MethodPost, "/requests", url.Values{"kind": {"help"}, "name": {"Ana Ruiz"}, "body": {"Where is my receipt?"}})
	const path = "/admin/requests.csv"
	if a := w.send("ana", http.MethodPost, path, nil); a.Code != http.StatusForbidden {
		t.Errorf("a therapist got %d", a.Code)
	}
	w.stale = true
	if a := w.send("dora", http.MethodPost, path, nil); a.Code != http.StatusSeeOther || w.exports() != 0 {
		t.Errorf("with an old factor %d, %d events", a.Code, w.exports())
	}
	w.stale = false
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if a := w.send("dora", method, path, nil); a.Code != http.StatusMethodNotAllowed || w.exports() != 0 {
			t.Errorf("%s: %d, %d events", method, a.Code, w.exports())
		}
	}
	a := w.send("dora", http.MethodPost, path, nil)
	if a.Code != http.StatusOK || !strings.Contains(a.Body.String(), "Ana Ruiz,ana@example.org") || w.exports() != 1 {
		t.Errorf("%d, %d events: %s", a.Code, w.exports(), a.Body)
	}
	if a := w.send("dora", http.MethodGet, "/admin/requests?q=ana", nil); a.Code != http.StatusOK || w.exports() != 1 {
		t.Errorf("the page itself: %d, %d events", a.Code, w.exports())
	}
	// Without its event the copy is not handed out.
	w.must(w.db.Conn(t.Context()).Exec("ALTER TABLE audit_events RENAME TO audit_events_away").Error)
	if a := w.send("dora", http.MethodPost, path, nil); a.Code != http.StatusInternalServerError || strings.Contains(a.Body.String(), "Ana Ruiz") {
		t.Errorf("%d: %s", a.Code, a.Body)
	}
}

func TestTheRequestFormStopsAndKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"kind": {"help"}, "name": {"Vera"}, "email": {"victim@example.org"}, "body": {"Please call me about the course."}}
	for range 3 {
		if a := w.send("", http.MethodPost, "/requests", form); a.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", a.Code, a.Body)
		}
	}
	a := w.send("", http.MethodPost, "/requests", form)
	if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "86400" || !strings.Contains(a.Body.String(), "Please call me about the course.") || !strings.Contains(a.Body.String(), "too many tries") {
		t.Errorf("%d: %s", a.Code, a.Body)
	}
	if len(w.mails) != 3 || w.mails[0].Name != "" {
		t.Errorf("mails to %v", w.mails)
	}
	a = w.send("ana", http.MethodPost, "/requests", url.Values{"kind": {"help"}, "name": {"Ana"}, "email": {"victim@example.org"}, "body": {"x"}})
	if a.Code != http.StatusSeeOther || w.mails[3] != (mail.Address{Name: "Ana", Email: "ana@example.org"}) {
		t.Errorf("%d, mail to %v: a person's mail goes to their own address", a.Code, w.mails)
	}
	w.get("ana", "/requests/new?kind=refund&about=Order+4F7QK-9M2XT", `value="refund" checked`, `value="Order 4F7QK-9M2XT"`)
	w.get("", "/requests/new?kind=help&subject=legal-name", `value="help" checked`, `value="Change of my legal name"`)
	w.get("", "/requests/new?kind=help&subject=erasure", `value="Erasure of my data"`)
	w.get("", "/requests/new?kind=accommodation&subject=accommodation", `value="accommodation" checked`, `value="More time or another form of an exam"`)
	w.get("", "/requests/new?kind=accommodation&subject=accommodation&course=none", `value="More time or another form of an exam"`)
	w.more = []websupport.Course{{ID: "c2", Slug: "long", Title: strings.Repeat("é", 200)}}
	w.get("", "/requests/new?kind=accommodation&subject=accommodation&course=long", `value="More time or another form of an exam: éé`, `é…"`)
	w.get("", "/requests/new?kind=accommodation&subject=accommodation&course=intro", `value="More time or another form of an exam: Listening"`)
	for _, query := range []string{"subject=You+won+a+prize", "about=You+won+a+prize", "about=Order+call+555", "about=%3Cb%3E"} {
		if got := w.get("", "/requests/new?kind=help&"+query); strings.Contains(got, "won") || strings.Contains(got, "555") || strings.Contains(got, "&lt;b&gt;") {
			t.Errorf("%s fills the form", query)
		}
	}
	form.Set("name", "https://win.example")
	if a := w.send("", http.MethodPost, "/requests", form); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.Code)
	}
}

// TestWhatARequestIsAboutIsALink for administrators; its person has no such page.
func TestWhatARequestIsAboutIsALink(t *testing.T) {
	w := newWorld(t)
	for about, href := range map[string]string{
		"Order 4F7QK-9M2XT": "/admin/orders?q=4F7QK-9M2XT", "certificate 7K2M-Q9XD-4T8RB": "/admin/certificates?q=7K2M-Q9XD-4T8RB",
		"R-ABCDEFGHIJ": "/admin/requests?q=R-ABCDEFGHIJ", "The <first> course": "",
	} {
		r, err := w.svc.Submit(t.Context(), support.NewRequest{Kind: support.Help, PersonID: "ana", Confirmed: true, Name: "Ana", Email: "ana@example.org", About: about, Body: "x"})
		w.must(err)
		if link := `<a href="` + href + `">` + about + `</a>`; href != "" {
			w.get("dora", "/admin/requests/"+r.ID, link)
			w.get("ana", "/requests/"+r.ID, about, "!"+link)
		} else {
			w.get("dora", "/admin/requests/"+r.ID, "<dd>The &lt;first&gt; course</dd>")
		}
	}
}

// TestMoreTimeIsOfUseWhereThereIsALimit, which the form says, and that nobody is
// told by a mail.
func TestMoreTimeIsOfUseWhereThereIsALimit(t *testing.T) {
	w := newWorld(t)
	path := "/admin/requests/" + w.filed("ana").ID
	w.get("dora", path, "No exam has a time limit now", "sends no mail")
	w.more = []websupport.Course{{ID: "c2", Title: "Timed", Timed: true}}
	w.get("dora", path, "It changes nothing where the exam has no time limit: Listening.", "!No exam has")
}
