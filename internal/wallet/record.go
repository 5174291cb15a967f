package wallet

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit"
)

const (
	maxTitle = 200
	askHours = "Enter hours such as 1.5 or 12, with at most two digits behind the point."
)

// maxRecordCentihours is more than a certificate holds: a year of full-time study.
const maxRecordCentihours = 200000

// check reports what is wrong with a record, and cleans it. today is the holder's.
func (r *Record) check(today string, licenses []License) error {
	for _, text := range []*string{&r.Title, &r.Provider, &r.Approval, &r.Category} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	var c apperr.Check
	c.Name("title", r.Title, maxTitle, "Enter the title as it stands on the certificate.")
	c.Name("provider", r.Provider, maxTitle, "Enter who gave the course.")
	c.Name("approval", r.Approval, maxTitle, "")
	if _, ok := c.Date("completed_on", r.CompletedOn, firstYear, lastYear); ok {
		c.Require(r.CompletedOn <= today, "completed_on", "This day is still to come. Enter the day on which you completed it.")
	}
	c.Require(r.Centihours > 0, "hours", askHours)
	c.Require(r.Centihours <= maxRecordCentihours, "hours", "Enter at most 2000 hours.")
	c.Name("category", r.Category, maxCategory, "")
	c.Require(r.Format == Live || r.Format == SelfPaced, "format", "Choose how you took it.")
	slices.Sort(r.Licenses)
	r.Licenses = slices.Compact(r.Licenses)
	for _, id := range r.Licenses {
		if !slices.ContainsFunc(licenses, func(l License) bool { return l.ID == id }) {
			c.Field("licenses", "Choose among your licenses.")
			break
		}
	}
	return c.Err()
}

// Sure is what a holder confirmed about a record that looks like a mistake.
type Sure struct {
	Same bool // it is another one than the record that says the same
	Long bool // it grants as many hours as it says
}

// plausible is how many hours one certificate grants without a question: of what is
// live a long day, of what is self-paced a full week.
var plausible = map[Format]int64{Live: 1200, SelfPaced: 4000}

// like reports whether two records are about the same: title, provider, day, hours.
func (r Record) like(o Record) bool {
	return strings.EqualFold(r.Title, o.Title) && strings.EqualFold(r.Provider, o.Provider) && r.CompletedOn == o.CompletedOn && r.Centihours == o.Centihours
}

// doubts asks about a record that was checked, beside the holder's others.
func (r Record) doubts(others []Record, sure Sure) error {
	var c apperr.Check
	if !sure.Long && r.Centihours > plausible[r.Format] {
		c.Field("long", "%s hours are many for one certificate. Correct the hours, or confirm them.", credit.Hours(r.Centihours))
	}
	if !sure.Same && slices.ContainsFunc(others, r.like) {
		c.Field("same", "You added a certificate with this title, provider, day and hours before. Both would count. Confirm that this is another one, or leave it.")
	}
	return c.Err()
}
