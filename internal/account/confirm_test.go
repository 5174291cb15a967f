package account_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

func TestAChangeOfAddressEndsTheOtherSessions(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	here, there := w.signIn("a@example.com"), w.signIn("a@example.com")
	w.must(w.svc.RequestEmail(t.Context(), here.Identity, "new@example.com", good))
	done, err := w.svc.ConfirmEmail(t.Context(), w.tokenIn(w.post(), "Confirm"), here.Identity.SessionID, home)
	if err != nil || done != (account.Confirmation{Email: "new@example.com", Changed: true}) {
		t.Errorf("%+v, %v", done, err)
	}
	for _, in := range []account.SignIn{here, there} {
		if _, err := w.svc.Authenticate(in.Tokens.Access); err == nil {
			t.Error("an access token of the old address counts")
		}
	}
	if _, i, err := w.svc.Refresh(t.Context(), here.Tokens.Refresh, home); err != nil || i.Email != "new@example.com" {
		t.Errorf("here: %+v, %v", i, err)
	}
	_, _, err = w.svc.Refresh(t.Context(), there.Tokens.Refresh, home)
	w.kind(err, apperr.Unauthenticated, "")
}

// A proof that was given while a clock ran ahead is none when the clock is right.
func TestAProofOfAWrongClockIsNotFresh(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for age, fresh := range map[time.Duration]bool{0: true, 10 * time.Minute: true, 11 * time.Minute: false, -2 * time.Second: true, -time.Hour: false} {
		i := account.Identity{HasFactor: true, FactorAt: now.Add(-age)}
		for _, err := range []error{account.RequireFresh(i, now), account.RequireOwner(i, now),
			account.RequireOwner(account.Identity{AuthAt: now.Add(-age)}, now)} {
			if (err == nil) != fresh {
				t.Errorf("%s old: %v", age, err)
			}
		}
	}
}

// A header that says another time than the page misleads whoever retries by it.
func TestALockedAccountSaysOneTime(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	var err error
	for n := range 60 {
		_, err = w.svc.SignIn(t.Context(), "a@example.com", "wrong wrong wrong", account.Client{IP: "198.51." + strconv.Itoa(n) + ".7"})
	}
	w.kind(err, apperr.Limited, "")
	if got := apperr.AfterOf(err); got != 15*time.Minute {
		t.Errorf("after %s, and the page says %q", got, apperr.Message(err))
	}
}

func TestSweepDeletesOldTokensAndKeepsTheOthers(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	in := w.signIn("a@example.com")
	now, old := w.now(), w.now().Add(-61*24*time.Hour)
	for n := range 1203 {
		at := old
		if n%400 == 0 {
			at = now.Add(-59 * 24 * time.Hour)
		}
		w.must(w.db.Conn(t.Context()).Exec("INSERT INTO refresh_tokens (hash, session_id, created_at, rotated_at) VALUES (?, ?, ?, ?)",
			strconv.Itoa(n), in.Identity.SessionID, at, at).Error)
	}
	w.must(w.svc.Sweep(t.Context()))
	var left []string
	w.must(w.db.Read(t.Context()).Raw("SELECT hash FROM refresh_tokens WHERE length(hash) < 10 ORDER BY hash").Scan(&left).Error)
	if !slices.Equal(left, []string{"0", "1200", "400", "800"}) {
		t.Errorf("left: %v", left)
	}
	if _, _, err := w.svc.Refresh(t.Context(), in.Tokens.Refresh, home); err != nil {
		t.Error(err)
	}
}
