// Package team owns who works on a course, and what reviewers say of its passages.
//
// It owns the tables course_members, course_readers and course_comments.
//
// Invariants:
//   - A course that names an author is there for its members alone; to everybody else
//     but administrators it does not exist. One that names nobody is open to every
//     instructor, as one that an operator has imported.
//   - A course that has an author keeps one.
//   - An accreditor's access ends on a day, which is one in the provider's zone.
//   - Who works on a course, or did, stays on record, also when they are taken off it:
//     they take no exam of it (see Tie).
//   - Comments are answered, closed and opened again, never deleted. An answer is a row
//     of course_comments as well: its path is the comment's, below the course.
package team

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// Role is what somebody does for a course.
type Role string

// The roles.
const (
	Author     Role = "author"     // writes, publishes, answers comments
	Editor     Role = "editor"     // editorial reviewer: reads and comments
	Clinician  Role = "clinician"  // clinical reviewer: reads, comments and signs off
	Accreditor Role = "accreditor" // reads, until a day
)

// Roles lists them in the order in which pages show them.
var Roles = []Role{Author, Editor, Clinician, Accreditor}

// Words say what the role is called.
func (r Role) Words() string {
	switch r {
	case Author:
		return "Author"
	case Editor:
		return "Editorial reviewer"
	case Clinician:
		return "Clinical reviewer"
	case Accreditor:
		return "Accreditor guest"
	}
	return string(r)
}

// Rights are what somebody may do with a course.
type Rights struct {
	Read, Comment, Sign, Write bool
}

var all = Rights{Read: true, Comment: true, Sign: true, Write: true}

// rights are those of a role.
func (r Role) rights() Rights {
	switch r {
	case Author:
		return all
	case Editor:
		return Rights{Read: true, Comment: true}
	case Clinician:
		return Rights{Read: true, Comment: true, Sign: true}
	case Accreditor:
		return Rights{Read: true}
	}
	return Rights{}
}

// Viewer is who asks, with the roles of their account.
type Viewer struct {
	PersonID                         string
	Instructor, Administrator, Guest bool
}

// Member is somebody who works on a course. UntilAt is nil where it has no end.
type Member struct {
	PersonID, Name, Email string
	Role                  Role
	UntilAt               *time.Time
	// GuestUntilAt is when the account of somebody who is a guest and nothing more ends to
	// be one: no part in a course lasts longer. nil for who is no such guest.
	GuestUntilAt *time.Time
	AddedAt      time.Time
}

// EndsAt is when the access really ends, the earlier of both; nil: it does not.
func (m Member) EndsAt() *time.Time {
	if m.UntilAt == nil || m.GuestUntilAt != nil && m.GuestUntilAt.Before(*m.UntilAt) {
		return m.GuestUntilAt
	}
	return m.UntilAt
}

// ByAccount reports whether the account's end is the one that holds.
func (m Member) ByAccount() bool { return m.GuestUntilAt != nil && m.EndsAt() == m.GuestUntilAt }

// LastDay is the last one before an end, in the provider's zone, as a day in UTC.
func LastDay(end time.Time, zone *time.Location) time.Time {
	y, month, d := end.Add(-1).In(zone).Date()
	return time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
}

// Ended reports whether the access is over.
func (m Member) Ended(now time.Time) bool {
	end := m.EndsAt()
	return end != nil && !now.Before(*end)
}

// Tie is what somebody has, or had, to do with a course.
type Tie int

// The ties.
const (
	NoTie    Tie = iota
	Works        // is named for it or was, or opened it, or may, while it names nobody
	Oversees     // administers the site
)

// Comment is what somebody says of a passage.
type Comment struct {
	ID, CourseID, Path, Quote, Body string
	AuthorID, Author                string
	CreatedAt                       time.Time
	CloserID, Closer                string
	ClosedAt                        *time.Time // nil: open
	Answer                          string     // with which it was closed, once; Answers has it too
	Answers                         []Answer   `gorm:"-"` // the oldest first
}

// Answer is what somebody says to a comment.
type Answer struct {
	ID, Path, Body   string
	AuthorID, Author string
	CreatedAt        time.Time
}

// Bounds on what is written, in characters.
const (
	MaxQuote = 500
	MaxBody  = 2000
)

// What the service answers.
var (
	ErrNoCourse    = apperr.New(apperr.NotFound, "There is no such course.")
	ErrEnded       = apperr.New(apperr.Gone, "Your access to this course has ended. Who works on it now can give it to you again.")
	ErrNoMember    = apperr.New(apperr.NotFound, "This person does not work on the course.")
	ErrNoComment   = apperr.New(apperr.NotFound, "There is no such comment.")
	ErrLastAuthor  = apperr.New(apperr.Conflict, "A course keeps an author. Name another one first.")
	ErrAuthorFirst = apperr.InvalidField("role", "Name an author first. Until then every instructor may write this course.")
	ErrAuthorStays = apperr.InvalidField("until", "The first author stays: leave out the last day.")
	ErrNoFit       = apperr.InvalidField("email", "Nobody can be named for this by that address. It takes an account here: an instructor’s to be an author, an instructor’s or a guest’s for the other parts. Ask an administrator.")
	ErrClosed      = apperr.New(apperr.Conflict, "This comment is closed already.")
	ErrOpen        = apperr.New(apperr.Conflict, "This comment is open already.")
)

// OtherPartError is the error of naming somebody who has another part in the course,
// when whoever names them did not say so. Nothing was changed.
type OtherPartError struct{ Has, New Role }

func (e *OtherPartError) Error() string { return "team: is " + string(e.Has) + " already" }

// Unwrap makes it a Conflict at the field "from".
func (e *OtherPartError) Unwrap() error {
	return &apperr.Error{Kind: apperr.Conflict, Msg: "They have another part in this course. Nothing was changed yet.",
		Fields: []apperr.Field{{Name: "from", Msg: "They are named already. Confirm that their part changes."}}}
}
