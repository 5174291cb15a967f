package account_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/account"
)

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
	if p := b.get(link).submit("main form").wants(http.StatusOK, "Your email address is confirmed."); p.path != "/account" || strings.Contains(p.text(), "signed every device out") {
		t.Errorf("at %s: %s", p.path, p.text())
	}
	other := w.browser().get(link)
	if p := other.wants(http.StatusOK, "is confirmed. Please sign in."); p.path != "/login" || p.Find("input[name=email]").AttrOr("value", "") != "a@example.com" {
		t.Errorf("at %s: %s", p.path, p.text())
	}
	b.get("/account/security").wants(http.StatusOK, "Set up")
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
	if text := p.text(); strings.Contains(text, "The link brings you back") || !strings.Contains(text, "the link in the new mail brings you back") {
		t.Errorf("the mail of the registration knows no way back: %s", text)
	}
	p.submit("form[action='/email/resend']").wants(http.StatusOK, "a new mail is on its way", "a@example.com")
	b.post("/logout")
	if p = b.get(w.link()).submit("main form").wants(http.StatusOK, "is confirmed. Please sign in."); p.path != "/login?next=%2Faccount%2Flicenses" {
		t.Fatalf("at %s", p.path)
	}
	if p = p.submit("form[action='/login']", "password", good); p.path != "/account/licenses" {
		t.Errorf("led on to %s", p.path)
	}
	b.post("/needs-confirmed").wants(http.StatusNoContent)
}
