package account_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
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
	b.get("/admin/people?q=nobody").wants(http.StatusOK, "Nobody matches")
	b.get("/admin/people?after=torn").wants(http.StatusUnprocessableEntity)
	if csv := b.get("/admin/people.csv?q=amina"); strings.Count(csv.body, "\n") != 2 || !strings.Contains(csv.body, "a@example.com,therapist,active") {
		t.Errorf("csv %q", csv.body)
	}
	b.get("/admin/people/none").wants(http.StatusNotFound)

	path := "/admin/people/" + p.ID
	b.get(path).wants(http.StatusOK, "Amina Diallo", "Ontario", "Enrollments", "therapist", "Change roles, name or access")
	w.as("a@example.com").get(path + "/edit").wants(http.StatusForbidden)
	b.get("/admin/people/none/edit").wants(http.StatusNotFound)
	page := b.get(path+"/edit").wants(http.StatusOK, "Change Amina Diallo")
	page.submit("form[action$='/legal-name']", "legal_name", "<script>").wants(http.StatusUnprocessableEntity)
	page.submit("form[action$='/legal-name']", "legal_name", "Amina B. Diallo").wants(http.StatusOK, "Amina B. Diallo", "legal name is changed")
	page.submit("form[action$='/roles']:has(input[value=instructor])").wants(http.StatusOK, "The roles are changed")
	page.submit("form[action$='/roles']:has(input[value=guest])", "until", "soon").wants(http.StatusUnprocessableEntity, "Enter the date")
	page.submit("form[action$='/roles']:has(input[value=guest])", "until", w.now().AddDate(0, 1, 0).Format("2006-01-02")).wants(http.StatusOK)
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || !got.Has(account.Instructor) || !got.Has(account.Guest) {
		t.Errorf("%+v, %v", got, err)
	}
	page.submit("form[action$='/block']", "reason", " ").wants(http.StatusUnprocessableEntity, "Give a reason")
	page.submit("form[action$='/block']", "reason", "chargeback").wants(http.StatusOK, "chargeback", "Blocked")
	b.get(path+"/edit").submit("form[action$='/unblock']").wants(http.StatusOK, "Active")

	self, err := w.svc.FindByEmail(t.Context(), "admin@example.com")
	w.must(err)
	own := b.get("/admin/people/" + self.ID + "/edit")
	own.submit("form[action$='/block']", "reason", "oops").wants(http.StatusConflict, "cannot block yourself")
	own.submit("form[action$='/roles']:has(input[value=administrator])").wants(http.StatusConflict, "last administrator")
}

func TestAdministrativeActsNeedAFreshFactor(t *testing.T) {
	w := newWorld(t)
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("admin@example.com")
	secret := w.enrollTOTP(b)
	w.wait(11 * time.Minute)
	path := "/admin/people/" + p.ID
	b.post(path+"/block", "reason", "chargeback").wants(http.StatusOK, "Confirm that it is you")
	b.post(path+"/factors/remove").wants(http.StatusOK, "Confirm that it is you")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.BlockedAt != nil {
		t.Fatal("blocked without a fresh factor", err)
	}
	// The factor is asked for before anything is typed.
	asked := b.get(path+"/edit").wants(http.StatusOK, "Confirm that it is you")
	page := asked.submit("form[action$='/confirm']", "code", w.code(secret)).wants(http.StatusOK, "Change Amina Diallo")
	page.submit("form[action$='/block']", "reason", "chargeback").wants(http.StatusOK, "Blocked")
	w.wait(11 * time.Minute)
	if p := b.get("/admin/people.csv"); !regexp.MustCompile(`^/account/security/confirm\?next=%2Fadmin%2Fpeople\.csv`).MatchString(p.path) {
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
	b.get(path+"/edit").submit("form[action$='/factors/remove']").wants(http.StatusOK, "The second factors are removed")
	b.post(path+"/factors/remove").wants(http.StatusOK, "The second factors are removed") // a second click
	b.post("/admin/people/none/factors/remove").wants(http.StatusNotFound)
	if p := lost.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the lost device is at %s", p.path)
	}
	self, err := w.svc.FindByEmail(t.Context(), "admin@example.com")
	w.must(err)
	b.post("/admin/people/"+self.ID+"/factors/remove").wants(http.StatusConflict, "under Security")
}
