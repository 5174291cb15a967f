package account_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

const theirs = "trombone Quarry lichen 58"

// squat registers another's address and leaves behind whatever gets that far:
// a session, a factor, a license, an open link to another address.
func (w *world) squat() account.SignIn {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(w.svc.Register(ctx, registration("victim@example.com"), home))
	w.post()
	in := w.signIn("victim@example.com")
	w.kind(w.svc.BeginTOTP(ctx, in.Identity), apperr.Forbidden, "")
	_, err := w.svc.BeginPasskey(ctx, in.Identity)
	w.kind(err, apperr.Forbidden, "")
	_, _, err = w.svc.ConfirmTOTP(ctx, in.Identity, "123456")
	w.kind(err, apperr.Forbidden, "")
	_, _, err = w.svc.AddPasskey(ctx, in.Identity, "challenge", "phone", nil)
	w.kind(err, apperr.Forbidden, "")
	// As if one had been added all the same.
	w.must(w.db.Conn(ctx).Exec("INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES ('k', ?, 'k', '{}', ?)", in.Identity.PersonID, w.now()).Error)
	_, err = w.svc.SaveLicense(ctx, account.License{PersonID: in.Identity.PersonID, Profession: "nurse", Jurisdiction: "CA-ON", Number: "666"})
	w.must(err)
	return in
}

// out fails the test if the session goes on.
func (w *world) out(in account.SignIn) {
	w.t.Helper()
	if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
		w.t.Error("the access token still counts")
	}
	if _, _, err := w.svc.Refresh(w.t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		w.t.Error("the session goes on:", err)
	}
}

// expelled fails the test if anything of a squatter is left.
func (w *world) expelled(in account.SignIn, change string) {
	w.t.Helper()
	ctx := w.t.Context()
	w.out(in)
	w.kind(w.confirm(change), apperr.Gone, "")
	out, err := w.svc.SignIn(ctx, "victim@example.com", theirs, home)
	if err != nil || out.Ticket != "" || !out.Identity.EmailConfirmed {
		w.t.Errorf("%+v, %v: the owner of the mailbox must get in", out, err)
	}
	_, err = w.svc.SignIn(ctx, "victim@example.com", good, home)
	w.kind(err, apperr.Invalid, "")
}

// linkTo returns the token of the one mail to an address.
func (w *world) linkTo(mails []mail.Mail, to string) string {
	w.t.Helper()
	return w.tokenIn(slices.DeleteFunc(mails, func(m mail.Mail) bool { return m.To.Email != to }), "")
}

func TestConfirmationEndsWhatASquatterBegan(t *testing.T) {
	w := newWorld(t)
	in := w.squat()
	w.must(w.svc.RequestEmail(t.Context(), in.Identity, "evil@example.net", good))
	change := w.linkTo(w.post(), "evil@example.net")

	r := registration("Victim@example.com")
	r.Name, r.Password, r.TimeZone = "Vera Victim", theirs, "Asia/Tokyo"
	w.must(w.svc.Register(t.Context(), r, home))
	link := w.linkTo(w.post(), "victim@example.com")
	// Until the mailbox has spoken, a second registration changes nothing: it may
	// be the squatter's.
	if p, err := w.svc.Get(t.Context(), in.Identity.PersonID); err != nil || p.Name != "Amina Diallo" {
		t.Errorf("%+v, %v", p, err)
	}
	w.signIn("victim@example.com")
	w.must(w.confirm(link))
	w.expelled(in, change)
	p, err := w.svc.Get(t.Context(), in.Identity.PersonID)
	if err != nil || p.Name != "Vera Victim" || p.TimeZone != "Asia/Tokyo" {
		t.Errorf("%+v, %v: the profile is still the squatter's", p, err)
	}
	if list, err := w.svc.Licenses(t.Context(), p.ID); err != nil || len(list) != 0 {
		t.Errorf("licenses %v, %v", list, err)
	}
}

func TestResetOfAnUnconfirmedAccountEndsWhatASquatterBegan(t *testing.T) {
	w := newWorld(t)
	in := w.squat()
	w.must(w.svc.RequestEmail(t.Context(), in.Identity, "evil@example.net", good))
	change := w.linkTo(w.post(), "evil@example.net")
	w.must(w.svc.Forgot(t.Context(), "victim@example.com", home))
	w.must(w.reset(w.tokenIn(w.post(), "Choose"), theirs))
	w.expelled(in, change)
}

func TestARepeatedRegistrationIsBoundToItsOwnLink(t *testing.T) {
	w := newWorld(t)
	r := registration("a@example.com")
	w.must(w.svc.Register(t.Context(), r, home))
	w.post()
	r.Password = theirs
	w.must(w.svc.Register(t.Context(), r, home))
	own := w.tokenIn(w.post(), "Confirm")
	r.Password = "squatter Ladder 4 pumpkin" // after the owner, before the owner's click
	w.must(w.svc.Register(t.Context(), r, home))
	last := w.tokenIn(w.post(), "Confirm")
	w.must(w.confirm(own))
	if _, err := w.svc.SignIn(t.Context(), "a@example.com", theirs, home); err != nil {
		t.Error("the password of the link that was used does not count:", err)
	}
	w.kind(w.confirm(last), apperr.Gone, "")
	// Once confirmed, a registration changes nothing and its mail has no link.
	w.wait(time.Minute)
	w.must(w.svc.Register(t.Context(), r, account.Client{IP: "192.0.2.9"}))
	if mails := w.post(); len(mails) != 1 || linkPattern.MatchString(mails[0].Text) {
		t.Errorf("mails %v", subjects(mails))
	}
}

func TestRegistrationIsAuditedWithThePerson(t *testing.T) {
	w := newWorld(t)
	w.must(w.svc.Register(t.Context(), registration("a@example.com"), home))
	p, err := w.svc.FindByEmail(t.Context(), "a@example.com")
	w.must(err)
	if got := w.audited(p.ID); !slices.Equal(got, []string{"account.register"}) { // before any job ran
		t.Errorf("audit %v", got)
	}
}

func TestARightPasswordOfABlockedAccountIsAudited(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	w.must(w.svc.Block(t.Context(), p.ID, "test"))
	_, err := w.svc.SignIn(t.Context(), "a@example.com", good, home)
	w.kind(err, apperr.Forbidden, "")
	if got := w.audited(p.ID); got[len(got)-1] != "account.sign_in_blocked" {
		t.Errorf("audit %v", got)
	}
}

// A link that was sent again belongs to no registration: it must not confirm the
// password of whoever registered the address first.
func TestALinkSentAgainConfirmsNoStrangersPassword(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.svc.Register(ctx, registration("victim@example.com"), home)) // with the stranger's password
	w.post()
	again := registration("victim@example.com")
	again.Password = theirs
	w.must(w.svc.Register(ctx, again, home))
	w.post()
	w.must(w.svc.ResendConfirmation(ctx, "victim@example.com", "", home))
	w.must(w.confirm(w.linkTo(w.post(), "victim@example.com")))
	for _, password := range []string{good, theirs} {
		_, err := w.svc.SignIn(ctx, "victim@example.com", password, home)
		w.kind(err, apperr.Invalid, "")
	}
	w.must(w.svc.Forgot(ctx, "victim@example.com", home))
	_, err := w.svc.Reset(ctx, w.linkTo(w.post(), "victim@example.com"), theirs, home)
	w.must(err)
	if _, err := w.svc.SignIn(ctx, "victim@example.com", theirs, home); err != nil {
		t.Error("the owner of the mailbox must get in:", err)
	}
}

// Who has the password alone is out as soon as the owner sets up a second
// factor, and never sees its secret.
func TestASecondFactorEndsSessionsThatNeverGaveOne(t *testing.T) {
	w := newWorld(t, func(d *account.Deps) { d.RequireAdminFactor = true })
	w.create("a@example.com", account.Administrator)
	thief, owner := w.signIn("a@example.com"), w.signIn("a@example.com")
	w.must(w.svc.BeginTOTP(t.Context(), owner.Identity))
	_, err := w.svc.PendingTOTP(t.Context(), thief.Identity)
	w.kind(err, apperr.NotFound, "")
	setup, err := w.svc.PendingTOTP(t.Context(), owner.Identity)
	w.must(err)
	_, _, err = w.svc.ConfirmTOTP(t.Context(), thief.Identity, w.totp(setup.Secret))
	w.kind(err, apperr.NotFound, "")

	now := owner.Identity
	_, now, err = w.svc.ConfirmTOTP(t.Context(), now, w.totp(setup.Secret))
	w.must(err)
	if !now.Has(account.Administrator) {
		t.Error("the owner is an administrator now")
	}
	w.out(thief)

	// A device that gave it stays when another is added.
	w.wait(time.Minute)
	in := w.signIn("a@example.com")
	_, second, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(w.totp(setup.Secret)), home)
	w.must(err)
	list, err := w.svc.Sessions(t.Context(), second)
	if err != nil || len(list) != 2 {
		t.Errorf("%d sessions, %v", len(list), err)
	}
}
