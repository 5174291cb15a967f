package account

import (
	"context"
	"errors"
	"time"
)

// SignIn is the outcome of a right password: either a session, or a ticket with
// which the second factor must follow within ten minutes.
type SignIn struct {
	Tokens   Tokens
	Identity Identity
	Ticket   string // not empty: a second factor is needed, nobody is signed in yet
}

const ticketLife = 10 * time.Minute

// SignIn checks address and password. It spends one hash computation whether
// or not the account exists, and its answer does not tell. Errors:
// ErrCredentials, Limited, ErrBlocked (only to somebody who knows the password).
func (s *Service) SignIn(ctx context.Context, email, password string, c Client) (SignIn, error) {
	p, err := s.byEmail(ctx, email)
	known := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return SignIn{}, err
	}
	d, err := s.allowSignIn(ctx, emailKey(email), p.ID, c)
	if err != nil {
		return SignIn{}, err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(password))
	if err != nil {
		return SignIn{}, err
	}
	switch {
	case !right || !known || p.ErasedAt != nil:
		return SignIn{}, s.signInFailed(ctx, p.ID)
	case p.BlockedAt != nil:
		if err := s.recordOwn(ctx, "account.sign_in_blocked", p.ID, nil); err != nil {
			return SignIn{}, err
		}
		return SignIn{}, ErrBlocked
	}
	out, err := s.passwordGiven(ctx, p, d, c)
	if errors.Is(err, ErrCredentials) {
		err = s.signInFailed(ctx, p.ID)
	}
	return out, err
}

// Nobody stands in the audit log in the place of a person for an address that no
// account has.
const Nobody = "unknown"

// signInFailed records a wrong password and returns ErrCredentials. The same two
// rows are written for an unknown address.
func (s *Service) signInFailed(ctx context.Context, personID string) error {
	if personID == "" {
		personID = Nobody
	}
	return orElse(s.record(ctx, "account.sign_in_failed", personID, nil), ErrCredentials)
}

// passwordGiven opens a session, or hands a ticket out where a second factor
// must follow. The password was checked outside any transaction, maybe after a
// wait for its turn: here it must still be the person's, and the account open.
// Errors: ErrCredentials.
func (s *Service) passwordGiven(ctx context.Context, read personRow, d door, c Client) (out SignIn, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		out = SignIn{}
		p, err := s.holdPassword(ctx, read)
		if err != nil {
			return err
		}
		if err := s.limits.Forgive(ctx, d.rule, d.parts...); err != nil {
			return err
		}
		factors, err := s.factors.Methods(ctx, p.ID)
		if err != nil {
			return err
		}
		if factors.Any() {
			ticket, hash := newToken()
			out.Ticket = ticket
			return s.insertToken(ctx, hash, p.ID, purposeFactor, p.Email, ticketLife)
		}
		if out.Tokens, out.Identity, err = s.begin(ctx, p, c, nil); err != nil {
			return err
		}
		return s.recordOwn(ctx, "account.sign_in", p.ID, map[string]any{"session": out.Identity.SessionID})
	})
	if err != nil {
		return SignIn{}, err
	}
	return out, nil
}

// clip bounds the work on what nobody's password can be.
func clip(password string) string {
	if len(password) > 2000 {
		return password[:2000]
	}
	return password
}
