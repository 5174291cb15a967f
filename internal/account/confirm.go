package account

import (
	"context"
	"errors"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

// CheckConfirmLink tells whether the link of a confirmation mail is good,
// without using it up, and which address it confirms: programs that scan mails
// open every link. done tells that it was used and that the address is confirmed.
// Errors: ErrLink, Limited.
func (s *Service) CheckConfirmLink(ctx context.Context, token string, c Client) (email string, done bool, err error) {
	t, err := s.openLink(ctx, token, c, purposeConfirm, purposeChange)
	if errors.Is(err, ErrLink) {
		t, err = s.confirmedBy(ctx, hashToken(token))
		return t.Email, err == nil, err
	}
	return t.Email, false, err
}

// confirmedBy finds a used link whose address is the account's confirmed one.
// Errors: ErrLink.
func (s *Service) confirmedBy(ctx context.Context, hash string) (accountToken, error) {
	for _, purpose := range []string{purposeConfirm, purposeChange} {
		t, err := s.spentToken(ctx, hash, purpose)
		if errors.Is(err, ErrLink) {
			continue
		}
		if err != nil {
			return t, err
		}
		p, err := s.byID(ctx, t.PersonID)
		if err == nil && (p.EmailConfirmedAt == nil || emailKey(p.Email) != emailKey(t.Email) || p.BlockedAt != nil || p.ErasedAt != nil) {
			err = ErrLink
		}
		return t, err
	}
	return accountToken{}, ErrLink
}

// CheckResetLink is CheckConfirmLink for the link of a reset mail.
func (s *Service) CheckResetLink(ctx context.Context, token string, c Client) error {
	_, err := s.openLink(ctx, token, c, purposeReset)
	return err
}

func (s *Service) openLink(ctx context.Context, token string, c Client, purposes ...string) (accountToken, error) {
	if err := s.limits.Allow(ctx, limitLinkIP, limit.Network(c.IP)); err != nil {
		return accountToken{}, err
	}
	for _, purpose := range purposes {
		t, err := s.peekToken(ctx, hashToken(token), purpose)
		if !errors.Is(err, ErrLink) {
			return t, err
		}
	}
	return accountToken{}, ErrLink
}

// Confirmation is what the link of a confirmation mail did.
type Confirmation struct {
	Email   string
	Changed bool // a new address took the place of another; every other device is signed out
	// Out says that several people may have registered the address: whoever reads
	// the mailbox has the account now, and everybody is signed out.
	Out bool
}

// ConfirmEmail uses the link of a confirmation mail up: it confirms the address
// of a new account, or makes a new address the account's and ends every session
// but keep, which may be empty. The second click on its button succeeds too.
// Errors: ErrLink, ErrTaken, Limited.
func (s *Service) ConfirmEmail(ctx context.Context, token, keep string, c Client) (done Confirmation, err error) {
	if err := s.limits.Allow(ctx, limitLinkIP, limit.Network(c.IP)); err != nil {
		return done, err
	}
	hash := hashToken(token)
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		done = Confirmation{}
		t, err := s.spendToken(ctx, hash, purposeConfirm)
		switch {
		case errors.Is(err, ErrLink):
			done.Changed = true
			done.Email, err = s.changeEmail(ctx, hash, keep)
		case err == nil:
			done.Email = t.Email
			done.Out, err = s.confirm(ctx, t)
		}
		return err
	})
	if errors.Is(err, ErrLink) {
		var t accountToken
		t, err = s.confirmedBy(ctx, hash)
		done = Confirmation{Email: t.Email, Changed: t.Purpose == purposeChange}
	}
	if err != nil {
		return Confirmation{}, err
	}
	return done, nil
}

// confirm makes the address of a new account the confirmed one. Where it was
// registered more than once, nobody stays signed in.
func (s *Service) confirm(ctx context.Context, t accountToken) (out bool, err error) {
	changed, err := s.confirmAddress(ctx, t.PersonID, t.Email)
	if err != nil || !changed { // confirmed already, by another link
		return false, err
	}
	// A link that carries no registration confirms no password that several
	// people may have set: who reads the mailbox chooses one by a reset.
	if out = t.PasswordHash != ""; out {
		err = s.adopt(ctx, t)
	} else {
		out, err = s.disown(ctx, t.PersonID)
	}
	if err != nil {
		return out, err
	}
	settle := s.expel
	if !out {
		settle = s.settle
	}
	if err := settle(ctx, t.PersonID); err != nil {
		return out, err
	}
	return out, s.recordOwn(ctx, "account.email_confirm", t.PersonID, map[string]any{"registered_again": t.PasswordHash != ""})
}

// settle voids open links and access tokens, which say that the address is not
// confirmed; sessions go on with new ones.
func (s *Service) settle(ctx context.Context, personID string) error {
	if err := s.revokeTokens(ctx, personID); err != nil {
		return err
	}
	return s.dropTokens(ctx, personID)
}

// expel ends what anybody began who used the account before its address was
// confirmed: sessions, ways to sign in, open links. Whoever registered another's
// address must not stay in once its owner takes the account over.
func (s *Service) expel(ctx context.Context, personID string) error {
	if err := s.factors.RemoveAll(ctx, personID); err != nil {
		return err
	}
	if _, err := s.closeAll(ctx, personID, "", "email"); err != nil {
		return err
	}
	return s.dropTokens(ctx, personID)
}

// Reset uses the link of a reset mail up, sets the password and returns whose it
// is. Every device is signed out. The link proves the mailbox, so it confirms the
// address too. Sent twice, it succeeds twice. Errors: ErrLink, Invalid, Limited.
func (s *Service) Reset(ctx context.Context, token, newPassword string, c Client) (personID string, err error) {
	open, err := s.openLink(ctx, token, c, purposeReset)
	if err == nil {
		err = s.reset(ctx, open.PersonID, token, newPassword)
	}
	if errors.Is(err, ErrLink) {
		open, err = s.resetBy(ctx, token, newPassword)
	}
	if err != nil {
		return "", err
	}
	return open.PersonID, nil
}

// resetBy finds a link that was used a moment ago to set this password. Errors:
// ErrLink, Limited.
func (s *Service) resetBy(ctx context.Context, token, newPassword string) (t accountToken, err error) {
	if t, err = s.spentToken(ctx, hashToken(token), purposeReset); err != nil {
		return t, err
	}
	if s.Now().Sub(t.UsedAt) > graceLife {
		return t, ErrLink
	}
	if err := s.limits.Allow(ctx, limitPassword, t.PersonID); err != nil {
		return t, err
	}
	p, err := s.byID(ctx, t.PersonID)
	if err != nil {
		return t, err
	}
	right, err := s.hasher.Verify(ctx, p.PasswordHash, clip(newPassword))
	if err == nil && !right {
		err = ErrLink
	}
	return t, err
}

func (s *Service) reset(ctx context.Context, personID, token, newPassword string) error {
	p, err := s.byID(ctx, personID)
	if err != nil {
		return err
	}
	if msg := password.Check(newPassword, p.Email, p.Name, s.SiteName); msg != "" {
		return apperr.InvalidField("password", "%s", msg)
	}
	hash, err := s.hasher.Hash(ctx, newPassword)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		t, err := s.spendToken(ctx, hashToken(token), purposeReset)
		if err != nil {
			return err
		}
		first, err := s.confirmAddress(ctx, t.PersonID, t.Email)
		if err != nil {
			return err
		}
		if first {
			if err := s.expel(ctx, t.PersonID); err != nil {
				return err
			}
		}
		if _, err := s.setPassword(ctx, p, hash, ""); err != nil {
			return err
		}
		return s.recordOwn(ctx, "account.password_reset", t.PersonID, nil)
	})
}

// setPassword stores a hash, ends every session but keep, voids open links and
// tells the owner.
func (s *Service) setPassword(ctx context.Context, p personRow, hash, keep string) (int, error) {
	if err := s.setPerson(ctx, p.ID, "password_hash", hash); err != nil {
		return 0, err
	}
	n, err := s.closeAll(ctx, p.ID, keep, "password")
	if err != nil {
		return 0, err
	}
	if err := s.dropTokens(ctx, p.ID); err != nil {
		return 0, err
	}
	return n, s.send(ctx, p.Person, mail.PasswordChanged{When: s.Now().In(p.Location()), SecurityLink: s.link("/account/security")})
}
