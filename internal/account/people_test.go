package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

func TestCreate(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com", account.Instructor, account.Therapist)
	if p.EmailConfirmedAt == nil || !slices.Equal(p.Roles, []account.Role{account.Therapist, account.Instructor}) || p.State() != account.StateActive {
		t.Errorf("%+v", p)
	}
	until := w.now().Add(time.Hour)
	for field, n := range map[string]account.NewPerson{
		"email":    {Email: "x", Name: "A B", Password: good, Roles: account.Roles[:1]},
		"name":     {Email: "b@example.com", Password: good, Roles: account.Roles[:1]},
		"password": {Email: "b@example.com", Name: "A B", Password: "cocare-demo", Roles: account.Roles[:1]},
		"roles":    {Email: "b@example.com", Name: "A B", Password: good, Roles: []account.Role{account.Guest}},
	} {
		_, err := w.svc.Create(t.Context(), n)
		w.kind(err, apperr.Invalid, field)
	}
	_, err := w.svc.Create(t.Context(), account.NewPerson{Email: "A@EXAMPLE.com", Name: "A B", Password: good, Roles: account.Roles[:1]})
	w.kind(err, apperr.Invalid, "email")
	_, err = w.svc.Create(t.Context(), account.NewPerson{Email: "demo@example.com", Name: "A B", Password: "cocare-demo", Published: true, Roles: account.Roles[:1]})
	w.must(err)
	hash, err := w.svc.Hash(t.Context(), "cocare-demo")
	w.must(err)
	spent := w.svc.Hashes()
	for _, email := range []string{"one@example.com", "two@example.com"} {
		_, err := w.svc.Create(t.Context(), account.NewPerson{Email: email, Name: "A B", Hash: hash, Roles: account.Roles[:1]})
		w.must(err)
	}
	if w.svc.Hashes() != spent {
		t.Error("a hash that was given is computed again")
	}
	_, err = w.svc.SignIn(t.Context(), "two@example.com", "cocare-demo", account.Client{IP: "192.0.2.1"})
	w.must(err)
	g, err := w.svc.Create(t.Context(), account.NewPerson{Email: "g@example.com", Name: "G H", Password: good, Roles: []account.Role{account.Guest}, GuestUntil: &until})
	w.must(err)
	if !g.Has(account.Guest) {
		t.Error("no guest")
	}
	w.wait(time.Hour)
	if g, err = w.svc.Get(t.Context(), g.ID); err != nil || g.Has(account.Guest) {
		t.Errorf("%+v, %v: the guest's time is over", g, err)
	}
	_, err = w.svc.Get(t.Context(), "none")
	w.kind(err, apperr.NotFound, "")
}

// A date that a page read in a zone west of UTC ends at its own instant, not
// when the clocks of UTC show the same digits.
func TestAGuestsAccessEndsAtItsInstantInAnyZone(t *testing.T) {
	w := newWorld(t)
	zone, err := time.LoadLocation("America/Los_Angeles")
	w.must(err)
	until := w.now().Add(time.Hour).In(zone) // eight hours behind: 02:00 on the wall
	a, err := w.svc.Create(t.Context(), account.NewPerson{Email: "a@example.com", Name: "A B", Password: good, Roles: []account.Role{account.Guest}, GuestUntil: &until})
	w.must(err)
	b := w.create("b@example.com")
	w.must(w.setRole(b.ID, account.Guest, true, &until))
	for _, step := range []struct {
		wait time.Duration
		want bool
	}{{59 * time.Minute, true}, {time.Minute, false}} {
		w.wait(step.wait)
		for _, id := range []string{a.ID, b.ID} {
			if p, err := w.svc.Get(t.Context(), id); err != nil || p.Has(account.Guest) != step.want {
				t.Errorf("at %v: %+v, %v, want guest %v", w.now(), p.Roles, err, step.want)
			}
		}
	}
}

func TestRolesAndTheLastAdministrator(t *testing.T) {
	w := newWorld(t)
	a := w.create("a@example.com", account.Administrator)
	b := w.create("b@example.com")
	w.kind(w.setRole(a.ID, account.Administrator, false, nil), apperr.Conflict, "")
	w.kind(w.svc.Block(t.Context(), a.ID, "test"), apperr.Conflict, "")
	w.kind(w.setRole(b.ID, "king", true, nil), apperr.Invalid, "role")
	for years, want := range map[int]bool{10: true, 11: false, 8000: false} {
		until := w.now().AddDate(years, 0, 0)
		if _, err := w.svc.SetRole(t.Context(), b.ID, account.RoleChange{Role: account.Guest, On: true, Until: &until}); (err == nil) != want || err != nil && !apperr.Is(err, apperr.Invalid) {
			t.Errorf("a guest for %d years: %v", years, err)
		}
	}
	w.must(w.setRole(b.ID, account.Guest, false, nil))
	if changed, err := w.svc.SetRole(t.Context(), b.ID, account.RoleChange{Role: account.Guest}); err != nil || changed {
		t.Errorf("a role taken twice: %v, %v", changed, err)
	}
	for _, reason := range []string{"", " \u200b", strings.Repeat("x", apperr.MaxReason+1)} {
		_, err := w.svc.SetRole(t.Context(), b.ID, account.RoleChange{Role: account.Administrator, On: true, Reason: reason})
		w.kind(err, apperr.Invalid, "reason")
	}
	w.post()
	w.kind(w.setRole(b.ID, account.Guest, true, nil), apperr.Invalid, "until")
	w.kind(w.setRole("none", account.Instructor, true, nil), apperr.NotFound, "")
	w.must(w.setRole(b.ID, account.Administrator, true, nil))
	if got := w.post(); len(got) != 1 || !strings.Contains(got[0].Text, "administrator") {
		t.Errorf("mails %v", subjects(got))
	}
	w.must(w.setRole(b.ID, account.Administrator, true, nil)) // twice is once
	if got := w.post(); len(got) != 0 {
		t.Errorf("mails %v", subjects(got))
	}
	// Both remove each other at once: one stays.
	var wg sync.WaitGroup
	for _, id := range []string{a.ID, b.ID} {
		wg.Go(func() {
			if err := w.setRole(id, account.Administrator, false, nil); err != nil && !apperr.Is(err, apperr.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n, _, err := w.svc.Count(t.Context(), account.Filter{Role: account.Administrator}); err != nil || n != 1 {
		t.Errorf("%d administrators, %v", n, err)
	}
}

func TestBlockAndUnblock(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	w.kind(w.svc.Block(t.Context(), p.ID, " "), apperr.Invalid, "reason")
	w.kind(w.svc.Block(t.Context(), p.ID, strings.Repeat("x", 501)), apperr.Invalid, "reason")
	w.kind(w.svc.Block(t.Context(), "none", strings.Repeat("ß", 500)), apperr.NotFound, "") // characters, not bytes
	w.must(w.svc.Forgot(t.Context(), "a@example.com", home))
	token := w.tokenIn(w.post(), "Choose")
	w.must(w.svc.Block(t.Context(), p.ID, "chargeback"))
	w.kind(w.reset(token, "trombone Quarry lichen 58"), apperr.Gone, "")
	w.must(w.svc.Forgot(t.Context(), "a@example.com", home))
	if got := w.post(); len(got) != 0 {
		t.Errorf("mails %v to a blocked account", subjects(got))
	}
	if reason, err := w.svc.BlockReason(t.Context(), p.ID); err != nil || reason != "chargeback" {
		t.Error(reason, err)
	}
	w.must(w.svc.Unblock(t.Context(), p.ID))
	w.signIn("a@example.com")
	if got := w.audited(p.ID); !slices.Contains(got, "account.block") || !slices.Contains(got, "account.unblock") {
		t.Errorf("audit %v", got)
	}
}

func TestLicenses(t *testing.T) {
	w := newWorld(t)
	p, stranger := w.create("a@example.com"), w.create("b@example.com")
	day := "2027-03-31"
	ok := account.License{PersonID: p.ID, Profession: "psychologist", Jurisdiction: "US-CA", Number: " PSY  12345 ", ExpiresOn: &day}
	saved, err := w.svc.SaveLicense(t.Context(), ok)
	w.must(err)
	bad := "31.3.2027"
	for field, change := range map[string]func(*account.License){
		"profession":   func(l *account.License) { l.Profession = "wizard" },
		"jurisdiction": func(l *account.License) { l.Jurisdiction = "US-PR2" },
		"number":       func(l *account.License) { l.Number = "none" },
		"expires_on":   func(l *account.License) { l.ExpiresOn = &bad },
	} {
		l := ok
		change(&l)
		_, err := w.svc.SaveLicense(t.Context(), l)
		w.kind(err, apperr.Invalid, field)
	}
	far := ok
	far.ExpiresOn = new("9999-12-31")
	if _, err := w.svc.SaveLicense(t.Context(), far); len(apperr.FieldsOf(err)) != 1 || apperr.FieldsOf(err)[0].Msg != "Enter a date from 1950 through 2100." {
		t.Errorf("a year that cannot be: %v", err)
	}
	same := ok
	same.Number = "psy-12345"
	_, err = w.svc.SaveLicense(t.Context(), same)
	w.kind(err, apperr.Invalid, "number")

	theirs := saved
	theirs.PersonID = stranger.ID
	_, err = w.svc.SaveLicense(t.Context(), theirs)
	w.kind(err, apperr.NotFound, "")
	w.kind(w.svc.RemoveLicense(t.Context(), stranger.ID, saved.ID), apperr.NotFound, "")

	saved.ExpiresOn = nil
	_, err = w.svc.SaveLicense(t.Context(), saved)
	w.must(err)
	list, err := w.svc.Licenses(t.Context(), p.ID)
	if err != nil || len(list) != 1 || list[0].Number != "PSY 12345" || list[0].ExpiresOn != nil {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = w.svc.SaveLicense(t.Context(), saved) // a second click, as each below
	w.must(err)
	saved.ID = ""
	if twin, err := w.svc.SaveLicense(t.Context(), saved); err != nil || twin.ID != list[0].ID {
		t.Errorf("%+v, %v", twin, err)
	}
	saved.ID = list[0].ID
	w.must(w.svc.RemoveLicense(t.Context(), p.ID, saved.ID))
	w.must(w.svc.RemoveLicense(t.Context(), p.ID, saved.ID))
	w.kind(w.svc.RemoveLicense(t.Context(), stranger.ID, saved.ID), apperr.NotFound, "")
	if got := w.audited(p.ID); !slices.Equal(got[1:], []string{"license.add", "license.change", "license.remove"}) {
		t.Errorf("audit %v", got)
	}
}

func TestLegalNameIsLockedByACertificate(t *testing.T) {
	locked := false
	w := newWorld(t, func(d *account.Deps) {
		d.LegalNameLocked = func(context.Context, string) (bool, error) { return locked, nil }
		d.CheckName = func(name string) error {
			if strings.ContainsRune(name, 'ა') {
				return apperr.InvalidField("legal_name", "A certificate cannot print ა.")
			}
			return nil
		}
	})
	p := w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	w.kind(w.svc.ConfirmLegalName(t.Context(), p.ID, " "), apperr.Invalid, "legal_name")
	w.kind(w.svc.ConfirmLegalName(t.Context(), p.ID, "ანა"), apperr.Invalid, "legal_name")
	w.kind(w.svc.ConfirmLegalName(t.Context(), p.ID, "\u3164\u3164"), apperr.Invalid, "legal_name")
	w.kind(w.svc.ConfirmLegalName(t.Context(), p.ID, "Amina \u202eollaiD"), apperr.Invalid, "legal_name")
	w.must(w.svc.ConfirmLegalName(t.Context(), p.ID, "علی\u200cرضا"))
	w.must(w.svc.ConfirmLegalName(t.Context(), p.ID, "Amina  B. Diallo"))
	locked = true
	w.must(w.svc.ConfirmLegalName(t.Context(), p.ID, "Amina B. Diallo")) // unchanged
	w.kind(w.svc.ConfirmLegalName(t.Context(), p.ID, "Somebody Else"), apperr.Invalid, "legal_name")
	f := account.Profile{Name: "Ami", LegalName: "Amina B. Diallo", TimeZone: "Europe/Berlin", Profession: "psychologist"}
	_, i, err := w.svc.UpdateProfile(t.Context(), i, f)
	if err != nil || i.Name != "Ami" || i.TimeZone != "Europe/Berlin" {
		t.Fatalf("%+v, %v", i, err)
	}
	f.LegalName = "Somebody Else"
	_, _, err = w.svc.UpdateProfile(t.Context(), i, f)
	w.kind(err, apperr.Invalid, "legal_name")
	w.must(w.svc.SetLegalName(t.Context(), p.ID, "Amina Diallo-Stone"))
	if p, err = w.svc.Get(t.Context(), p.ID); err != nil || p.LegalName != "Amina Diallo-Stone" || p.Name != "Ami" {
		t.Errorf("%+v, %v", p, err)
	}
	w.kind(w.svc.SetLegalName(t.Context(), p.ID, " "), apperr.Invalid, "legal_name")
	if p, err = w.svc.Get(t.Context(), p.ID); err != nil || p.LegalName != "Amina Diallo-Stone" {
		t.Errorf("emptied: %+v, %v", p, err)
	}
	locked = false
	w.must(w.svc.SetLegalName(t.Context(), p.ID, ""))
}

func TestChangePasswordKeepsThisDeviceOnly(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	here, other := w.signIn("a@example.com"), w.signIn("a@example.com")
	_, _, err := w.svc.ChangePassword(t.Context(), here.Identity, "not my password", "trombone Quarry lichen 58")
	w.kind(err, apperr.Invalid, "current_password")
	_, _, err = w.svc.ChangePassword(t.Context(), here.Identity, good, "password1234")
	w.kind(err, apperr.Invalid, "password")
	_, _, err = w.svc.ChangePassword(t.Context(), here.Identity, good, good)
	w.kind(err, apperr.Invalid, "password")
	_, _, err = w.svc.ChangePassword(t.Context(), here.Identity, "not my password", "not my password")
	w.kind(err, apperr.Invalid, "current_password")
	_, _, err = w.svc.ChangePassword(t.Context(), here.Identity, good, "trombone Quarry lichen 58")
	w.must(err)
	tokens, _, err := w.svc.ChangePassword(t.Context(), here.Identity, good, "trombone Quarry lichen 58") // a second click
	w.must(err)
	_, _, err = w.svc.ChangePassword(t.Context(), here.Identity, good, "trombone Quarry lichen 59")
	w.kind(err, apperr.Invalid, "current_password")
	if got := slices.DeleteFunc(w.audited(here.Identity.PersonID), func(a string) bool { return !strings.HasPrefix(a, "account.password") }); !slices.Equal(got,
		[]string{"account.password_refused", "account.password_refused", "account.password", "account.password_refused"}) {
		t.Errorf("audit %v", got)
	}
	if _, err := w.svc.Authenticate(tokens.Access); err != nil {
		t.Error("this device lost its session:", err)
	}
	if _, _, err := w.svc.Refresh(t.Context(), other.Tokens.Refresh, home); err == nil {
		t.Error("the other device kept its session")
	}
}

func TestChangeOfAddress(t *testing.T) {
	w := newWorld(t)
	w.create("taken@example.com")
	p := w.create("a@example.com")
	in := w.signIn("a@example.com")
	request := func(to, password string) error { return w.svc.RequestEmail(t.Context(), in.Identity, to, password) }
	w.kind(request("nonsense", good), apperr.Invalid, "email")
	w.kind(request("new@example.com", "not my password"), apperr.Invalid, "current_password")
	w.kind(request("A@example.com", good), apperr.Invalid, "email")
	w.must(request("Taken@example.com", good))
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "already") {
		t.Errorf("mails %v", got)
	}
	w.must(request("new@example.com", good))
	token := w.tokenIn(w.post(), "Confirm")
	w.create("new@example.com") // somebody was faster
	w.kind(w.confirm(token), apperr.Invalid, "email")

	w.must(request("fresh@example.com", good))
	token = w.tokenIn(w.post(), "Confirm")
	w.must(w.confirm(token))
	w.must(w.confirm(token)) // a second click
	got := w.post()
	if len(got) != 1 || got[0].To.Email != "a@example.com" || strings.Contains(got[0].Text, "fresh@") {
		t.Errorf("notice %v", subjects(got))
	}
	if p, _ = w.svc.Get(t.Context(), p.ID); p.Email != "fresh@example.com" || p.EmailConfirmedAt == nil {
		t.Errorf("%+v", p)
	}
}

func TestAPendingChangeIsSentAgainOrCanceled(t *testing.T) {
	w := newWorld(t)
	w.create("taken@example.com")
	p := w.create("a@example.com")
	i, ctx := w.signIn("a@example.com").Identity, t.Context()
	request := func(to string) error { return w.svc.RequestEmail(ctx, i, to, good) }
	pending := func(want string) {
		t.Helper()
		if got, err := w.svc.PendingEmail(ctx, p.ID); err != nil || got.Email != want {
			t.Errorf("pending %q, %v, want %q", got.Email, err, want)
		}
	}
	w.kind(w.svc.ResendEmail(ctx, i, "new@example.com"), apperr.Gone, "")
	w.must(w.svc.CancelEmail(ctx, i, "new@example.com"))
	for range 2 { // the second click
		w.must(request("new@example.com"))
		w.must(w.svc.ResendEmail(ctx, i, "new@example.com"))
	}
	first := w.tokenIn(w.post(), "Confirm")
	w.wait(2 * 24 * time.Hour)
	i = w.signIn("a@example.com").Identity
	together(func() { w.must(w.svc.ResendEmail(ctx, i, "new@example.com")) }, func() { w.must(w.svc.ResendEmail(ctx, i, "new@example.com")) })
	second := w.tokenIn(w.post(), "Confirm")
	w.wait(2 * 24 * time.Hour) // the new link is good for as long as the first one was
	i = w.signIn("a@example.com").Identity
	pending("new@example.com")

	// Canceled, every link is dead; asked for again at once, there is a new one.
	w.must(w.svc.CancelEmail(ctx, i, "other@example.com"))
	pending("new@example.com")
	for range 2 {
		w.must(w.svc.CancelEmail(ctx, i, "new@example.com"))
	}
	pending("")
	w.kind(w.svc.ResendEmail(ctx, i, "new@example.com"), apperr.Gone, "")
	w.kind(w.confirm(first), apperr.Gone, "")
	w.kind(w.confirm(second), apperr.Gone, "")
	w.must(request("new@example.com"))
	_, err := w.svc.ConfirmEmail(ctx, w.tokenIn(w.post(), "Confirm"), i.SessionID, home)
	w.must(err)
	w.kind(w.svc.CancelEmail(ctx, i, "New@example.com"), apperr.Conflict, "")
	w.kind(w.svc.ResendEmail(ctx, i, "new@example.com"), apperr.Conflict, "")

	// The page does not tell whose address it is.
	w.must(request("taken@example.com"))
	w.wait(time.Minute)
	w.post()
	w.must(w.svc.ResendEmail(ctx, i, "taken@example.com"))
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "already") {
		t.Errorf("mails %v", got)
	}
	got := w.audited(p.ID)
	if count(got, "account.email_request") != 3 || count(got, "account.email_resend") != 2 || count(got, "account.email_cancel") != 1 {
		t.Errorf("audit %v", got)
	}
}

// TestACancelAndItsLinkMeet: one of the two happens.
func TestACancelAndItsLinkMeet(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		p := w.create("a@example.com")
		i := w.signIn("a@example.com").Identity
		w.must(w.svc.RequestEmail(t.Context(), i, "new@example.com", good))
		token := w.tokenIn(w.post(), "Confirm")
		var canceled, confirmed error
		together(func() { canceled = w.svc.CancelEmail(t.Context(), i, "new@example.com") }, func() { confirmed = w.confirm(token) })
		got, err := w.svc.Get(t.Context(), p.ID)
		w.must(err)
		if changed := got.Email == "new@example.com"; changed != (confirmed == nil) || changed != (canceled != nil) {
			t.Fatalf("address %s, cancel %v, link %v", got.Email, canceled, confirmed)
		}
	}
}

func TestExportHoldsWhatWeHold(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	_, err := w.svc.SaveLicense(t.Context(), account.License{PersonID: p.ID, Profession: "nurse", Jurisdiction: "CA-ON", Number: "77"})
	w.must(err)
	w.must(w.svc.SignOut(t.Context(), w.signIn("a@example.com").Tokens.Refresh))
	d, err := w.svc.Export(t.Context(), w.signIn("a@example.com").Identity)
	if err != nil || d.Person.Email != "a@example.com" || len(d.Licenses) != 1 || len(d.Devices) != 2 || d.Devices[0].EndedAt != nil || d.Devices[1].EndedAt == nil {
		t.Errorf("%+v, %v", d, err)
	}
	if got := w.audited(p.ID); got[len(got)-1] != "account.export" {
		t.Errorf("audit %v", got)
	}
}

func TestSweepKeepsWhatIsAlive(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	in := w.signIn("a@example.com")
	w.wait(11 * time.Minute)
	w.must(w.svc.Sweep(t.Context()))
	next, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
	w.must(err)
	w.wait(121 * 24 * time.Hour)
	w.must(w.svc.Sweep(t.Context()))
	if _, _, err := w.svc.Refresh(t.Context(), next.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error(err)
	}
	var left int64
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM sessions").Scan(&left).Error)
	if left != 0 {
		t.Errorf("%d dead sessions left", left)
	}
}
