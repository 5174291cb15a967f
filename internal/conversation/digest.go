package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/reminder"
)

// When a digest is sent, and how much it lists.
const (
	digestHour  = 7 // not before, where the person is
	digestLines = 20
	weekDays    = 7
	// settled is how old a question is at least: one whose transaction is still
	// open must not fall between two digests.
	settled = time.Minute
)

// SetDigest says how often a person is told by mail. Errors: Invalid.
func (s *Service) SetDigest(ctx context.Context, personID string, every Every) error {
	if every != Daily && every != Weekly && every != Never {
		return apperr.InvalidField("every", "Choose how often.")
	}
	return s.saveSetting(ctx, personID, every, s.now())
}

// Digest returns how often a person is told by mail.
func (s *Service) Digest(ctx context.Context, personID string) (Every, error) {
	st, err := s.standing(ctx, personID)
	return st.every(), err
}

// standing is what a person chose and when they were told last.
type standing struct {
	Digest  *Every
	OnDay   *string
	UntilAt *time.Time
	Reach   string // what they saw then, as it is stored; "" if that was not kept
	saw     *Reach
}

func (st standing) every() Every {
	if st.Digest == nil {
		return Daily
	}
	return *st.Digest
}

// due reports whether a digest may be sent at an instant where the person is.
func (st standing) due(local time.Time) bool {
	if st.every() == Never || local.Hour() < digestHour {
		return false
	}
	if st.OnDay == nil {
		return true
	}
	left, ok := reminder.DaysUntil(local, *st.OnDay)
	if st.every() == Weekly {
		return ok && -left >= weekDays
	}
	return ok && left < 0
}

// SendDigests tells those who teach what waits for them, if something is new since
// their last digest and as often as they chose, in the morning where they are; it
// returns how many mails were queued. The words of learners are not in them. One
// that fails does not keep the others from theirs.
func (s *Service) SendDigests(ctx context.Context) (sent int, err error) {
	now := s.now()
	if open, err := s.countWaiting(ctx, Reach{All: true}); err != nil || open == 0 {
		return 0, err
	}
	people, err := s.d.Staff(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, p := range people {
		ok, err := s.digest(ctx, p, now)
		errs = append(errs, err)
		if ok {
			sent++
		}
	}
	return sent, errors.Join(errs...)
}

func (s *Service) digest(ctx context.Context, p Staff, now time.Time) (sent bool, err error) {
	local := now.In(p.Location())
	st, err := s.standing(ctx, p.ID)
	if err != nil || !st.due(local) {
		return false, err
	}
	until := now.Add(-settled)
	fresh, err := s.newWaiting(ctx, p.Reach, st, until, digestLines+1)
	if err != nil || len(fresh) == 0 {
		return false, err
	}
	msg, err := s.digestMail(ctx, p.Reach, fresh)
	if err != nil {
		return false, err
	}
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if sent, err = s.markDigest(ctx, p.ID, local.Format(time.DateOnly), until, p.Reach); err != nil || !sent {
			return err
		}
		return s.d.Mail.Queue(ctx, mail.Address{Name: p.Name, Email: p.Email, PersonID: p.ID}, msg)
	})
	return sent && err == nil, err
}

// digestMail lists what is new and counts what is open.
func (s *Service) digestMail(ctx context.Context, r Reach, fresh []Thread) (m mail.QuestionDigest, err error) {
	if m.Open, err = s.countWaiting(ctx, r); err != nil {
		return m, err
	}
	if m.Further = len(fresh) > digestLines; m.Further {
		fresh = fresh[:digestLines]
	}
	placed, err := s.placeAll(ctx, fresh)
	for _, p := range placed {
		m.New = append(m.New, mail.NewQuestion{Kind: p.Kind.Title(), CourseTitle: p.Edition.Course.Card.Title, LessonTitle: p.Lesson.Title,
			Heading: p.Heading, Link: s.d.BaseURL + "/teach/questions/" + p.ID})
	}
	m.Link, m.SettingsLink = s.d.BaseURL+"/teach/questions", s.d.BaseURL+"/teach/questions/settings"
	return m, err
}
