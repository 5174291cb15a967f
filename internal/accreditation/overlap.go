package accreditation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// OverlapError is Invalid: another approval grants the same credit on some of the
// same days.
type OverlapError struct {
	Other Approval
	err   error
}

func (e *OverlapError) Error() string { return e.err.Error() }

// Unwrap is what a form shows.
func (e *OverlapError) Unwrap() error { return e.err }

// sameCategory is how categories are compared: how they are written is no
// difference.
func sameCategory(a Approval) string {
	return strings.ToLower(strings.Join(strings.Fields(a.Category), " "))
}

// alone refuses an approval whose days overlap those of another of the same
// accreditor, for the same, in the same category: the hours would be granted
// twice. It runs in the transaction that records the approval, and of two at once
// the second waits for the first.
func (s *Service) alone(ctx context.Context, a Approval, short string) error {
	if err := s.holdSubject(ctx, a.Accreditor, a.CourseID, sameCategory(a)); err != nil {
		return err
	}
	return s.overlaps(ctx, a, short)
}

func (s *Service) overlaps(ctx context.Context, a Approval, short string) error {
	others, err := s.approvalsOf(ctx, a.Accreditor, a.CourseID)
	if err != nil {
		return err
	}
	for _, b := range others {
		if a.OfEvents == b.OfEvents && sameCategory(a) == sameCategory(b) && a.FromOn <= b.LastDay() && b.FromOn <= a.UntilOn {
			return overlap(a, b, short)
		}
	}
	return nil
}

// overlap marks the day to change: the first, or, where the new approval begins
// before the other, the last.
func overlap(a, b Approval, short string) error {
	field, fix := "from_on", "Begin after it, or end it first."
	if a.FromOn < b.FromOn {
		field, fix = "until_on", "End before it, or end that one first."
	}
	what := "all courses"
	if a.CourseID != "" {
		what = "this course"
	}
	if a.Category != "" {
		what += fmt.Sprintf(" in the category “%s”", a.Category)
	}
	return &OverlapError{b, apperr.InvalidField(field, "An approval of %s by %s is on record for some of these days: number %s, %s to %s. %s",
		what, short, b.ProviderNumber, inWords(b.FromOn), inWords(b.LastDay()), fix)}
}

// inWords is a day as people write it.
func inWords(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.Format("January 2, 2006")
}

// granted leaves one approval for each accreditor and category, the one that was
// recorded first: two that an older program took grant no more than one.
func granted(list []Approval) (out []Approval) {
	seen := map[[2]string]bool{}
	for _, a := range list {
		key := [2]string{a.Accreditor, sameCategory(a)}
		if !seen[key] {
			seen[key], out = true, append(out, a)
		}
	}
	return out
}
