package accreditation

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/mail"
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
		if sent, err = s.markNearest(ctx, a.ID, left); err != nil || !sent {
			return err
		}
		return s.Mail.Queue(ctx, s.Provider, mail.ApprovalEnding{Accreditor: accreditor, Number: a.ProviderNumber, OfCourse: a.CourseID != "",
			CourseTitle: title, Days: left, LastDay: last, Link: s.BaseURL + "/admin/approvals/" + a.ID})
	})
	return sent && err == nil, err
}

// markNearest notes every reminder that is due and reports whether the nearest is
// new: the others went with an earlier mail, or were missed in a long stop.
func (s *Service) markNearest(ctx context.Context, id string, left int) (fresh bool, err error) {
	nearest := true
	for _, days := range slices.Sorted(slices.Values(ReminderDays)) {
		if left > days {
			continue
		}
		first, err := s.markReminded(ctx, id, days, s.now())
		if err != nil {
			return false, err
		}
		fresh = fresh || nearest && first
		nearest = false
	}
	return fresh, nil
}
