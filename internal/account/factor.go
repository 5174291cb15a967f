package account

import (
	"context"

	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

// What package factor defines and callers of this package need.
type (
	Methods   = factor.Methods
	Passkey   = factor.Passkey
	Challenge = factor.Challenge
	TOTPSetup = factor.Setup
)

// Methods tells what the person has set up.
func (s *Service) Methods(ctx context.Context, personID string) (Methods, error) {
	return s.factors.Methods(ctx, personID)
}

func (i Identity) owner() factor.Owner {
	return factor.Owner{ID: i.PersonID, SessionID: i.SessionID, Email: i.Email, Name: i.Name}
}

func (p Person) owner() factor.Owner { return factor.Owner{ID: p.ID, Email: p.Email, Name: p.Name} }

// PasskeyOrigin is where passkeys work: this site's own address if it is https or
// localhost, localhost if it is a number of this machine, otherwise empty.
func (s *Service) PasskeyOrigin() string { return s.factors.PasskeyOrigin() }

// Passkeys lists the person's passkeys.
func (s *Service) Passkeys(ctx context.Context, personID string) ([]Passkey, error) {
	return s.factors.Passkeys(ctx, personID)
}

// mayAdd refuses a new way to sign in to an account whose address nobody has
// confirmed: it may be somebody else's.
func (s *Service) mayAdd(i Identity) error {
	if !i.EmailConfirmed {
		return ErrUnconfirmed
	}
	return RequireOwner(i, s.Now())
}

// BeginTOTP makes a secret that waits for its first code; an earlier waiting
// one is replaced. Errors: ErrFactorNeeded, ErrUnconfirmed, Conflict if an app
// is set up.
func (s *Service) BeginTOTP(ctx context.Context, i Identity) error {
	if err := s.mayAdd(i); err != nil {
		return err
	}
	return s.factors.BeginTOTP(ctx, i.owner())
}

// PendingTOTP returns the secret that waits for its first code. Errors:
// ErrFactorNeeded, NotFound.
func (s *Service) PendingTOTP(ctx context.Context, i Identity) (TOTPSetup, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return TOTPSetup{}, err
	}
	return s.factors.PendingTOTP(ctx, i.owner())
}

// ConfirmTOTP ends the setup with the first code and counts as a fresh second
// factor; sent twice, it succeeds twice. Errors: ErrFactorNeeded,
// ErrUnconfirmed, NotFound, factor.ErrCode, Limited.
func (s *Service) ConfirmTOTP(ctx context.Context, i Identity, code string) (Tokens, Identity, error) {
	if err := s.factors.Allow(ctx, i.PersonID); err != nil {
		return Tokens{}, Identity{}, err
	}
	proof := Proof{Proof: factor.Proof{Code: code}}
	t, now, err := s.addFactor(ctx, i, "an authenticator app", proof, func(ctx context.Context) error {
		return s.factors.ConfirmTOTP(ctx, i.owner(), code)
	})
	if apperr.Is(err, apperr.Invalid) || apperr.Is(err, apperr.NotFound) {
		again, e := s.provenBy(ctx, i.SessionID, proof)
		if e != nil || !again {
			return Tokens{}, Identity{}, orElse(e, err)
		}
		return s.renew(ctx, i)
	}
	return t, now, err
}

// BeginPasskey asks the browser to make a passkey. Errors: ErrFactorNeeded,
// ErrUnconfirmed, Conflict for the eleventh, and where passkeys cannot be used.
func (s *Service) BeginPasskey(ctx context.Context, i Identity) (Challenge, error) {
	if err := s.mayAdd(i); err != nil {
		return Challenge{}, err
	}
	return s.factors.BeginPasskey(ctx, i.owner())
}

// AddPasskey stores the passkey that the browser made. Errors: ErrFactorNeeded,
// ErrUnconfirmed, Conflict, Invalid (also with the field "passkey_name").
func (s *Service) AddPasskey(ctx context.Context, i Identity, challengeID, name string, answer []byte) (Tokens, Identity, error) {
	if err := s.mayAdd(i); err != nil {
		return Tokens{}, Identity{}, err
	}
	p, err := s.factors.CheckPasskey(ctx, i.owner(), challengeID, name, answer)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.addFactor(ctx, i, "a passkey", Proof{}, func(ctx context.Context) error { return s.factors.AddPasskey(ctx, i.owner(), p) })
}

// addFactor stores a new factor, ends the sessions in which no second factor was
// given (a stolen password may have opened one), tells the owner, and returns an
// access token that knows of it. proof is the code that it was set up with.
func (s *Service) addFactor(ctx context.Context, i Identity, what string, proof Proof, store func(ctx context.Context) error) (Tokens, Identity, error) {
	if err := s.mayAdd(i); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		if err := store(ctx); err != nil {
			return err
		}
		if err := s.setFactorProof(ctx, i.SessionID, proof.key(i.SessionID)); err != nil {
			return err
		}
		n, err := s.closeBut(ctx, i.PersonID, "factors", func(r sessionRow) bool { return r.ID == i.SessionID || r.FactorAt != nil })
		if err != nil {
			return err
		}
		if err := s.record(ctx, "factor.add", i.PersonID, map[string]any{"factor": what, "sessions": n}); err != nil {
			return err
		}
		p, err := s.byID(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if p.EmailConfirmedAt == nil {
			return ErrUnconfirmed
		}
		return s.send(ctx, p.Person, mail.NewFactor{What: what, SecurityLink: s.link("/account/security")})
	})
}

// RemoveTOTP removes the authenticator app; where there is none it succeeds.
// Errors: ErrFactorNeeded, ErrLastFactor.
func (s *Service) RemoveTOTP(ctx context.Context, i Identity) (Tokens, Identity, error) {
	return s.removeFactor(ctx, i, "an authenticator app", func(ctx context.Context) (bool, error) {
		return s.factors.RemoveTOTP(ctx, i.PersonID)
	})
}

// RemovePasskey removes one of the person's passkeys; one that they removed
// before it leaves removed. Errors: ErrFactorNeeded, NotFound (also for somebody
// else's), ErrLastFactor.
func (s *Service) RemovePasskey(ctx context.Context, i Identity, id string) (Tokens, Identity, error) {
	return s.removeFactor(ctx, i, "a passkey", func(ctx context.Context) (bool, error) {
		removed, err := s.factors.RemovePasskey(ctx, i.PersonID, id)
		if err != nil {
			return false, err
		}
		return removed, s.settleRemoval(ctx, i.PersonID, id, removed, errNoFactor)
	})
}

func (s *Service) removeFactor(ctx context.Context, i Identity, what string, remove func(ctx context.Context) (bool, error)) (Tokens, Identity, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		if removed, err := remove(ctx); err != nil || !removed {
			return err
		}
		m, err := s.factors.Methods(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if !m.Any() {
			if s.RequireAdminFactor && i.Has(Administrator) {
				return ErrLastFactor
			}
			if err := s.factors.RemoveRecoveryCodes(ctx, i.PersonID); err != nil {
				return err
			}
		}
		if err := s.revokeTokens(ctx, i.PersonID); err != nil {
			return err
		}
		return s.record(ctx, "factor.remove", i.PersonID, map[string]any{"factor": what})
	})
}

// ChallengeTicket asks the holder of a sign-in ticket for a passkey. Errors:
// ErrTicket, ErrNoPasskeys, Limited.
func (s *Service) ChallengeTicket(ctx context.Context, ticket string) (Challenge, error) {
	t, err := s.ticket(ctx, ticket)
	if err != nil {
		return Challenge{}, err
	}
	p, err := s.byID(ctx, t.PersonID)
	if err != nil {
		return Challenge{}, err
	}
	return s.factors.Challenge(ctx, p.owner())
}

// ChallengePerson asks the signed-in person for a passkey. Errors: ErrNoPasskeys,
// Limited.
func (s *Service) ChallengePerson(ctx context.Context, i Identity) (Challenge, error) {
	return s.factors.Challenge(ctx, i.owner())
}

var (
	errNoFactor = apperr.New(apperr.NotFound, "There is no such factor.")
	errNoDevice = apperr.New(apperr.NotFound, "There is no such device.")
)
