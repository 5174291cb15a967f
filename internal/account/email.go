package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// RequestEmail mails a link to the new address; the change happens when it is
// used, and links to other addresses are void. An address that has an account
// gets a mail that says so instead, and the answer is the same. The second click
// mails nothing. Errors: Invalid (email, current_password), Limited.
func (s *Service) RequestEmail(ctx context.Context, i Identity, email, current string) error {
	email = strings.TrimSpace(email)
	var check apperr.Check
	checkEmail(&check, email)
	if err := check.Err(); err != nil {
		return err
	}
	p, err := s.ownPassword(ctx, i, current)
	if errors.Is(err, errNotCurrent) {
		return s.passwordRefused(ctx, i)
	}
	if err != nil {
		return err
	}
	if emailKey(email) == emailKey(p.Email) {
		return apperr.InvalidField("email", "This is your address already.")
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.holdCurrent(ctx, p); err != nil {
			return err
		}
		if _, _, err := s.usable(ctx, i.SessionID); err != nil {
			return err
		}
		pending, err := s.pendingEmail(ctx, p.ID)
		if err != nil || s.justMailed(pending, email) {
			return err
		}
		if err := s.limits.Allow(ctx, limitMailAddress, emailKey(email)); err != nil {
			return err
		}
		if err := s.record(ctx, "account.email_request", p.ID, map[string]any{"to": email}); err != nil {
			return err
		}
		if err := s.dropChanges(ctx, p.ID, email); err != nil {
			return err
		}
		return s.mailChange(ctx, p.ID, email)
	})
}

// justMailed reports whether the link to email went out a moment ago: the second
// click on the button that sends it sends nothing.
func (s *Service) justMailed(pending PendingEmail, email string) bool {
	return pending.Email == email && s.Now().Sub(pending.SentAt) < graceLife
}

// mailChange sends a link to a new address. The change waits, and the account
// page says so, also where nobody gets the link: the page must not tell who has
// an account.
func (s *Service) mailChange(ctx context.Context, personID, email string) error {
	token, hash := newToken()
	if err := s.insertToken(ctx, hash, personID, purposeChange, email, confirmLife); err != nil {
		return err
	}
	to := mail.Address{Email: email}
	if _, err := s.byEmail(ctx, email); !errors.Is(err, ErrNotFound) {
		if err != nil {
			return err
		}
		return s.Mail.Queue(ctx, to, mail.AddressAlreadyRegistered{SignInLink: s.link("/login"), ResetLink: s.link("/password/forgot")})
	}
	to.PersonID = personID
	return s.Mail.Queue(ctx, to, mail.ConfirmAddress{Link: s.link("/email/confirm/" + token), ValidFor: confirmLife})
}

// ResendEmail mails a new link for the change to email, which waits. The second
// click mails nothing. Errors: ErrNoChange, ErrChanged, Limited.
func (s *Service) ResendEmail(ctx context.Context, i Identity, email string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		_, p, err := s.usable(ctx, i.SessionID)
		if err != nil {
			return err
		}
		if err := s.hold(ctx, p.ID); err != nil {
			return err
		}
		pending, err := s.pendingEmail(ctx, p.ID)
		if err != nil {
			return err
		}
		switch {
		case pending.Email == "" || pending.Email != email:
			return s.noChange(ctx, p.ID, email)
		case s.justMailed(pending, email):
			return nil
		}
		if err := s.limits.Allow(ctx, limitMailAddress, emailKey(email)); err != nil {
			return err
		}
		if err := s.record(ctx, "account.email_resend", p.ID, map[string]any{"to": email}); err != nil {
			return err
		}
		return s.mailChange(ctx, p.ID, email)
	})
}

// CancelEmail makes every link to email void, so that the address stays. Where no
// change to it waits any more it succeeds and does nothing. Errors: ErrChanged.
func (s *Service) CancelEmail(ctx context.Context, i Identity, email string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		_, p, err := s.usable(ctx, i.SessionID)
		if err != nil {
			return err
		}
		canceled, err := s.cancelChange(ctx, p.ID, email)
		if err != nil {
			return err
		}
		if canceled {
			return s.record(ctx, "account.email_cancel", p.ID, map[string]any{"to": email})
		}
		if err := s.noChange(ctx, p.ID, email); !errors.Is(err, ErrNoChange) {
			return err
		}
		return nil
	})
}

// The errors of a change of address that does not wait.
var (
	ErrNoChange = apperr.New(apperr.Gone, "This change of your address was canceled or has expired. Please ask for it again.")
	ErrChanged  = apperr.New(apperr.Conflict, "The link was used, so this is your address now. You can change it again.")
)

// noChange says why no change to email waits. Errors: ErrNoChange, ErrChanged.
func (s *Service) noChange(ctx context.Context, personID, email string) error {
	p, err := s.byID(ctx, personID)
	switch {
	case err != nil:
		return err
	case emailKey(p.Email) == emailKey(email):
		return ErrChanged
	}
	return ErrNoChange
}

// PendingEmail is an address to which the person's is to change, when the newest
// link to it was sent, and until when it is good.
type PendingEmail struct {
	Email             string
	SentAt, ExpiresAt time.Time
}

// PendingEmail returns the change of address that waits for its link to be used,
// the zero value if none does.
func (s *Service) PendingEmail(ctx context.Context, personID string) (PendingEmail, error) {
	return s.pendingEmail(ctx, personID)
}

// changeEmail uses a link to a new address up. Every session but keep ends: who
// changes the address may have lost the old one to somebody. Links sent to it are
// void.
func (s *Service) changeEmail(ctx context.Context, hash, keep string) (email string, err error) {
	t, err := s.spendToken(ctx, hash, purposeChange)
	if err != nil {
		return "", err
	}
	p, err := s.byID(ctx, t.PersonID)
	if err != nil {
		return "", err
	}
	if p.BlockedAt != nil || p.ErasedAt != nil {
		return "", ErrLink
	}
	err = s.setEmail(ctx, p.ID, t.Email)
	if db.IsUnique(err) {
		return "", ErrTaken
	}
	if err != nil {
		return "", err
	}
	n, err := s.closeAll(ctx, p.ID, keep, "email")
	if err != nil {
		return "", err
	}
	if err := s.dropTokens(ctx, p.ID); err != nil {
		return "", err
	}
	if err := s.record(ctx, "account.email", p.ID, map[string]any{"from": p.Email, "to": t.Email, "sessions_ended": n}); err != nil {
		return "", err
	}
	return t.Email, s.send(ctx, p.Person, mail.AddressChanged{NewMasked: maskEmail(t.Email), SupportLink: s.link("/requests/new?kind=help")})
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
