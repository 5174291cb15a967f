package account

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// The life of sessions. One ends when it was not used for idleLife, and in any
// case after fullLife. A rotated refresh token still gets an access token for
// graceLife: parallel requests of one browser carry the same one (DECISIONS 17).
const (
	idleLife  = 30 * 24 * time.Hour
	fullLife  = 180 * 24 * time.Hour
	graceLife = 30 * time.Second
)

// Session is a device on which the person is signed in. LastSeenAt is coarse:
// it moves when the access token is renewed, every ten minutes of use.
type Session struct {
	ID, Device, IP                   string
	CreatedAt, LastSeenAt, ExpiresAt time.Time
	EndedAt                          *time.Time // nil in a list of devices that are signed in
	Current                          bool
}

// begin opens a session in the transaction that ctx carries, which has the
// person's row. factor is the proof of the second factor, nil without one.
func (s *Service) begin(ctx context.Context, p personRow, c Client, factor *Proof) (Tokens, Identity, error) {
	now := s.Now()
	r := sessionRow{
		ID: db.NewID(), PersonID: p.ID, Device: deviceName(c.UserAgent), IP: limit.Network(c.IP),
		AuthAt: now, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(idleLife),
	}
	if factor != nil {
		r.FactorAt, r.FactorProof = &now, factor.key(r.ID)
	}
	if err := s.insertSession(ctx, r); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.issue(ctx, r, p, true)
}

// issue makes an access token of what the database says now, and with rotate
// the session's next refresh token.
func (s *Service) issue(ctx context.Context, r sessionRow, p personRow, rotate bool) (Tokens, Identity, error) {
	factors, err := s.factors.Methods(ctx, p.ID)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	i := Identity{
		PersonID: p.ID, SessionID: r.ID, Name: p.Name, Email: p.Email, TimeZone: p.TimeZone, Roles: p.Roles,
		EmailConfirmed: p.EmailConfirmedAt != nil, AuthAt: r.AuthAt, HasFactor: factors.Any(),
		Enroll: s.RequireAdminFactor && p.Has(Administrator) && (!factors.Any() || r.FactorAt == nil),
	}
	if r.FactorAt != nil {
		i.FactorAt = *r.FactorAt
	}
	var t Tokens
	if t.Access, t.AccessExpires, err = s.tokens.Sign(i.claims(p.TokenVersion)); err != nil {
		return Tokens{}, Identity{}, err
	}
	if !rotate {
		return t, i, nil
	}
	refresh, hash := newToken()
	t.Refresh, t.RefreshExpires = refresh, r.ExpiresAt
	return t, i, s.insertRefresh(ctx, hash, r.ID)
}

// claims is the identity as a token says it.
func (i Identity) claims(version int64) token.Claims {
	roles := make([]string, len(i.Roles))
	for n, r := range i.Roles {
		roles[n] = string(r)
	}
	return token.Claims{PersonID: i.PersonID, SessionID: i.SessionID, Name: i.Name, Email: i.Email, TimeZone: i.TimeZone,
		Roles: roles, EmailConfirmed: i.EmailConfirmed, HasFactor: i.HasFactor, Enroll: i.Enroll,
		AuthAt: i.AuthAt, FactorAt: i.FactorAt, Version: version}
}

// Authenticate returns who holds the access token. It asks no database: the
// revocations are in memory, kept fresh by Run. Errors: ErrSession.
func (s *Service) Authenticate(accessToken string) (Identity, error) {
	c, err := s.tokens.Check(accessToken)
	if err != nil {
		return Identity{}, ErrSession.Because(err)
	}
	roles := make([]Role, len(c.Roles))
	for n, r := range c.Roles {
		roles[n] = Role(r)
	}
	return Identity{PersonID: c.PersonID, SessionID: c.SessionID, Name: c.Name, Email: c.Email, TimeZone: c.TimeZone,
		Roles: roles, EmailConfirmed: c.EmailConfirmed, HasFactor: c.HasFactor, Enroll: c.Enroll,
		AuthAt: c.AuthAt, FactorAt: c.FactorAt}, nil
}

// Refresh returns a new access token for a refresh token, which it replaces. A
// token seen again within 30 seconds of its replacement gets an access token
// only (Tokens.Refresh is empty): requests run in parallel. Later it was
// copied, and the session ends on every device that holds it. Errors:
// ErrSession, for any reason to sign in again.
func (s *Service) Refresh(ctx context.Context, refreshToken string, c Client) (t Tokens, i Identity, err error) {
	if refreshToken == "" || len(refreshToken) > 100 {
		return t, i, ErrSession
	}
	hash := hashToken(refreshToken)
	reused := false
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		reused = false
		first, err := s.rotateRefresh(ctx, hash)
		if err != nil {
			return err
		}
		row, err := s.refreshToken(ctx, hash)
		if err != nil {
			return err
		}
		r, p, err := s.usable(ctx, row.SessionID)
		if err != nil {
			return err
		}
		if !first && s.Now().Sub(*row.RotatedAt) > graceLife {
			reused = true
			return s.onReuse(ctx, r, p)
		}
		if first {
			r.ExpiresAt = s.Now().Add(idleLife)
			if last := r.CreatedAt.Add(fullLife); last.Before(r.ExpiresAt) {
				r.ExpiresAt = last
			}
			if err := s.touchSession(ctx, r.ID, limit.Network(c.IP), r.ExpiresAt); err != nil {
				return err
			}
		}
		t, i, err = s.issue(ctx, r, p, first)
		return err
	})
	if err == nil && reused {
		err = ErrSession
	}
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return t, i, nil
}

// usable returns the session and its person unless either has ended.
func (s *Service) usable(ctx context.Context, sessionID string) (sessionRow, personRow, error) {
	r, err := s.session(ctx, sessionID)
	if err != nil {
		return r, personRow{}, err
	}
	p, err := s.byID(ctx, r.PersonID)
	if err != nil {
		return r, p, err
	}
	if r.EndedAt != nil || !s.Now().Before(r.ExpiresAt) || p.BlockedAt != nil || p.ErasedAt != nil {
		return r, p, ErrSession
	}
	return r, p, nil
}

// onReuse ends the family of a refresh token that somebody copied.
func (s *Service) onReuse(ctx context.Context, r sessionRow, p personRow) error {
	if ended, err := s.close(ctx, r.PersonID, r.ID, "reuse"); err != nil || !ended {
		return err
	}
	if err := s.record(ctx, "session.reuse", p.ID, map[string]any{"session": r.ID, "device": r.Device}); err != nil {
		return err
	}
	return s.send(ctx, p.Person, mail.SessionsRevoked{SecurityLink: s.link("/account/security")})
}

// close ends one session and kills its access tokens. It reports whether there
// was one to end: of two who end it at once, one.
func (s *Service) close(ctx context.Context, personID, sessionID, reason string) (bool, error) {
	ended, err := s.endSession(ctx, personID, sessionID, reason)
	if err != nil || !ended {
		return false, err
	}
	return true, s.tokens.RevokeSession(ctx, sessionID)
}

// closeAll is closeBut one session, which may be empty.
func (s *Service) closeAll(ctx context.Context, personID, keep, reason string) (int, error) {
	return s.closeBut(ctx, personID, reason, func(r sessionRow) bool { return r.ID == keep })
}

// closeBut ends every session of a person but those that keep names, and kills
// every access token, also theirs: they get new ones that say what is true now.
// It takes the person's row before it looks: a sign-in under way has the row, and
// its session is among those below, or waits for it, and finds what has changed.
func (s *Service) closeBut(ctx context.Context, personID, reason string, keep func(sessionRow) bool) (int, error) {
	if err := s.revokeTokens(ctx, personID); err != nil {
		return 0, err
	}
	rows, err := s.liveSessions(ctx, personID)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range rows {
		if keep(r) {
			continue
		}
		ended, err := s.close(ctx, personID, r.ID, reason)
		if err != nil {
			return 0, err
		}
		if ended {
			n++
		}
	}
	return n, nil
}

// SignOut ends the session of a refresh token. An unknown token is no error:
// the browser is signed out either way.
func (s *Service) SignOut(ctx context.Context, refreshToken string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		row, err := s.refreshToken(ctx, hashToken(refreshToken))
		if errors.Is(err, ErrSession) {
			return nil
		}
		if err != nil {
			return err
		}
		r, err := s.session(ctx, row.SessionID)
		if err != nil {
			return err
		}
		return s.endByOwner(ctx, r)
	})
}

// endByOwner ends a session at its owner's wish, once.
func (s *Service) endByOwner(ctx context.Context, r sessionRow) error {
	if ended, err := s.close(ctx, r.PersonID, r.ID, "signed out"); err != nil || !ended {
		return err
	}
	return s.record(ctx, "session.end", r.PersonID, map[string]any{"session": r.ID, "device": r.Device})
}

// Sessions lists the devices on which the person is signed in, the most recent
// first.
func (s *Service) Sessions(ctx context.Context, i Identity) ([]Session, error) {
	rows, err := s.liveSessions(ctx, i.PersonID)
	return devices(rows, i), err
}

func devices(rows []sessionRow, i Identity) []Session {
	list := make([]Session, len(rows))
	for n, r := range rows {
		list[n] = Session{ID: r.ID, Device: r.Device, IP: r.IP, CreatedAt: r.CreatedAt, LastSeenAt: r.LastSeenAt,
			ExpiresAt: r.ExpiresAt, EndedAt: r.EndedAt, Current: r.ID == i.SessionID}
	}
	return list
}

// EndSession signs one device of the person out; one that is signed out already
// it leaves so. Errors: NotFound, also for somebody else's.
func (s *Service) EndSession(ctx context.Context, i Identity, sessionID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.session(ctx, sessionID)
		if errors.Is(err, ErrSession) || err == nil && r.PersonID != i.PersonID {
			return errNoDevice
		}
		if err != nil {
			return err
		}
		return s.endByOwner(ctx, r)
	})
}

// EndOtherSessions signs the person out everywhere but here.
func (s *Service) EndOtherSessions(ctx context.Context, i Identity) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		n, err := s.closeAll(ctx, i.PersonID, i.SessionID, "signed out")
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, "session.end_others", i.PersonID, map[string]any{"sessions": n})
	})
}

// Sweep deletes what has expired; it runs every hour.
func (s *Service) Sweep(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = s.sweepRefresh(ctx, s.Now()); err != nil {
			return err
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		return errors.Join(s.sweep(ctx, s.Now()), s.tokens.Sweep(ctx), s.factors.Sweep(ctx), s.limits.Sweep(ctx))
	})
}
