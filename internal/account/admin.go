package account

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
)

// State is how far an account may be used.
type State string

// The states, as lists filter them.
const (
	StateActive      State = "active"
	StateUnconfirmed State = "unconfirmed"
	StateBlocked     State = "blocked"
	StateErased      State = "erased"
)

// State tells how far the account may be used.
func (p Person) State() State {
	switch {
	case p.ErasedAt != nil:
		return StateErased
	case p.BlockedAt != nil:
		return StateBlocked
	case p.EmailConfirmedAt == nil:
		return StateUnconfirmed
	}
	return StateActive
}

// NewPerson is an account made by somebody who answers for it: the command
// line, an administrator, the demonstration. Its address counts as confirmed.
type NewPerson struct {
	Email, Name, LegalName, Password, TimeZone, Profession string
	Roles                                                  []Role
	GuestUntil                                             *time.Time // needed for Guest
	CreatedAt                                              time.Time  // zero: now
	// Published accepts a password that everybody knows: the demonstration's.
	Published bool
}

// Create makes an account. Errors: Invalid (email, name, password, time_zone,
// profession, roles), ErrTaken.
func (s *Service) Create(ctx context.Context, n NewPerson) (Person, error) {
	n.Email, n.Name, n.LegalName = strings.TrimSpace(n.Email), cleanName(n.Name), cleanName(n.LegalName)
	if n.TimeZone == "" {
		n.TimeZone = "UTC"
	}
	if err := s.checkNew(n); err != nil {
		return Person{}, err
	}
	hash, err := s.hasher.Hash(ctx, n.Password)
	if err != nil {
		return Person{}, err
	}
	now := s.Now()
	p := Person{ID: db.NewID(), Email: n.Email, Name: n.Name, LegalName: n.LegalName, TimeZone: n.TimeZone, Profession: n.Profession,
		EmailConfirmedAt: &now, CreatedAt: now}
	if !n.CreatedAt.IsZero() {
		p.CreatedAt = db.Truncate(n.CreatedAt)
		p.EmailConfirmedAt = &p.CreatedAt
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		free, err := s.insertPerson(ctx, p, hash)
		if err != nil || !free {
			return orElse(err, ErrTaken)
		}
		for _, r := range n.Roles {
			var ends *time.Time
			if r == Guest {
				ends = n.GuestUntil
			}
			if _, err := s.insertRole(ctx, p.ID, r, ends); err != nil {
				return err
			}
		}
		return s.record(ctx, "account.create", p.ID, map[string]any{"roles": n.Roles})
	})
	if err != nil {
		return Person{}, err
	}
	return s.Get(ctx, p.ID)
}

func (s *Service) checkNew(n NewPerson) error {
	var check apperr.Check
	checkEmail(&check, "email", n.Email)
	checkName(&check, "name", n.Name)
	checkZone(&check, n.TimeZone)
	checkProfession(&check, n.Profession)
	check.Require(len(n.Roles) > 0, "roles", "Give at least one role.")
	for _, r := range n.Roles {
		check.Require(r.Valid(), "roles", "Unknown role "+string(r)+".")
		check.Require(r != Guest || n.GuestUntil != nil, "roles", "A guest's access ends on a date. Give one.")
	}
	if n.LegalName != "" && s.CheckName != nil {
		if err := s.CheckName(n.LegalName); err != nil {
			return err
		}
	}
	if msg := password.Check(n.Password, n.Email, n.Name, s.SiteName); msg != "" && !n.Published {
		check.Field("password", "%s", msg)
	}
	return check.Err()
}

// Get returns one person. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (Person, error) {
	p, err := s.byID(ctx, id)
	return p.Person, err
}

// FindByEmail returns the person with the address. Errors: ErrNotFound.
func (s *Service) FindByEmail(ctx context.Context, email string) (Person, error) {
	p, err := s.byEmail(ctx, email)
	return p.Person, err
}

// List returns people by name. next is the ID to continue after, empty at the
// end.
func (s *Service) List(ctx context.Context, f Filter) (people []Person, next string, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	page := f.Limit
	f.Limit++
	people, err = s.listPeople(ctx, f)
	if err != nil {
		return nil, "", err
	}
	if len(people) > page {
		if f.Before.ID != "" {
			people = people[1:]
		} else {
			people = people[:page]
		}
		next = people[page-1].ID
	}
	return people, next, nil
}

// Count returns how many people the filter finds.
func (s *Service) Count(ctx context.Context, f Filter) (int, error) { return s.countPeople(ctx, f) }

// SetRole grants or takes a role. The acting person is the audit actor in ctx;
// the web demands a fresh second factor of them. Guests need an end. Errors:
// NotFound, Invalid, ErrLastAdmin.
func (s *Service) SetRole(ctx context.Context, personID string, r Role, on bool, until *time.Time) error {
	if !r.Valid() || on && r == Guest && (until == nil || !until.After(s.Now())) {
		return apperr.InvalidField("until", "A guest's access ends on a date in the future. Choose one.")
	}
	if r != Guest {
		until = nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.byID(ctx, personID)
		if err != nil {
			return err
		}
		changed, err := s.changeRole(ctx, p, r, on, until)
		if err != nil || !changed {
			return err
		}
		if err := s.revokeTokens(ctx, personID); err != nil {
			return err
		}
		action := "role.grant"
		if !on {
			action = "role.revoke"
		}
		if err := s.record(ctx, action, personID, map[string]any{"role": r, "until": until}); err != nil {
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
}

func (s *Service) changeRole(ctx context.Context, p personRow, r Role, on bool, until *time.Time) (bool, error) {
	if on {
		if r == Guest { // a new date replaces the old one
			if _, err := s.deleteRole(ctx, p.ID, r); err != nil {
				return false, err
			}
		}
		return s.insertRole(ctx, p.ID, r, until)
	}
	if r == Administrator {
		if err := s.keepAnAdministrator(ctx, p.ID); err != nil {
			return false, err
		}
	}
	return s.deleteRole(ctx, p.ID, r)
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
// lost. Errors: NotFound, Invalid (reason), ErrLastAdmin.
func (s *Service) Block(ctx context.Context, personID, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > 500 {
		return apperr.InvalidField("reason", "Give a reason of at most 500 characters. It is kept in the audit record.")
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.byID(ctx, personID)
		if err != nil || p.BlockedAt != nil {
			return err
		}
		if p.Has(Administrator) {
			if err := s.keepAnAdministrator(ctx, personID); err != nil {
				return err
			}
		}
		if err := s.setBlocked(ctx, personID, true, reason); err != nil {
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
		p, err := s.byID(ctx, personID)
		if err != nil || p.BlockedAt == nil {
			return err
		}
		if err := s.setBlocked(ctx, personID, false, ""); err != nil {
			return err
		}
		return s.record(ctx, "account.unblock", personID, nil)
	})
}

// BlockReason returns why a person is blocked, "" if they are not.
func (s *Service) BlockReason(ctx context.Context, personID string) (string, error) {
	return s.blockReason(ctx, personID)
}

// Data is what we hold about a person in this package, for their own copy.
type Data struct {
	Person   Person    `json:"person"`
	Licenses []License `json:"licenses"`
	Devices  []Session `json:"devices"`
	Factors  Methods   `json:"second_factors"`
	Passkeys []Passkey `json:"passkeys"`
}

// Export returns the person's own data and records that it was taken.
func (s *Service) Export(ctx context.Context, i Identity) (d Data, err error) {
	if d.Person, err = s.Get(ctx, i.PersonID); err != nil {
		return d, err
	}
	if d.Licenses, err = s.licenses(ctx, i.PersonID); err != nil {
		return d, err
	}
	if d.Devices, err = s.Sessions(ctx, i); err != nil {
		return d, err
	}
	if d.Factors, err = s.methods(ctx, i.PersonID); err != nil {
		return d, err
	}
	if d.Passkeys, err = s.Passkeys(ctx, i.PersonID); err != nil {
		return d, err
	}
	return d, s.record(ctx, "account.export", i.PersonID, nil)
}
