package exam

import (
	"context"

	"github.com/atmacena/cocare/internal/enrollment"
)

// Sitting returns an attempt of a person with its form and everything saved, on
// whatever device it was. An attempt whose time is up is submitted first.
// Errors: ErrNotFound, ErrVoid (also when the enrollment was withdrawn or
// refunded meanwhile).
func (s *Service) Sitting(ctx context.Context, personID, attemptID string) (Sitting, error) {
	a, err := s.attempt(ctx, attemptID)
	switch {
	case err != nil:
		return Sitting{}, err
	case a.PersonID != personID:
		return Sitting{}, ErrNotFound
	}
	if a.State == InProgress {
		e, err := s.Enrollments.Get(ctx, a.EnrollmentID)
		if err != nil {
			return Sitting{}, err
		}
		if ended(e) || a.over(s.now()) {
			if a, err = s.submit(ctx, a.ID, byTheClock); err != nil {
				return Sitting{}, err
			}
		}
	}
	if a.State == Void {
		return Sitting{}, ErrVoid
	}
	return s.sitting(ctx, a)
}

// ended reports whether the enrollment was taken back, so that what is under
// way counts for nothing.
func ended(e enrollment.Enrollment) bool {
	return e.State == enrollment.Withdrawn || e.State == enrollment.Refunded
}

func (s *Service) sitting(ctx context.Context, a Attempt) (Sitting, error) {
	ed, err := s.Editions.Edition(ctx, a.EditionID)
	if err != nil {
		return Sitting{}, err
	}
	items, err := s.listItems(ctx, ed, a.ID)
	return Sitting{Attempt: a, Edition: ed, Items: items}, err
}
