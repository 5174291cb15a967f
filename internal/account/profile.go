package account

import (
	"context"

	"github.com/atmacena/cocare/internal/apperr"
)

// Profile is what people change about themselves without further proof.
type Profile struct {
	Name, LegalName, TimeZone, Profession string
	KeepLegalName                         bool // LegalName says nothing: the form did not ask for it
}

// NameLocked reports whether only an administrator changes the person's legal
// name.
func (s *Service) NameLocked(ctx context.Context, personID string) (bool, error) {
	if s.LegalNameLocked == nil {
		return false, nil
	}
	return s.LegalNameLocked(ctx, personID)
}

// UpdateProfile changes the person's own profile and returns an access token
// that says so. Errors: Invalid (fields name, legal_name, time_zone,
// profession), ErrNameLocked.
func (s *Service) UpdateProfile(ctx context.Context, i Identity, f Profile) (Tokens, Identity, error) {
	f.Name, f.LegalName = CleanName(f.Name), CleanName(f.LegalName)
	was, err := s.byID(ctx, i.PersonID)
	if err != nil {
		return Tokens{}, Identity{}, err
	}
	if err := f.check(was.Person); err != nil {
		return Tokens{}, Identity{}, err
	}
	return s.reissue(ctx, i, func(ctx context.Context) error {
		p, err := s.byID(ctx, i.PersonID)
		if err != nil {
			return err
		}
		if !f.KeepLegalName && f.LegalName != p.LegalName {
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

// check looks at what differs from what is stored: the rest was good when it came,
// or an administrator entered it.
func (f Profile) check(was Person) error {
	var check apperr.Check
	if f.Name != was.Name {
		CheckName(&check, "name", f.Name)
	}
	if f.LegalName != "" && f.LegalName != was.LegalName && !f.KeepLegalName {
		CheckName(&check, "legal_name", f.LegalName)
	}
	if f.TimeZone != was.TimeZone {
		checkZone(&check, f.TimeZone)
	}
	checkProfession(&check, f.Profession)
	return check.Err()
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

// SetLegalName is the administrator's way, open also after a certificate; what
// was attested or certified is changed then, not emptied. The acting person is
// the audit actor in ctx. Errors: Invalid (legal_name), NotFound.
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
		if administrator {
			checkNameByHand(&check, "legal_name", name)
		} else {
			CheckName(&check, "legal_name", name)
		}
		if err := check.Err(); err != nil {
			return err
		}
		if s.CheckName != nil {
			if err := s.CheckName(name); err != nil {
				return err
			}
		}
	}
	if !administrator || name == "" {
		locked, err := s.NameLocked(ctx, p.ID)
		switch {
		case err != nil:
			return err
		case locked && administrator:
			return errNameNeeded
		case locked:
			return ErrNameLocked
		}
	}
	if changed, err := s.setLegalName(ctx, p.ID, name); err != nil || !changed {
		return err
	}
	return s.record(ctx, "account.legal_name", p.ID, map[string]any{"from": p.LegalName, "to": name})
}

// errNameNeeded keeps an administrator from emptying what certificates rest on.
var errNameNeeded = apperr.InvalidField("legal_name", "Enter the legal name: it was attested for an exam, or a certificate bears it, so it can be changed but not left out.")
