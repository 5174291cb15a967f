package wallet

import (
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// Bounds of what is typed.
const (
	maxCentihours = 100000 // of a period
	maxCategory   = 80
	firstYear     = 1950
	lastYear      = 2100
	// maxYears is how long a period lasts at most, and how far ahead it ends: a
	// mistyped year would move the license's expiry with it.
	maxYears = 10
)

// check reports what is wrong with a period as of now, works out its first day, and
// drops targets that are empty.
func (p *Period) check(now time.Time) error {
	var c apperr.Check
	p.checkDays(&c, now)
	c.Require(hoursFit(p.Centihours), "hours", wrongHours(p.Centihours))
	c.Require(hoursFit(p.Carried), "carried", wrongHours(p.Carried))
	for i := range p.Targets {
		t := &p.Targets[i]
		name, hours := TargetFields(i)
		t.Category = strings.Join(strings.Fields(t.Category), " ")
		c.Name(name, t.Category, maxCategory, "")
		twice := t.Category != "" && slices.ContainsFunc(p.Targets[:i], func(o Target) bool { return sameCategory(o.Category, t.Category) })
		c.Require(!twice, name, "This category is in the list already.")
		switch {
		case !hoursFit(t.Centihours):
			c.Field(hours, "%s", wrongHours(t.Centihours))
		case (t.Category == "") != (t.Centihours == 0):
			c.Field(hours, "Give the category its name and its hours, or leave both empty.")
		case p.Centihours > 0 && hoursFit(p.Centihours) && t.Centihours > p.Centihours:
			c.Field(hours, "This is more than the hours of the whole period.")
		}
	}
	c.Require(len(p.Targets) <= MaxTargets, "hours", "That is more categories than a period takes.")
	p.Targets = slices.DeleteFunc(p.Targets, func(t Target) bool { return t.Category == "" })
	return c.Err()
}

func (p *Period) checkDays(c *apperr.Check, now time.Time) {
	_, ends := c.Date("ends_on", p.EndsOn, firstYear, lastYear)
	if ends {
		c.Require(p.EndsOn <= now.AddDate(maxYears, 0, 0).Format(time.DateOnly), "ends_on", "This is more than ten years ahead. Check the year.")
	}
	switch {
	case p.Months > 0 && !ends: // from what is wrong follows no first day
		return
	case p.Months > 0:
		p.BeginsOn, _ = Begins(p.EndsOn, p.Months)
	case p.BeginsOn == "":
		c.Field("begins_on", "Choose how long the period lasts, or enter its first day.")
		return
	}
	if _, begins := c.Date("begins_on", p.BeginsOn, firstYear, lastYear); begins && ends {
		c.Require(p.BeginsOn <= p.EndsOn, "ends_on", "The last day comes before the first.")
		longest, _ := Begins(p.EndsOn, 12*maxYears)
		c.Require(p.BeginsOn >= longest, "begins_on", "A period lasts at most ten years. Check the year.")
	}
}

// hoursFit reports whether a period may have so many hours.
func hoursFit(centihours int64) bool { return centihours >= 0 && centihours <= maxCentihours }

// wrongHours says what is wrong with hours that do not fit.
func wrongHours(centihours int64) string {
	if centihours > maxCentihours {
		return "Enter at most 1000 hours."
	}
	return askHours
}

// TargetFields name the fields of the n-th category of a period, from 0, in a form
// and in errors.
func TargetFields(n int) (category, hours string) {
	digit := string(rune('1' + n))
	return "category_" + digit, "hours_" + digit
}

// Begins is the first day of a period of so many months that ends on a day: the
// one after the same day, months earlier. A day that the earlier month lacks is
// its last one.
func Begins(endsOn string, months int) (string, bool) {
	end, err := time.Parse(time.DateOnly, endsOn)
	if err != nil {
		return "", false
	}
	next := end.AddDate(0, 0, 1)
	first := time.Date(next.Year(), next.Month()-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(next.Day(), last)-1).Format(time.DateOnly), true
}

// After is the day after a day, "" for what is none.
func After(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

// current is the period that holds today, or else the newest that has begun, or
// else the first to come; nil if there is none. periods are the newest first.
func current(periods []Period, today string) *Period {
	for i := range periods {
		if periods[i].BeginsOn <= today {
			return &periods[i]
		}
	}
	if len(periods) > 0 {
		return &periods[len(periods)-1]
	}
	return nil
}

// overlaps reports whether a period shares a day with one of the others.
func overlaps(p Period, others []Period) bool {
	return slices.ContainsFunc(others, func(o Period) bool {
		return o.ID != p.ID && p.BeginsOn <= o.EndsOn && o.BeginsOn <= p.EndsOn
	})
}

// same reports whether two periods say the same.
func (p Period) same(o Period) bool {
	return p.BeginsOn == o.BeginsOn && p.EndsOn == o.EndsOn && p.Centihours == o.Centihours && p.Carried == o.Carried && slices.Equal(p.Targets, o.Targets)
}
