// Package reason has why something is asked of a course, and who says so: it stands
// beside every finding. It is pure. Only this package makes reasons, so that what
// reports a finding has to choose one that is true and names its source.
package reason

import (
	"fmt"
	"slices"
	"strings"
)

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

// Run is what was found one after the other for one reason, which then need be told
// once.
type Run[T any] struct {
	Found []T
	Why   string
}

// Runs cuts a list where the reason changes.
func Runs[T any](list []T, why func(T) string) (runs []Run[T]) {
	for _, one := range list {
		if n := len(runs); n > 0 && runs[n-1].Why == why(one) {
			runs[n-1].Found = append(runs[n-1].Found, one)
		} else {
			runs = append(runs, Run[T]{[]T{one}, why(one)})
		}
	}
	return runs
}

// Because is the reason after the last of what was found for it.
func (r Run[T]) Because() string {
	switch n := len(r.Found); n {
	case 1:
		return "because " + r.Why
	case 2:
		return "both because " + r.Why
	default:
		return fmt.Sprintf("these %d because %s", n, r.Why)
	}
}

// Sentence is Because as a sentence.
func (r Run[T]) Sentence() string {
	s := r.Because()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
