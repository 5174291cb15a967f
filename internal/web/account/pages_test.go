package account_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account"
)

// enrollTOTP sets an app up through the pages and returns its secret.
func (w *world) enrollTOTP(b *browser) string {
	w.t.Helper()
	p := b.get("/account/security").submit("form[action='/account/security/totp']").wants(http.StatusOK, "Scan this")
	secret := strings.ReplaceAll(p.Find("code").First().Text(), " ", "")
	p.submit("form[action$='/confirm']", "code", "000000").wants(http.StatusUnprocessableEntity, "not right")
	p.submit("form[action$='/confirm']", "code", w.code(secret)).wants(http.StatusOK, "Your second factor is set up")
	return secret
}

func (w *world) code(secret string) string {
	c, err := totp.GenerateCode(secret, w.now())
	w.must(err)
	return c
}

func TestSignInErrorsAndOpenRedirects(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.browser()
	wrong := b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", "wrong wrong wrong").wants(http.StatusUnprocessableEntity)
	unknown := w.browser().get("/login").submit("form[action='/login']", "email", "b@example.com", "password", "wrong wrong wrong").wants(http.StatusUnprocessableEntity)
	if wrong.text() != unknown.text() {
		t.Error("the answers differ")
	}
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		in := w.browser().post("/login", "email", "a@example.com", "password", good, "next", next)
		if in.path != "/account" || in.status != http.StatusOK {
			t.Errorf("next %q leads to %s", next, in.path)
		}
	}
	if in := w.browser().get("/account/licenses").submit("form[action='/login']", "email", "a@example.com", "password", good); in.path != "/account/licenses" {
		t.Errorf("after signing in at %s", in.path)
	}
	w.must(w.svc.Block(t.Context(), p.ID, "test"))
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good).wants(http.StatusForbidden, "blocked").follow("Ask for help with a blocked account")
}

func TestSignInIsLimited(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for range 10 {
		b.post("/login", "email", "a@example.com", "password", "wrong wrong wrong").wants(http.StatusUnprocessableEntity)
	}
	b.post("/login", "email", "a@example.com", "password", "wrong wrong wrong").wants(http.StatusTooManyRequests, "try again in 15 minutes")
}

func TestForgotAndReset(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.browser()
	b.get("/password/forgot").submit("form[action='/password/forgot']", "email", "nonsense").wants(http.StatusUnprocessableEntity, "Enter an email address")
	b.get("/password/forgot").submit("form[action='/password/forgot']", "email", "a@example.com").wants(http.StatusOK, "If the address has an account")
	link := w.link()
	b.get(link).wants(http.StatusOK).submit("main form", "password", "password1234").wants(http.StatusUnprocessableEntity, "among the first that are tried")
	b.get(link).submit("main form", "password", "trombone Quarry lichen 58").wants(http.StatusOK, "Sign in")
	b.get(link).wants(http.StatusGone)
	b.get("/password/reset/unknown").wants(http.StatusGone)
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", "trombone Quarry lichen 58").wants(http.StatusOK, "Your account")
}

func TestProfileMailAndPassword(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b, other := w.as("a@example.com"), w.as("a@example.com")
	p := b.get("/account").submit("form[action='/account']", "name", "Ami <b>", "legal_name", "Amina B. Diallo").wants(http.StatusUnprocessableEntity)
	p = p.submit("form[action='/account']", "name", "Ami", "time_zone", "Asia/Tokyo").wants(http.StatusOK, "Your profile is saved")
	if !strings.Contains(p.Find("footer").Text(), "Signed in as Ami") || !strings.Contains(p.Find("footer").Text(), "Tokyo time") {
		t.Errorf("the next page shows the old profile: %s", p.Find("footer").Text())
	}
	b.get("/account/email").submit("form[action='/account/email']", "email", "new@example.com", "current_password", "wrong").wants(http.StatusUnprocessableEntity, "not your current password")
	b.get("/account/email").submit("form[action='/account/email']", "email", "new@example.com", "current_password", good).wants(http.StatusOK, "We sent a mail", "Changes to new@example.com as soon as")
	b.get(w.link()).submit("main form").wants(http.StatusOK, "Your email address is changed. Every other device is signed out.", "new@example.com")
	if p := other.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the other device is at %s", p.path)
	}
	other = w.as("new@example.com")

	b.get("/account/password").submit("form[action='/account/password']", "current_password", good, "password", "short").wants(http.StatusUnprocessableEntity, "at least 12")
	b.get("/account/password").submit("form[action='/account/password']", "current_password", good, "password", "trombone Quarry lichen 58").wants(http.StatusOK, "is changed")
	if p := other.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the other device is at %s", p.path)
	}
}

// Who was sent to add a license is led back, also after a slip.
func TestALicenseIsAddedOnTheWay(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	page := b.get("/account/licenses?next=/account/data").submit("form[action='/account/licenses']", "number", "none").wants(http.StatusUnprocessableEntity)
	page = page.submit("form[action='/account/licenses']", "profession", "nurse", "jurisdiction", "CA-ON", "number", "99").wants(http.StatusOK, "The license is saved")
	if page.path != "/account/data" {
		t.Errorf("the form leads to %s", page.path)
	}
}

func TestLicensePages(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("b@example.com", "Bo Borg", account.Therapist)
	b, stranger := w.as("a@example.com"), w.as("b@example.com")
	b.get("/account/licenses").wants(http.StatusOK, "No license yet").submit("form[action='/account/licenses']", "number", "none").wants(http.StatusUnprocessableEntity, "There is a problem")
	b.get("/account/licenses").submit("form[action='/account/licenses']", "profession", "psychologist", "jurisdiction", "CA-ON", "number", "4711", "expires_on", "2020-01-31").
		wants(http.StatusOK, "Ontario", "Psychologist", "4711", "January 31, 2020", "Expired")
	list, err := w.svc.Licenses(t.Context(), p.ID)
	w.must(err)
	path := "/account/licenses/" + list[0].ID
	stranger.get(path).wants(http.StatusNotFound)
	stranger.post(path, "profession", "nurse", "jurisdiction", "CA-ON", "number", "1").wants(http.StatusNotFound)
	stranger.post(path + "/remove").wants(http.StatusNotFound)
	b.get(path).wants(http.StatusOK).submit("form[action='"+path+"']", "number", "?").wants(http.StatusUnprocessableEntity)
	b.get(path).submit("form[action='"+path+"']", "expires_on", "").wants(http.StatusOK, "Not given")
	stranger.get(path + "/remove").wants(http.StatusNotFound)
	b.get(path).follow("Remove license").wants(http.StatusOK, "Remove license 4711?", "Psychologist, Ontario", "renewal periods in your license wallet go with it").submit("main form").wants(http.StatusOK, "No license yet")
	b.post(path+"/remove").wants(http.StatusOK, "is removed from your list") // a second click
	b.get(path).wants(http.StatusNotFound)
}

func TestSecurityPages(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("b@example.com", "Bo Borg", account.Therapist)
	b, second, stranger := w.as("a@example.com"), w.as("a@example.com"), w.as("b@example.com")
	p := b.get("/account/security").wants(http.StatusOK, "Firefox on Linux", "This one", "None is set up")
	action := p.Find("form[action*='/sessions/']:not([action*=others])").Last().AttrOr("action", "")
	stranger.post(action).wants(http.StatusNotFound)
	second.get("/account").wants(http.StatusOK)
	p.follow("Sign out everywhere else").wants(http.StatusOK, "You stay signed in here").submit("main form").wants(http.StatusOK, "Every other device is signed out")
	if p := second.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the other device is at %s", p.path)
	}

	// Ten minutes later the password is asked again before a factor is set up.
	w.wait(11 * time.Minute)
	p = b.get("/account/security").submit("form[action='/account/security/totp']").wants(http.StatusOK, "Confirm that it is you")
	p.submit("form[action$='/confirm']", "password", "wrong").wants(http.StatusUnprocessableEntity, "not right")
	p.submit("form[action$='/confirm']", "password", good).wants(http.StatusOK, "open for ten minutes", "Second factor")
	secret := w.enrollTOTP(b)
	p = b.get("/account/security").wants(http.StatusOK, "Without them, a lost device locks you out").submit("form[action$='/recovery-codes']").wants(http.StatusOK, "Your recovery codes")
	if p.Find("main li code").Length() != 10 || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("recovery codes: %s", p.text())
	}
	recovery := p.Find("main li code").First().Text()
	if again := b.get(p.path); again.Find("main li code").First().Text() != recovery {
		t.Errorf("loaded again: %s", again.text())
	}
	if again := b.post("/account/security/recovery-codes"); again.Find("main li code").First().Text() != recovery {
		t.Errorf("clicked again: %s", again.text())
	}
	stranger.get(p.path).wants(http.StatusOK, "Confirm that it is you")
	p.submit("main form").wants(http.StatusOK, "They are not shown again")
	b.get(p.path).wants(http.StatusOK, "are not shown any more")
	b.get("/account/security").follow("Make new codes").wants(http.StatusOK, "The 10 that you have left stop working")
	b.get("/account/security/totp").wants(http.StatusNotFound)

	// Sign in with the factor.
	w.wait(time.Minute)
	third := w.browser()
	p = third.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good).wants(http.StatusOK, "Second step")
	third.get("/account").wants(http.StatusOK, "Sign in") // not yet
	p.submit("form[action='/login/factor']", "code", "123").wants(http.StatusUnprocessableEntity, "not right")
	ticket := third.cookie("ticket")
	p.submit("form[action='/login/factor']", "code", w.code(secret)).wants(http.StatusOK, "Your account")
	third.setCookie("ticket", ticket) // a second click, sent before the first one's answer came
	p.submit("form[action='/login/factor']", "code", w.code(secret)).wants(http.StatusOK, "Your account")
	third.get("/account").wants(http.StatusOK, "Your account")
	fourth := w.browser()
	fourth.get("/login?next=/account/data").submit("form[action='/login']", "email", "a@example.com", "password", good).
		submit("form[action='/login/factor']", "code", recovery).wants(http.StatusOK, "What we hold about you")
	sure := fourth.get("/account/security").follow("Remove the authenticator app").wants(http.StatusOK, "your password alone signs you in")
	sure.submit("main form").wants(http.StatusOK, "It is removed")
	sure.submit("main form").wants(http.StatusOK, "It is removed") // a second click
	for _, path := range []string{"/totp/remove", "/recovery-codes"} {
		if p := fourth.get("/account/security" + path); p.path != "/account/security" {
			t.Errorf("nothing to ask about at %s", p.path)
		}
	}
	fourth.get("/account/security/passkeys/none/remove").wants(http.StatusNotFound)
	if p := w.browser().get("/login/factor"); p.path != "/login" {
		t.Errorf("without a ticket at %s", p.path)
	}
	if p := w.browser().post("/login/factor", "code", "123456"); p.path != "/login" {
		t.Errorf("without a ticket at %s", p.path)
	}
	fourth.get("/account/security").submit("form[action*='/sessions/']").wants(http.StatusOK)
}

// A way that a person does not have is not offered.
func TestTheSecondStepOffersRecoveryCodesOnlyToWhoHasSome(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	w.enrollTOTP(b)
	second := func() string {
		return w.browser().get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good).wants(http.StatusOK, "Second step").text()
	}
	if text := second(); strings.Contains(text, "recovery code") {
		t.Errorf("without codes: %s", text)
	}
	b.get("/account/security").wants(http.StatusOK, "Make recovery codes")
	b.get("/account/security/recovery-codes").wants(http.StatusOK, "Make recovery codes?").submit("main form").wants(http.StatusOK, "Your recovery codes")
	if text := second(); !strings.Contains(text, "recovery code") {
		t.Errorf("with codes: %s", text)
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	session, refresh := b.cookie("session"), b.cookie("refresh")
	b.gone(func() *page { return b.get("/account").submit("form[action='/logout']") })
	b.setCookie("session", session)
	b.setCookie("refresh", refresh)
	if p := b.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("kept cookies still work: %s", p.path)
	}
}

// gone signs out and fails the test if the browser was told to keep anything.
func (b *browser) gone(signOut func() *page) {
	b.w.t.Helper()
	var told string
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		told = r.Response.Header.Get("Clear-Site-Data")
		return nil
	}
	signOut().wants(http.StatusOK, "You are signed out")
	if b.cookie("session") != "" || b.cookie("refresh") != "" {
		b.w.t.Error("the cookies stayed")
	}
	if told != `"cache", "storage"` {
		b.w.t.Errorf("Clear-Site-Data: %s", told)
	}
}

func TestSignOutUnderDevices(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	b.gone(func() *page { return b.get("/account/security").submit("tr:has(.badge-info) form") })
}

func TestDataIsHandedOut(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	p := w.as("a@example.com").get("/account/data").wants(http.StatusOK).submit("form[action='/account/data']")
	var all struct {
		Account            account.Data
		Orders, Acts, None []string
	}
	if err := json.Unmarshal([]byte(p.body), &all); err != nil || all.Account.Person.Email != "a@example.com" || len(all.Orders) != 1 || len(all.Acts) != 2 || all.None == nil {
		t.Errorf("%v: %s", err, p.body)
	}
	if strings.Contains(p.body, "argon2") || !strings.HasPrefix(p.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v %s", p.header, p.body)
	}
}

func TestJWKS(t *testing.T) {
	w := newWorld(t)
	var set struct{ Keys []map[string]string }
	p := w.browser().get("/.well-known/jwks.json")
	if err := json.Unmarshal([]byte(p.body), &set); err != nil || len(set.Keys) != 1 || set.Keys[0]["kty"] != "EC" || set.Keys[0]["d"] != "" {
		t.Errorf("%v: %s", err, p.body)
	}
}

// A shared cache keeps the answer: it must not keep somebody's cookies with it.
func TestJWKSRenewsNobodysSession(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	w.wait(11 * time.Minute) // any page would renew now
	if p := b.get("/.well-known/jwks.json").wants(http.StatusOK); len(p.header.Values("Set-Cookie")) != 0 {
		t.Errorf("cookies %v", p.header.Values("Set-Cookie"))
	}
}

func TestPasskeyPageWithoutScripts(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.as("a@example.com").get("/account/security/passkeys").wants(http.StatusOK, "Add a passkey", "need JavaScript")
}
