package team

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
)

// Members lists who works on a course, by role and name.
func (s *Service) Members(ctx context.Context, slug string) ([]Member, error) {
	return s.members(ctx, slug)
}

// Adding asks for somebody to be added. Until is the last day, "" for no end. From is
// the part that they have in the course by now, as far as whoever names them knows.
type Adding struct {
	Slug, Email string
	Role        Role
	Until       string // YYYY-MM-DD
	From        Role
}

// Add names somebody for a course, or gives them another end, or another role where
// From is the one that they have. It is audited; the same form sent twice does it once.
// Errors: ErrNoCourse, ErrNoFit, ErrLastAuthor, ErrAuthorFirst, ErrAuthorStays, *OtherPartError, Invalid, Limited.
func (s *Service) Add(ctx context.Context, a Adding, by string) error {
	until, err := s.until(a)
	if err != nil {
		return err
	}
	acc, err := s.account(ctx, a, by)
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		courseID, err := s.hold(ctx, a.Slug)
		if err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		has, err := s.roleIn(ctx, courseID, acc.PersonID)
		if err != nil {
			return err
		}
		if has != "" && has != a.Role && has != a.From {
			return &OtherPartError{Has: has, New: a.Role}
		}
		err = s.keepingAuthor(ctx, courseID, func() error {
			return s.put(ctx, courseID, acc.PersonID, a.Role, until, by, s.now())
		})
		if errors.Is(err, ErrAuthorFirst) && a.Role == Author {
			return ErrAuthorStays
		}
		if err != nil {
			return err
		}
		err = s.record(ctx, "course.member_add", courseID, map[string]any{"person": acc.PersonID, "role": a.Role, "until": a.Until, "was": has})
		if err != nil || has == a.Role || acc.PersonID == by {
			return err
		}
		return s.tell(ctx, a.Slug, acc.PersonID)
	})
	if err != nil {
		return fmt.Errorf("team: add: %w", err)
	}
	return nil
}

// tell has somebody told of the part that they got.
func (s *Service) tell(ctx context.Context, slug, personID string) error {
	if s.Named == nil {
		return nil
	}
	list, err := s.members(ctx, slug)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.PersonID == personID {
			return s.Named(ctx, slug, m)
		}
	}
	return nil
}

// Begin names whoever made a course as its author, in the transaction that ctx
// carries.
func (s *Service) Begin(ctx context.Context, courseID, personID string) error {
	if err := s.put(ctx, courseID, personID, Author, nil, personID, s.now()); err != nil {
		return err
	}
	return s.record(ctx, "course.member_add", courseID, map[string]any{"person": personID, "role": Author})
}

// until is the instant at which the last day is over in the provider's zone.
func (s *Service) until(a Adding) (*time.Time, error) {
	var c apperr.Check
	known := a.Role.rights().Read
	c.Require(known, "role", "Choose what this person does.")
	c.Require(strings.TrimSpace(a.Email) != "", "email", "Enter the email address of their account.")
	c.Require(a.Role != Accreditor || a.Until != "", "until", "An accreditor’s access ends on a day. Choose one.")
	var until *time.Time
	if a.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, a.Until, s.Zone)
		end := day.AddDate(0, 0, 1).UTC()
		c.Require(err == nil && end.After(s.now()), "until", "Choose today or a later day.")
		c.Require(err != nil || day.Before(s.now().AddDate(10, 0, 0)), "until", "Choose a day within ten years.")
		until = &end
	}
	return until, c.Err()
}

// account finds who is to be named. Whatever keeps an account from it has one answer:
// nobody learns here who has an account, and as what.
func (s *Service) account(ctx context.Context, a Adding, by string) (Account, error) {
	if err := s.Tried(ctx, by); err != nil {
		return Account{}, err
	}
	acc, err := s.FindAccount(ctx, strings.TrimSpace(a.Email))
	switch {
	case apperr.Is(err, apperr.NotFound):
		return acc, ErrNoFit
	case err != nil:
		return acc, err
	case a.Role == Author && !acc.Instructor, !acc.Instructor && !acc.Guest:
		return acc, ErrNoFit
	}
	return acc, nil
}

// Remove takes somebody off a course. It is audited; the same form sent twice does it once.
// Errors: ErrNoCourse, ErrNoMember, ErrLastAuthor.
func (s *Service) Remove(ctx context.Context, slug, personID string) error {
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		courseID, err := s.hold(ctx, slug)
		if err != nil {
			return err
		}
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		err = s.keepingAuthor(ctx, courseID, func() error {
			gone, err := s.drop(ctx, courseID, personID, s.now())
			if err == nil && !gone {
				err = ErrNoMember
			}
			return err
		})
		if err != nil {
			return err
		}
		return s.record(ctx, "course.member_remove", courseID, map[string]any{"person": personID})
	})
	if err != nil {
		return fmt.Errorf("team: remove: %w", err)
	}
	return nil
}

// keepingAuthor changes the members of a course, and refuses to leave one that had an
// author without one, or with members who are none. Only whose access has no end
// counts.
func (s *Service) keepingAuthor(ctx context.Context, courseID string, change func() error) error {
	had, _, err := s.countMembers(ctx, courseID)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	authors, others, err := s.countMembers(ctx, courseID)
	switch {
	case err != nil:
		return err
	case authors == 0 && had > 0:
		return ErrLastAuthor
	case authors == 0 && others > 0:
		return ErrAuthorFirst
	}
	return nil
}

func (s *Service) record(ctx context.Context, action, courseID string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "course", ObjectID: courseID, Details: details})
}
