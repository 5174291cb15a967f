package wallet

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/reminder"
)

// ReminderDays are how many days before a license expires its owner is reminded.
var ReminderDays = []int{90, 30, 7}

// DaysToGo are the days until the license expires, less than 0 when it has, and 0
// where it does not say.
func (v View) DaysToGo() int {
	today, err := time.Parse(time.DateOnly, v.Today)
	if err != nil {
		return 0
	}
	left, _ := reminder.DaysUntil(today, v.License.Expiry())
	return left
}

// expiring is a license that somebody may be reminded of.
type expiring struct {
	ID, PersonID, ExpiresOn string
	Nearest                 *int // the fewest days of which a reminder was sent
}

// SendReminders mails everybody whose license expires within one of ReminderDays,
// by the calendar where they are, once for each, and returns how many mails were
// queued. When several are due at once, as after a long stop, only the nearest is
// sent; none is for a license that has expired. One that fails does not keep the
// others from theirs.
func (s *Service) SendReminders(ctx context.Context) (int, error) {
	const batch = 200
	now := s.Now()
	// Somewhere it is a day earlier or later.
	from := now.AddDate(0, 0, -1).Format(time.DateOnly)
	until := now.AddDate(0, 0, ReminderDays[0]+1).Format(time.DateOnly)
	sent, last := 0, expiring{ExpiresOn: from}
	var errs []error
	for {
		list, err := s.expiring(ctx, last, until, batch)
		if err != nil {
			return sent, errors.Join(append(errs, err)...)
		}
		for _, l := range list {
			ok, err := s.remindOne(ctx, l, now)
			errs = append(errs, err)
			if ok {
				sent++
			}
		}
		if len(list) < batch {
			return sent, errors.Join(errs...)
		}
		last = list[len(list)-1]
	}
}

// remindOne sends the nearest reminder that is due, unless it was sent, and marks
// the earlier ones as sent with it.
func (s *Service) remindOne(ctx context.Context, l expiring, now time.Time) (bool, error) {
	p, err := s.People.Get(ctx, l.PersonID)
	if err != nil {
		return false, err
	}
	left, ok := reminder.DaysUntil(now.In(p.Location()), l.ExpiresOn)
	if !ok || left < 0 || l.Nearest != nil && !slices.ContainsFunc(ReminderDays, func(d int) bool { return left <= d && d < *l.Nearest }) {
		return false, nil
	}
	v, err := s.License(ctx, l.PersonID, l.ID, "")
	switch {
	case apperr.Is(err, apperr.NotFound): // removed meanwhile
		return false, nil
	case err != nil:
		return false, err
	}
	return s.sendReminder(ctx, l, p, v, left)
}

func (s *Service) sendReminder(ctx context.Context, l expiring, p account.Person, v View, left int) (sent bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		sent, err = reminder.Nearest(ReminderDays, time.Duration(left)*reminder.Day, func(days int) (bool, error) { return s.markReminded(ctx, l, days, s.Now()) })
		if err != nil || !sent {
			return err
		}
		day, err := time.Parse(time.DateOnly, l.ExpiresOn)
		if err != nil {
			return err
		}
		return s.Mail.Queue(ctx, mail.Address{Name: p.Name, Email: p.Email, PersonID: p.ID}, mail.LicenseExpiring{
			License: v.License.ProfessionName + ", " + v.License.JurisdictionName + ", license " + masked(v.License.Number), Days: left, ExpiresOn: day,
			Standing: v.Standing(), Link: s.BaseURL + "/wallet/licenses/" + l.ID,
		})
	})
	return sent && err == nil, err
}
