package accreditation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Deps are what a Service stands on.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Audit *audit.Log
	Zone  *time.Location // the provider's
	Demo  bool           // what is recorded is a try: lines say so

	// Courses are those that are published; nil: none.
	Courses func(ctx context.Context) ([]Course, error)

	// For reminders of approvals that end.
	Mail     Mailer
	Provider mail.Address // to whom
	BaseURL  string       // without a slash at the end
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	once   *once.Log
	parsed sync.Map // ID of a rule_packs row → *pack.Pack: rows never change
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, once: once.New(d.DB, d.Now)} }

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// Today is the day where the provider is.
func (s *Service) Today() time.Time { return s.now().In(s.Zone) }

// Review says what is wrong with an approval before it is recorded, and returns it
// as Approve would store it. Errors: those of Approve, but for a course that is not
// there, and for Doubts.
func (s *Service) Review(ctx context.Context, a Approval) (Approval, error) {
	a, short, err := s.checked(ctx, a)
	if err == nil {
		err = s.overlaps(ctx, a, short)
	}
	return a, err
}

// checked also returns what the accreditor is called.
func (s *Service) checked(ctx context.Context, a Approval) (Approval, string, error) {
	a.Statement, a.Note = strings.TrimSpace(a.Statement), strings.TrimSpace(a.Note)
	packs, err := s.Packs(ctx)
	if err != nil {
		return a, "", err
	}
	i := slices.IndexFunc(packs, func(p Pack) bool { return p.Code == a.Accreditor && p.Approves() })
	if i < 0 {
		return a, "", a.check(nil)
	}
	return a, packs[i].Short, a.check(packs[i].Pack)
}

// Approve records an approval; a form that is sent twice records one. sure says what
// somebody confirmed about it. Errors: Invalid with fields, OverlapError, ErrDoubt.
func (s *Service) Approve(ctx context.Context, a Approval, sure Sure, by string) error {
	a, short, err := s.checked(ctx, a)
	if err != nil {
		return err
	}
	courses, err := s.courses(ctx)
	if err != nil {
		return err
	}
	a.ID, a.CreatedBy, a.CreatedAt = db.NewID(), by, s.now()
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.alone(ctx, a, short); err != nil {
			return err
		}
		if doubts, err := s.doubts(ctx, a, short, courses); err != nil {
			return err
		} else if len(doubts) > 0 && !sure.Hours {
			return ErrDoubt
		}
		if err := s.insertApproval(ctx, a); db.IsForeignKey(err) {
			return errNoCourse
		} else if err != nil {
			return err
		}
		return s.record(ctx, "approval.add", "approval", a.ID, map[string]any{"accreditor": a.Accreditor, "course": a.CourseID,
			"number": a.ProviderNumber, "live_events": a.OfEvents, "from_on": a.FromOn, "until_on": a.UntilOn})
	})
}

// InFront is an approval of a course itself that stands in front of one of the
// provider, by the same accreditor, on a day: then the one behind earns the course
// nothing online. false where there is none.
func (s *Service) InFront(ctx context.Context, a Approval, courseID, on string) (Approval, bool, error) {
	if a.CourseID != "" || !a.Live(on) {
		return Approval{}, false, nil
	}
	list, err := s.approvalsOf(ctx, a.Accreditor, courseID)
	i := slices.IndexFunc(list, func(b Approval) bool { return b.Live(on) })
	if err != nil || i < 0 {
		return Approval{}, false, err
	}
	return list[i], true, nil
}

// End ends an approval: from the day after lastDay it counts no more, or, where
// void is set, it never counted, as one that was entered by mistake. What has ended
// can still be made void, and its end stays on record. Repeated with the same values
// it does nothing. Errors: ErrNoApproval, ErrOver, ErrVoid, Invalid (ended_on,
// reason).
func (s *Service) End(ctx context.Context, id, lastDay string, void bool, reason string) error {
	reason = strings.TrimSpace(reason)
	var c apperr.Check
	if !void {
		c.Date("ended_on", lastDay, firstYear, lastYear)
	}
	c.Text("reason", reason, 500, "Say why.")
	if err := c.Err(); err != nil {
		return s.orOver(ctx, id, void, err)
	}
	if void {
		lastDay = ""
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		a, err := s.Approval(ctx, id)
		if err != nil {
			return err
		}
		if err := a.checkEnd(lastDay); !void && err != nil {
			return err
		}
		change := func() (bool, error) { return s.endApproval(ctx, id, lastDay, reason) }
		if void {
			change = func() (bool, error) { return s.voidApproval(ctx, id, reason) }
		}
		changed, err := change()
		if err != nil {
			return err
		}
		if !changed {
			return s.over(ctx, id, lastDay, void, reason)
		}
		return s.record(ctx, "approval.end", "approval", id, map[string]any{"ended_on": lastDay, "void": void, "reason": reason})
	})
}

// orOver is what is wrong with an end, or that there has been one: then nothing that
// was typed of another matters.
func (s *Service) orOver(ctx context.Context, id string, void bool, wrong error) error {
	a, err := s.Approval(ctx, id)
	switch {
	case err != nil:
		return err
	case a.Voided:
		return ErrVoid
	case a.EndedOn != "" && !void:
		return ErrOver
	}
	return wrong
}

// over tells a second click from an end that is another.
func (s *Service) over(ctx context.Context, id, lastDay string, void bool, reason string) error {
	a, err := s.Approval(ctx, id)
	switch {
	case err != nil:
		return err
	case void && a.Voided && reason == cmp.Or(a.VoidReason, a.EndReason), !void && !a.Voided && a.EndedOn == lastDay && a.EndReason == reason:
		return nil
	case a.Voided:
		return ErrVoid
	}
	return ErrOver
}

// Ending counts the live approvals that end within 90 days and that nobody has
// ended on purpose.
func (s *Service) Ending(ctx context.Context) (int64, error) {
	today := s.Today()
	return s.countEnding(ctx, today.Format(time.DateOnly), today.AddDate(0, 0, warnDays).Format(time.DateOnly))
}

// RecordExport records that somebody took the list of approvals away.
func (s *Service) RecordExport(ctx context.Context) error {
	return s.Audit.Record(ctx, audit.Event{Action: "approvals.export", ObjectKind: "list", ObjectID: "approvals"})
}

func (s *Service) record(ctx context.Context, action, kind, id string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: kind, ObjectID: id, Details: details})
}
