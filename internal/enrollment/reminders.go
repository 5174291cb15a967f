package enrollment

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/reminder"
)

// SendReminders mails everybody whose access ends within one of the course's
// reminder days, once for each, and returns how many mails were queued. When
// several are due at once, as after a long stop, only the nearest is sent. One
// that fails does not keep the others from theirs.
func (s *Service) SendReminders(ctx context.Context) (int, error) {
	editions, err := s.activeEditions(ctx)
	if err != nil {
		return 0, err
	}
	sent := 0
	var errs []error
	for _, id := range editions {
		ed, err := s.Editions.Edition(ctx, id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		n, err := s.remindEdition(ctx, ed)
		sent += n
		errs = append(errs, err)
	}
	return sent, errors.Join(errs...)
}

func (s *Service) remindEdition(ctx context.Context, ed *course.Edition) (sent int, err error) {
	days := slices.Sorted(slices.Values(ed.Course.Card.ReminderDays))
	if len(days) == 0 {
		return 0, nil
	}
	const batch = 200
	now := s.now()
	until := now.AddDate(0, 0, days[len(days)-1])
	end, id := now, ""
	var errs []error
	for {
		list, err := s.due(ctx, ed.ID, until, end, id, batch)
		if err != nil {
			return sent, err
		}
		for _, e := range list {
			ok, err := s.remindOne(ctx, ed, e, days, now)
			errs = append(errs, err)
			if ok {
				sent++
			}
		}
		if len(list) < batch {
			return sent, errors.Join(errs...)
		}
		end, id = list[len(list)-1].ExpiresAt, list[len(list)-1].ID
	}
}

// remindOne sends the nearest reminder that is due and marks the earlier ones
// as sent with it. At night it waits for the day, unless access ends before that.
func (s *Service) remindOne(ctx context.Context, ed *course.Edition, e Enrollment, days []int, now time.Time) (sent bool, err error) {
	left := e.ExpiresAt.Sub(now)
	if day, err := s.daytime(ctx, e.PersonID, now); err != nil || !day && left > reminder.Day/2 {
		return false, err
	}
	until, err := s.there(ctx, e.PersonID, e.ExpiresAt)
	if err != nil {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		sent, err = reminder.Nearest(days, left, func(d int) (bool, error) { return s.remind(ctx, e.ID, d, now) })
		if err != nil || !sent {
			return err
		}
		return s.mailTo(ctx, e.PersonID, mail.AccessEnding{
			CourseTitle: ed.Course.Card.Title, Days: int(math.Ceil(left.Hours() / 24)), EndsAt: until, LearnLink: s.link(e),
		})
	})
	return sent && err == nil, err
}

// daytime reports whether it is day where a person is.
func (s *Service) daytime(ctx context.Context, personID string, now time.Time) (bool, error) {
	there, err := s.there(ctx, personID, now)
	return s.Zone == nil || reminder.Daytime(there), err
}
