package account_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

// A second click on the button finds what the first one did: nobody is told that
// their code was wrong, and no failure is counted or recorded.
func TestTheSecondClickOfACode(t *testing.T) {
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
	c = w.totp(setup.Secret)
	errs := make([]error, 2)
	together(func() { _, _, errs[0] = w.svc.Confirm(t.Context(), i, code(c)) },
		func() { _, _, errs[1] = w.svc.Confirm(t.Context(), i, code(c)) })
	if errs[0] != nil || errs[1] != nil {
		t.Errorf("both at once: %v", errs)
	}
	for range 2 {
		_, _, err = w.svc.RemoveTOTP(t.Context(), i)
		w.must(err)
	}
	got := w.audited(p.ID)
	if slices.Contains(got, "account.factor_failed") || count(got, "factor.add") != 1 || count(got, "account.confirm") != 2 || count(got, "factor.remove") != 1 {
		t.Errorf("audit %v", got)
	}
}

func TestTheSecondClickAtSignIn(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	secret, _ := w.enrollTOTP(w.signIn("a@example.com").Identity)
	w.wait(time.Minute)
	in, c := w.signIn("a@example.com"), w.totp(secret)
	var sessions []string
	for range 2 {
		tokens, i, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home)
		w.must(err)
		if _, _, err := w.svc.Refresh(t.Context(), tokens.Refresh, home); err != nil {
			t.Error("the session does not go on:", err)
		}
		sessions = append(sessions, i.SessionID)
	}
	if sessions[0] != sessions[1] {
		t.Error("the second click opened another session")
	}
	_, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code("000000"), home)
	w.kind(err, apperr.Unauthenticated, "")

	w.wait(time.Minute)
	in, c = w.signIn("a@example.com"), w.totp(secret)
	errs := make([]error, 2)
	together(func() { _, _, errs[0] = w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home) },
		func() { _, _, errs[1] = w.svc.FinishSignIn(t.Context(), in.Ticket, code(c), home) })
	if errs[0] != nil || errs[1] != nil {
		t.Errorf("both at once: %v", errs)
	}
	if got := w.audited(p.ID); slices.Contains(got, "account.factor_failed") || count(got, "account.sign_in") != 3 {
		t.Errorf("audit %v", got)
	}
}

// TestTheSecondClickMailsNothing, whichever replica gets it; a later one mails again.
func TestTheSecondClickMailsNothing(t *testing.T) {
	w := newWorld(t)
	other := w.replica()
	w.must(w.svc.Register(t.Context(), registration("new@example.com"), home))
	w.create("a@example.com")
	w.post()
	resend := func(s *account.Service) error {
		return s.ResendConfirmation(t.Context(), "new@example.com", "/courses", home)
	}
	forgot := func(s *account.Service) error { return s.Forgot(t.Context(), "A@example.com", home) }
	for _, ask := range []func(*account.Service) error{resend, forgot} {
		for range 2 { // half a minute apart
			errs := make([]error, 4)
			together(func() { errs[0] = ask(w.svc) }, func() { errs[1] = ask(other) }, func() { errs[2] = ask(w.svc) }, func() { errs[3] = ask(other) })
			if got := w.post(); len(got) != 1 || errors.Join(errs...) != nil {
				t.Errorf("mails %v, %v", subjects(got), errs)
			}
			w.wait(30 * time.Second)
		}
	}
	// Neither door closes the other, and a link to another page is another act.
	w.must(errors.Join(forgot(w.svc), w.svc.ResendConfirmation(t.Context(), "new@example.com", "", home)))
	if got := w.post(); len(got) != 2 {
		t.Errorf("mails %v", subjects(got))
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
