package account

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
	revocationInterval = time.Second
	keyInterval        = 30 * time.Second
	staleAfter         = 30 * time.Second
)

// revocation kills access tokens before they expire: those of a session, or
// those of a person below a version. Versions, not instants, so that clocks
// that disagree cannot leave a gap.
type revocation struct {
	ID, SessionID, PersonID string
	TokenVersion            int64
	ExpiresAt               time.Time
}

// revocationSet is the table in memory.
type revocationSet struct {
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

func newRevocationSet() *revocationSet {
	return &revocationSet{sessions: map[string]time.Time{}, versions: map[string]minimum{}}
}

func (r *revocationSet) has(v verifiedToken) bool {
	if r.watched.Load() && time.Since(time.Unix(0, r.fresh.Load())) > staleAfter {
		return true
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ended := r.sessions[v.SessionID]
	return ended || v.version < r.versions[v.PersonID].version
}

// add puts committed revocations in; they stay until they have expired, so that
// one added between the read and the end of a poll is not lost.
func (r *revocationSet) add(now time.Time, list ...revocation) {
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

func (s *Service) pollRevocations(ctx context.Context) error {
	now := s.Now()
	list, err := s.liveRevocations(ctx, now)
	if err != nil {
		return err
	}
	s.revoked.add(now, list...)
	s.revoked.fresh.Store(time.Now().UnixNano())
	return nil
}

// Run keeps revocations and keys fresh until ctx ends. The composition root
// starts it once; without it a replica knows only its own revocations.
func (s *Service) Run(ctx context.Context) {
	s.running.Do(func() {
		s.revoked.watched.Store(true)
		poll, keys := time.NewTicker(revocationInterval), time.NewTicker(keyInterval)
		defer poll.Stop()
		defer keys.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-poll.C:
				if err := s.pollRevocations(ctx); err != nil && ctx.Err() == nil {
					s.Log.WarnContext(ctx, "revocations could not be read", "error", err)
				}
			case <-keys.C:
				if err := s.keys.load(ctx); err != nil && ctx.Err() == nil {
					s.Log.WarnContext(ctx, "session keys could not be read", "error", err)
				}
				s.verified.clear()
			}
		}
	})
}

// revokeSession kills the access tokens of a session.
func (s *Service) revokeSession(ctx context.Context, sessionID string) error {
	return s.revoke(ctx, revocation{SessionID: sessionID})
}

// revokeTokens kills every access token of a person; sessions that go on get a
// new one by their refresh token.
func (s *Service) revokeTokens(ctx context.Context, personID string) error {
	version, err := s.raiseTokenVersion(ctx, personID)
	if err != nil {
		return err
	}
	return s.revoke(ctx, revocation{PersonID: personID, TokenVersion: version})
}

func (s *Service) revoke(ctx context.Context, rev revocation) error {
	now := s.Now()
	rev.ID, rev.ExpiresAt = db.NewID(), now.Add(accessLife+time.Minute)
	if err := s.insertRevocation(ctx, rev); err != nil {
		return err
	}
	s.DB.AfterCommit(ctx, func() { s.revoked.add(now, rev) })
	return nil
}
