package account

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

var errNoRecovery = apperr.New(apperr.Conflict, "Recovery codes stand in for a second factor. Set one up first.")

// NewRecoveryCodes replaces the recovery codes, tells the owner by mail and
// returns the new ones. Until these are put away, or for ten minutes, asking
// again returns the same: whoever clicks twice has written down what counts.
// Errors: ErrFactorNeeded, Conflict without a factor.
func (s *Service) NewRecoveryCodes(ctx context.Context, i Identity) (codes []string, err error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return nil, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, i.PersonID); err != nil {
			return err
		}
		m, err := s.factors.Methods(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if !m.Any() {
			return errNoRecovery
		}
		made, err := s.factors.NewRecoveryCodes(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if codes, err = s.factors.RecoveryCodes(ctx, i.PersonID); err != nil || !made {
			return err
		}
		if err := s.record(ctx, "factor.recovery_codes", i.PersonID, nil); err != nil {
			return err
		}
		p, err := s.byID(ctx, i.PersonID)
		if err != nil {
			return err
		}
		return s.send(ctx, p.Person, mail.RecoveryCodes{SecurityLink: s.link("/account/security")})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RecoveryCodes returns codes that were made a moment ago and not put away yet.
// Errors: ErrFactorNeeded, factor.ErrNoSheet.
func (s *Service) RecoveryCodes(ctx context.Context, i Identity) ([]string, error) {
	if err := RequireOwner(i, s.Now()); err != nil {
		return nil, err
	}
	return s.factors.RecoveryCodes(ctx, i.PersonID)
}

// PutAwayRecoveryCodes makes that nobody can read the codes here any more; they
// stay good.
func (s *Service) PutAwayRecoveryCodes(ctx context.Context, i Identity) error {
	return s.factors.PutAway(ctx, i.PersonID)
}
