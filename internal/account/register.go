package account

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// Registration is what a new person fills in.
type Registration struct{ Name, Email, Password, TimeZone, Profession string }

// The life of links in mails.
const (
	confirmLife = 3 * 24 * time.Hour
	resetLife   = time.Hour
)

// mailPayload is what the mail jobs need. The address, not the person: whether
// there is a person is found out in the job, where nobody waits for the answer.
type mailPayload struct {
	Email string
	Known bool // registered: the account was there before
	Actor audit.Actor
}

// Register makes an account as a therapist and mails a link that confirms the
// address. If the address has an account, its owner is told by mail; the caller
// gets the same answer after the same work. Errors: Invalid, Limited.
func (s *Service) Register(ctx context.Context, r Registration, c Client) error {
	r.Email, r.Name = strings.TrimSpace(r.Email), cleanName(r.Name)
	var check apperr.Check
	checkEmail(&check, r.Email)
	checkName(&check, "name", r.Name)
	checkZone(&check, r.TimeZone)
	checkProfession(&check, r.Profession)
	if msg := password.Check(r.Password, r.Email, r.Name, s.SiteName); msg != "" {
		check.Field("password", "%s", msg)
	}
	if err := check.Err(); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitRegisterIP, limit.Network(c.IP)); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitMailAddress, emailKey(r.Email)); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, r.Password)
	if err != nil {
		return err
	}
	p := Person{ID: db.NewID(), Email: r.Email, Name: r.Name, TimeZone: r.TimeZone, Profession: r.Profession, CreatedAt: s.Now()}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		free, err := s.insertPerson(ctx, p, hash)
		if err != nil {
			return err
		}
		if _, err := s.insertRole(ctx, p.ID, Therapist, nil); err != nil {
			return err
		}
		return s.enqueue(ctx, jobRegistered, mailPayload{Email: r.Email, Known: !free})
	})
}

func (s *Service) enqueue(ctx context.Context, kind string, p mailPayload) error {
	p.Actor = audit.ActorOf(ctx)
	p.Actor.PersonID = ""
	return s.Jobs.Enqueue(ctx, kind, p)
}

// addressed runs fn for the person with the payload's address, if there is one
// who may get mail.
func (s *Service) addressed(ctx context.Context, payload []byte, fn func(ctx context.Context, p personRow, m mailPayload) error) error {
	var m mailPayload
	if err := json.Unmarshal(payload, &m); err != nil {
		return job.Permanent(err)
	}
	p, err := s.byEmail(ctx, m.Email)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if p.BlockedAt != nil || p.ErasedAt != nil {
		return nil
	}
	return s.DB.InTx(audit.WithActor(ctx, m.Actor), func(ctx context.Context) error { return fn(ctx, p, m) })
}

func (s *Service) onRegistered(ctx context.Context, payload []byte) error {
	return s.addressed(ctx, payload, func(ctx context.Context, p personRow, m mailPayload) error {
		if !m.Known {
			if err := s.record(ctx, "account.register", p.ID, nil); err != nil {
				return err
			}
			return s.mailConfirm(ctx, p)
		}
		if err := s.record(ctx, "account.register_again", p.ID, nil); err != nil {
			return err
		}
		if p.EmailConfirmedAt == nil {
			return s.mailConfirm(ctx, p)
		}
		return s.send(ctx, p.Person, mail.AddressAlreadyRegistered{SignInLink: s.link("/login"), ResetLink: s.link("/password/forgot")})
	})
}

func (s *Service) mailConfirm(ctx context.Context, p personRow) error {
	token, hash := newToken()
	if err := s.insertToken(ctx, hash, p.ID, purposeConfirm, p.Email, confirmLife); err != nil {
		return err
	}
	return s.send(ctx, p.Person, mail.ConfirmAddress{Link: s.link("/email/confirm/" + token), ValidFor: confirmLife})
}

// ResendConfirmation mails a new link if the address has an account that waits
// for confirmation; the answer does not tell. Errors: Limited.
func (s *Service) ResendConfirmation(ctx context.Context, email string, c Client) error {
	return s.requestMail(ctx, jobResend, email, c)
}

func (s *Service) onResend(ctx context.Context, payload []byte) error {
	return s.addressed(ctx, payload, func(ctx context.Context, p personRow, _ mailPayload) error {
		if p.EmailConfirmedAt != nil {
			return nil
		}
		return s.mailConfirm(ctx, p)
	})
}

// Forgot mails a link to choose a new password if the address has an account;
// the answer does not tell. Errors: Invalid, Limited.
func (s *Service) Forgot(ctx context.Context, email string, c Client) error {
	return s.requestMail(ctx, jobForgot, email, c)
}

func (s *Service) requestMail(ctx context.Context, kind, email string, c Client) error {
	email = strings.TrimSpace(email)
	var check apperr.Check
	checkEmail(&check, email)
	if err := check.Err(); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitMailIP, limit.Network(c.IP)); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitMailAddress, emailKey(email)); err != nil {
		return err
	}
	return s.enqueue(ctx, kind, mailPayload{Email: email})
}

func (s *Service) onForgot(ctx context.Context, payload []byte) error {
	return s.addressed(ctx, payload, func(ctx context.Context, p personRow, _ mailPayload) error {
		token, hash := newToken()
		if err := s.insertToken(ctx, hash, p.ID, purposeReset, p.Email, resetLife); err != nil {
			return err
		}
		if err := s.record(ctx, "account.forgot", p.ID, nil); err != nil {
			return err
		}
		return s.send(ctx, p.Person, mail.ResetPassword{Link: s.link("/password/reset/" + token), ValidFor: resetLife})
	})
}

// CheckConfirmLink tells whether the link of a confirmation mail is good,
// without using it up, and which address it confirms: programs that scan mails
// open every link. Errors: ErrLink, Limited.
func (s *Service) CheckConfirmLink(ctx context.Context, token string, c Client) (email string, err error) {
	t, err := s.openLink(ctx, token, c, purposeConfirm, purposeChange)
	return t.Email, err
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

// ConfirmEmail uses the link of a confirmation mail up: it confirms the address
// of a new account, or makes a new address the account's. Errors: ErrLink,
// ErrTaken, Limited.
func (s *Service) ConfirmEmail(ctx context.Context, token string, c Client) error {
	if err := s.limits.Allow(ctx, limitLinkIP, limit.Network(c.IP)); err != nil {
		return err
	}
	hash := hashToken(token)
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		t, err := s.spendToken(ctx, hash, purposeConfirm)
		if errors.Is(err, ErrLink) {
			return s.changeEmail(ctx, hash)
		}
		if err != nil {
			return err
		}
		changed, err := s.confirmAddress(ctx, t.PersonID, t.Email)
		if err != nil || !changed { // confirmed already, by another link
			return err
		}
		if err := s.revokeTokens(ctx, t.PersonID); err != nil { // they say "not confirmed"
			return err
		}
		return s.recordOwn(ctx, "account.email_confirm", t.PersonID, nil)
	})
}

// Reset uses the link of a reset mail up and sets the password. Every device is
// signed out. The link proves the mailbox, so it confirms the address too; if
// it was never confirmed before, second factors that somebody else may have
// set up under this address are removed. Errors: ErrLink, Invalid, Limited.
func (s *Service) Reset(ctx context.Context, token, newPassword string, c Client) error {
	open, err := s.openLink(ctx, token, c, purposeReset)
	if err != nil {
		return err
	}
	p, err := s.byID(ctx, open.PersonID)
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
		t, err := s.spendToken(ctx, hashToken(token), purposeReset)
		if err != nil {
			return err
		}
		first, err := s.confirmAddress(ctx, t.PersonID, t.Email)
		if err != nil {
			return err
		}
		if first {
			if err := s.factors.RemoveAll(ctx, t.PersonID); err != nil {
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
	when := s.Now()
	if zone, err := time.LoadLocation(p.TimeZone); err == nil {
		when = when.In(zone)
	}
	return n, s.send(ctx, p.Person, mail.PasswordChanged{When: when, SecurityLink: s.link("/account/security")})
}
