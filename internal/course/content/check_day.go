package content

import (
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// CheckDay returns what the calendar has against a course on a day: what was in
// order when it was written and is no longer. Those are hints; an accreditor who
// asks for it is another matter.
func CheckDay(files Files, c *Course, day time.Time) []Problem {
	r := &report{}
	on := day.Format(time.DateOnly)
	cardDoc := (&report{}).decode("course.yaml", files["course.yaml"], 1, &cardFile{})
	if c.Card.Overdue(on) {
		r.because(reason.Fresh).warnf("course.yaml", cardDoc.line("expires_on"), "check it and change checked_on and expires_on", "the content was to be checked again by %s", clip(c.Card.ExpiresOn))
	}
	since := day.AddDate(-2, 0, 0).Format(time.DateOnly)
	for i, a := range c.Card.Authors {
		if a.DisclosedOn != "" && a.DisclosedOn < since {
			r.because(reason.Disclosed).warnf("course.yaml", cardDoc.line("authors[%d].disclosed_on", i), "ask again, and write what they say with its day", "%s disclosed interests on %s, more than 24 months ago", clip(a.Name), a.DisclosedOn)
		}
	}
	r.checkAges(files, c, day.Year())
	return r.sorted()
}

// checkAges names the references that are older than accreditors accept.
func (r *report) checkAges(files Files, c *Course, year int) {
	var old []int
	for _, ref := range c.References {
		if n := ref.Year(); n > 0 && year-n > 10 {
			old = append(old, ref.Number)
		}
	}
	if len(old) == 0 {
		return
	}
	var list []struct { // the course has them by number, the file need not
		Number int `yaml:"number"`
	}
	lines, _ := yamldoc.Decode(files["references.yaml"], 1, &list) // its other keys are no matter here
	d, line := &yamlDoc{"references.yaml", lines}, 1
	for i, ref := range list {
		if ref.Number == old[0] {
			line = d.line("[%d].issued", i)
		}
	}
	r.because(reason.TenYears).warnf("references.yaml", line, "see whether a later source says the same; leave what has no successor", "%d of %d references are older than ten years: %s", len(old), len(c.References), listed(old))
}

// Year is the year in which it was issued, 0 where that is not said.
func (r *Reference) Year() int {
	if len(r.Issued) < 4 {
		return 0
	}
	n, err := strconv.Atoi(r.Issued[:4])
	if err != nil {
		return 0
	}
	return n
}
