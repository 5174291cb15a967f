// Package accreditation owns what accreditors approve here: approvals of the
// provider and of courses, the rule packs in force, and what administrators
// confirmed of rules that could not be verified.
//
// It owns the tables approvals, approval_subjects, approval_reminders, rule_packs and
// rule_confirmations.
//
// Invariants:
//   - Without an approval that is live on the day of completion there is no
//     credit line (DECISIONS 10). Days are the provider's (DECISIONS 11).
//   - A rule that was not verified lets no credit through by itself. What an
//     administrator confirms holds for that value of the rule, not for the next.
//   - One accreditor grants a course its credit once on a day: as a whole, or split
//     into categories with the hours of each.
//   - Nothing is deleted and nothing changed: an approval ends or is void, a pack
//     gets a further version.
package accreditation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/reminder"
)

// Approval is an accreditor's word that this provider, or one course, earns its
// credit.
type Approval struct {
	ID             string
	Accreditor     string // code of its pack
	CourseID       string // empty: the provider, for every course
	ProviderNumber string
	CourseNumber   string // the accreditor's number of the course
	FromOn         string // YYYY-MM-DD, the first day
	UntilOn        string // the last day
	Statement      string // as the accreditor wrote it
	Category       string
	Centihours     int64    // as approved; 0: as the rules work them out
	Jurisdictions  []string `gorm:"-"` // where it counts; empty: everywhere
	OfEvents       bool     // the accreditor says that it is of live events too
	Note           string
	CreatedBy      string
	CreatedAt      time.Time
	EndedOn        string // the last day after it was ended early; empty if it was not
	Voided         bool   // entered by mistake: it never counted
	EndReason      string
	VoidReason     string // where it was made void after it had ended
}

// LastDay is the last day on which it counts; "" for a voided one.
func (a Approval) LastDay() string {
	switch {
	case a.Voided:
		return ""
	case a.EndedOn != "":
		return min(a.EndedOn, a.UntilOn)
	}
	return a.UntilOn
}

// Live reports whether it counts on a day, YYYY-MM-DD in the provider's zone.
func (a Approval) Live(day string) bool { return a.FromOn <= day && day <= a.LastDay() }

// Covers reports whether it is about a course.
func (a Approval) Covers(courseID string) bool { return a.CourseID == "" || a.CourseID == courseID }

// Printed is the statement as learners and certificates have it.
func (a Approval) Printed() string {
	return strings.ReplaceAll(a.Statement, number, a.ProviderNumber)
}

// Places name the jurisdictions where it counts; none means everywhere.
func (a Approval) Places() []string { return places(a.Jurisdictions) }

func places(codes []string) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = lists.NameOf(lists.Jurisdictions, code)
	}
	return names
}

// Standing is where an approval stands on a day.
type Standing string

// The standings. Soon is live, but not for long.
const (
	Ahead  Standing = "ahead"
	Live   Standing = "live"
	Soon   Standing = "soon"
	Ended  Standing = "ended"
	Voided Standing = "voided"
)

// warnDays is how long before its end an approval asks to be looked at: renewals
// take accreditors months.
const warnDays = 90

// Standing says where the approval stands on a day.
func (a Approval) Standing(day time.Time) Standing {
	on := day.Format(time.DateOnly)
	switch {
	case a.Voided:
		return Voided
	case on > a.LastDay():
		return Ended
	case on < a.FromOn:
		return Ahead
	case day.AddDate(0, 0, warnDays).Format(time.DateOnly) > a.LastDay():
		return Soon
	}
	return Live
}

// DaysLeft is how many days after a day it still counts; 0 is its last one.
func (a Approval) DaysLeft(day time.Time) int {
	left, _ := reminder.DaysUntil(day, a.LastDay()) // none of one that is void
	return max(0, left)
}

// Pack is a rule pack in force, with where it comes from.
type Pack struct {
	*pack.Pack
	Text      string // the file
	Version   int    // 0: the bundled one
	Bundled   bool   // there is one under this code
	Note      string // of the version
	CreatedBy string
	CreatedAt *time.Time
}

// Confirmation is an administrator's word for an unverified rule as it stands.
type Confirmation struct {
	Note, By string
	At       time.Time
}

// The errors that callers tell apart.
var (
	ErrNoApproval = apperr.New(apperr.NotFound, "There is no such approval.")
	ErrNoPack     = apperr.New(apperr.NotFound, "There are no rules of such a body.")
	ErrNoRule     = apperr.New(apperr.NotFound, "There is no such rule to confirm.")
	ErrOver       = apperr.New(apperr.Conflict, "This approval has ended already, and its last day stays. If the day is wrong, make the approval void and record it again as it holds. Certificates that are there stay as they are.")
	ErrVoid       = apperr.New(apperr.Conflict, "This approval is void already.")
	ErrMoved      = apperr.New(apperr.Conflict, "Somebody has changed these rules meanwhile. Please look at them as they are now, then make your change again.")
	errTaken      = apperr.InvalidField("body", "There are rules under this code already. Change them on their own page, or write another code.")
	errNoCourse   = apperr.InvalidField("course", "Choose the course.")
	ErrSamePack   = apperr.InvalidField("body", "Nothing was changed.")
)

// check holds what an administrator typed of a new approval against the rules of its
// accreditor, nil where there is none.
func (a Approval) check(p *pack.Pack) error {
	var c apperr.Check
	c.Require(p != nil, "accreditor", "Choose the accreditor.")
	certificate.CheckField(&c, "provider_number", a.ProviderNumber, 60, "Enter the number that the accreditor gave you, as it is printed on certificates.")
	certificate.CheckField(&c, "course_number", a.CourseNumber, 60, "")
	from, okFrom := c.Date("from_on", a.FromOn, firstYear, lastYear)
	until, okUntil := c.Date("until_on", a.UntilOn, firstYear, lastYear)
	c.Require(!okFrom || !okUntil || !until.Before(from), "until_on", "Enter the last day; it must not be before the first.")
	c.Require(!okFrom || !okUntil || !until.After(from.AddDate(mostYears, 0, 0)), "until_on", fmt.Sprintf("That is more than %d years, which no accreditor grants. Compare it with the letter.", mostYears))
	certificate.CheckFieldOfLines(&c, "statement", a.Statement, 1000, "Enter the approval statement, word for word as the accreditor gave it.")
	c.Require(!strings.ContainsAny(strings.ReplaceAll(a.Statement, number, ""), "{}"), "statement", "Write out what stands in braces: only "+number+" is filled in.")
	certificate.CheckField(&c, "category", a.Category, 60, "")
	if p != nil && p.Rules.Categories.Holds(false) && a.Category != "" && !slices.ContainsFunc(p.Rules.Categories.Value, a.in) {
		c.Field("category", "By its rules, the categories of %s are: %s.", p.Short, strings.Join(p.Rules.Categories.Value, ", "))
	}
	c.Require(a.Centihours == 0 || a.Centihours >= minCentihours && a.Centihours <= maxCentihours, "hours", "Enter hours from 0.25 to 100, or nothing.")
	for _, j := range a.Jurisdictions {
		c.Require(lists.Has(lists.Jurisdictions, j) && j != elsewhere, "jurisdictions", "Choose states, provinces or territories of the list.")
	}
	c.Text("note", a.Note, 500, "")
	return c.Err()
}

// in reports whether a category is that of the approval, however it is written.
func (a Approval) in(category string) bool {
	return sameCategory(a) == sameCategory(Approval{Category: category})
}

// checkEnd holds the last day of an early end against the approval's own days.
func (a Approval) checkEnd(lastDay string) error {
	switch {
	case lastDay < a.FromOn:
		return apperr.InvalidField("ended_on", "The approval begins on %s, and this day is before it. If it never counted, choose that instead.", inWords(a.FromOn))
	case lastDay >= a.UntilOn:
		return apperr.InvalidField("ended_on", "The approval ends on %s anyway. Enter an earlier day, or record a further approval for the days after it.", inWords(a.UntilOn))
	}
	return nil
}

// number stands in a statement for the provider's number.
const number = "{number}"

const minCentihours, maxCentihours = 25, pack.MostCentihours

// The years that a day can have, and the most that an approval can last.
const firstYear, lastYear, mostYears = 2000, 2100, 10
