package account

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
)

const (
	deviceLabel = "device"
	// DeviceLife is how long a browser is known after a sign-in.
	DeviceLife = 365 * 24 * time.Hour
	// maxDevices bounds what a browser that several people share keeps.
	maxDevices = 4
)

// Remember returns what a browser keeps from now on in which the person proved
// who they are: a sealed mark for them, and those of up to three others who did
// so before. Only SignIn reads it: it makes the browser known, and opens nothing.
func (s *Service) Remember(personID, devices string) string {
	id, others := "", make([]string, 0, maxDevices)
	for mark, owner := range s.marks(devices) {
		if owner.person == personID {
			id = owner.device
		} else if len(others) < maxDevices-1 {
			others = append(others, mark)
		}
	}
	if id == "" {
		id = rand.Text()
	}
	mark := s.SealFor(deviceLabel, personID+"|"+id, s.Now().Add(DeviceLife))
	return strings.Join(append([]string{mark}, others...), ".")
}

type deviceMark struct{ person, device string }

// marks yields the marks that are good, newest first.
func (s *Service) marks(devices string) func(yield func(string, deviceMark) bool) {
	return func(yield func(string, deviceMark) bool) {
		for n, mark := range strings.Split(devices, ".") {
			if n == maxDevices {
				return
			}
			text, ok := s.Unseal(deviceLabel, mark)
			if !ok {
				continue
			}
			person, device, _ := strings.Cut(text, "|")
			if !yield(mark, deviceMark{person, device}) {
				return
			}
		}
	}
}

// door is the count that a try to sign in falls under: of a browser known for
// the account, or of the network address that it comes from.
type door struct {
	rule  limit.Rule
	parts []string
}

// doorOf returns the count for a try, and reports whether the browser is known.
// personID is empty where nobody has the address.
func (s *Service) doorOf(key, personID string, c Client) (door, bool) {
	for _, m := range s.marks(c.Devices) {
		if m.person == personID {
			return door{limitSignInDevice, []string{personID, m.device}}, true
		}
	}
	return door{limitSignInPair, []string{key, limit.Network(c.IP)}}, false
}

// allowSignIn counts a try by the rule in the comment of this package. It does
// the same for an address that nobody has.
func (s *Service) allowSignIn(ctx context.Context, key, personID string, c Client) (door, error) {
	d, known := s.doorOf(key, personID, c)
	if known {
		if err := s.limits.Allow(ctx, d.rule, d.parts...); err != nil {
			return d, err
		}
		err := s.limits.Allow(ctx, limitSignInDevices, personID)
		if !apperr.Is(err, apperr.Limited) {
			return d, err
		}
		// So many browsers nobody uses at once: this one is a stranger's.
		d = door{limitSignInPair, []string{key, limit.Network(c.IP)}}
	}
	ip := limit.Network(c.IP)
	if err := s.limits.Allow(ctx, limitSignInIP, ip); err != nil {
		return d, err
	}
	if err := s.limits.Allow(ctx, d.rule, d.parts...); err != nil {
		return d, err
	}
	return d, s.allowAccount(ctx, key, personID, ip)
}

// allowAccount slows a guesser who uses many addresses. It counts every try, but
// an address from which the person signed in lately always passes.
func (s *Service) allowAccount(ctx context.Context, key, personID, ip string) error {
	limited := s.limits.Allow(ctx, limitSignInAccount, key)
	if !apperr.Is(limited, apperr.Limited) {
		return limited
	}
	known, err := s.knownAddress(ctx, personID, ip, s.Now().Add(-addressLife))
	if err != nil {
		return err
	}
	if known {
		return nil
	}
	e := apperr.New(apperr.Limited, apperr.Message(limited)+" To get in now, use a device on which you signed in before, or choose a new password by mail.")
	e.After = apperr.AfterOf(limited)
	return e
}

// addressLife is how long a network address is known after it was used.
const addressLife = 30 * 24 * time.Hour
