package account

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

// inviteLife is how long the link of an invitation is good; later the person asks
// for another one.
const inviteLife = 14 * 24 * time.Hour

// Invite makes an account for somebody who attended a live event, and mails them a
// link to choose a password: until then nobody can sign in. The address counts as
// confirmed, since the administrator answers for it; so nobody can take the account
// over by registering the same address. It joins the transaction in ctx. It is
// audited. Errors: Invalid (email, name, legal_name, time_zone), ErrTaken.
func (s *Service) Invite(ctx context.Context, email, legalName, zone, event string) (p Person, err error) {
	legalName = CleanName(legalName)
	n := NewPerson{Email: email, Name: legalName, LegalName: legalName, TimeZone: zone, Roles: []Role{Therapist}, noPassword: true}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if p, err = s.Create(ctx, n); err != nil {
			return err
		}
		token, hash := newToken()
		if err := s.insertToken(ctx, hash, p.ID, purposeReset, p.Email, inviteLife); err != nil {
			return err
		}
		return s.send(ctx, p, mail.EventInvitation{Title: event, Link: s.link("/password/reset/" + token), ForgotLink: s.link("/password/forgot"), ValidFor: inviteLife})
	})
	return p, err
}

// CheckInvite says what Invite would find wrong with an address and a legal name:
// Invalid with the fields email and legal_name, or nil.
func (s *Service) CheckInvite(email, legalName string) error {
	var check apperr.Check
	checkEmail(&check, email)
	if err := check.Err(); err != nil {
		return err
	}
	return s.CheckLegalName(legalName)
}

// CheckLegalName says what SetLegalName would find wrong with a name: Invalid with
// the field legal_name, or nil.
func (s *Service) CheckLegalName(name string) error {
	var check apperr.Check
	checkNameByHand(&check, "legal_name", CleanName(name))
	if err := check.Err(); err != nil || s.CheckName == nil {
		return err
	}
	return s.CheckName(CleanName(name))
}

// EmailKey is what makes two spellings of an address the same.
func EmailKey(email string) string { return emailKey(email) }

// FindByEmails returns the people with these addresses, by EmailKey and without
// their roles; at most db.MaxPage of them.
func (s *Service) FindByEmails(ctx context.Context, emails []string) (map[string]Person, error) {
	keys := make([]string, len(emails))
	for i, e := range emails {
		keys[i] = emailKey(e)
	}
	list, err := s.peopleByKeys(ctx, keys)
	out := make(map[string]Person, len(list))
	for _, p := range list {
		out[emailKey(p.Email)] = p
	}
	return out, err
}

// CheckLicense says what SaveLicense would find wrong with a license by itself.
// Errors: Invalid (profession, jurisdiction, number, expires_on).
func CheckLicense(l License) error {
	l.Number = cleanNumber(l.Number)
	return l.check()
}
