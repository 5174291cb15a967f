package account

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

// RoleChange gives a role (On) or takes it. Guests need an end, at most ten years
// ahead; whoever makes somebody an administrator says why.
type RoleChange struct {
	Role   Role
	On     bool
	Until  *time.Time
	Reason string
}

// SetRole grants or takes a role, and reports whether that changed anything: only
// then the person is told. The acting person is the audit actor in ctx; the web
// demands a fresh second factor of them. Errors: NotFound, Invalid (role, until,
// reason), ErrLastAdmin.
func (s *Service) SetRole(ctx context.Context, personID string, change RoleChange) (changed bool, err error) {
	r, on, until, missing := change.Role, change.On, change.Until, ""
	if !on || r != Guest {
		until = nil
	}
	if !r.Valid() {
		return false, apperr.InvalidField("role", "Choose one of the roles.")
	}
	if on && r == Guest {
		if err := s.checkEnd(until); err != nil {
			return false, err
		}
	}
	if on && r == Administrator {
		missing = apperr.WhyForTheRecord
	}
	reason, err := apperr.Reason("reason", change.Reason, missing)
	if err != nil {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		changed, err = s.changeRole(ctx, p.ID, r, on, until)
		if err != nil || !changed {
			return err
		}
		if err := s.revokeTokens(ctx, personID); err != nil {
			return err
		}
		action, details := "role.grant", map[string]any{"role": r, "until": until}
		if reason != "" {
			details["reason"] = reason
		}
		if !on {
			action = "role.revoke"
		}
		if err := s.record(ctx, action, personID, details); err != nil {
			return err
		}
		if p.ErasedAt != nil {
			return nil
		}
		roles, err := s.rolesOf(ctx, personID)
		if err != nil {
			return err
		}
		names := make([]string, len(roles))
		for i, r := range roles {
			names[i] = string(r)
		}
		return s.send(ctx, p.Person, mail.RoleChanged{Roles: names, SecurityLink: s.link("/account/security")})
	})
	return changed && err == nil, err
}

// maxGuestYears bounds a guest's access: a mistyped year is no lifetime.
const maxGuestYears = 10

// checkEnd accepts the end of a guest's access.
func (s *Service) checkEnd(until *time.Time) error {
	switch now := s.Now(); {
	case until == nil || !until.After(now):
		return apperr.InvalidField("until", "A guest's access ends on a date in the future. Choose one.")
	case until.After(now.AddDate(maxGuestYears, 0, 1)):
		return apperr.InvalidField("until", "A guest's access ends within %d years. Choose an earlier date.", maxGuestYears)
	}
	return nil
}

func (s *Service) changeRole(ctx context.Context, personID string, r Role, on bool, until *time.Time) (bool, error) {
	if on {
		return s.insertRole(ctx, personID, r, until)
	}
	if r == Administrator {
		if err := s.keepAnAdministrator(ctx, personID); err != nil {
			return false, err
		}
	}
	return s.deleteRole(ctx, personID, r)
}

// keepAnAdministrator refuses what would leave the site without one.
func (s *Service) keepAnAdministrator(ctx context.Context, personID string) error {
	if err := s.lockAdministrators(ctx); err != nil {
		return err
	}
	others, err := s.otherAdministrators(ctx, personID)
	if err == nil && !others {
		err = ErrLastAdmin
	}
	return err
}

// Block keeps a person out, at once and on every device; nothing of theirs is
// lost. Who is blocked already stays so, for the reason given first. Errors:
// NotFound, Invalid (reason), ErrLastAdmin.
func (s *Service) Block(ctx context.Context, personID, reason string) error {
	reason, err := apperr.Reason("reason", reason, "Give a reason. It is kept in the audit record.")
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.lockAdministrators(ctx); err != nil {
			return err
		}
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		if p.Has(Administrator) && p.BlockedAt == nil {
			if err := s.keepAnAdministrator(ctx, personID); err != nil {
				return err
			}
		}
		if changed, err := s.block(ctx, personID, reason); err != nil || !changed {
			return err
		}
		n, err := s.closeAll(ctx, personID, "", "blocked")
		if err != nil {
			return err
		}
		if err := s.dropTokens(ctx, personID); err != nil {
			return err
		}
		return s.record(ctx, "account.block", personID, map[string]any{"reason": reason, "sessions_ended": n})
	})
}

// Unblock lets a person in again. Errors: NotFound.
func (s *Service) Unblock(ctx context.Context, personID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.byID(ctx, personID); err != nil {
			return err
		}
		if changed, err := s.unblock(ctx, personID); err != nil || !changed {
			return err
		}
		return s.record(ctx, "account.unblock", personID, nil)
	})
}

// RemoveFactors takes every second factor from a person who has lost them, and
// signs them out everywhere: the password alone opens the account again. The
// acting person is the audit actor in ctx; the web demands a fresh second
// factor of them. Where there is no factor it does nothing. Errors: NotFound.
func (s *Service) RemoveFactors(ctx context.Context, personID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		m, err := s.factors.Methods(ctx, personID)
		if err != nil || !m.Any() {
			return err
		}
		if err := s.factors.RemoveAll(ctx, personID); err != nil {
			return err
		}
		n, err := s.closeAll(ctx, personID, "", "factors")
		if err != nil {
			return err
		}
		if err := s.dropTokens(ctx, personID); err != nil { // tickets of a sign-in under way
			return err
		}
		details := map[string]any{"authenticator_app": m.TOTP, "passkeys": m.Passkeys, "recovery_codes": m.RecoveryCodes, "sessions_ended": n}
		if err := s.record(ctx, "factor.remove_all", personID, details); err != nil {
			return err
		}
		if p.ErasedAt != nil {
			return nil
		}
		return s.send(ctx, p.Person, mail.FactorsRemoved{SecurityLink: s.link("/account/security")})
	})
}

// BlockReason returns why a person is blocked, "" if they are not.
func (s *Service) BlockReason(ctx context.Context, personID string) (string, error) {
	return s.blockReason(ctx, personID)
}
