package account_test

import (
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	webaccount "github.com/atmacena/cocare/internal/web/account"
	"github.com/atmacena/cocare/internal/web/kit"
)

const wrote = "Thirty minutes of <b>notes</b>\nabout \"exposure\""

// mark is what a form says of whose page it stands on.
func mark(p account.Person) string { return (&kit.Viewer{PersonID: p.ID}).Mark() }

// revoked is a browser whose session was ended from another device.
func (w *world) revoked(p account.Person) *browser {
	w.t.Helper()
	b := w.as(p.Email)
	w.as(p.Email).post("/account/security/sessions/others/end")
	w.wait(11 * time.Minute)
	return b
}

func TestWhatSomebodyWroteOutlivesTheirSession(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.revoked(p)
	page := b.post("/echo?x=1", "words", wrote, "_owner", mark(p), "score", "4")
	page.wants(http.StatusUnauthorized, "You were signed out", "nothing is lost")
	if page.header.Get("Cache-Control") != "no-store" || strings.Contains(page.path, "Thirty") {
		t.Errorf("the page is kept: %v at %s", page.header, page.path)
	}
	page = page.submit("form[action='/login']", "email", "a@example.com", "password", "wrong wrong wrong")
	page.wants(http.StatusUnprocessableEntity)
	page = page.submit("form[action='/login']", "email", "a@example.com", "password", good)
	page.wants(http.StatusOK, "What you wrote", "Thirty minutes of <b>notes</b>", "It is not sent yet")
	if page.header.Get("Cache-Control") != "no-store" || page.Find(".typed b").Length() > 0 {
		t.Error("the page is kept by caches, or what was typed became markup")
	}
	if action := page.Find("main form").AttrOr("action", ""); action != "/echo?x=1" {
		t.Errorf("it goes to %q", action)
	}
	if got := page.submit("main form"); got.status != http.StatusOK || got.body != "a@example.com said "+wrote {
		t.Errorf("%d %q", got.status, got.body)
	}
}

func TestWhatSomebodyWroteGoesThroughTheSecondStep(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	first := w.as("a@example.com")
	w.enrollTOTP(first)
	first.get("/account").submit("form[action='/logout']")
	page := w.browser().post("/echo", "words", wrote)
	page = page.submit("form[action='/login']", "email", p.Email, "password", good)
	page.wants(http.StatusOK, "Second step", "What you wrote is not lost")
	page = page.submit("main form:not([hidden])", "code", "000000")
	page.wants(http.StatusUnprocessableEntity)
	if got := page.Find("main form:not([hidden]) input[name='unsent.words']").AttrOr("value", ""); got != wrote {
		t.Errorf("after a wrong code %q is left", got)
	}
}

func TestWhatSomebodyWroteIsNotSentByAnother(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("b@example.com", "Bo Berg", account.Therapist)
	page := w.browser().post("/echo", "words", wrote, "_owner", mark(p))
	page = page.submit("form[action='/login']", "email", "b@example.com", "password", good)
	page.wants(http.StatusConflict, "This page belongs to another account")
	if page.Find("main form").Length() > 0 {
		t.Error("another person gets a button")
	}
}

// Another site can prepare neither a link nor a form that makes somebody send what
// they did not write.
func TestNothingPreparedElsewhereIsSent(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	q := url.Values{"unsent-to": {"/echo"}, "unsent.words": {"prepared words"}, "email": {"a@example.com"}, "password": {good}}
	page := w.browser().get("/login?" + q.Encode())
	if page.Find("input[name^='unsent']").Length() > 0 || strings.Contains(page.body, "prepared words") {
		t.Error("an address fills the form")
	}
	for _, path := range []string{"/login", "/echo", "/login/factor"} {
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
			page := w.browser().do(http.MethodPost, path, q.Encode(), header[0], header[1])
			page.wants(http.StatusForbidden)
			if strings.Contains(page.body, "prepared words") {
				t.Errorf("%s with %s shows it", path, header)
			}
		}
	}
	for _, to := range []string{"https://evil.example/echo", "//evil.example", "/account", "/nothing", "/logout", "/account/password", "javascript:alert(1)", ""} {
		q.Set("unsent-to", to)
		page := w.browser().do(http.MethodPost, "/login", q.Encode())
		if to == "/account" { // a page, and a form too
			page.wants(http.StatusOK, "What you wrote")
		} else if page.status != http.StatusOK || page.path != "/account" {
			t.Errorf("to %q: %d at %s", to, page.status, page.path)
		}
	}
}

func TestWhatIsNotKept(t *testing.T) {
	w := newWorld(t)
	for name, p := range map[string]*page{
		"a password":  w.browser().post("/echo", "words", wrote, "new_password", "a secret of mine"),
		"a proof":     w.browser().post("/account/security/confirm", "code", "123456 and more", "words", wrote),
		"a button":    w.browser().post("/echo", "go", "next"),
		"a script's":  w.browser().do(http.MethodPost, "/echo", "words=long+enough", "Accept", "application/json"),
		"a long text": w.browser().post("/echo", "words", strings.Repeat("x", kit.MaxUnsentBytes)),
	} {
		if strings.Contains(p.body, "unsent") {
			t.Errorf("%s is kept: %s", name, p.text())
		}
	}
}

// A form that has no page of its own must not be where a sign-in leads.
func TestSignInLeadsToAPage(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	for next, want := range map[string]string{"/echo": "/account", "/account/data": "/account/data", "/account/email/resend": "/account", "/nothing": "/account"} {
		page := w.browser().get("/login?next=" + url.QueryEscape(next))
		if got := page.submit("form[action='/login']", "email", "a@example.com", "password", good); got.path != want {
			t.Errorf("next=%s leads to %s", next, got.path)
		}
	}
	for from, want := range map[string]string{"/account/licenses?x=1": "/login?next=%2Faccount%2Flicenses%3Fx%3D1", "/echo": "/login?next=%2Faccount%2Flicenses"} {
		page := w.browser().do(http.MethodPost, "/account/licenses", "", "Referer", w.base+from)
		if page.path != want {
			t.Errorf("from %s to %s", from, page.path)
		}
	}
}

// An administrator who has to set up a second factor first keeps what they wrote.
func TestWhatAnAdministratorWroteWaitsForTheFactor(t *testing.T) {
	w := newWorld(t, func(d *account.Deps, _ *webaccount.Deps) { d.RequireAdminFactor = true })
	w.create("admin@example.com", "Ada Admin", account.Administrator)
	b := w.as("admin@example.com")
	page := b.post("/echo", "words", wrote)
	page.wants(http.StatusOK, "What you wrote", "Your account needs a second factor first", "Thirty minutes")
	w.enrollTOTP(b)
	if got := page.submit("main form"); got.body != "admin@example.com said "+wrote {
		t.Errorf("%d %q", got.status, got.body)
	}
}

// A form that needs a fresh proof is carried through the proof.
func TestWhatSomebodyWroteGoesThroughTheProof(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	w.enrollTOTP(b)
	w.wait(11 * time.Minute)
	page := b.post("/fresh", "words", wrote, "_owner", mark(p))
	page.wants(http.StatusForbidden, "Confirm that it is you", "What you wrote is not lost")
	if got := page.Find("main form:not([hidden]) input[name='unsent.words']").AttrOr("value", ""); got != wrote {
		t.Errorf("%q is left", got)
	}
}

// A form that takes files is carried on as one, without them.
func TestAFormForFilesIsKeptWithoutAny(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	send := func(file string) *page {
		var body strings.Builder
		m := multipart.NewWriter(&body)
		w.must(m.WriteField("words", wrote))
		part, err := m.CreateFormFile("file", file)
		w.must(err)
		_, err = part.Write([]byte(file))
		w.must(err)
		w.must(m.Close())
		return w.browser().do(http.MethodPost, "/echo", body.String(), "Content-Type", m.FormDataContentType())
	}
	if p := send("picture.png"); strings.Contains(p.body, "unsent") {
		t.Error("a file is kept")
	}
	page := send("").wants(http.StatusUnauthorized).submit("form[action='/login']", "email", "a@example.com", "password", good)
	if got := page.wants(http.StatusOK, "Thirty minutes").Find("main form").AttrOr("enctype", ""); got != "multipart/form-data" {
		t.Errorf("it is sent as %q", got)
	}
	if got := page.submit("main form"); got.body != "a@example.com said "+wrote {
		t.Errorf("%d %q", got.status, got.body)
	}
}

// A link that is over leads to where one gets another, for the address typed before.
func TestAUsedLinkLeadsToAnother(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.browser()
	b.get("/password/forgot").submit("form[action='/password/forgot']", "email", "a@example.com")
	link := w.link()
	b.get(link).submit("main form", "password", "trombone Quarry lichen 58")
	for _, p := range []*page{b.get(link), b.post(link, "password", "trombone Quarry lichen 59")} {
		again := p.wants(http.StatusGone, "ask for a new one").follow("Ask for a new link")
		if got := again.Find("input[name='email']").AttrOr("value", ""); again.path != "/password/forgot" || got != "a@example.com" {
			t.Errorf("%s for %q", again.path, got)
		}
	}
}

// Whose role was taken meanwhile is shown what they wrote.
func TestWhatSomebodyWroteWithoutTheRoleIsShown(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.as("a@example.com").post("/admin/people/x/block", "reason", wrote).wants(http.StatusForbidden, "It was not sent", "Thirty minutes of <b>notes</b>")
}
