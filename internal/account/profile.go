package account

import (
	"context"
	"errors"
	"strings"

	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// Profile is what people change about themselves without further proof.
type Profile struct{ Name, LegalName, TimeZone, Profession string }

// UpdateProfile changes the person's own profile and returns an access token
// that says so. Errors: Invalid (fields name, legal_name, time_zone,
// profession), ErrNameLocked.
func (s *Service) UpdateProfile(ctx context.Context, i Identity, f Profile) (Tokens, Identity, error) {
	f.Name, f.LegalName = CleanName(f.Name), CleanName(f.LegalName)
	var check apperr.Check
	CheckName(&check, "name", f.Name)
	if f.LegalName != "" {
		CheckName(&check, "legal_name", f.LegalName)
	}
	checkZone(&check, f.TimeZone)
	checkProfession(&check, f.Profession)
	if err := check.Err(); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		p, err := s.byID(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if f.LegalName != p.LegalName {
			if err := s.changeLegalName(ctx, p.Person, f.LegalName, false); err != nil {
				return err
			}
		}
		if f.Name == p.Name && f.TimeZone == p.TimeZone && f.Profession == p.Profession {
			return nil
		}
		for column, value := range map[string]string{"name": f.Name, "time_zone": f.TimeZone, "profession": f.Profession} {
			if err := s.setPerson(ctx, i.PersonID, column, value); err != nil {
				return err
			}
		}
		return s.record(ctx, "account.profile", i.PersonID, map[string]any{"name": f.Name, "time_zone": f.TimeZone, "profession": f.Profession})
	})
}

// ConfirmLegalName stores the name that a certificate will print, as the
// learner confirms it before the exam (DECISIONS 5). Errors: Invalid with the
// field legal_name, ErrNameLocked, NotFound.
func (s *Service) ConfirmLegalName(ctx context.Context, personID, name string) error {
	name = CleanName(name)
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.byID(ctx, personID)
		if err != nil || p.LegalName == name && name != "" {
			return err
		}
		if name == "" {
			return apperr.InvalidField("legal_name", "Enter your legal name.")
		}
		return s.changeLegalName(ctx, p.Person, name, false)
	})
}

// SetLegalName is the administrator's way, open also after a certificate. The
// acting person is the audit actor in ctx. Errors: Invalid, NotFound.
func (s *Service) SetLegalName(ctx context.Context, personID, name string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		return s.changeLegalName(ctx, p.Person, CleanName(name), true)
	})
}

func (s *Service) changeLegalName(ctx context.Context, p Person, name string, administrator bool) error {
	if name != "" {
		var check apperr.Check
		CheckName(&check, "legal_name", name)
		if err := check.Err(); err != nil {
			return err
		}
		if s.CheckName != nil {
			if err := s.CheckName(name); err != nil {
				return err
			}
		}
	}
	if !administrator && s.LegalNameLocked != nil {
		locked, err := s.LegalNameLocked(ctx, p.ID)
		if err != nil {
			return err
		}
		if locked {
			return ErrNameLocked
		}
	}
	if err := s.setPerson(ctx, p.ID, "legal_name", name); err != nil {
		return err
	}
	return s.record(ctx, "account.legal_name", p.ID, map[string]any{"from": p.LegalName, "to": name})
}

// ChangePassword replaces the password, keeps this session and signs out every
// other. Errors: Invalid (current_password, password), Limited.
func (s *Service) ChangePassword(ctx context.Context, i Identity, current, fresh string) (Tokens, Identity, error) {
	p, err := s.ownPassword(ctx, i, current)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	if msg := password.Check(fresh, p.Email, p.Name, s.SiteName); msg != "" {
		return Tokens{}, Identity{}, apperr.InvalidField("password", "%s", msg)
	}
	hash, err := s.hasher.Hash(ctx, fresh)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		n, err := s.setPassword(ctx, p, hash, i.SessionID)
		if err != nil {
			return err
		}
		now := s.Now()
		if err := s.setProof(ctx, i.SessionID, &now, nil); err != nil {
			return err
		}
		return s.record(ctx, "account.password", i.PersonID, map[string]any{"sessions_ended": n})
	})
}

// ownPassword checks the password that a signed-in person types once more.
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
		if err := s.record(ctx, "account.password_refused", i.PersonID, nil); err != nil {
			return p, err
		}
		return p, apperr.InvalidField("current_password", "This is not your current password.")
	}
	return p, s.limits.Forgive(ctx, limitPassword, i.PersonID)
}

// RequestEmail mails a link to the new address; the change happens when it is
// used. An address that has an account gets a mail that says so instead, and
// the answer is the same. Errors: Invalid (email, current_password), Limited.
func (s *Service) RequestEmail(ctx context.Context, i Identity, email, current string) error {
	email = strings.TrimSpace(email)
	var check apperr.Check
	checkEmail(&check, email)
	if err := check.Err(); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitMailAddress, emailKey(email)); err != nil {
		return err
	}
	p, err := s.ownPassword(ctx, i, current)
	if err != nil {
		return err
	}
	if emailKey(email) == emailKey(p.Email) {
		return apperr.InvalidField("email", "This is your address already.")
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.record(ctx, "account.email_request", p.ID, map[string]any{"to": email}); err != nil {
			return err
		}
		to := mail.Address{Email: email}
		if _, err := s.byEmail(ctx, email); !errors.Is(err, ErrNotFound) {
			if err != nil {
				return err
			}
			return s.Mail.Queue(ctx, to, mail.AddressAlreadyRegistered{SignInLink: s.link("/login"), ResetLink: s.link("/password/forgot")})
		}
		token, hash := newToken()
		if err := s.insertToken(ctx, hash, p.ID, purposeChange, email, confirmLife); err != nil {
			return err
		}
		return s.Mail.Queue(ctx, to, mail.ConfirmAddress{Link: s.link("/email/confirm/" + token), ValidFor: confirmLife})
	})
}

// changeEmail uses a link to a new address up. Sessions go on, their access
// tokens do not; links sent to the old address are void.
func (s *Service) changeEmail(ctx context.Context, hash string) error {
	t, err := s.spendToken(ctx, hash, purposeChange)
	if err != nil {
		return err
	}
	p, err := s.byID(ctx, t.PersonID)
	if err != nil {
		return err
	}
	if p.BlockedAt != nil || p.ErasedAt != nil {
		return ErrLink
	}
	err = s.setEmail(ctx, p.ID, t.Email)
	if db.IsUnique(err) {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	if err := s.dropTokens(ctx, p.ID); err != nil {
		return err
	}
	if err := s.revokeTokens(ctx, p.ID); err != nil {
		return err
	}
	if err := s.record(ctx, "account.email", p.ID, map[string]any{"from": p.Email, "to": t.Email}); err != nil {
		return err
	}
	return s.send(ctx, p.Person, mail.AddressChanged{NewMasked: maskEmail(t.Email), SupportLink: s.link("/requests/new?kind=help")})
}

// maskEmail keeps the first letter and the domain: who stole the old mailbox
// need not learn the new one.
func maskEmail(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	if r := []rune(local); len(r) > 0 {
		local = string(r[:1])
	}
	return local + "•••@" + domain
}
