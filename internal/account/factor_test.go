package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/apperr"
)

func code(c string) account.Proof { return account.Proof{Proof: factor.Proof{Code: c}} }

// enrollTOTP sets an app up and returns its secret and the new identity.
func (w *world) enrollTOTP(i account.Identity) (string, account.Identity) {
	w.t.Helper()
	w.must(w.svc.BeginTOTP(w.t.Context(), i))
	setup, err := w.svc.PendingTOTP(w.t.Context(), i)
	w.must(err)
	_, i, err = w.svc.ConfirmTOTP(w.t.Context(), i, w.totp(setup.Secret))
	w.must(err)
	return setup.Secret, i
}

func (w *world) totp(secret string) string {
	w.t.Helper()
	c, err := totp.GenerateCode(secret, w.now())
	w.must(err)
	return c
}

func TestSecondFactorAtSignIn(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	secret, _ := w.enrollTOTP(w.signIn("a@example.com").Identity)
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "authenticator app") {
		t.Errorf("mails %v", got)
	}

	in := w.signIn("a@example.com")
	if in.Ticket == "" || in.Tokens.Access != "" || in.Tokens.Refresh != "" {
		t.Fatalf("%+v: the password alone must not sign in", in)
	}
	// The code of the setup was used then; it does not sign in.
	_, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(w.totp(secret)), home)
	w.kind(err, apperr.Invalid, "code")
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code("000000"), home)
	w.kind(err, apperr.Invalid, "code")
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, account.Proof{Password: good}, home)
	w.kind(err, apperr.Invalid, "code")

	w.wait(30 * time.Second)
	c := w.totp(secret)
	tokens, i, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(c[:3]+" "+c[3:]), home)
	w.must(err)
	if !i.HasFactor || !i.FactorAt.Equal(w.now()) || tokens.Refresh == "" {
		t.Errorf("identity %+v", i)
	}
	w.must(account.RequireFresh(i, w.now()))
	w.kind(account.RequireFresh(i, w.now().Add(10*time.Minute+time.Second)), apperr.Forbidden, "")

	// Neither ticket nor code serves twice.
	w.wait(31 * time.Second)
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home)
	w.kind(err, apperr.Unauthenticated, "")
	again := w.signIn("a@example.com")
	_, _, err = w.svc.FinishSignIn(t.Context(), again.Ticket, code(c), home)
	w.kind(err, apperr.Invalid, "code")
	w.wait(10*time.Minute + time.Second)
	_, _, err = w.svc.FinishSignIn(t.Context(), again.Ticket, code(w.totp(secret)), home)
	w.kind(err, apperr.Unauthenticated, "")
}

func TestFactorGuessesAreLimited(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	secret, _ := w.enrollTOTP(w.signIn("a@example.com").Identity)
	w.wait(time.Hour)
	in := w.signIn("a@example.com")
	for range 10 {
		_, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code("000000"), home)
		w.kind(err, apperr.Invalid, "code")
	}
	_, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(w.totp(secret)), account.Client{IP: "198.51.100.1"})
	w.kind(err, apperr.Limited, "")
}

func TestRecoveryCodes(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	first := w.signIn("a@example.com").Identity
	_, err := w.svc.NewRecoveryCodes(t.Context(), first)
	w.kind(err, apperr.Conflict, "")
	_, i := w.enrollTOTP(first)
	codes, err := w.svc.NewRecoveryCodes(t.Context(), i)
	if err != nil || len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
		t.Fatal(codes, err)
	}
	in := w.signIn("a@example.com")
	sloppy := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(codes[3], "-", " "), "0", "o"))
	if _, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(sloppy), home); err != nil {
		t.Fatal(err)
	}
	in = w.signIn("a@example.com")
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code(codes[3]), home)
	w.kind(err, apperr.Invalid, "code")
	m, err := w.svc.Methods(t.Context(), i.PersonID)
	if err != nil || m.RecoveryCodes != 9 {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := w.svc.NewRecoveryCodes(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code(codes[4]), home)
	w.kind(err, apperr.Invalid, "code")
}

func TestChangesToFactorsNeedAFreshProof(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	w.wait(10*time.Minute + time.Second)
	w.kind(w.svc.BeginTOTP(t.Context(), i), apperr.Forbidden, "")
	_, _, err := w.svc.Confirm(t.Context(), i, account.Proof{Password: "not my password"})
	w.kind(err, apperr.Invalid, "password")
	_, i, err = w.svc.Confirm(t.Context(), i, account.Proof{Password: good})
	w.must(err)
	secret, i := w.enrollTOTP(i)

	w.wait(10*time.Minute + time.Second)
	_, _, err = w.svc.RemoveTOTP(t.Context(), i)
	w.kind(err, apperr.Forbidden, "")
	_, _, err = w.svc.Confirm(t.Context(), i, account.Proof{Password: good}) // the password is no longer enough
	w.kind(err, apperr.Invalid, "password")
	_, i, err = w.svc.Confirm(t.Context(), i, code(w.totp(secret)))
	w.must(err)
	_, i, err = w.svc.RemoveTOTP(t.Context(), i)
	if err != nil || i.HasFactor {
		t.Fatalf("%+v, %v", i, err)
	}
	_, i, err = w.svc.Confirm(t.Context(), i, account.Proof{Password: good}) // it is, again
	w.must(err)
}

func TestAdministratorsNeedAFactorWhereTheSiteSaysSo(t *testing.T) {
	strict := func(d *account.Deps) { d.RequireAdminFactor = true }
	w := newWorld(t, strict)
	w.create("admin@example.com", account.Administrator)
	in := w.signIn("admin@example.com")
	i, err := w.svc.Authenticate(in.Tokens.Access)
	if err != nil || !i.Enroll || i.Has(account.Administrator) {
		t.Fatalf("%+v, %v: no role counts before the factor", i, err)
	}
	_, i = w.enrollTOTP(i)
	if i.Enroll || !i.Has(account.Administrator) {
		t.Fatalf("%+v", i)
	}
	_, _, err = w.svc.RemoveTOTP(t.Context(), i)
	w.kind(err, apperr.Conflict, "")
	if m, err := w.svc.Methods(t.Context(), i.PersonID); err != nil || !m.TOTP {
		t.Errorf("%+v, %v: the refused removal changed something", m, err)
	}

	w = newWorld(t)
	w.create("admin@example.com", account.Administrator)
	i = w.signIn("admin@example.com").Identity
	if i.Enroll || account.RequireFresh(i, w.now().Add(time.Hour)) != nil {
		t.Errorf("%+v: the demonstration asks for no factor", i)
	}
}

func TestAFailedPasskeySpendsItsChallenge(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	i := w.signIn("a@example.com").Identity
	ch, err := w.svc.BeginPasskey(t.Context(), i)
	w.must(err)
	_, _, err = w.svc.AddPasskey(t.Context(), i, ch.ID, "phone", []byte("{}"))
	w.kind(err, apperr.Invalid, "")
	var left int64
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM passkey_challenges").Scan(&left).Error)
	if left != 0 {
		t.Error("the challenge serves another try")
	}
}

func TestAnAdministratorRemovesLostFactors(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	w.must(w.svc.RemoveFactors(t.Context(), p.ID)) // none: nothing to do, nothing to tell
	if got := w.post(); len(got) != 0 || slices.Contains(w.audited(p.ID), "factor.remove_all") {
		t.Errorf("mails %v", subjects(got))
	}
	w.kind(w.svc.RemoveFactors(t.Context(), "none"), apperr.NotFound, "")
	first := w.signIn("a@example.com")
	secret, i := w.enrollTOTP(first.Identity)
	_, err := w.svc.NewRecoveryCodes(t.Context(), i)
	w.must(err)
	ticket := w.signIn("a@example.com").Ticket
	w.post()
	w.must(w.svc.RemoveFactors(t.Context(), p.ID))
	if _, _, err := w.svc.Refresh(t.Context(), first.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error("a session proven by the lost factor goes on:", err)
	}
	w.wait(time.Minute)
	_, _, err = w.svc.FinishSignIn(t.Context(), ticket, code(w.totp(secret)), home)
	w.kind(err, apperr.Unauthenticated, "")
	if in := w.signIn("a@example.com"); in.Ticket != "" || in.Identity.HasFactor {
		t.Errorf("%+v", in)
	}
	if m, err := w.svc.Methods(t.Context(), p.ID); err != nil || m != (account.Methods{}) {
		t.Errorf("%+v, %v", m, err)
	}
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "factors were removed") {
		t.Errorf("mails %v", got)
	}
	if !slices.Contains(w.audited(p.ID), "factor.remove_all") {
		t.Error("not audited")
	}
}

// A second click on the button finds what the first one did: nobody is told that
// their code was wrong, and no failure is counted or recorded.
func TestTheSecondClickOfASecondFactor(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	first := w.signIn("a@example.com").Identity
	w.must(w.svc.BeginTOTP(t.Context(), first))
	setup, err := w.svc.PendingTOTP(t.Context(), first)
	w.must(err)
	var i account.Identity
	for range 2 {
		_, i, err = w.svc.ConfirmTOTP(t.Context(), first, w.totp(setup.Secret))
		w.must(err)
	}
	_, _, err = w.svc.ConfirmTOTP(t.Context(), i, "000000")
	w.kind(err, apperr.NotFound, "")

	w.wait(time.Minute)
	c := w.totp(setup.Secret)
	for range 2 {
		_, _, err = w.svc.Confirm(t.Context(), i, code(c))
		w.must(err)
	}
	w.wait(time.Minute)
	in, c := w.signIn("a@example.com"), w.totp(setup.Secret)
	var sessions []string
	var last account.Tokens
	twice := func() {
		tokens, i, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home)
		w.must(err)
		sessions, last = append(sessions, i.SessionID), tokens
	}
	twice()
	twice()
	if sessions[0] != sessions[1] {
		t.Error("the second click opened another session")
	}
	if _, _, err := w.svc.Refresh(t.Context(), last.Refresh, home); err != nil {
		t.Error("the second click's session does not go on:", err)
	}
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code("000000"), home)
	w.kind(err, apperr.Unauthenticated, "")
	if got := w.audited(p.ID); slices.Contains(got, "account.factor_failed") || count(got, "account.confirm") != 1 || count(got, "factor.add") != 1 {
		t.Errorf("audit %v", got)
	}

	// Both at once.
	w.wait(time.Minute)
	in, c = w.signIn("a@example.com"), w.totp(setup.Secret)
	errs := make([]error, 2)
	together(func() { _, _, errs[0] = w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home) },
		func() { _, _, errs[1] = w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home) })
	w.wait(time.Minute)
	c = w.totp(setup.Secret)
	_, i, err = w.svc.FinishSignIn(t.Context(), w.signIn("a@example.com").Ticket, code(c), home)
	w.must(err)
	w.wait(time.Minute)
	c = w.totp(setup.Secret)
	more := make([]error, 2)
	together(func() { _, _, more[0] = w.svc.Confirm(t.Context(), i, code(c)) },
		func() { _, _, more[1] = w.svc.Confirm(t.Context(), i, code(c)) })
	for _, err := range append(errs, more...) {
		if err != nil {
			t.Error(err)
		}
	}

	for range 2 {
		_, _, err = w.svc.RemoveTOTP(t.Context(), i)
		w.must(err)
	}
	if got := w.audited(p.ID); slices.Contains(got, "account.factor_failed") || count(got, "factor.remove") != 1 {
		t.Errorf("audit %v", got)
	}
}

func count(list []string, what string) (n int) {
	for _, s := range list {
		if s == what {
			n++
		}
	}
	return n
}

// A code is spent together with the ticket that it was given for.
func TestACodeIsNotSpentInVain(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	_, i := w.enrollTOTP(w.signIn("a@example.com").Identity)
	codes, err := w.svc.NewRecoveryCodes(t.Context(), i)
	w.must(err)
	in := w.signIn("a@example.com")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET blocked_at = ? WHERE id = ?", w.now(), p.ID).Error)
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code(codes[0]), home)
	w.kind(err, apperr.Forbidden, "")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE people SET blocked_at = NULL").Error)
	if m, err := w.svc.Methods(t.Context(), p.ID); err != nil || m.RecoveryCodes != 10 {
		t.Errorf("%+v, %v", m, err)
	}
	_, _, err = w.svc.FinishSignIn(t.Context(), in.Ticket, code(codes[0]), home)
	w.must(err)
}

func TestAPasskeyRemovedBeforeLeavesRemoved(t *testing.T) {
	w := newWorld(t)
	p, other := w.create("a@example.com"), w.create("b@example.com")
	_, i := w.enrollTOTP(w.signIn("a@example.com").Identity)
	for id, owner := range map[string]string{"k": p.ID, "theirs": other.ID} {
		w.must(w.db.Conn(t.Context()).Exec("INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES (?, ?, 'k', '{}', ?)", id, owner, w.now()).Error)
	}
	for range 2 {
		_, _, err := w.svc.RemovePasskey(t.Context(), i, "k")
		w.must(err)
	}
	for _, id := range []string{"theirs", "none"} {
		_, _, err := w.svc.RemovePasskey(t.Context(), i, id)
		w.kind(err, apperr.NotFound, "")
	}
	if got := w.audited(p.ID); count(got, "factor.remove") != 1 {
		t.Errorf("audit %v", got)
	}
	w.wait(25 * time.Hour)
	w.must(w.svc.Sweep(t.Context()))
	var left int64
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM removals").Scan(&left).Error)
	if left != 0 {
		t.Error("removals are remembered for ever")
	}
}
