package token

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// How often the memory is made fresh, and after how long without success it is
// not believed anymore: then every request proves itself by its refresh token.
const (
	pollInterval = time.Second
	keyInterval  = 30 * time.Second
	staleAfter   = 30 * time.Second
)

// revocation kills access tokens before they expire: those of a session, or
// those of a person below a version. Versions, not instants, so that clocks
// that disagree cannot leave a gap.
type revocation struct {
	ID, SessionID, PersonID string
	TokenVersion            int64
	ExpiresAt               time.Time
}

// revoked is the table in memory.
type revoked struct {
	mu       sync.RWMutex
	sessions map[string]time.Time // to when it may be forgotten
	versions map[string]minimum   // by person

	watched atomic.Bool
	fresh   atomic.Int64 // unix nanoseconds of the machine's clock
}

// minimum is the lowest version that counts.
type minimum struct {
	version int64
	until   time.Time
}

func newRevoked() *revoked {
	return &revoked{sessions: map[string]time.Time{}, versions: map[string]minimum{}}
}

func (r *revoked) has(c Claims) bool {
	if r.watched.Load() && time.Since(time.Unix(0, r.fresh.Load())) > staleAfter {
		return true
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ended := r.sessions[c.SessionID]
	return ended || c.Version < r.versions[c.PersonID].version
}

// add puts committed revocations in; they stay until they have expired, so that
// one added between the read and the end of a poll is not lost.
func (r *revoked) add(now time.Time, list ...revocation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.sessions, func(_ string, until time.Time) bool { return until.Before(now) })
	maps.DeleteFunc(r.versions, func(_ string, m minimum) bool { return m.until.Before(now) })
	for _, rev := range list {
		if rev.SessionID != "" {
			r.sessions[rev.SessionID] = rev.ExpiresAt
		} else if rev.TokenVersion > r.versions[rev.PersonID].version {
			r.versions[rev.PersonID] = minimum{rev.TokenVersion, rev.ExpiresAt}
		}
	}
}

func (a *Authority) poll(ctx context.Context) error {
	now := a.Now()
	list, err := a.live(ctx, now)
	if err != nil {
		return err
	}
	a.revoked.add(now, list...)
	if err := a.keys.watch(ctx); err != nil {
		return err
	}
	a.revoked.fresh.Store(time.Now().UnixNano())
	return nil
}

// Run keeps revocations and keys fresh until ctx ends. The composition root
// starts it once; without it a replica knows only its own revocations.
func (a *Authority) Run(ctx context.Context) {
	a.running.Do(func() {
		a.revoked.watched.Store(true)
		poll, keys := time.NewTicker(pollInterval), time.NewTicker(keyInterval)
		defer poll.Stop()
		defer keys.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-poll.C:
				if err := a.poll(ctx); err != nil && ctx.Err() == nil {
					a.Log.WarnContext(ctx, "revocations could not be read", "error", err)
				}
			case <-keys.C:
				if err := a.keys.load(ctx); err != nil && ctx.Err() == nil {
					a.Log.WarnContext(ctx, "session keys could not be read", "error", err)
				}
				a.cache.clear()
			}
		}
	})
}

// RevokeSession kills the access tokens of a session, in the transaction that
// ctx carries.
func (a *Authority) RevokeSession(ctx context.Context, sessionID string) error {
	return a.revoke(ctx, revocation{SessionID: sessionID})
}

// RevokePerson kills the access tokens of a person below a version; sessions
// that go on get a new one by their refresh token.
func (a *Authority) RevokePerson(ctx context.Context, personID string, version int64) error {
	return a.revoke(ctx, revocation{PersonID: personID, TokenVersion: version})
}

func (a *Authority) revoke(ctx context.Context, rev revocation) error {
	now := a.Now()
	rev.ID, rev.ExpiresAt = db.NewID(), now.Add(Life+time.Minute)
	if err := a.insert(ctx, rev); err != nil {
		return err
	}
	a.DB.AfterCommit(ctx, func() { a.revoked.add(now, rev) })
	return nil
}

// Sweep deletes revocations of tokens that have expired anyway.
func (a *Authority) Sweep(ctx context.Context) error { return a.sweep(ctx, a.Now()) }
