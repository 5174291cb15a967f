package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
)

func TestSignInLimits(t *testing.T) {
	w := newWorld(t)
	w.create("a@example.com")
	w.signIn("a@example.com") // home is a known address from now on
	stranger := account.Client{IP: "198.51.100.9"}
	try := func(c account.Client, password string) error {
		_, err := w.svc.SignIn(t.Context(), "a@example.com", password, c)
		return err
	}
	for range 10 {
		w.kind(try(stranger, "wrong wrong wrong"), apperr.Invalid, "")
	}
	w.kind(try(stranger, good), apperr.Limited, "")
	w.must(try(home, good)) // the owner is not locked out

	// Many addresses: the account-wide limit stops them, but not the owner's.
	for n := range 95 {
		err := try(account.Client{IP: fmt.Sprintf("198.51.101.%d", n)}, "wrong wrong wrong")
		if apperr.Is(err, apperr.Limited) {
			break
		}
	}
	w.kind(try(account.Client{IP: "198.51.102.1"}, good), apperr.Limited, "")
	w.must(try(home, good))
	w.wait(15 * time.Minute)
	w.must(try(account.Client{IP: "198.51.102.1"}, good))
}

// Hundreds of guesses from everywhere keep the owner out nowhere: not in a browser
// in which they signed in, wherever it is now, nor with a reset mail.
func TestStrangersLockNobodyOut(t *testing.T) {
	w := newWorld(t)
	p := w.create("a@example.com")
	w.create("b@example.com")
	mark := w.svc.Remember(p.ID, "")
	guess := func(email string) (last error) {
		for n := range 60 {
			_, last = w.svc.SignIn(t.Context(), email, "wrong wrong wrong", account.Client{IP: fmt.Sprintf("198.51.%d.7", n)})
		}
		return last
	}
	known, unknown := guess("a@example.com"), guess("nobody@example.com")
	w.kind(known, apperr.Limited, "")
	if apperr.Message(known) != apperr.Message(unknown) || !strings.Contains(apperr.Message(known), "by mail") {
		t.Errorf("%v, and for an address that nobody has %v", known, unknown)
	}
	try := func(devices, password string) error {
		_, err := w.svc.SignIn(t.Context(), "a@example.com", password, account.Client{IP: "192.0.2.77", Devices: devices})
		return err
	}
	other, err := w.svc.FindByEmail(t.Context(), "b@example.com")
	w.must(err)
	for name, devices := range map[string]string{"none": "", "forged": mark[:len(mark)-4] + "AAAA", "another's": w.svc.Remember(other.ID, "")} {
		if err := try(devices, good); !apperr.Is(err, apperr.Limited) {
			t.Errorf("%s: %v", name, err)
		}
	}
	shared := w.svc.Remember(other.ID, mark)
	w.must(try(shared, good))
	// A known browser is no way to guess on.
	for range 10 {
		w.kind(try(shared, "wrong wrong wrong"), apperr.Invalid, "")
	}
	w.kind(try(mark, good), apperr.Limited, "")
	w.must(try(w.svc.Remember(p.ID, ""), good))

	for range 5 { // whoever spends the mails has sent the owner good links
		_ = w.svc.Register(t.Context(), registration("a@example.com"), home)
	}
	w.post()
	w.must(w.svc.Forgot(t.Context(), "a@example.com", home))
	w.must(w.reset(w.tokenIn(w.post(), "Choose"), "trombone Quarry lichen 58"))

	w.wait(account.DeviceLife + time.Second)
	w.kind(guess("a@example.com"), apperr.Limited, "")
	w.kind(try(mark, "trombone Quarry lichen 58"), apperr.Limited, "")
}

func TestABrowserRemembersFourPeople(t *testing.T) {
	w := newWorld(t)
	devices := ""
	for n := range 6 {
		devices = w.svc.Remember(fmt.Sprint("p", n), devices)
	}
	if again := w.svc.Remember("p5", devices); strings.Count(devices, ".") != 3 || strings.Count(again, ".") != 3 || len(again) > 1500 {
		t.Errorf("%q, then %q", devices, again)
	}
}
