package account_test

import (
	"slices"
	"strings"
	"sync"
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

func TestRecoveryCodesAreShownForTenMinutes(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	_, i := w.enrollTOTP(w.signIn("a@example.com").Identity)
	lists := make([][]string, 4)
	var wg sync.WaitGroup
	for n := range lists {
		wg.Go(func() {
			var err error
			if lists[n], err = w.svc.NewRecoveryCodes(t.Context(), i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, l := range lists {
		if !slices.Equal(l, lists[0]) {
			t.Errorf("clicks at once made %v and %v", l, lists[0])
		}
	}
	w.wait(10 * time.Minute)
	_, err := w.svc.RecoveryCodes(t.Context(), i)
	w.kind(err, apperr.NotFound, "")
	w.must(w.svc.Sweep(t.Context()))
	var n int64
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM recovery_sheets").Scan(&n).Error)
	if n != 0 {
		t.Errorf("%d sheets lie on", n)
	}
	m, err := w.svc.Methods(t.Context(), i.PersonID)
	if err != nil || m.RecoveryCodes != 10 {
		t.Errorf("%+v, %v", m, err)
	}
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
	w.post()
	again, err := w.svc.NewRecoveryCodes(t.Context(), i) // a second click
	shown, e := w.svc.RecoveryCodes(t.Context(), i)
	if err != nil || e != nil || !slices.Equal(again, codes) || !slices.Equal(shown, codes) || len(w.post()) != 0 {
		t.Fatalf("%v, %v, %v, %v, want %v", again, err, shown, e, codes)
	}
	w.must(w.svc.PutAwayRecoveryCodes(t.Context(), i))
	_, err = w.svc.RecoveryCodes(t.Context(), i)
	w.kind(err, apperr.NotFound, "")
	fresh, err := w.svc.NewRecoveryCodes(t.Context(), i)
	if err != nil || slices.Contains(fresh, codes[4]) {
		t.Fatal(fresh, err)
	}
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "recovery codes") {
		t.Errorf("mails %v", got)
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
	_, _, err = w.svc.Confirm(t.Context(), i, account.Proof{Password: good}) // it is, again
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
