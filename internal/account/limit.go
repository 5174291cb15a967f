package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// limit is a door that somebody might guess at: so many tries a window.
type limit struct {
	door string
	max  int64
	per  time.Duration
}

// The limits. A stranger's guesses must not lock the owner out: the tight
// limit counts per address and account together, and the account-wide one does
// not stop an address from which the person signed in before.
var (
	limitSignInPair    = limit{"sign-in pair", 10, 15 * time.Minute}
	limitSignInAccount = limit{"sign-in account", 100, time.Hour}
	limitSignInIP      = limit{"sign-in ip", 200, 15 * time.Minute}
	limitRegisterIP    = limit{"register ip", 30, time.Hour}
	limitMailAddress   = limit{"mail address", 4, time.Hour}
	limitMailIP        = limit{"mail ip", 40, time.Hour}
	limitLinkIP        = limit{"link ip", 60, 15 * time.Minute}
	limitFactor        = limit{"factor", 10, 15 * time.Minute}
	limitFactorDay     = limit{"factor day", 60, 24 * time.Hour}
	limitPassword      = limit{"own password", 10, 15 * time.Minute}
	limitChallenge     = limit{"challenge", 30, 15 * time.Minute}
)

// allow counts a try and refuses with Limited, saying when to come back, once
// there were too many. It counts in the database, so that replicas share it.
func (s *Service) allow(ctx context.Context, l limit, parts ...string) error {
	now := s.Now()
	hits, ends, err := s.hit(ctx, limitKey(l, parts), now, now.Add(l.per))
	if err != nil {
		return fmt.Errorf("account: rate limit: %w", err)
	}
	if hits > l.max {
		return apperr.Newf(apperr.Limited, "There were too many tries. Please try again in %s.", wait(ends.Sub(now)))
	}
	return nil
}

// forgive forgets the tries, after one that was right.
func (s *Service) forgive(ctx context.Context, l limit, parts ...string) error {
	return s.unhit(ctx, limitKey(l, parts))
}

func limitKey(l limit, parts []string) string {
	sum := sha256.Sum256([]byte(l.door + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// network is what counts as one client: an IPv4 address, or the /64 of an IPv6
// one, of which a household holds 2^64.
func network(ip string) string {
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

func wait(d time.Duration) string {
	m := int((d + time.Minute - 1) / time.Minute)
	switch {
	case m <= 1:
		return "a minute"
	case m < 120:
		return fmt.Sprintf("%d minutes", m)
	}
	return fmt.Sprintf("%d hours", (m+59)/60)
}
