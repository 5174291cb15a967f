// Package reason has why something is asked of a course, and who says so: it stands
// beside every finding. It is pure. Only this package makes reasons, so that what
// reports a finding has to choose one that is true and names its source.
package reason

import "slices"

// Reason is a clause that follows “because”, with its source in parentheses.
type Reason struct{ text string }

func (r Reason) String() string { return r.text }

var all []Reason

// All are the reasons that there are.
func All() []Reason { return slices.Clone(all) }

// by is a reason with its sources, separated by semicolons.
func by(sources, text string) Reason {
	r := Reason{text + " (" + sources + ")"}
	all = append(all, r)
	return r
}

// format is a reason that our own format gives: docs/course-format.md, under a heading.
func format(heading, text string) Reason { return by("the course format, "+heading, text) }
