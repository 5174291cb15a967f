package accreditation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// OverlapError is Invalid: another approval grants some of the same credit on some
// of the same days.
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

// apart reports whether two approvals of one accreditor, for the same, grant no hour
// twice: each is of another category, and names the hours in it. One without a
// category is of all of them, and where no hours are named the rules grant the whole
// course. Whether they are of live events too makes no difference: they all are of
// the online course.
func apart(a, b Approval) bool {
	x, y := sameCategory(a), sameCategory(b)
	return x != "" && y != "" && x != y && a.Centihours > 0 && b.Centihours > 0
}

// continues reports whether b, of the same accreditor and for the same, goes on with
// what a grants: it is not apart from it, and of live events where a is.
func continues(a, b Approval) bool { return !apart(a, b) && (b.OfEvents || !a.OfEvents) }

// meet reports whether some day is of both.
func meet(a, b Approval) bool { return a.FromOn <= b.LastDay() && b.FromOn <= a.LastDay() }

// alone refuses an approval whose days meet those of another of the same
// accreditor, for the same, that is not apart from it: hours would be granted
// twice. It runs in the transaction that records the approval, and of two at once
// the second waits for the first.
func (s *Service) alone(ctx context.Context, a Approval, short string) error {
	if err := s.holdSubject(ctx, a.Accreditor, a.CourseID); err != nil {
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
		if meet(a, b) && !apart(a, b) {
			return overlap(a, b, short)
		}
	}
	return nil
}

// overlap marks what to change: the category or the hours where they would set the
// two apart, otherwise a day: the first, or, where the new approval begins before the
// other, the last.
func overlap(a, b Approval, short string) error {
	what := "all courses"
	if a.CourseID != "" {
		what = "this course"
	}
	if b.Category != "" {
		what += fmt.Sprintf(" in the category “%s”", b.Category)
	}
	field, fix := remedy(a, b)
	if a.OfEvents != b.OfEvents {
		fix = "Both are of the online course, whether they are of live events too or not. " + fix
	}
	return &OverlapError{b, apperr.InvalidField(field, "An approval of %s by %s is on record for some of these days: number %s, %s to %s. %s",
		what, short, b.ProviderNumber, inWords(b.FromOn), inWords(b.LastDay()), fix)}
}

func remedy(a, b Approval) (field, fix string) {
	const each = "End it first, then record each category with its hours."
	x, y := sameCategory(a), sameCategory(b)
	switch {
	case x == y && a.FromOn < b.FromOn:
		return "until_on", "End before it, or end that one first."
	case x == y:
		return "from_on", "Begin after it, or end it first."
	case x == "":
		return "category", "Without a category, this one would grant the whole credit besides. Name the category and its hours."
	case y == "":
		return "category", "It names no category, so it grants the whole credit already. " + each
	case b.Centihours == 0:
		return "category", "It names no hours, so it grants the whole course already. " + each
	}
	return "hours", "Enter the hours in this category: without them, the rules would grant the whole course besides."
}

// inWords is a day as people write it.
func inWords(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return d.Format("January 2, 2006")
}

// granted leaves of those of each accreditor, in the order in which they were
// recorded, what is apart from all before it: what an older program took beside it
// grants nothing more.
func granted(list []Approval) (out []Approval) {
	for _, a := range list {
		alone := true
		for _, b := range out {
			alone = alone && (a.Accreditor != b.Accreditor || apart(a, b))
		}
		if alone {
			out = append(out, a)
		}
	}
	return out
}
