package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/dbtest"
)

// together runs the acts at once.
func together(acts ...func()) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for _, act := range acts {
		wg.Go(func() { <-begin; act() })
	}
	close(begin)
	wg.Wait()
}

// crowd is many sign-ins with the first password, from addresses of their own,
// so that most of them wait for their turn to be hashed.
func (w *world) crowd(email string, in func(account.SignIn)) []func() {
	var mu sync.Mutex
	acts := make([]func(), 12)
	for n := range acts {
		acts[n] = func() {
			out, err := w.svc.SignIn(w.t.Context(), email, good, account.Client{IP: fmt.Sprintf("198.51.100.%d", n)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil && !apperr.Is(err, apperr.Invalid) {
				w.t.Error(err)
			}
			if err == nil {
				in(out)
			}
		}
	}
	return acts
}

func TestNoSessionOutlivesItsPassword(t *testing.T) {
	for name, change := range map[string]func(w *world, here account.SignIn) func() error{
		"changed": func(w *world, here account.SignIn) func() error {
			return func() error {
				_, _, err := w.svc.ChangePassword(w.t.Context(), here.Identity, good, theirs)
				return err
			}
		},
		"reset": func(w *world, _ account.SignIn) func() error {
			w.must(w.svc.Forgot(w.t.Context(), "a@example.com", home))
			link := w.tokenIn(w.post(), "Choose")
			return func() error { return w.reset(link, theirs) }
		},
		"taken over": func(w *world, _ account.SignIn) func() error {
			w.must(w.db.Conn(w.t.Context()).Exec("UPDATE people SET email_confirmed_at = NULL").Error)
			r := registration("a@example.com")
			r.Password = theirs
			w.must(w.svc.Register(w.t.Context(), r, home))
			link := w.tokenIn(w.post(), "Confirm")
			return func() error { return w.confirm(link) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.create("a@example.com")
			act := change(w, w.signIn("a@example.com"))
			var got []account.SignIn
			together(append(w.crowd("a@example.com", func(in account.SignIn) { got = append(got, in) }), func() {
				if err := act(); err != nil {
					t.Error(err)
				}
			})...)
			for _, in := range got {
				if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
					t.Error("a session of the old password goes on:", err)
				}
				if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
					t.Error("its access token counts")
				}
			}
		})
	}
}

// With a second factor, what the old password gives is a ticket.
func TestNoTicketOutlivesItsPassword(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	here := w.signIn("a@example.com")
	secret, i := w.enrollTOTP(here.Identity)
	w.wait(time.Minute)
	var got []account.SignIn
	together(append(w.crowd("a@example.com", func(in account.SignIn) { got = append(got, in) }), func() {
		_, _, err := w.svc.ChangePassword(t.Context(), i, good, theirs)
		if err != nil {
			t.Error(err)
		}
	})...)
	for _, in := range got {
		if _, _, err := w.svc.FinishSignIn(t.Context(), in.Ticket, code(w.totp(secret)), home); !apperr.Is(err, apperr.Unauthenticated) {
			t.Error("a ticket of the old password is good:", err)
		}
	}
}

// Who still knows the old password must not get a link to a mailbox of theirs
// out of the moment in which it is changed.
func TestNoLinkOutlivesItsPassword(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	owner, thief := w.signIn("a@example.com"), w.signIn("a@example.com")
	acts := []func(){func() {
		_, _, err := w.svc.ChangePassword(t.Context(), owner.Identity, good, theirs)
		if err != nil {
			t.Error(err)
		}
	}}
	for n := range 6 {
		acts = append(acts, func() {
			err := w.svc.RequestEmail(t.Context(), thief.Identity, fmt.Sprintf("thief%d@example.net", n), good)
			if err != nil && !apperr.Is(err, apperr.Invalid) && !apperr.Is(err, apperr.Unauthenticated) {
				t.Error(err)
			}
		})
	}
	together(acts...)
	for _, m := range w.post() {
		if link := linkPattern.FindStringSubmatch(m.Text); link != nil {
			w.kind(w.confirm(link[1]), apperr.Gone, "")
		}
	}
}

// meeting runs the acts at once and lets none pass the person's row before all
// have got to it, where the engine tells.
func (w *world) meeting(personID string, acts ...func()) {
	w.t.Helper()
	var wg sync.WaitGroup
	w.must(w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		if err := w.db.Conn(ctx).Exec("UPDATE people SET token_version = token_version WHERE id = ?", personID).Error; err != nil {
			return err
		}
		for _, act := range acts {
			wg.Go(act)
		}
		for waiting := 0; dbtest.OnPostgres() && waiting < len(acts); {
			// Past the transaction, which would see the same all the time.
			err := w.db.Read(w.t.Context()).Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting).Error
			if err != nil {
				return err
			}
		}
		return nil
	}))
	wg.Wait()
}

func TestAnAdministratorKeepsOneFactor(t *testing.T) {
	w := newWorld(t, func(d *account.Deps) { d.RequireAdminFactor = true })
	w.create("admin@example.com", account.Administrator)
	_, i := w.enrollTOTP(w.signIn("admin@example.com").Identity)
	w.must(w.db.Conn(t.Context()).Exec("INSERT INTO passkeys (id, person_id, name, credential, created_at) VALUES ('k', ?, 'k', '{}', ?)", i.PersonID, w.now()).Error)
	errs := make([]error, 2)
	w.meeting(i.PersonID, func() { _, _, errs[0] = w.svc.RemoveTOTP(t.Context(), i) },
		func() { _, _, errs[1] = w.svc.RemovePasskey(t.Context(), i, "k") })
	m, err := w.svc.Methods(t.Context(), i.PersonID)
	if err != nil || !m.Any() || (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%+v, %v: removals %v", m, err, errs)
	}
}

func TestTheLastOfTwoGuestDatesCounts(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		p := w.create("a@example.com")
		dates := []time.Time{w.now().AddDate(0, 1, 0), w.now().AddDate(0, 2, 0), w.now().AddDate(0, 3, 0)}
		acts := make([]func(), len(dates))
		for n := range dates {
			acts[n] = func() {
				if err := w.setRole(p.ID, account.Guest, true, &dates[n]); err != nil {
					t.Error(err)
				}
			}
		}
		together(acts...)
		if n := count(w.audited(p.ID), "role.grant"); n != len(dates) {
			t.Fatalf("of %d dates %d were stored", len(dates), n)
		}
		w.must(w.setRole(p.ID, account.Guest, true, &dates[0]))
		w.wait(32 * 24 * time.Hour)
		if p, err := w.svc.Get(t.Context(), p.ID); err != nil || p.Has(account.Guest) {
			t.Errorf("%+v, %v: a guest after the date that was set last", p.Roles, err)
		}
	}
}

func TestOfTwoActsAtOnceOneIsRecorded(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	in, other := w.signIn("a@example.com"), w.signIn("a@example.com")
	act := func(do func(ctx context.Context) error) func() {
		return func() {
			if err := do(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	twice := func(action string, want int, do func(ctx context.Context) error) {
		t.Helper()
		together(act(do), act(do), act(do))
		if n := count(w.audited(p.ID), action); n != want {
			t.Errorf("%s is recorded %d times, want %d", action, n, want)
		}
	}
	twice("session.end", 1, func(ctx context.Context) error { return w.svc.SignOut(ctx, in.Tokens.Refresh) })
	twice("session.end", 2, func(ctx context.Context) error {
		return w.svc.EndSession(ctx, in.Identity, other.Identity.SessionID)
	})
	twice("account.legal_name", 1, func(ctx context.Context) error { return w.svc.SetLegalName(ctx, p.ID, "Amina B. Diallo") })
	together(act(func(ctx context.Context) error { return w.svc.Block(ctx, p.ID, "first") }),
		act(func(ctx context.Context) error { return w.svc.Block(ctx, p.ID, "second") }))
	reason, err := w.svc.BlockReason(t.Context(), p.ID)
	w.must(err)
	w.must(w.svc.Block(t.Context(), p.ID, "third"))
	if again, err := w.svc.BlockReason(t.Context(), p.ID); err != nil || again != reason || count(w.audited(p.ID), "account.block") != 1 {
		t.Errorf("reason %q, then %q, %v; %d blocks", reason, again, err, count(w.audited(p.ID), "account.block"))
	}
	twice("account.unblock", 1, func(ctx context.Context) error { return w.svc.Unblock(ctx, p.ID) })
}
