package account

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
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

// Registration is what a new person fills in. Next is the path on this site
// that they were on their way to, or empty; the mail's link leads on to it.
type Registration struct{ Name, Email, Password, TimeZone, Profession, Next string }

// The life of links in mails.
const (
	confirmLife = 3 * 24 * time.Hour
	resetLife   = time.Hour
)

// mailPayload is what the mail jobs need. The address, not the person: whether
// there is a person is found out in the job, where nobody waits for the answer.
type mailPayload struct {
	Email string
	Draft string // registered: where a repeated registration lies, empty for a new account
	Next  string // where the person was on their way to
	Actor audit.Actor
}

// Register makes an account as a therapist and mails a link that confirms the
// address. If the address has an account, its owner is told by mail; the caller
// gets the same answer after the same work. If that account was never
// confirmed, anybody may have made it: what is filled in now becomes the
// account's when the owner of the mailbox uses the link of this registration.
// Sent twice within a minute it acts once. Errors: Invalid, Limited.
func (s *Service) Register(ctx context.Context, r Registration, c Client) error {
	r.Email, r.Name = strings.TrimSpace(r.Email), CleanName(r.Name)
	var check apperr.Check
	checkEmail(&check, r.Email)
	CheckName(&check, "name", r.Name)
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
	hash, err := s.hasher.Hash(ctx, r.Password)
	if err != nil {
		return err
	}
	p := Person{ID: db.NewID(), Email: r.Email, Name: r.Name, TimeZone: r.TimeZone, Profession: r.Profession, CreatedAt: s.Now()}
	_, draft := newToken()
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.allowRegistration(ctx, r); err != nil {
			return orDone(err)
		}
		free, err := s.insertPerson(ctx, p, hash)
		if err != nil {
			return err
		}
		if _, err := s.insertRole(ctx, p.ID, Therapist, nil); err != nil {
			return err
		}
		// The same rows are written whether or not the address was free.
		owner, err := s.byEmail(ctx, r.Email)
		if err != nil {
			return err
		}
		if err := s.insertDraft(ctx, draft, owner.ID, hash, r); err != nil {
			return err
		}
		if free {
			if err := s.record(ctx, "account.register", owner.ID, nil); err != nil {
				return err
			}
			return s.enqueue(ctx, jobRegistered, mailPayload{Email: r.Email, Next: r.Next})
		}
		if err := s.contest(ctx, owner.ID); err != nil {
			return err
		}
		if err := s.record(ctx, "account.register_again", owner.ID, nil); err != nil {
			return err
		}
		return s.enqueue(ctx, jobRegistered, mailPayload{Email: r.Email, Draft: draft, Next: r.Next})
	})
}

// errAgain: what was asked for a moment ago is done.
var errAgain = errors.New("the same request once more")

func orDone(err error) error {
	if errors.Is(err, errAgain) {
		return nil
	}
	return err
}

// allowRegistration counts a registration in its transaction. Of the clicks on
// one button the first acts and sends its mail, the others are errAgain; who
// fills in anything else registers once more.
func (s *Service) allowRegistration(ctx context.Context, r Registration) error {
	same, err := json.Marshal(r) // #nosec G117 -- it becomes a keyed fingerprint, nothing of it is stored
	if err != nil {
		return err
	}
	if err := s.firstOf(ctx, limitSameRegistration, s.Keys.Fingerprint("registration", same)); err != nil {
		return err
	}
	return s.limits.Allow(ctx, limitMailAddress, emailKey(r.Email))
}

// firstOf lets the first of the clicks on one button act, in its transaction; the
// others are errAgain.
func (s *Service) firstOf(ctx context.Context, r limit.Rule, parts ...string) error {
	err := s.limits.Allow(ctx, r, parts...)
	if apperr.Is(err, apperr.Limited) {
		return errAgain
	}
	return err
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
		switch {
		case p.EmailConfirmedAt != nil:
			return s.send(ctx, p.Person, mail.AddressAlreadyRegistered{SignInLink: s.link("/login" + onTo(m.Next)), ResetLink: s.link("/password/forgot")})
		case m.Draft == "":
			return s.mailConfirm(ctx, p, m.Next)
		}
		token, hash := newToken()
		if found, err := s.openDraft(ctx, m.Draft, p.ID, hash); err != nil || !found { // voided since
			return err
		}
		return s.send(ctx, p.Person, mail.ConfirmAddress{Link: s.link("/email/confirm/" + token + onTo(m.Next)), ValidFor: confirmLife})
	})
}

func (s *Service) mailConfirm(ctx context.Context, p personRow, next string) error {
	token, hash := newToken()
	if err := s.insertToken(ctx, hash, p.ID, purposeConfirm, p.Email, confirmLife); err != nil {
		return err
	}
	return s.send(ctx, p.Person, mail.ConfirmAddress{Link: s.link("/email/confirm/" + token + onTo(next)), ValidFor: confirmLife})
}

// onTo returns the query that leads on to a path of this site, "" for none.
func onTo(next string) string {
	if next == "" {
		return ""
	}
	return "?" + url.Values{"next": {next}}.Encode()
}

// ResendConfirmation mails a new link if the address has an account that waits
// for confirmation; the answer does not tell. The link leads on to next, a path
// on this site, if there is one. The second click mails nothing. Errors: Invalid,
// Limited.
func (s *Service) ResendConfirmation(ctx context.Context, email, next string, c Client) error {
	return s.requestMail(ctx, jobResend, limitMailAddress, mailPayload{Email: email, Next: next}, c)
}

func (s *Service) onResend(ctx context.Context, payload []byte) error {
	return s.addressed(ctx, payload, func(ctx context.Context, p personRow, m mailPayload) error {
		if p.EmailConfirmedAt != nil {
			return nil
		}
		return s.mailConfirm(ctx, p, m.Next)
	})
}

// Forgot mails a link to choose a new password if the address has an account;
// the answer does not tell. The second click mails nothing. Errors: Invalid, Limited.
func (s *Service) Forgot(ctx context.Context, email string, c Client) error {
	return s.requestMail(ctx, jobForgot, limitResetAddress, mailPayload{Email: email}, c)
}

func (s *Service) requestMail(ctx context.Context, kind string, perAddress limit.Rule, m mailPayload, c Client) error {
	m.Email = strings.TrimSpace(m.Email)
	var check apperr.Check
	checkEmail(&check, m.Email)
	if err := check.Err(); err != nil {
		return err
	}
	if err := s.limits.Allow(ctx, limitMailIP, limit.Network(c.IP)); err != nil {
		return err
	}
	return orDone(s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.firstOf(ctx, limitSameMail, kind, emailKey(m.Email), m.Next); err != nil {
			return err
		}
		if err := s.limits.Allow(ctx, perAddress, emailKey(m.Email)); err != nil {
			return err
		}
		return s.enqueue(ctx, kind, m)
	}))
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
