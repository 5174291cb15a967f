package account

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
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
	key, ip := emailKey(email), limit.Network(c.IP)
	if err := s.limits.Allow(ctx, limitSignInIP, ip); err != nil {
		return SignIn{}, err
	}
	if err := s.limits.Allow(ctx, limitSignInPair, key, ip); err != nil {
		return SignIn{}, err
	}
	p, err := s.byEmail(ctx, email)
	known := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return SignIn{}, err
	}
	if err := s.allowAccount(ctx, key, p.ID, ip); err != nil {
		return SignIn{}, err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(password))
	if err != nil {
		return SignIn{}, err
	}
	switch {
	case !right || !known || p.ErasedAt != nil:
		// The same two rows are written for an unknown address.
		id := p.ID
		if !known {
			id = "unknown"
		}
		if err := s.record(ctx, "account.sign_in_failed", id, nil); err != nil {
			return SignIn{}, err
		}
		return SignIn{}, ErrCredentials
	case p.BlockedAt != nil:
		if err := s.recordOwn(ctx, "account.sign_in_blocked", p.ID, nil); err != nil {
			return SignIn{}, err
		}
		return SignIn{}, ErrBlocked
	}
	if err := s.limits.Forgive(ctx, limitSignInPair, key, ip); err != nil {
		return SignIn{}, err
	}
	return s.passwordGiven(ctx, p, c)
}

// allowAccount holds a guesser who uses many addresses. It counts every try,
// but an address from which the person signed in before always passes.
func (s *Service) allowAccount(ctx context.Context, key, personID, ip string) error {
	limited := s.limits.Allow(ctx, limitSignInAccount, key)
	if !apperr.Is(limited, apperr.Limited) {
		return limited
	}
	known, err := s.knownAddress(ctx, personID, ip)
	if err != nil {
		return err
	}
	if known {
		return nil
	}
	return limited
}

func (s *Service) passwordGiven(ctx context.Context, p personRow, c Client) (out SignIn, err error) {
	factors, err := s.factors.Methods(ctx, p.ID)
	if err != nil {
		return SignIn{}, err
	}
	if factors.Any() {
		ticket, hash := newToken()
		out.Ticket = ticket
		return out, s.insertToken(ctx, hash, p.ID, purposeFactor, p.Email, ticketLife)
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
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

// TicketMethods tells what the holder of a ticket may prove themselves with.
// Errors: ErrTicket.
func (s *Service) TicketMethods(ctx context.Context, ticket string) (Methods, error) {
	t, err := s.ticket(ctx, ticket)
	if err != nil {
		return Methods{}, err
	}
	return s.factors.Methods(ctx, t.PersonID)
}

func (s *Service) ticket(ctx context.Context, ticket string) (accountToken, error) {
	t, err := s.peekToken(ctx, hashToken(ticket), purposeFactor)
	if errors.Is(err, ErrLink) {
		return t, ErrTicket
	}
	return t, err
}

// FinishSignIn takes the second factor. A wrong one leaves the ticket good for
// another try. Errors: ErrTicket, factor.ErrCode, factor.ErrPasskey,
// Limited.
func (s *Service) FinishSignIn(ctx context.Context, ticket string, proof Proof, c Client) (t Tokens, i Identity, err error) {
	open, err := s.ticket(ctx, ticket)
	if err != nil {
		return t, i, err
	}
	p, err := s.byID(ctx, open.PersonID)
	if err != nil {
		return t, i, err
	}
	proof.Password = "" // it was given already
	how, err := s.prove(ctx, p, proof)
	if err != nil {
		return t, i, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.spendToken(ctx, hashToken(ticket), purposeFactor); err != nil {
			return ErrTicket
		}
		p, err := s.byID(ctx, open.PersonID)
		if err != nil {
			return err
		}
		if p.BlockedAt != nil || p.ErasedAt != nil {
			return ErrBlocked
		}
		now := s.Now()
		if t, i, err = s.begin(ctx, p, c, &now); err != nil {
			return err
		}
		return s.recordOwn(ctx, "account.sign_in", p.ID, map[string]any{"session": i.SessionID, "factor": how})
	})
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return t, i, nil
}

// Confirm proves the signed-in person once more by a second factor, and returns
// an access token that says so. Errors: factor.ErrCode, factor.ErrPasskey,
// Limited.
func (s *Service) Confirm(ctx context.Context, who Identity, proof Proof) (t Tokens, i Identity, err error) {
	p, err := s.byID(ctx, who.PersonID)
	if err != nil {
		return t, i, err
	}
	how, err := s.prove(ctx, p, proof)
	if err != nil {
		return t, i, err
	}
	return s.reissue(ctx, who, func(ctx context.Context) error {
		now := s.Now()
		auth, factor := &now, (*time.Time)(nil)
		if how != "password" {
			auth, factor = nil, &now
		}
		if err := s.setProof(ctx, who.SessionID, auth, factor); err != nil {
			return err
		}
		return s.record(ctx, "account.confirm", who.PersonID, map[string]any{"session": who.SessionID, "factor": how})
	})
}

// reissue changes something and returns an access token for the session that
// says what is true afterwards.
func (s *Service) reissue(ctx context.Context, who Identity, change func(ctx context.Context) error) (t Tokens, i Identity, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := change(ctx); err != nil {
			return err
		}
		r, p, err := s.usable(ctx, who.SessionID)
		if err != nil {
			return err
		}
		t, i, err = s.issue(ctx, r, p, false)
		return err
	})
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return t, i, nil
}

// clip bounds the work on what nobody's password can be.
func clip(password string) string {
	if len(password) > 2000 {
		return password[:2000]
	}
	return password
}
