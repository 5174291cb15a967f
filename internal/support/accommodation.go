package support

import (
	"context"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// Grant records an accommodation; it holds from now on. The same form sent
// twice grants one. It is audited.
func (s *Service) Grant(ctx context.Context, a Accommodation) error {
	a.Reason = strings.TrimSpace(a.Reason)
	var c apperr.Check
	c.Require(a.ExtraTimePercent >= 0 && a.ExtraTimePercent <= 300, "extra_time_percent", "Use 0 to 300 percent.")
	c.Require(a.ExtraAttempts >= 0 && a.ExtraAttempts <= 10, "extra_attempts", "Use 0 to 10 attempts.")
	c.Require(a.ExtraTimePercent > 0 || a.ExtraAttempts > 0, "extra_time_percent", "Give more time, more attempts, or both.")
	c.Text("reason", a.Reason, 1000, "Say what it rests on, without a diagnosis.")
	if err := c.Err(); err != nil {
		return err
	}
	a.ID, a.GrantedAt = db.NewID(), s.now()
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if first, err := s.once.First(ctx); err != nil || !first {
			return err
		}
		if err := s.insertAccommodation(ctx, a); err != nil {
			return err
		}
		course, err := s.courseWords(ctx, a.CourseID)
		if err != nil {
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "accommodation.grant", ObjectKind: "person", ObjectID: a.PersonID,
			Details: map[string]any{"accommodation": a.ID, "course": course, "extra_time_percent": a.ExtraTimePercent, "extra_attempts": a.ExtraAttempts}})
	})
}

// courseWords names the course of an accommodation as the audit log does, by its short
// name.
func (s *Service) courseWords(ctx context.Context, courseID *string) (string, error) {
	if courseID == nil {
		return "every course", nil
	}
	return s.courseSlug(ctx, *courseID)
}

// Accommodation returns one by its ID, ended or not.
func (s *Service) Accommodation(ctx context.Context, id string) (Accommodation, error) {
	return s.accommodation(ctx, id)
}

// End ends an accommodation; one that has ended stays as it is. Attempts begun
// under it keep what they had. It is audited. Errors: ErrNoAccommodation.
func (s *Service) End(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		ended, err := s.endAccommodation(ctx, id, s.now())
		if err != nil {
			return err
		}
		a, err := s.accommodation(ctx, id)
		if err != nil || !ended {
			return err
		}
		course, err := s.courseWords(ctx, a.CourseID)
		if err != nil {
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "accommodation.end", ObjectKind: "person", ObjectID: a.PersonID,
			Details: map[string]any{"accommodation": id, "course": course}})
	})
}

// EffectiveFor returns what holds for a person in a course now.
func (s *Service) EffectiveFor(ctx context.Context, personID, courseID string) (Effective, error) {
	list, err := s.Accommodations(ctx, personID)
	var e Effective
	for _, a := range list {
		if a.EndedAt == nil && (a.CourseID == nil || *a.CourseID == courseID) {
			e.ExtraTimePercent = max(e.ExtraTimePercent, a.ExtraTimePercent)
			e.ExtraAttempts = max(e.ExtraAttempts, a.ExtraAttempts)
		}
	}
	return e, err
}
