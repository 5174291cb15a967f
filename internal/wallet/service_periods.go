package wallet

import (
	"context"
	"errors"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
)

// SavePeriod adds a renewal period to one of the person's licenses (ID empty) or
// changes one, and returns its ID. One that is new, or has a new last day, and ends
// after the license expires says that it was renewed: the license then expires on
// that day, until the period is corrected or removed. moved reports that the day on
// which it expires is another. The same period added again is the one that is there.
// Errors: Invalid (begins_on, ends_on, hours, carried, category_n, hours_n),
// ErrNoLicense, ErrNoPeriod, Conflict.
func (s *Service) SavePeriod(ctx context.Context, personID string, p Period) (id string, moved bool, err error) {
	if err := s.mine(ctx, personID, p); err != nil {
		return "", false, err
	}
	if err := p.check(s.Now()); err != nil {
		return "", false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		l, err := s.license(ctx, personID, p.LicenseID)
		if err != nil {
			return err
		}
		id, moved, err = s.putPeriod(ctx, l, p)
		return err
	})
	return id, moved && err == nil, err
}

// mine refuses a license or a period of somebody else, whatever the form says.
// Errors: ErrNoLicense, ErrNoPeriod.
func (s *Service) mine(ctx context.Context, personID string, p Period) error {
	if _, err := s.license(ctx, personID, p.LicenseID); err != nil || p.ID == "" {
		return err
	}
	all, err := s.periodsOf(ctx, personID)
	if err == nil && !slices.ContainsFunc(all[p.LicenseID], func(o Period) bool { return o.ID == p.ID }) {
		err = ErrNoPeriod
	}
	return err
}

func (s *Service) putPeriod(ctx context.Context, l License, p Period) (id string, moved bool, err error) {
	all, err := s.periodsOf(ctx, l.PersonID)
	if err != nil {
		return "", false, err
	}
	others := all[l.ID]
	if p.ID == "" {
		if i := slices.IndexFunc(others, p.same); i >= 0 { // the second click
			moves, err := s.movesOf(ctx, l.PersonID)
			return others[i].ID, moves[l.ID].holds(l) && moves[l.ID].To == p.EndsOn, err
		}
	}
	if overlaps(p, others) {
		return "", false, errOverlap
	}
	p.UpdatedAt = s.Now()
	switch i := slices.IndexFunc(others, func(o Period) bool { return o.ID == p.ID }); {
	case p.ID == "" && len(others) >= MaxPeriods:
		return "", false, errManyPeriods
	case p.ID == "":
		p.ID = db.NewID()
		err = s.insertPeriod(ctx, p)
	case i >= 0 && others[i].EndsOn == p.EndsOn:
		return p.ID, false, s.updatePeriod(ctx, p)
	default:
		err = s.updatePeriod(ctx, p)
	}
	if err != nil {
		return "", false, err
	}
	moved, err = s.settle(ctx, l, &p)
	return p.ID, moved, err
}

// RemovePeriod removes a renewal period; what was completed in it stays. moved
// reports that the license expires on another day than before, as the period had set
// it. One that was removed by the same form stays removed. Errors: ErrNoPeriod.
func (s *Service) RemovePeriod(ctx context.Context, personID, licenseID, id string) (moved bool, err error) {
	err = s.removal(ctx, personID, ErrNoPeriod, func(ctx context.Context) (bool, error) {
		removed, err := s.deletePeriod(ctx, personID, licenseID, id)
		if err != nil || !removed {
			return removed, err
		}
		l, err := s.license(ctx, personID, licenseID)
		if err == nil {
			moved, err = s.settle(ctx, l, nil)
		}
		return true, err
	})
	return moved && err == nil, err
}

// removal runs an act that removes something, once for each form. Errors: missing.
func (s *Service) removal(ctx context.Context, personID string, missing error, remove func(ctx context.Context) (bool, error)) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		first, err := s.once.First(ctx)
		if err != nil || !first {
			return err
		}
		removed, err := remove(ctx)
		if err == nil && !removed {
			err = missing
		}
		return err
	})
}

// Certificate looks at one of the person's certificates as it stands for a license.
// Errors: ErrNoLicense, ErrNoCertificate.
func (s *Service) Certificate(ctx context.Context, personID, licenseID, number string) (View, Entry, error) {
	h, err := s.holdings(ctx, personID)
	if err != nil {
		return View{}, Entry{}, err
	}
	v, err := h.view(licenseID, "")
	if err != nil {
		return v, Entry{}, err
	}
	at := slices.IndexFunc(h.issued, func(c certificate.Certificate) bool { return c.Number == number })
	if at < 0 {
		return v, Entry{}, ErrNoCertificate
	}
	c := h.issued[at]
	for _, p := range v.Periods {
		if p.Holds(c.Facts.CompletedOn) { // the rules of its own period
			if v, err = h.view(licenseID, p.ID); err != nil {
				return v, Entry{}, err
			}
			i := slices.IndexFunc(v.Entries, func(e Entry) bool { return e.Certificate != nil && e.Certificate.ID == c.ID })
			return v, v.Entries[i], nil
		}
	}
	return v, h.bench(v).ofCertificate(c), nil
}

// Choose says how one of the person's certificates counts for a license. Errors:
// ErrNoLicense, ErrNoCertificate, Invalid (counts, category).
func (s *Service) Choose(ctx context.Context, personID, number string, c Choice) error {
	_, e, err := s.Certificate(ctx, personID, c.LicenseID, number)
	if err != nil {
		return err
	}
	var check apperr.Check
	check.Name("category", c.Category, maxCategory, "")
	if err := check.Err(); err != nil {
		return err
	}
	c.EnrollmentID = e.Certificate.EnrollmentID
	switch {
	case c.Kind == ByLine && slices.ContainsFunc(e.Options, func(o Option) bool { return o.Usable && o.ApprovalID == c.ApprovalID }):
	case (c.Kind == ByOwn || c.Kind == Not) && c.ApprovalID == "":
	default:
		return errNotUsable
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		return s.putChoice(ctx, c)
	})
	if db.IsForeignKey(err) { // the license was removed meanwhile
		return errors.Join(ErrNoLicense, err)
	}
	return err
}

// Remind says whether reminders before the renewal of a license are wanted. Errors:
// ErrNoLicense.
func (s *Service) Remind(ctx context.Context, personID, licenseID string, wanted bool) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		if _, err := s.license(ctx, personID, licenseID); err != nil {
			return err
		}
		return s.setQuiet(ctx, licenseID, !wanted, s.Now())
	})
}
