// Package enrollment owns a person's way through one edition of a course: the
// life cycle, the evidence, and what is left before the certificate.
//
// It owns the tables enrollments, evidence, lesson_progress, active_time,
// check_answers, notes, bookmarks, evaluation_receipts and
// evaluation_answers.
//
// Invariants: a learner is pinned to the edition they began; one open
// enrollment a person and course; evidence is only added; Requirements is the
// one rule for completion, so what the page shows is what the server enforces.
package enrollment

import "time"

// State of an enrollment.
type State string

// The states. Pending waits for payment or a seat; from the last three nothing
// leads back.
const (
	Pending   State = "pending"
	Active    State = "active"
	Completed State = "completed"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Refunded  State = "refunded"
)

// Open reports whether learning is possible in this state.
func (s State) Open() bool { return s == Active }

// Enrollment is a person in an edition. Slug is the course's address.
type Enrollment struct {
	ID, PersonID, CourseID, EditionID, Slug string
	Cycle                                   int // the n-th enrollment of this person in this course, from 1
	State                                   State
	Source                                  string // order, free, admin, seat
	OrderID                                 string // empty unless Source is order
	EnrolledAt, ExpiresAt                   time.Time
	CompletedAt                             *time.Time // the learner's last own act
}

// RequirementKind names a gate, in the order in which the gates stand.
type RequirementKind string

// The gates of FIELD.md §1.5: disclosure and pass mark shown → content → exam
// → evaluation. Time is recorded, warned about or required by the course's
// policy.
const (
	NeedDisclosure RequirementKind = "disclosure"
	NeedLessons    RequirementKind = "lessons"
	NeedChecks     RequirementKind = "checks"
	NeedTime       RequirementKind = "time"
	NeedExam       RequirementKind = "exam"
	NeedEvaluation RequirementKind = "evaluation"
)

// Requirement is one line of "what is left before your certificate".
type Requirement struct {
	Kind          RequirementKind
	Title, Detail string
	Done          bool
	DoneAt        *time.Time
	Count, Of     int // progress within, such as 12 of 20 lessons; Of is 0 where there is none
}

// ExamOutcome is what the exam reports. Final means that no open mark can
// change pass or fail; Awaiting that people still grade short answers.
type ExamOutcome struct {
	AttemptID   string
	Final       bool
	Passed      bool
	SubmittedAt time.Time // the learner's own act: it, not the grading, dates the completion
}
