package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/apperr"
)

func TestSignInAnswersAlike(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	var messages []string
	for _, email := range []string{"a@example.com", "nobody@example.com", "no address at all"} {
		before := w.svc.Hashes()
		_, err := w.svc.SignIn(t.Context(), email, "wrong wrong wrong", home)
		w.kind(err, apperr.Invalid, "")
		if n := w.svc.Hashes() - before; n != 1 {
			t.Errorf("%s: %d hash computations, want 1", email, n)
		}
		messages = append(messages, apperr.Message(err))
	}
	if messages[0] != messages[1] || messages[0] != messages[2] {
		t.Errorf("messages differ: %q", messages)
	}
}

func TestRefreshRotates(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	in := w.signIn("a@example.com")
	w.wait(10*time.Minute + 6*time.Second)
	if _, err := w.svc.Authenticate(in.Tokens.Access); !apperr.Is(err, apperr.Unauthenticated) {
		t.Fatal("an expired token counts:", err)
	}
	next, i, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
	w.must(err)
	if next.Refresh == "" || next.Refresh == in.Tokens.Refresh {
		t.Fatal("not rotated")
	}
	if got, err := w.svc.Authenticate(next.Access); err != nil || got.PersonID != i.PersonID || got.SessionID != in.Identity.SessionID {
		t.Fatalf("%+v, %v", got, err)
	}

	w.wait(30 * time.Second) // still within the grace
	again, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
	if err != nil || again.Refresh != "" || again.Access == "" {
		t.Fatalf("within the grace: %+v, %v", again, err)
	}

	w.wait(time.Second) // reuse
	if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Fatal("a reused token counts:", err)
	}
	if _, _, err := w.svc.Refresh(t.Context(), next.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error("the family survived:", err)
	}
	if _, err := w.svc.Authenticate(next.Access); err == nil {
		t.Error("the family's access token survived")
	}
	if got := subjects(w.post()); len(got) != 1 || !strings.Contains(got[0], "signed out") {
		t.Errorf("mails %v", got)
	}
	if !slices.Contains(w.audited(i.PersonID), "session.reuse") {
		t.Error("not audited")
	}
}

func TestTwentyParallelRefreshesOneRotation(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	in := w.signIn("a@example.com")
	w.wait(11 * time.Minute)
	var wg sync.WaitGroup
	var rotated atomic.Int64
	for range 20 {
		wg.Go(func() {
			tokens, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := w.svc.Authenticate(tokens.Access); err != nil {
				t.Error(err)
			}
			if tokens.Refresh != "" {
				rotated.Add(1)
			}
		})
	}
	wg.Wait()
	if rotated.Load() != 1 {
		t.Errorf("%d rotations, want 1", rotated.Load())
	}
}

func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	in := w.signIn("a@example.com")
	w.wait(30*24*time.Hour + time.Second)
	if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error("an idle session lives:", err)
	}
	in = w.signIn("a@example.com")
	for range 8 { // used all the time, it ends after half a year all the same
		w.wait(20 * 24 * time.Hour)
		next, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
		w.must(err)
		in.Tokens = next
	}
	w.wait(21 * 24 * time.Hour)
	if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); !apperr.Is(err, apperr.Unauthenticated) {
		t.Error("a session lives for ever:", err)
	}
	for _, garbage := range []string{"", "x", strings.Repeat("x", 5000), in.Tokens.Access} {
		if _, _, err := w.svc.Refresh(t.Context(), garbage, home); !apperr.Is(err, apperr.Unauthenticated) {
			t.Errorf("%.10q: %v", garbage, err)
		}
	}
}

func TestDevices(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	w.create("b@example.com")
	here, other, stranger := w.signIn("a@example.com"), w.signIn("a@example.com"), w.signIn("b@example.com")
	list, err := w.svc.Sessions(t.Context(), here.Identity)
	w.must(err)
	if len(list) != 2 || list[0].Device != "Firefox on Windows" || list[0].Current == list[1].Current {
		t.Fatalf("devices %+v", list)
	}
	w.kind(w.svc.EndSession(t.Context(), here.Identity, stranger.Identity.SessionID), apperr.NotFound, "")
	w.kind(w.svc.EndSession(t.Context(), here.Identity, "none"), apperr.NotFound, "")
	w.must(w.svc.EndSession(t.Context(), here.Identity, other.Identity.SessionID))
	w.must(w.svc.EndSession(t.Context(), here.Identity, other.Identity.SessionID)) // a second click
	if _, err := w.svc.Authenticate(other.Tokens.Access); err == nil {
		t.Error("signed out, but the access token counts")
	}
	third := w.signIn("a@example.com")
	w.must(w.svc.EndOtherSessions(t.Context(), here.Identity))
	for name, in := range map[string]account.SignIn{"other": other, "third": third} {
		if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); err == nil {
			t.Errorf("%s is still signed in", name)
		}
	}
	for name, in := range map[string]account.SignIn{"here": here, "stranger": stranger} {
		if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); err != nil {
			t.Errorf("%s was signed out: %v", name, err)
		}
	}
	w.must(w.svc.SignOut(t.Context(), stranger.Tokens.Refresh))
	w.must(w.svc.SignOut(t.Context(), "unknown"))
	w.must(w.svc.EndOtherSessions(t.Context(), here.Identity))
	ended := slices.DeleteFunc(w.audited(here.Identity.PersonID), func(a string) bool { return !strings.HasPrefix(a, "session.") })
	if !slices.Equal(ended, []string{"session.end", "session.end_others"}) {
		t.Errorf("audit %v", ended)
	}
	if _, err := w.svc.Authenticate(stranger.Tokens.Access); err == nil {
		t.Error("signed out, but the access token counts")
	}
}

func TestRevocationReachesEveryReplica(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	there := w.replica()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go there.Run(ctx)
	in := w.signIn("a@example.com")
	if _, err := there.Authenticate(in.Tokens.Access); err != nil {
		t.Fatal(err)
	}
	w.must(w.svc.SignOut(t.Context(), in.Tokens.Refresh))
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := there.Authenticate(in.Tokens.Access); err != nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the other replica still accepts the token")
		}
	}
}

func TestTokensAreRevokedAtOnce(t *testing.T) {
	for name, act := range map[string]func(w *world, p account.Person, in account.SignIn) error{
		"role": func(w *world, p account.Person, _ account.SignIn) error {
			return w.setRole(p.ID, account.Instructor, true, nil)
		},
		"block": func(w *world, p account.Person, _ account.SignIn) error {
			return w.svc.Block(w.t.Context(), p.ID, "chargeback")
		},
		"password": func(w *world, _ account.Person, in account.SignIn) error {
			_, _, err := w.svc.ChangePassword(w.t.Context(), in.Identity, good, "trombone Quarry lichen 58")
			return err
		},
		"mail": func(w *world, _ account.Person, in account.SignIn) error {
			if err := w.svc.RequestEmail(w.t.Context(), in.Identity, "new@example.com", good); err != nil {
				return err
			}
			return w.confirm(w.tokenIn(w.post(), "Confirm"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.create("a@example.com")
			in := w.signIn("a@example.com")
			w.must(act(w, p, in))
			if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
				t.Error("the access token still counts")
			}
			_, i, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home)
			if name == "block" {
				w.kind(err, apperr.Unauthenticated, "")
				_, err = w.svc.SignIn(t.Context(), "a@example.com", good, home)
				w.kind(err, apperr.Forbidden, "")
				return
			}
			if name == "mail" {
				w.kind(err, apperr.Unauthenticated, "")
				return
			}
			w.must(err)
			if name == "role" && !i.Has(account.Instructor) {
				t.Errorf("identity %+v", i)
			}
		})
	}
}

func TestTheSessionKeyRotatesEveryNinetyDays(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	keys := func() []token.JWK {
		w.post() // periodic work runs along
		list, err := w.svc.JWKS()
		w.must(err)
		return list
	}
	first := keys()
	w.wait(90*24*time.Hour - time.Minute)
	if got := keys(); len(got) != 1 || got[0].Kid != first[0].Kid {
		t.Fatalf("rotated early: %v", got)
	}
	w.wait(24 * time.Hour)
	in := w.signIn("a@example.com")
	got := keys()
	if len(got) != 2 || got[0].Kid == first[0].Kid {
		t.Fatalf("not rotated: %v", got)
	}
	if _, err := w.svc.Authenticate(in.Tokens.Access); err != nil {
		t.Error("a token of the retired key must count until it expires:", err)
	}
	w.wait(time.Hour)
	if got := keys(); len(got) != 1 || got[0].Kid == first[0].Kid {
		t.Errorf("the retired key is still offered: %v", got)
	}
	var n int64
	w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'key.rotate'").Scan(&n).Error)
	if n != 1 {
		t.Errorf("%d rotations audited", n)
	}
}
