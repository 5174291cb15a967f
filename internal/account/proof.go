package account

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/apperr"
)

// Proof is what a person gives to prove themselves once more: what package
// factor takes or, where they have no second factor, the password.
type Proof struct {
	factor.Proof
	Password string
}

// RequireOwner returns ErrFactorNeeded unless the person proved themselves in
// the last ten minutes: by the second factor, or where there is none by the
// password. It guards changes to the ways of signing in.
func RequireOwner(i Identity, now time.Time) error {
	at := i.AuthAt
	if i.HasFactor {
		at = i.FactorAt
	}
	if !fresh(at, now) {
		return ErrFactorNeeded
	}
	return nil
}

// byPassword is what a proof was that was none of package factor's.
const byPassword = "password"

// spend uses a proof up, in the transaction that does what was proven for.
type spend = factor.Spend

// prove checks a proof and hands act, in a transaction that has the person's
// row, what it was and how to spend it. Every try counts, and a wrong one is
// recorded, but for the second click on the button of a session that was proven
// by the same proof a moment ago: that is none.
func (s *Service) prove(ctx context.Context, p personRow, sessionID string, proof Proof, act func(ctx context.Context, how string, spend spend) error) error {
	if err := s.factors.Allow(ctx, p.ID); err != nil {
		return err
	}
	how, spend, err := s.checkProof(ctx, p, proof)
	if err == nil {
		err = s.DB.InTx(ctx, func(ctx context.Context) error {
			if err := s.hold(ctx, p.ID); err != nil {
				return err
			}
			if err := act(ctx, how, spend); err != nil {
				return err
			}
			return s.factors.Forgive(ctx, p.ID)
		})
	}
	if !apperr.Is(err, apperr.Invalid) {
		return err
	}
	again, e := s.provenBy(ctx, sessionID, proof)
	switch {
	case e != nil:
		return e
	case again:
		return s.factors.Forgive(ctx, p.ID)
	}
	return orElse(s.record(ctx, "account.factor_failed", p.ID, map[string]any{"factor": how}), err)
}

func (s *Service) checkProof(ctx context.Context, p personRow, proof Proof) (how string, spend spend, err error) {
	if proof.Password == "" {
		return s.factors.Check(ctx, p.owner(), proof.Proof)
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(proof.Password))
	if err == nil && !right {
		err = errPassword
	}
	return byPassword, func(ctx context.Context) error { return s.spendPassword(ctx, p) }, err
}

// spendPassword counts only while there is no second factor, and only the
// password that the person has now.
func (s *Service) spendPassword(ctx context.Context, p personRow) error {
	_, err := s.holdPassword(ctx, p)
	if errors.Is(err, ErrCredentials) {
		return errPassword
	}
	if err != nil {
		return err
	}
	m, err := s.factors.Methods(ctx, p.ID)
	if err == nil && m.Any() {
		err = errPassword
	}
	return err
}

var errPassword = apperr.InvalidField("password", "The password is not right.")

// key is what a session remembers of the proof given last. Who reads it in the
// database learns nothing of use: a code is spent by then.
func (p Proof) key(sessionID string) string {
	if p.Code == "" && len(p.Passkey) == 0 {
		return ""
	}
	return hashToken(sessionID + "|" + p.Code + "|" + string(p.Passkey))
}

// provenBy reports whether a session that goes on was proven by this proof a
// moment ago.
func (s *Service) provenBy(ctx context.Context, sessionID string, proof Proof) (bool, error) {
	r, err := s.session(ctx, sessionID)
	if errors.Is(err, ErrSession) {
		return false, nil
	}
	return err == nil && r.EndedAt == nil && s.justProven(r, proof), err
}

func (s *Service) justProven(r sessionRow, proof Proof) bool {
	return r.FactorProof != "" && r.FactorProof == proof.key(r.ID) && s.Now().Sub(*r.FactorAt) <= graceLife
}

// Confirm proves the signed-in person once more by a second factor, and returns
// an access token that says so; sent twice, it succeeds twice. Errors:
// factor.ErrCode, factor.ErrPasskey, Limited.
func (s *Service) Confirm(ctx context.Context, who Identity, proof Proof) (t Tokens, i Identity, err error) {
	p, err := s.byID(ctx, who.PersonID)
	if err != nil {
		return t, i, err
	}
	err = s.prove(ctx, p, who.SessionID, proof, func(ctx context.Context, how string, spend spend) error {
		if _, _, err := s.usable(ctx, who.SessionID); err != nil {
			return err
		}
		if err := spend(ctx); err != nil {
			return err
		}
		var err error
		if how == byPassword {
			err = s.setAuth(ctx, who.SessionID)
		} else {
			err = s.setFactorProof(ctx, who.SessionID, proof.key(who.SessionID))
		}
		if err != nil {
			return err
		}
		return s.record(ctx, "account.confirm", who.PersonID, map[string]any{"session": who.SessionID, "factor": how})
	})
	if err != nil {
		return t, i, err
	}
	return s.renew(ctx, who)
}

// renew returns an access token for the session that says what is true now.
func (s *Service) renew(ctx context.Context, who Identity) (Tokens, Identity, error) {
	return s.reissue(ctx, who, func(context.Context) error { return nil })
}

// reissue changes something about a person, after whoever changes them now, and
// returns an access token for the session that says what is true afterwards.
// Nothing is changed by a session that has ended meanwhile.
func (s *Service) reissue(ctx context.Context, who Identity, change func(ctx context.Context) error) (t Tokens, i Identity, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, who.PersonID); err != nil {
			return err
		}
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
