package account_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	webaccount "github.com/atmacena/cocare/internal/web/account"
	"github.com/atmacena/cocare/internal/web/kit"
)

func TestPeoplePages(t *testing.T) {
	w := newWorld(t)
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	_, err := w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: "CA-ON", Number: "77"})
	w.must(err)
	b := w.as("admin@example.com")
	w.as("a@example.com").get("/admin/people").wants(http.StatusForbidden)
	b.get("/admin/people").wants(http.StatusOK, "Ada Admin", "Amina Diallo", "2 entries")
	b.get("/admin/people?q=amina&role=therapist&state=active").wants(http.StatusOK, "Amina Diallo", "1 entry")
	b.get("/admin/people?q=nobody").wants(http.StatusOK, "Nothing matches “nobody”", "Clear the filter")
	b.get("/admin/people?after=torn").wants(http.StatusUnprocessableEntity)
	if csv := b.post("/admin/people.csv?q=amina"); strings.Count(csv.body, "\n") != 2 || !strings.Contains(csv.body, "a@example.com,therapist,active") {
		t.Errorf("csv %q", csv.body)
	}
	b.get("/admin/people/none").wants(http.StatusNotFound)

	path := "/admin/people/" + p.ID
	b.get(path).wants(http.StatusOK, "Amina Diallo", "Ontario", "Enrollments", "therapist", "Change roles, name or access")
	w.as("a@example.com").get(path + "/edit").wants(http.StatusForbidden)
	b.get("/admin/people/none/edit").wants(http.StatusNotFound)
	page := b.get(path+"/edit").wants(http.StatusOK, "Change Amina Diallo")
	page.submit("form[action$='/legal-name']", "legal_name", "<script>").wants(http.StatusUnprocessableEntity)
	for typed, shown := range map[string]string{"Amina\x00 D": "Amina\ufffd D", "Amina\x07 D": "Amina\x07 D"} {
		bad := page.submit("form[action$='/legal-name']", "legal_name", typed).wants(http.StatusUnprocessableEntity)
		if bad.Find("#f-legal_name-error").Length() != 1 || bad.Find("#f-legal_name").AttrOr("value", "") != shown {
			t.Errorf("%q is shown as %q", typed, bad.Find("#f-legal_name").AttrOr("value", ""))
		}
	}
	page.submit("form[action$='/legal-name']", "legal_name", "Amina B. Diallo").wants(http.StatusOK, "Amina B. Diallo", "legal name is changed")
	page.submit("form[action$='/roles']:has(input[value=instructor])").wants(http.StatusOK, "The roles are changed")
	page.submit("form[action$='/roles']:has(input[value=instructor])").wants(http.StatusOK, "There was nothing to change") // a second click
	b.post(path+"/roles", "role", "guest", "act", "revoke").wants(http.StatusOK, "There was nothing to change")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || !got.Has(account.Instructor) {
		t.Errorf("%+v, %v", got, err)
	}
	if page.Find("form[action$='/roles']:has(input[value=administrator])").Length() != 0 {
		t.Error("one click makes an administrator")
	}
	give := page.follow("Give the role administrator").wants(http.StatusOK, "Give Amina Diallo the role administrator?", "a@example.com", "every page of the administration")
	give.submit("main form", "reason", " ").wants(http.StatusUnprocessableEntity, "Say why, for the record.", "Give Amina Diallo the role administrator?")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.Has(account.Administrator) {
		t.Errorf("%+v, %v", got, err)
	}
	give.submit("main form", "reason", "She runs the office.").wants(http.StatusOK, "The roles are changed")
	give.submit("main form", "reason", "She runs the office.").wants(http.StatusOK, "There was nothing to change")
	var details string
	w.must(w.db.Read(t.Context()).Raw("SELECT d.details FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.action = 'role.grant' ORDER BY e.id DESC LIMIT 1").Scan(&details).Error)
	if !strings.Contains(details, `"reason":"She runs the office."`) {
		t.Errorf("the record keeps %s", details)
	}
	b.get(path+"/edit").follow("Take the role administrator").submit("main form").wants(http.StatusOK, "The roles are changed")
	page.submit("form[action$='/block']", "reason", " ").wants(http.StatusUnprocessableEntity, "Give a reason")
	page.submit("form[action$='/block']", "reason", "chargeback").wants(http.StatusOK, "chargeback", "Blocked")
	b.get(path+"/edit").submit("form[action$='/unblock']").wants(http.StatusOK, "Active")

	self, err := w.svc.FindByEmail(t.Context(), "admin@example.com")
	w.must(err)
	own := b.get("/admin/people/" + self.ID + "/edit")
	own.submit("form[action$='/block']", "reason", "oops").wants(http.StatusConflict, "cannot block yourself")
	own.follow("Take the role administrator").wants(http.StatusOK, "Give up your own role administrator?", "You will lose every page of the administration").
		submit("main form").wants(http.StatusConflict, "last administrator")
	page.follow("Take the role therapist").submit("main form").wants(http.StatusOK, "The roles are changed")
	if p := b.get(path + "/roles/therapist"); p.path != path+"/edit" {
		t.Errorf("nothing to take at %s", p.path)
	}
}

func TestThePersonPageLeadsToWhatOthersKnow(t *testing.T) {
	day := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, func(_ *account.Deps, d *webaccount.Deps) {
		d.PersonTables = func(_ context.Context, id string) ([]kit.Table, error) {
			return []kit.Table{{ID: "things", Title: "Things", Head: []string{"What", "State"}, All: "/admin/things?person=" + id, Rows: [][]kit.Cell{
				{{Text: "First", Href: "/admin/things/1", Note: "of two"}, {Kind: "enrollment", Value: enrollment.Withdrawn}},
				{{Text: "Second"}, {Kind: "order", Value: payment.Order{State: payment.Paid}}},
				{{Day: &day}, {Kind: "certificate", Value: certificate.Superseded}},
				{{Text: "Fourth"}, {Kind: "request", Value: support.Answered}},
				{{Text: "Fifth"}, {Kind: "mail", Value: mail.Dead}},
				{{Text: "Sixth"}, {Kind: "accommodation", Value: struct {
					support.Accommodation
					Where string
				}{support.Accommodation{ExtraTimePercent: 50}, "Every course"}}},
			}}, {ID: "none", Title: "Nothing", None: "There is nothing."}}, nil
		}
	})
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a+b@example.com", "Amina Diallo", account.Therapist)
	page := w.as("admin@example.com").get("/admin/people/"+p.ID).wants(http.StatusOK, "First", "of two", "Withdrawn", "Paid", "November 2, 2026", "Superseded", "Answered",
		"Given up", "50% more time. Every course.", "All of this person", "There is nothing.")
	if href := page.Find("a:contains('Enroll')").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == "Enroll" }).AttrOr("href", ""); href != "/admin/enrollments/new?email=a%2bb%40example.com" {
		t.Errorf("enroll at %s", href)
	}
	if href := page.Find("a:contains('All of this person')").AttrOr("href", ""); href != "/admin/things?person="+p.ID {
		t.Errorf("all at %s", href)
	}
}

// DECISIONS 5: an administrator says where the corrected name goes that another
// was attested for; everywhere, unless they say otherwise.
func TestALegalNameReachesWhatIsNotPrintedYet(t *testing.T) {
	var name string
	var where []string
	fails := error(nil)
	w := newWorld(t, func(_ *account.Deps, d *webaccount.Deps) {
		d.OpenNames = func(context.Context, string) ([]webaccount.OpenName, error) {
			return []webaccount.OpenName{{EnrollmentID: "e1", Course: "One", Name: "Amina Old"}, {EnrollmentID: "e2", Course: "Two", Name: "A. Old"}}, nil
		}
		d.CorrectName = func(_ context.Context, _, to string, enrollments []string) error {
			name, where = to, enrollments
			return fails
		}
	})
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("admin@example.com")
	page := b.get("/admin/people/"+p.ID+"/edit").wants(http.StatusOK, "Print it here too", "One", "“Amina Old”", "“A. Old”")
	if n := page.Find("input[name=enrollment][checked]").Length(); n != 2 {
		t.Errorf("%d ticked", n)
	}
	both := "legal_name=++Amina++New+&enrollment=e1&enrollment=e2"
	b.do(http.MethodPost, "/admin/people/"+p.ID+"/legal-name", both).wants(http.StatusOK, "legal name is changed")
	if name != "Amina New" || fmt.Sprint(where) != "[e1 e2]" {
		t.Errorf("%q at %v", name, where)
	}
	fails = apperr.InvalidField("legal_name", "That is no name.")
	again := b.post("/admin/people/"+p.ID+"/legal-name", "legal_name", "x", "enrollment", "e2").wants(http.StatusUnprocessableEntity, "That is no name.")
	if got := again.Find("input[name=enrollment][checked]").AttrOr("value", ""); got != "e2" || again.Find("input[name=enrollment][checked]").Length() != 1 {
		t.Errorf("ticked again: %s", got)
	}
}

// Whoever gives their own role up is not left before a closed door.
func TestAnAdministratorGivesTheirOwnRoleUp(t *testing.T) {
	w := newWorld(t)
	p := w.create("admin@example.com", "Ada Admin", account.Administrator, account.Therapist)
	w.create("other@example.com", "Olga Other", account.Administrator)
	b := w.as("admin@example.com")
	ask := b.get("/admin/people/" + p.ID + "/edit").follow("Take the role administrator")
	if done := ask.submit("main form").wants(http.StatusOK, "You gave the role up"); done.path != "/account" {
		t.Errorf("at %s", done.path)
	}
	b.get("/admin/people").wants(http.StatusForbidden)
}

func TestPeopleListSortsAndPages(t *testing.T) {
	w := newWorld(t)
	w.create("zoe@example.com", "Ada Admin", account.Administrator)
	hash, err := w.svc.Hash(t.Context(), good)
	w.must(err)
	for n := range 55 {
		_, err := w.svc.Create(t.Context(), account.NewPerson{Email: fmt.Sprintf("p%02d@example.com", n), Name: "Person " + string(rune('A'+(54-n)/26)) + string(rune('A'+(54-n)%26)),
			Hash: hash, Roles: account.Roles[:1]})
		w.must(err)
	}
	b := w.as("zoe@example.com")
	first := func(p *page) string { return p.Find("tbody th").First().Text() }
	p := b.get("/admin/people")
	if first(p) != "Ada Admin" || p.Find("tbody tr").Length() != 50 {
		t.Fatalf("by name: %s", p.text())
	}
	p = b.get(p.Find("th a:contains('Email address')").AttrOr("href", ""))
	if first(p) != "Person CC" || p.Find("th[aria-sort=ascending]").Length() != 1 {
		t.Errorf("by address: %s", p.text())
	}
	p = b.get(p.Find("th a:contains('Email address')").AttrOr("href", "")).wants(http.StatusOK)
	if first(p) != "Ada Admin" {
		t.Errorf("by address, backward: %s", p.text())
	}
	p = b.get(p.Find("a:contains('Next')").AttrOr("href", ""))
	if first(p) != "Person BX" || p.Find("tbody tr").Length() != 6 {
		t.Errorf("the second page: %s", p.text())
	}
	if p = b.get(p.Find("a:contains('Previous')").AttrOr("href", "")); first(p) != "Ada Admin" || p.Find("tbody tr").Length() != 50 {
		t.Errorf("back: %s", p.text())
	}
	if csv := b.post("/admin/people.csv?sort=-created"); strings.Count(csv.body, "\n") != 57 {
		t.Errorf("csv of %d lines", strings.Count(csv.body, "\n"))
	}
	b.get("/admin/people?sort=age").wants(http.StatusOK, "of 56 shown")
	b.get("/admin/people?sort=-role").wants(http.StatusOK, "Ada Admin")
	for _, query := range []string{"state=gone", "role=king", "sort=created&after=" + kit.Cursor("soon", "x")} {
		b.get("/admin/people?"+query).wants(http.StatusUnprocessableEntity, "open the list again")
	}
}

// A guest's date is read in the zone of the provider, not in that of whoever types it.
func TestAGuestEndsWithTheProvidersDay(t *testing.T) {
	provider, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(_ *account.Deps, d *webaccount.Deps) { d.Zone = provider })
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b, path := w.as("admin@example.com"), "/admin/people/"+p.ID
	if b.get(path+"/edit").Find("input[value=guest] ~ * input[name=until], input[value=guest] ~ input[name=until]").Length() == 0 {
		t.Error("the form asks for no day")
	}
	grant := []string{"role", "guest", "act", "grant", "until", "soon"}
	b.post(path+"/roles", grant...).wants(http.StatusUnprocessableEntity, "Enter the date")
	b.post(path+"/roles", "role", "guest", "act", "gnarl").wants(http.StatusUnprocessableEntity, "give the role or to take it")
	b.post(path+"/roles", "role", "therapist").wants(http.StatusUnprocessableEntity, "give the role or to take it")
	last := w.now().In(provider).AddDate(0, 1, 0)
	grant[5] = "9999-12-31"
	b.post(path+"/roles", grant...).wants(http.StatusUnprocessableEntity, "within 10 years")
	grant[5] = last.Format(time.DateOnly)
	b.post(path+"/roles", grant...).wants(http.StatusOK, "The roles are changed", "guest")
	ends := time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, provider)
	for _, step := range []struct {
		at   time.Time
		want bool
	}{{ends.Add(-time.Second), true}, {ends, false}} {
		w.wait(step.at.Sub(w.now()))
		if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.Has(account.Guest) != step.want || !got.Has(account.Therapist) {
			t.Errorf("at %v: %+v, %v", step.at, got.Roles, err)
		}
	}
}

func TestAdministrativeActsNeedAFreshFactor(t *testing.T) {
	w := newWorld(t)
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("admin@example.com")
	secret := w.enrollTOTP(b)
	w.wait(11 * time.Minute)
	path := "/admin/people/" + p.ID
	b.post(path+"/block", "reason", "chargeback").wants(http.StatusForbidden, "Confirm that it is you")
	b.post(path+"/factors/remove").wants(http.StatusOK, "Confirm that it is you")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.BlockedAt != nil {
		t.Fatal("blocked without a fresh factor", err)
	}
	// The factor is asked for before anything is typed.
	asked := b.get(path+"/edit").wants(http.StatusOK, "Confirm that it is you")
	page := asked.submit("form[action$='/confirm']", "code", w.code(secret)).wants(http.StatusOK, "Change Amina Diallo")
	page.submit("form[action$='/block']", "reason", "chargeback").wants(http.StatusOK, "Blocked")
	w.wait(11 * time.Minute)
	if p := b.post("/admin/people.csv"); !strings.HasPrefix(p.path, "/account/security/confirm?next=") {
		t.Errorf("the export went through: %s", p.path)
	}
}

func TestAnAdministratorRemovesLostFactors(t *testing.T) {
	w := newWorld(t)
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	lost := w.as("a@example.com")
	w.enrollTOTP(lost)
	b := w.as("admin@example.com")
	path := "/admin/people/" + p.ID
	w.browser().post(path + "/factors/remove")
	lost.post(path + "/factors/remove").wants(http.StatusForbidden)
	b.get(path).wants(http.StatusOK, "Authenticator app")
	b.get(path+"/edit").follow("Remove the second factors").wants(http.StatusOK, "Remove the second factors of Amina Diallo?").
		submit("main form").wants(http.StatusOK, "The second factors are removed")
	if p := b.get(path + "/factors/remove"); p.path != path+"/edit" {
		t.Errorf("nothing to remove at %s", p.path)
	}
	b.post(path+"/factors/remove").wants(http.StatusOK, "The second factors are removed") // a second click
	b.post("/admin/people/none/factors/remove").wants(http.StatusNotFound)
	if p := lost.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the lost device is at %s", p.path)
	}
	self, err := w.svc.FindByEmail(t.Context(), "admin@example.com")
	w.must(err)
	b.post("/admin/people/"+self.ID+"/factors/remove").wants(http.StatusConflict, "under Security")
}
