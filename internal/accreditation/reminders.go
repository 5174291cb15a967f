package accreditation

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/reminder"
)

// ReminderDays are how many days before an approval ends the provider is reminded
// of it: an accreditor takes months over a renewal.
var ReminderDays = []int{warnDays, 30, 7}

// Mailer queues a mail in the transaction of the act.
type Mailer interface {
	Queue(ctx context.Context, to mail.Address, msg mail.Message) error
}

// SendReminders mails the provider of each live approval that ends within one of
// ReminderDays, once for each, and returns how many mails were queued. When several
// are due at once, only the nearest is sent. None is for an approval that was ended
// on purpose, or that another of the same accreditor, for the same, goes on with. One
// that fails does not keep the others from theirs.
func (s *Service) SendReminders(ctx context.Context) (sent int, err error) {
	today := s.Today()
	list, err := s.endingApprovals(ctx, today.Format(time.DateOnly), today.AddDate(0, 0, ReminderDays[0]).Format(time.DateOnly))
	if err != nil || len(list) == 0 {
		return 0, err
	}
	packs, err := s.Packs(ctx)
	if err != nil {
		return 0, err
	}
	courses, err := s.courses(ctx)
	if err != nil {
		return 0, err
	}
	titles := map[string]string{} // empty for what is not published
	for _, c := range courses {
		titles[c.ID] = c.Title
	}
	var errs []error
	for _, a := range list {
		name := a.Accreditor
		if i := slices.IndexFunc(packs, func(p Pack) bool { return p.Code == a.Accreditor }); i >= 0 {
			name = packs[i].Name
		}
		ok, err := s.remind(ctx, a, name, titles[a.CourseID], a.DaysLeft(today))
		errs = append(errs, err)
		if ok {
			sent++
		}
	}
	return sent, errors.Join(errs...)
}

func (s *Service) remind(ctx context.Context, a Approval, accreditor, title string, left int) (sent bool, err error) {
	last, err := time.Parse(time.DateOnly, a.UntilOn)
	if err != nil {
		return false, err
	}
	next, err := s.liveOf(ctx, a.Accreditor, a.CourseID, last.AddDate(0, 0, 1).Format(time.DateOnly))
	if err != nil || slices.ContainsFunc(next, func(b Approval) bool { return continues(a, b) }) {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		sent, err = reminder.Nearest(ReminderDays, time.Duration(left)*reminder.Day, func(days int) (bool, error) { return s.markReminded(ctx, a.ID, days, s.now()) })
		if err != nil || !sent {
			return err
		}
		return s.Mail.Queue(ctx, s.Provider, mail.ApprovalEnding{Accreditor: accreditor, Number: a.ProviderNumber, OfCourse: a.CourseID != "",
			CourseTitle: title, Days: left, LastDay: last, Link: s.BaseURL + "/admin/approvals/" + a.ID})
	})
	return sent && err == nil, err
}
