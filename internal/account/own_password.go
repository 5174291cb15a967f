package account

import (
	"context"
	"errors"

	"golang.org/x/text/unicode/norm"

	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
)

// ChangePassword replaces the password, keeps this session and signs out every
// other; sent twice, it succeeds twice. The current password is no new one, which
// only who gave it is told. Errors: Invalid (current_password, password), Limited.
func (s *Service) ChangePassword(ctx context.Context, i Identity, current, fresh string) (Tokens, Identity, error) {
	p, err := s.ownPassword(ctx, i, current)
	if err == nil && norm.NFKC.String(fresh) == norm.NFKC.String(current) { // as the hasher reads them
		err = errSamePassword
	}
	var t Tokens
	var now Identity
	if err == nil {
		t, now, err = s.changePassword(ctx, i, p, fresh)
	}
	if !errors.Is(err, errNotCurrent) {
		return t, now, err
	}
	done, err := s.passwordJustSet(ctx, i, fresh)
	switch {
	case err != nil:
		return Tokens{}, Identity{}, err
	case done:
		return s.renew(ctx, i)
	}
	return Tokens{}, Identity{}, s.passwordRefused(ctx, i)
}

// passwordJustSet reports whether the session set this password a moment ago.
func (s *Service) passwordJustSet(ctx context.Context, i Identity, fresh string) (bool, error) {
	r, p, err := s.usable(ctx, i.SessionID)
	if err != nil || s.Now().Sub(r.AuthAt) > graceLife {
		return false, err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(fresh))
	if err != nil || !right {
		return false, err
	}
	return true, s.limits.Forgive(ctx, limitPassword, i.PersonID)
}

func (s *Service) changePassword(ctx context.Context, i Identity, p personRow, fresh string) (Tokens, Identity, error) {
	if msg := password.Check(fresh, p.Email, p.Name, s.SiteName); msg != "" {
		return Tokens{}, Identity{}, apperr.InvalidField("password", "%s", msg)
	}
	hash, err := s.hasher.Hash(ctx, fresh)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		p, err := s.holdCurrent(ctx, p)
		if err != nil {
			return err
		}
		n, err := s.setPassword(ctx, p, hash, i.SessionID)
		if err != nil {
			return err
		}
		if err := s.setAuth(ctx, i.SessionID); err != nil {
			return err
		}
		return s.record(ctx, "account.password", i.PersonID, map[string]any{"sessions_ended": n})
	})
}

var errSamePassword = apperr.InvalidField("password", "This is your current password already. Choose another one.")

var errNotCurrent = apperr.InvalidField("current_password", "This is not your current password.")

// passwordRefused records a wrong password of a signed-in person. Errors:
// errNotCurrent.
func (s *Service) passwordRefused(ctx context.Context, i Identity) error {
	return orElse(s.record(ctx, "account.password_refused", i.PersonID, nil), errNotCurrent)
}

// holdCurrent is holdPassword for a password that was typed once more. Errors:
// errNotCurrent.
func (s *Service) holdCurrent(ctx context.Context, read personRow) (personRow, error) {
	p, err := s.holdPassword(ctx, read)
	if errors.Is(err, ErrCredentials) {
		err = errNotCurrent
	}
	return p, err
}

// ownPassword checks the password that a signed-in person types once more.
// Errors: errNotCurrent, Limited.
func (s *Service) ownPassword(ctx context.Context, i Identity, current string) (personRow, error) {
	if err := s.limits.Allow(ctx, limitPassword, i.PersonID); err != nil {
		return personRow{}, err
	}
	p, err := s.byID(ctx, i.PersonID)
	if err != nil {
		return p, err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(current))
	if err != nil {
		return p, err
	}
	if !right {
		return p, errNotCurrent
	}
	return p, s.limits.Forgive(ctx, limitPassword, i.PersonID)
}
