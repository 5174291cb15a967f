package refresher

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/reminder"
)

const day = 24 * time.Hour

// gap lies between two mails after so many that brought no answer: three days, then
// twice as long each time.
func gap(silent int) time.Duration {
	days := MailDays
	for range silent - 1 {
		if days = min(2*days, MailDaysMax); days == MailDaysMax {
			break
		}
	}
	return time.Duration(days) * day
}

// SendMails writes to everybody who chose that and of whose questions enough are due
// today, where it is day for them, once each, of all their courses in one mail, and
// returns how many. One that fails does not keep the others from theirs.
func (s *Service) SendMails(ctx context.Context) (sent int, err error) {
	const batch = 200
	now, after := s.now(), ""
	var errs []error
	for {
		people, err := s.waiting(ctx, now, now.Add(longestDay), now.Add(-OverdueDays*day), now.Add(-MailDays*day), after, batch)
		if err != nil {
			return sent, errors.Join(append(errs, err)...)
		}
		for _, id := range people {
			ok, err := s.write(ctx, id, now)
			errs = append(errs, err)
			if ok {
				sent++
			}
		}
		if len(people) < batch {
			return sent, errors.Join(errs...)
		}
		after = people[len(people)-1]
	}
}

// longestDay is the most that is left of anybody's day, of one with a change of the
// clock.
const longestDay = 25 * time.Hour

// write notes that a person is written to and queues the mail, in one transaction.
func (s *Service) write(ctx context.Context, personID string, now time.Time) (sent bool, err error) {
	last, silent, ever, err := s.mailed(ctx, personID)
	if err != nil || ever && last.Add(gap(silent)).After(now) {
		return false, err
	}
	zone, err := s.Zone(ctx, personID)
	if err != nil {
		return false, err
	}
	if !reminder.Daytime(now.In(zone)) {
		return false, nil
	}
	m, worth, err := s.letter(ctx, personID, now, zone)
	if err != nil || !worth {
		return false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if sent, err = s.noteMail(ctx, personID, now, now.Add(-gap(silent))); err != nil || !sent {
			return err
		}
		name, email, err := s.Person(ctx, personID)
		if err != nil {
			return err
		}
		return s.Mail.Queue(ctx, mail.Address{Name: name, Email: email}, m)
	})
	return sent && err == nil, err
}

// letter is the mail to a person, and whether enough is asked today for one: what the
// page would ask, with what was done today taken off.
func (s *Service) letter(ctx context.Context, personID string, now time.Time, zone *time.Location) (m mail.Refresher, worth bool, err error) {
	plans, err := s.runningPlans(ctx, personID, now)
	if err != nil {
		return m, false, err
	}
	m.StopLink = s.BaseURL + stopPath + s.stopToken(personID)
	due, long := 0, false
	for _, p := range plans {
		if !p.ByMail {
			continue
		}
		st := Standing{Plan: &p.Plan}
		if st.Edition, err = s.Editions.Edition(ctx, p.EditionID); err != nil {
			return m, false, err
		}
		if err := s.look(ctx, &st, now, zone); err != nil {
			return m, false, err
		}
		if st.Due == 0 {
			continue
		}
		due += st.Due
		long = long || !st.next.DueAt.After(now.Add(-OverdueDays*day))
		m.Courses = append(m.Courses, mail.RefresherCourse{Title: st.Edition.Course.Card.Title, Due: st.Due,
			Link: s.BaseURL + "/learn/" + p.Slug + "/refresh", StopLink: s.BaseURL + stopPath + s.stopToken(p.ID)})
	}
	return m, due >= MailMin || long, nil
}

// stopPath is where a mail's link leads; a token follows it.
const stopPath = "/refreshers/stop/"

// stopToken is the ID of a plan, or of a person, with a signature that nobody else can
// make. It stops that plan, or all of theirs, and does nothing else.
func (s *Service) stopToken(id string) string {
	return id + "." + s.Keys.Fingerprint("refresher.stop", []byte(id))
}

// Stopping is what a mail's link stops.
type Stopping struct {
	Title   string // of the course, "" for all of a person's
	Stopped bool   // none of them runs any more
	plans   []Plan
}

// ByLink finds what a mail's link stops. Errors: ErrNotFound.
func (s *Service) ByLink(ctx context.Context, token string) (st Stopping, err error) {
	id, _, ok := strings.Cut(token, ".")
	if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.stopToken(id))) != 1 {
		return st, ErrNotFound
	}
	if st.plans, err = s.plansOf(ctx, id, ""); err == nil && len(st.plans) == 0 {
		st.plans = make([]Plan, 1)
		if st.plans[0], err = s.planByID(ctx, id); err == nil {
			var ed *course.Edition
			if ed, err = s.Editions.Edition(ctx, st.plans[0].EditionID); err == nil {
				st.Title = ed.Course.Card.Title
			}
		}
	}
	if err != nil {
		return Stopping{}, err
	}
	st.Stopped = !slices.ContainsFunc(st.plans, func(p Plan) bool { return p.Running(s.now()) })
	return st, nil
}

// StopByLink ends what a mail's link names, whoever follows it. Repeated it changes
// nothing. Errors: ErrNotFound.
func (s *Service) StopByLink(ctx context.Context, token string) error {
	st, err := s.ByLink(ctx, token)
	if err != nil {
		return err
	}
	for _, p := range st.plans {
		if err := s.stopPlan(ctx, p.ID, s.now()); err != nil {
			return err
		}
	}
	return nil
}
