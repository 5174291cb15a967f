package limit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

func ring(t *testing.T) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(nil, make([]byte, 32), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Who reads the table must not find the address by hashing them all.
func TestAnAddressIsNotFoundByTrying(t *testing.T) {
	d := dbtest.New(t)
	rule := limit.Rule{Door: "test", Max: 2, Per: time.Minute}
	if err := limit.New(d, time.Now, ring(t)).Allow(t.Context(), rule, "192.0.2.7"); err != nil {
		t.Fatal(err)
	}
	var key string
	if err := d.Read(t.Context()).Raw("SELECT key FROM rate_limits").Scan(&key).Error; err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte("test\x00192.0.2.7")); key == hex.EncodeToString(sum[:]) || len(key) != 64 {
		t.Errorf("the key is %s", key)
	}
}

func TestParallelTriesAreCountedExactly(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d := dbtest.New(t)
	now := func() time.Time { return at }
	replicas := []*limit.Limiter{limit.New(d, now, ring(t)), limit.New(d, now, ring(t))}
	rule := limit.Rule{Door: "test", Max: 10, Per: 15 * time.Minute}
	var wg sync.WaitGroup
	var passed atomic.Int64
	for n := range 40 {
		wg.Go(func() {
			err := replicas[n%2].Allow(t.Context(), rule, "a", "b")
			switch {
			case err == nil:
				passed.Add(1)
			case !apperr.Is(err, apperr.Limited) || !strings.Contains(apperr.Message(err), "15 minutes") || apperr.AfterOf(err) != rule.Per:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if passed.Load() != 10 {
		t.Errorf("%d tries passed, want 10", passed.Load())
	}
	l := replicas[0]
	if err := l.Allow(t.Context(), rule, "ab", ""); err != nil {
		t.Error("other parts share the count:", err)
	}
	if err := l.Forgive(t.Context(), rule, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := l.Allow(t.Context(), rule, "a", "b"); err != nil {
		t.Error("forgiven, but refused:", err)
	}
	for range 20 {
		_ = l.Allow(t.Context(), rule, "c")
	}
	at = at.Add(rule.Per)
	if err := l.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Allow(t.Context(), rule, "c"); err != nil {
		t.Error("the window has ended:", err)
	}
}

// TestAWindowOfAWrongClockEnds: tries were counted while the clock of the host
// ran a year ahead.
func TestAWindowOfAWrongClockEnds(t *testing.T) {
	at := time.Date(2027, 11, 23, 9, 0, 0, 0, time.UTC)
	l := limit.New(dbtest.New(t), func() time.Time { return at }, ring(t))
	rule := limit.Rule{Door: "test", Max: 2, Per: 15 * time.Minute}
	for range 3 {
		_ = l.Allow(t.Context(), rule, "a")
	}
	if err := l.Allow(t.Context(), rule, "a"); err == nil {
		t.Fatal("not limited")
	}
	at = at.AddDate(-1, 0, 0)
	for range 2 {
		if err := l.Allow(t.Context(), rule, "a"); err != nil {
			t.Error("limited for a year:", err)
		}
	}
	at = at.Add(-30 * time.Second) // the other replica's clock
	if err := l.Allow(t.Context(), rule, "a"); err == nil || !strings.Contains(apperr.Message(err), "16 minutes") {
		t.Error("a small difference opens the window anew:", err)
	}
}

func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{
		"203.0.113.7":                "203.0.113.7",
		"::ffff:203.0.113.7":         "203.0.113.7",
		"2001:db8:1:2:3:4:5:6":       "2001:db8:1:2::/64",
		"fe80::1%eth0":               "fe80::/64",
		"no address":                 "no address",
		"2001:db8:1:2:ffff:ffff:1:1": "2001:db8:1:2::/64",
	} {
		if got := limit.Network(ip); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}
