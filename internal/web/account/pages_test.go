package account_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account"
	webaccount "github.com/atmacena/cocare/internal/web/account"
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

func TestFromRegistrationToTheAccountPage(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	p := b.get("/register").wants(http.StatusOK).submit("form[action='/register']", "name", "Amina Diallo", "email", "amina@example", "password", "short")
	p.wants(http.StatusUnprocessableEntity, "There is a problem", "at least 12 characters")
	if p.Find("input[name=name]").AttrOr("value", "") != "Amina Diallo" || p.Find("input[name=password]").AttrOr("value", "") != "" {
		t.Error("what was typed must stay, the password must not")
	}
	p.submit("form[action='/register']", "email", "amina@example.com", "password", good, "time_zone", "").wants(http.StatusUnprocessableEntity, "Choose a time zone")
	p.submit("form[action='/register']", "email", "amina@example.com", "password", good, "time_zone", "Europe/Berlin").wants(http.StatusOK, "Check your mail")
	link := w.link()
	p = b.get(link).wants(http.StatusOK, "amina@example.com") // a scanner opens it
	if p.header.Get("Cache-Control") != "no-store" || p.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", p.header)
	}
	b.get(link).wants(http.StatusOK).submit("main form").wants(http.StatusOK, "is confirmed", "Sign in")
	p.submit("main form").wants(http.StatusOK, "is confirmed", "Sign in") // a second click
	b.get(link).wants(http.StatusOK, "is confirmed", "Sign in")
	b.get("/email/confirm/unknown").wants(http.StatusGone)
	b.get("/login").submit("form[action='/login']", "email", "amina@example.com", "password", good).wants(http.StatusOK, "Your account")
	if p := b.get("/register"); p.path != "/account" {
		t.Errorf("signed in, /register shows %s", p.path)
	}
	if p := b.get("/login?next=/account/licenses"); p.path != "/account/licenses" {
		t.Errorf("signed in, /login shows %s", p.path)
	}
}

// Who comes from a course page to register gets there in the end, also when the
// mail is opened in another browser; nobody is led off the site.
func TestRegistrationLeadsOn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	to, _ := b.get("/login?next=/account/licenses").Find("main a[href^='/register']").Attr("href")
	b.get(to).wants(http.StatusOK).
		submit("form[action='/register']", "name", "A", "email", "bad").wants(http.StatusUnprocessableEntity).
		submit("form[action='/register']", "name", "Amina", "email", "amina@example.com", "password", good, "time_zone", "UTC").wants(http.StatusOK, "Check your mail")
	other := w.browser()
	p := other.get(w.link()).submit("main form").wants(http.StatusOK, "is confirmed")
	if p = p.submit("form[action='/login']", "email", "amina@example.com", "password", good); p.path != "/account/licenses" {
		t.Errorf("led on to %s", p.path)
	}
	if p := w.browser().get("/register?next=//evil.example/"); p.Find("input[name=next]").Length() != 0 {
		t.Error("the form carries an address elsewhere")
	}
}

func TestRegistrationAnswersAlikeForAKnownAddress(t *testing.T) {
	w := newWorld(t)
	w.create("old@example.com", "Olga Old", account.Therapist)
	var pages []string
	for _, email := range []string{"new@example.com", "old@example.com"} {
		p := w.browser().get("/register").submit("form[action='/register']", "name", "Amina Diallo", "email", email, "password", good, "time_zone", "UTC")
		pages = append(pages, p.path+p.text())
	}
	if pages[0] != strings.ReplaceAll(pages[1], "old@", "new@") {
		t.Errorf("the answers differ:\n%s\n%s", pages[0], pages[1])
	}
}

func TestUnconfirmedPersonMayAskForTheMailAgain(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.get("/register").submit("form[action='/register']", "name", "Amina Diallo", "email", "a@example.com", "password", good, "time_zone", "UTC")
	p := b.get("/register/sent").wants(http.StatusOK, "We sent a mail to a@example.com")
	if p.Find("input[name=email]").AttrOr("value", "") != "a@example.com" || strings.Contains(p.path, "a@") {
		t.Errorf("the address that was typed: %s", p.text())
	}
	w.browser().get("/register/sent").wants(http.StatusOK, "to the address that you gave")
	b.get("/register/sent").submit("form[action='/email/resend']", "email", "nonsense").wants(http.StatusUnprocessableEntity, "Enter an email address")
	b.get("/register/sent").submit("form[action='/email/resend']", "email", "a@example.com").wants(http.StatusOK, "a new mail is on its way")
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good)
	b.get("/account").wants(http.StatusOK, "not confirmed").submit("form[action='/email/resend']").wants(http.StatusOK, "a new mail is on its way")
	b.get("/account/security").wants(http.StatusOK, "Confirm your email address first")
	b.post("/account/security/totp").wants(http.StatusForbidden, "confirm your email address first")
	link := w.link()
	b.get(link).submit("main form").wants(http.StatusOK, "is confirmed", "we signed every device out", "Sign in")
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good)
	if p := b.get(link); p.path != "/account" || strings.Contains(p.text(), "signed every device out") {
		t.Errorf("the link once more, signed in again: at %s: %s", p.path, p.text())
	}
	if p := b.get("/email/unconfirmed?next=/account/data"); p.path != "/account/data" {
		t.Errorf("nothing to confirm at %s", p.path)
	}
}

// Who must confirm first is led back to what they wanted, also when the mail is
// opened after the sign-in ended.
func TestEnrollingLeadsToTheConfirmationAndBack(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.get("/register").submit("form[action='/register']", "name", "Amina Diallo", "email", "a@example.com", "password", good, "time_zone", "UTC")
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good)
	p := b.do(http.MethodPost, "/needs-confirmed", "", "Referer", w.base+"/account/licenses").wants(http.StatusOK, "Confirm your email address first", "a@example.com")
	if p.path != "/email/unconfirmed?next=%2Faccount%2Flicenses" {
		t.Fatalf("at %s", p.path)
	}
	p = p.submit("form[action='/email/resend']").wants(http.StatusOK, "a new mail is on its way", "a@example.com")
	if p = b.get(w.link()).submit("main form").wants(http.StatusOK, "please sign in"); p.path != "/login?next=%2Faccount%2Flicenses" {
		t.Fatalf("at %s", p.path)
	}
	if p = p.submit("form[action='/login']", "email", "a@example.com", "password", good); p.path != "/account/licenses" {
		t.Errorf("led on to %s", p.path)
	}
	b.post("/needs-confirmed").wants(http.StatusNoContent)
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
	b.get("/login").submit("form[action='/login']", "email", "a@example.com", "password", good).wants(http.StatusForbidden, "blocked")
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
	if !strings.Contains(p.Find("footer").Text(), "Signed in as Ami") || !strings.Contains(p.Find("footer").Text(), "Asia/Tokyo") {
		t.Errorf("the next page shows the old profile: %s", p.Find("footer").Text())
	}
	b.get("/account/email").submit("form[action='/account/email']", "email", "new@example.com", "current_password", "wrong").wants(http.StatusUnprocessableEntity, "not your current password")
	b.get("/account/email").submit("form[action='/account/email']", "email", "new@example.com", "current_password", good).wants(http.StatusOK, "We sent a mail", "Changes to new@example.com as soon as")
	b.get(w.link()).submit("main form").wants(http.StatusOK, "is confirmed", "new@example.com")

	b.get("/account/password").submit("form[action='/account/password']", "current_password", good, "password", "short").wants(http.StatusUnprocessableEntity, "at least 12")
	b.get("/account/password").submit("form[action='/account/password']", "current_password", good, "password", "trombone Quarry lichen 58").wants(http.StatusOK, "is changed")
	if p := other.get("/account"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the other device is at %s", p.path)
	}
}

// A pending change looks alike whether or not somebody has the address, and stands
// there until the link has expired.
func TestAPendingAddressIsShown(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	w.create("taken@example.com", "Tilda Taken", account.Therapist)
	b := w.as("a@example.com")
	for _, to := range []string{"new@example.com", "taken@example.com"} {
		p := b.get("/account/email").submit("form[action='/account/email']", "email", to, "current_password", good)
		if text := p.wants(http.StatusOK, "Changes to "+to).text(); strings.Count(text, "Changes to") != 1 {
			t.Errorf("%s: %s", to, text)
		}
	}
	w.wait(3 * 24 * time.Hour)
	if text := b.get("/account").wants(http.StatusOK).text(); strings.Contains(text, "Changes to") {
		t.Errorf("the link has expired: %s", text)
	}
}

func TestALockedLegalNameIsNoField(t *testing.T) {
	locked := false
	w := newWorld(t, func(d *account.Deps, _ *webaccount.Deps) {
		d.LegalNameLocked = func(context.Context, string) (bool, error) { return locked, nil }
	})
	p := w.create("a@example.com", "Amina Diallo", account.Therapist)
	b := w.as("a@example.com")
	stale := b.get("/account").submit("form[action='/account']", "legal_name", "Amina B. Diallo").wants(http.StatusOK, "Your profile is saved")
	locked = true
	page := b.get("/account").wants(http.StatusOK, "Amina B. Diallo", "so we change it for you", "Ask for a change of your legal name")
	if page.Find("[name=legal_name]").Length() != 0 {
		t.Error("a locked name looks as if one could type it")
	}
	page.submit("form[action='/account']", "name", "Ami").wants(http.StatusOK, "Your profile is saved")
	stale.submit("form[action='/account']", "legal_name", "Somebody Else").wants(http.StatusUnprocessableEntity, "ask an administrator")
	if got, err := w.svc.Get(t.Context(), p.ID); err != nil || got.LegalName != "Amina B. Diallo" || got.Name != "Ami" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFormsTakeNamesOfOneLength(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Administrator)
	b := w.as("a@example.com")
	p, err := w.svc.FindByEmail(t.Context(), "a@example.com")
	w.must(err)
	for path, names := range map[string]string{"/account": "[name=name], [name=legal_name]", "/admin/people/" + p.ID + "/edit": "[name=legal_name]"} {
		b.get(path).Find(names).Each(func(_ int, s *goquery.Selection) {
			if got := s.AttrOr("maxlength", ""); got != strconv.Itoa(account.MaxName) {
				t.Errorf("%s takes %s characters, want %d", path, got, account.MaxName)
			}
		})
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
	b.get(path).follow("Remove license").wants(http.StatusOK, "Remove license 4711?", "Psychologist, Ontario").submit("main form").wants(http.StatusOK, "No license yet")
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
