// Package limit counts tries at doors that somebody might guess at, in the
// database, so that replicas share the count.
//
// It owns the table rate_limits. What is counted lies there as a fingerprint with a
// key: an unkeyed hash of a network address is found by trying them all.
package limit

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Rule allows Max tries in a fixed window that begins with the first one.
type Rule struct {
	Door string // its name, unique in the program
	Max  int64
	Per  time.Duration
}

// Keys is what a limiter asks of keyring.Ring. Replicas share the key.
type Keys interface {
	Fingerprint(label string, secret []byte) string
}

// Limiter counts.
type Limiter struct {
	db   *db.DB
	now  func() time.Time
	keys Keys
}

// New returns a limiter on d.
func New(d *db.DB, now func() time.Time, keys Keys) *Limiter {
	return &Limiter{db: d, now: func() time.Time { return db.Truncate(now()) }, keys: keys}
}

// Allow counts a try at a door by what parts name, and refuses with Limited,
// saying when to come back, once there were too many.
func (l *Limiter) Allow(ctx context.Context, r Rule, parts ...string) error {
	now := l.now()
	hits, ends, err := l.hit(ctx, l.key(r, parts), now, now.Add(r.Per))
	if err != nil {
		return fmt.Errorf("limit: %w", err)
	}
	if hits > r.Max {
		e := apperr.Newf(apperr.Limited, "There were too many tries. Please try again in %s.", Wait(ends.Sub(now)))
		e.After = ends.Sub(now)
		return e
	}
	return nil
}

// Forgive forgets the tries, after one that was right.
func (l *Limiter) Forgive(ctx context.Context, r Rule, parts ...string) error {
	return l.forget(ctx, l.key(r, parts))
}

// Sweep deletes windows that have ended.
func (l *Limiter) Sweep(ctx context.Context) error { return l.sweep(ctx, l.now()) }

func (l *Limiter) key(r Rule, parts []string) string {
	return l.keys.Fingerprint("limit "+r.Door, []byte(strings.Join(parts, "\x00")))
}

// Network is what counts as one client: an IPv4 address, or the /64 of an IPv6
// one, of which a household holds 2^64.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}

// Wait says how long to wait, as in "try again in 5 hours".
func Wait(d time.Duration) string {
	m := int((d + time.Minute - 1) / time.Minute)
	switch {
	case m <= 1:
		return "a minute"
	case m < 120:
		return fmt.Sprintf("%d minutes", m)
	}
	return fmt.Sprintf("%d hours", (m+59)/60)
}
