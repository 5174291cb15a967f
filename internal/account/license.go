package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// MaxLicenses bounds a person's list: certificates print every one of them that
// has not expired, on one page.
const MaxLicenses = 12

var (
	errNoLicense   = apperr.New(apperr.NotFound, "There is no such license.")
	errSameLicense = apperr.InvalidField("number", "This license is in your list already.")
)

// check reports what is wrong with a license. No board's format of numbers is
// known from a rule that was read, so a number is held to length and characters
// alone: only what is surely a mistake is refused.
func (l License) check() error {
	var check apperr.Check
	check.Require(lists.Has(lists.Professions, l.Profession), "profession", "Choose the profession that the license is for.")
	check.Require(lists.Has(lists.Jurisdictions, l.Jurisdiction), "jurisdiction", "Choose the state, province or territory that issued it.")
	if why := oddNumber(l.Number); why != "" {
		check.Field("number", "%s", why)
	}
	if l.ExpiresOn != nil {
		check.Date("expires_on", *l.ExpiresOn, 1950, 2100)
	}
	return check.Err()
}

// What a license number has at most. Boards write a few letters before the
// digits; longer runs are words, and a certificate would print them.
const (
	maxNumber  = 24
	maxLetters = 6 // in a row
	maxSpaces  = 2
)

// oddNumber says what is wrong with a license number, "" if nothing is.
func oddNumber(number string) string {
	odd := strings.ContainsFunc(number, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -./#", r)
	})
	run, long := 0, false
	for _, r := range number {
		if run++; !unicode.IsLetter(r) {
			run = 0
		}
		long = long || run > maxLetters
	}
	switch {
	case odd || !strings.ContainsFunc(number, unicode.IsDigit):
		return "Enter the number as it stands on the license: letters A to Z, at least one digit, spaces, and - . / #"
	case utf8.RuneCountInString(number) > maxNumber:
		return fmt.Sprintf("Use at most %d characters.", maxNumber)
	case long || strings.Count(number, " ") > maxSpaces || vouching(number) != "":
		return "Enter only the number, without words."
	}
	return ""
}

// cleanNumber takes superfluous spaces out of a number.
func cleanNumber(number string) string { return strings.Join(strings.Fields(number), " ") }

// NumberKey is the number without what people write differently.
func (l License) NumberKey() string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, l.Number)
}

// Licenses lists a person's licenses.
func (s *Service) Licenses(ctx context.Context, personID string) ([]License, error) {
	return s.licenses(ctx, personID)
}

// SaveLicense adds a license (ID empty) or changes one of the person's. The
// caller has settled who may. Errors: Invalid (profession, jurisdiction,
// number, expires_on), NotFound, Conflict.
func (s *Service) SaveLicense(ctx context.Context, l License) (License, error) {
	l.Number = cleanNumber(l.Number)
	if err := l.check(); err != nil {
		return License{}, err
	}
	action, save := "license.change", s.updateLicense
	if l.ID == "" {
		action, save, l.ID = "license.add", s.insertLicense, db.NewID()
	}
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.hold(ctx, l.PersonID); err != nil { // two that are added at once count each other
			return err
		}
		if changed, err := save(ctx, l); err != nil || !changed {
			return err
		}
		if err := s.refold(ctx, l.PersonID); err != nil {
			return err
		}
		err := s.record(ctx, action, l.PersonID, map[string]any{"license": l.ID, "profession": l.Profession,
			"jurisdiction": l.Jurisdiction, "number": l.Number, "expires_on": l.ExpiresOn})
		if err != nil || s.OnLicense == nil {
			return err
		}
		return s.OnLicense(ctx, l.PersonID)
	})
	switch {
	case action == "license.add" && (db.IsUnique(err) || apperr.Is(err, apperr.Conflict)):
		return s.sameLicense(ctx, l, err)
	case db.IsUnique(err):
		return License{}, errSameLicense
	}
	if err != nil {
		return License{}, err
	}
	return l, nil
}

// MoveExpiry changes the day on which one of the person's licenses expires, and
// leaves everything else as it is. Where it does not expire on from any more,
// somebody has entered another day meanwhile, which stays. nil is no day. Errors:
// Invalid (expires_on), NotFound.
func (s *Service) MoveExpiry(ctx context.Context, personID, licenseID string, from, to *string) (moved bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		moved = false
		if err := s.hold(ctx, personID); err != nil {
			return err
		}
		list, err := s.licenses(ctx, personID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(l License) bool { return l.ID == licenseID })
		if i < 0 {
			return errNoLicense
		}
		l := list[i]
		if deref(l.ExpiresOn) != deref(from) {
			return nil
		}
		l.ExpiresOn, moved = to, true
		_, err = s.SaveLicense(ctx, l)
		return err
	})
	return moved && err == nil, err
}

func deref(day *string) string {
	if day == nil {
		return ""
	}
	return *day
}

// sameLicense returns the license of the list that is the one to be added, as
// the second click on the button finds it. Where there is none it says why it
// was not added. Errors: errSameLicense if anything about it differs, Conflict
// for a full list.
func (s *Service) sameLicense(ctx context.Context, l License, why error) (License, error) {
	list, err := s.licenses(ctx, l.PersonID)
	if err != nil {
		return License{}, err
	}
	day := func(l License) string {
		if l.ExpiresOn == nil {
			return ""
		}
		return *l.ExpiresOn
	}
	for _, old := range list {
		if old.Profession == l.Profession && old.Jurisdiction == l.Jurisdiction && old.Number == l.Number && day(old) == day(l) {
			return old, nil
		}
	}
	if !db.IsUnique(why) {
		return License{}, why
	}
	return License{}, errSameLicense
}

// RemoveLicense removes one of the person's licenses; certificates keep what
// they print. One that they removed before it leaves removed. Errors: NotFound,
// also for somebody else's.
func (s *Service) RemoveLicense(ctx context.Context, personID, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		removed, err := s.deleteLicense(ctx, personID, id)
		if err != nil {
			return err
		}
		if err := s.settleRemoval(ctx, personID, id, removed, errNoLicense); err != nil || !removed {
			return err
		}
		if err := s.refold(ctx, personID); err != nil {
			return err
		}
		return s.record(ctx, "license.remove", personID, map[string]any{"license": id})
	})
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
