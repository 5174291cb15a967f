package account_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

func registration(email string) account.Registration {
	return account.Registration{Name: "Amina Diallo", Email: email, Password: good, TimeZone: "America/Chicago"}
}

func TestRegisterConfirmSignIn(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.Register(t.Context(), registration("Amina@Example.com"), home))
	token := w.tokenIn(w.post(), "Confirm")

	in := w.signIn("amina@example.COM ")
	if in.Identity.EmailConfirmed || !in.Identity.Has(account.Therapist) || in.Identity.Email != "Amina@Example.com" {
		t.Fatalf("identity %+v", in.Identity)
	}
	for range 2 { // looking does not use it up
		email, done, err := w.svc.CheckConfirmLink(t.Context(), token, home)
		if err != nil || done || email != "Amina@Example.com" {
			t.Fatal(email, done, err)
		}
	}
	w.must(w.confirm(token))
	w.must(w.confirm(token)) // a second click
	if email, done, err := w.svc.CheckConfirmLink(t.Context(), token, home); err != nil || !done || email != "Amina@Example.com" {
		t.Error(email, done, err)
	}
	if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
		t.Error("an access token that says unconfirmed still counts")
	}
	// Nobody else registered it: the session goes on, and knows.
	if _, i, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); err != nil || !i.EmailConfirmed {
		t.Errorf("%+v, %v", i, err)
	}
	if i := w.signIn("amina@example.com").Identity; !i.EmailConfirmed {
		t.Errorf("identity %+v", i)
	}
	if got := w.audited(in.Identity.PersonID); !slices.Equal(got, []string{"account.register", "account.sign_in", "account.email_confirm", "account.sign_in"}) {
		t.Errorf("audit %v", got)
	}
}

// Four clicks at once send one mail and leave mails to be asked for; whoever fills
// in another password registers once more, or a stranger could be faster.
func TestClicksAtOnceRegisterOnce(t *testing.T) {
	for _, email := range []string{"new@example.com", "old@example.com"} {
		w := newWorld(t)
		w.create("old@example.com")
		r := registration(email)
		act := func() {
			if err := w.svc.Register(t.Context(), r, home); err != nil {
				t.Error(err)
			}
		}
		together(act, act, act, act)
		if got := w.post(); len(got) != 1 {
			t.Errorf("mails %v, want one", subjects(got))
		}
		r.Password = "trombone Quarry lichen 58"
		act()
		w.must(w.svc.ResendConfirmation(t.Context(), email, "", home))
		w.wait(time.Minute)
		act()
		if got := w.post(); len(got) < 2 {
			t.Errorf("mails %v, want one of each registration", subjects(got))
		}
	}
}

func TestRegisterAnswersAlike(t *testing.T) {
	w := newWorld(t)
	w.create("old@example.com")
	var spent []int64
	for _, email := range []string{"new@example.com", "OLD@example.com"} {
		before := w.svc.Hashes()
		w.must(w.svc.Register(t.Context(), registration(email), home))
		spent = append(spent, w.svc.Hashes()-before)
	}
	if spent[0] != 1 || spent[1] != 1 {
		t.Errorf("hash computations %v, want one each", spent)
	}
	mails := w.post()
	if len(mails) != 2 || mails[1].To.Email != "old@example.com" || !strings.Contains(mails[1].Subject, "already") {
		t.Errorf("mails %v", subjects(mails))
	}
	if _, err := w.svc.SignIn(t.Context(), "old@example.com", good, home); err != nil {
		t.Error("the password of the account must not change")
	}
}

func TestRegisterRefusesBadInput(t *testing.T) {
	w := newWorld(t)
	for field, change := range map[string]func(*account.Registration){
		"email":      func(r *account.Registration) { r.Email = "amina@nowhere" },
		"name":       func(r *account.Registration) { r.Name = "https://evil.example" },
		"password":   func(r *account.Registration) { r.Password = "amina-diallo-2026" },
		"time_zone":  func(r *account.Registration) { r.TimeZone = "Mars/Olympus" },
		"profession": func(r *account.Registration) { r.Profession = "wizard" },
	} {
		r := registration("a@example.com")
		change(&r)
		w.kind(w.svc.Register(t.Context(), r, home), apperr.Invalid, field)
	}
	for _, email := range []string{"", "a", "a@b@example.com", "A <a@example.com>", "a b@example.com", "a@[127.0.0.1]", strings.Repeat("x", 65) + "@example.com", "a@example.com\nBcc: b@example.com"} {
		r := registration(email)
		w.kind(w.svc.Register(t.Context(), r, home), apperr.Invalid, "email")
	}
	if len(w.post()) != 0 {
		t.Error("a refused registration sent mail")
	}
}

func TestParallelRegistrationsMakeOneAccount(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := w.svc.Register(t.Context(), registration("a@example.com"), home); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n, _, err := w.svc.Count(t.Context(), account.Filter{})
	if err != nil || n != 1 {
		t.Errorf("%d accounts, %v", n, err)
	}
}

func TestLinksExpire(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.Register(t.Context(), registration("a@example.com"), home))
	token := w.tokenIn(w.post(), "Confirm")
	w.wait(3*24*time.Hour + time.Second)
	w.kind(w.confirm(token), apperr.Gone, "")
	w.must(w.svc.ResendConfirmation(t.Context(), "a@example.com", "", home))
	w.must(w.confirm(w.tokenIn(w.post(), "Confirm")))
	w.must(w.svc.ResendConfirmation(t.Context(), "a@example.com", "", home))
	w.must(w.svc.ResendConfirmation(t.Context(), "nobody@example.com", "", home))
	if mails := w.post(); len(mails) != 0 {
		t.Errorf("mails %v for an address that needs none", subjects(mails))
	}
}

func TestForgotAndReset(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	in := w.signIn("a@example.com")
	before := w.svc.Hashes()
	w.must(w.svc.Forgot(t.Context(), "nobody@example.com", home))
	w.must(w.svc.Forgot(t.Context(), "A@example.com", home))
	if w.svc.Hashes() != before {
		t.Error("forgot spent a hash")
	}
	token := w.tokenIn(w.post(), "Choose")

	w.kind(w.reset(token, "amina-2026-now"), apperr.Invalid, "password")
	w.kind(w.reset(token+"x", "trombone Quarry lichen 58"), apperr.Gone, "")
	w.must(w.reset(token, "trombone Quarry lichen 58"))
	w.must(w.reset(token, "trombone Quarry lichen 58")) // a second click
	w.kind(w.reset(token, "trombone Quarry lichen 59"), apperr.Gone, "")

	if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
		t.Error("the access token outlived the reset")
	}
	if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error("the session outlived the reset:", err)
	}
	if _, err := w.svc.SignIn(t.Context(), "a@example.com", good, home); err == nil {
		t.Error("the old password still works")
	}
	if _, err := w.svc.SignIn(t.Context(), "a@example.com", "trombone Quarry lichen 58", home); err != nil {
		t.Error(err)
	}
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "password was changed") {
		t.Errorf("mails %v", got)
	}
	w.wait(time.Minute)
	w.kind(w.reset(token, "trombone Quarry lichen 58"), apperr.Gone, "")
	if !slices.Contains(w.audited(p.ID), "account.password_reset") {
		t.Error("the reset was not audited")
	}
}

func TestMailLimit(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.must(w.svc.Forgot(t.Context(), "a@example.com", home))
		w.wait(time.Minute)
	}
	err := w.svc.Forgot(t.Context(), "A@example.com", account.Client{IP: "198.51.100.1"})
	w.kind(err, apperr.Limited, "")
	if !strings.Contains(apperr.Message(err), "56 minutes") {
		t.Errorf("message %q does not say when", apperr.Message(err))
	}
	w.must(w.svc.Forgot(t.Context(), "b@example.com", home))
	w.wait(time.Hour)
	w.must(w.svc.Forgot(t.Context(), "a@example.com", home))
}
