package mail

import "time"

// NamedForCourse tells somebody that they were named for a course, and where to look.
// LastDay is the last day of their access, a day in UTC; zero: it has no end. Underway:
// they have an attempt at its exam open, which counts for nothing from now on.
type NamedForCourse struct {
	CourseTitle, Part, Link string
	LastDay                 time.Time
	Underway                bool
}

// Name is that of its templates.
func (NamedForCourse) Name() string { return "named_for_course" }

// Subject is its subject.
func (m NamedForCourse) Subject() string { return "You were named for a course: " + m.CourseTitle }
