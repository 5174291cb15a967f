// Package enrollment owns a person's way through one edition of a course: the
// life cycle, the evidence, and what is left before the certificate.
//
// It owns the tables enrollments, evidence, lesson_progress (with bookmarks and
// notes), check_answers, active_time, learner_clocks, enrollment_reminders,
// evaluation_receipts, evaluation_consents, evaluation_answers,
// evaluation_counted, evaluation_followups, erratum_readers and erratum_unreached. Lists for administrators and
// follow-ups also read people; what runs out asks exam_attempts whether somebody
// sits the exam, and what waits for a certificate asks certificates.
//
// Invariants:
//   - A learner is pinned to the edition they began, and moves to a newer one by
//     choice alone, where nothing that they earned is lost; one open enrollment a
//     person and course (a partial unique index).
//   - Evidence is only added.
//   - Requirements is the one rule for completion, so what the page shows is
//     what the server enforces. Every act that may be the last first raises the
//     enrollment's counter, which puts such acts in a row: one of them completes
//     it, once.
//   - Progress is read from the enrollment's own row (done), which each act
//     extends in its own transaction; evidence, lesson_progress and
//     check_answers hold the same instants.
//   - Access ends at expires_at, but what was submitted within it counts: an
//     enrollment whose exam was passed, or is being graded, stays open after that
//     for as long as it takes, so that the evaluation can be sent and the
//     certificate earned.
//   - Who attended a live event is enrolled by it once, and their requirements are
//     those of the event: the attendance as an administrator recorded it, and what
//     the event asks for besides. It opens no lesson.
//   - Active time never exceeds the time on the wall: a person has one clock.
//   - What an evaluation said has no key, order or instant in common with who
//     sent it, and a summary never changes by fewer than SummaryMin answers.
package enrollment

import (
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
)

// State of an enrollment.
type State string

// The states. Pending waits for payment or a seat. From Expired an extension of
// the access leads back, or a pass that is found later; from Withdrawn an
// administrator who takes it back; from Refunded nothing does.
const (
	Pending   State = "pending"
	Active    State = "active"
	Completed State = "completed"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
	Refunded  State = "refunded"
)

// States lists every state in the order in which pages show them.
var States = []State{Pending, Active, Completed, Expired, Withdrawn, Refunded}

// Open reports whether learning is possible in this state.
func (s State) Open() bool { return s == Active }

// Readable reports whether lessons may be read in this state: what was ended by
// a withdrawal or a refund is closed, what ended otherwise stays to be read.
func (s State) Readable() bool { return s == Active || s == Completed || s == Expired }

// Enrollment is a person in an edition. Slug is the course's address.
type Enrollment struct {
	ID, PersonID, CourseID, EditionID, Slug string
	Cycle                                   int // the n-th enrollment of this person in this course, from 1
	State                                   State
	Source                                  string // order, free, admin, seat, event
	OrderID                                 string // empty unless Source is order
	EnrolledAt, ExpiresAt                   time.Time
	DisclosedAt                             *time.Time // the disclosure was acknowledged
	Exam                                    ExamOutcome
	EvaluatedAt                             *time.Time // the evaluation was sent
	CompletedAt                             *time.Time // the learner's last own act
	EndedAt                                 *time.Time
	EndReason                               string
	Attendance                              *Attendance // of the live event that it comes from; nil: the course is taken online
	Late                                    bool        // access has run out, and it is open for the evaluation; set by At

	done string // first times of lessons and checks; see Learning
}

// At returns the enrollment as it stands at an instant: one whose access has
// run out counts as expired before the periodic work has said so, unless its
// exam was passed or is being graded.
func (e Enrollment) At(now time.Time) Enrollment {
	if e.State == Active && !now.Before(e.ExpiresAt) {
		if e.Late = e.Exam.Stands(); !e.Late {
			e.State = Expired
		}
	}
	return e
}

// RequirementKind names a gate, in the order in which the gates stand.
type RequirementKind string

// The gates of FIELD.md §1.5: disclosure and pass mark shown → content → exam
// → evaluation → license. Time is recorded, warned about or required by the
// policy of the course or of an accreditor.
const (
	NeedDisclosure RequirementKind = "disclosure"
	NeedAttendance RequirementKind = "attendance" // at a live event, in the place of lessons, checks and time
	NeedLessons    RequirementKind = "lessons"
	NeedChecks     RequirementKind = "checks"
	NeedTime       RequirementKind = "time"
	NeedExam       RequirementKind = "exam"
	NeedEvaluation RequirementKind = "evaluation"
	NeedLicense    RequirementKind = "license"
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
// change pass or fail; until then people still grade short answers.
type ExamOutcome struct {
	AttemptID   string
	Final       bool
	Passed      bool
	SubmittedAt time.Time // the learner's own act: it, not the grading, dates the completion
}

// Submitted reports whether there is an outcome at all.
func (o ExamOutcome) Submitted() bool { return !o.SubmittedAt.IsZero() }

// Awaiting reports whether people still grade.
func (o ExamOutcome) Awaiting() bool { return o.Submitted() && !o.Final }

// Done reports whether the exam was passed for good.
func (o ExamOutcome) Done() bool { return o.Final && o.Passed }

// Stands reports whether the exam was submitted and has not failed: it was
// passed, or people still grade it.
func (o ExamOutcome) Stands() bool { return o.Submitted() && (!o.Final || o.Passed) }

// Evidence is one thing that the learner did. Kinds of this package, with their ref:
// disclosure.acknowledged (the text's hash @ the edition's number; in old records the
// hash alone), lesson.finished (lesson; lesson @ the edition's number where it was
// finished in an earlier one already), event.attended (the live event),
// exam.submitted, exam.passed and exam.reopened (attempt), evaluation.sent,
// license.listed and license.declined (accreditor), time.measured (policy),
// edition.moved (the edition to which the learner chose to move). Other
// packages add theirs.
type Evidence struct {
	Kind, Ref  string
	Details    map[string]any
	OccurredAt time.Time
}

// inEdition is the ref of what is done once in each edition.
func inEdition(id string, ed *course.Edition) string { return id + "@" + strconv.Itoa(ed.Number) }

// What the services of this package answer. Somebody else's enrollment is
// ErrNotFound.
var (
	ErrNotFound        = apperr.New(apperr.NotFound, "There is no such course among yours.")
	ErrNoLesson        = apperr.New(apperr.NotFound, "This course has no such lesson.")
	ErrNoCheck         = apperr.New(apperr.NotFound, "This course has no such practice questions.")
	ErrAlreadyEnrolled = apperr.New(apperr.Conflict, "You are enrolled in this course already.")
	ErrNotRepeatable   = apperr.New(apperr.Conflict, "You have completed this course, and it cannot be taken again.")
	ErrTooEarly        = apperr.New(apperr.Conflict, "You have completed this course. It can be taken again, but not yet.")
	ErrPending         = apperr.New(apperr.Conflict, "This enrollment has not begun yet.")
	ErrCompleted       = apperr.New(apperr.Conflict, "You have completed this course, so its record no longer changes.")
	ErrExpired         = apperr.New(apperr.Gone, "Your access to this course has ended. You can still read it, but nothing more is recorded.")
	ErrWithdrawn       = apperr.New(apperr.Gone, "This enrollment was withdrawn, so its lessons are closed.")
	ErrRefunded        = apperr.New(apperr.Gone, "This enrollment was refunded, so its lessons are closed.")
	ErrNewerCycle      = apperr.New(apperr.Conflict, "This person has begun the course anew since. Extend that enrollment instead.")
	ErrCountsAgain     = apperr.New(apperr.Conflict, "The certificate that this person had of the course counts again, and the course cannot be taken twice, or not so soon.")
	ErrNotCompleted    = apperr.New(apperr.Conflict, "This enrollment is not completed, or was refunded since, so no certificate can be issued for it.")
	ErrEnded           = apperr.New(apperr.Conflict, "This enrollment has ended already.")
	ErrDisclosureFirst = apperr.New(apperr.Conflict, "Please read and acknowledge the disclosure first.")
	ErrLessonOrder     = apperr.New(apperr.Conflict, "The lessons of this course are read in order. Please finish the ones before this first.")
	ErrLessonWithdrawn = apperr.New(apperr.Gone, "This lesson was withdrawn. It no longer counts toward your certificate.")
	ErrNoteChanged     = apperr.New(apperr.Conflict, "This note was changed in another window meanwhile. Your text is still here, not saved; copy what you need and load the page again.")
	ErrExamFirst       = apperr.New(apperr.Conflict, "The evaluation opens when you have passed the exam, or while it is being graded.")
	ErrEvaluationSent  = apperr.New(apperr.Conflict, "You have sent this evaluation already. Thank you.")
)

// refusal says why an enrollment in this state takes no more acts.
func refusal(s State) error {
	switch s {
	case Pending:
		return ErrPending
	case Completed:
		return ErrCompleted
	case Expired:
		return ErrExpired
	case Withdrawn:
		return ErrWithdrawn
	case Refunded:
		return ErrRefunded
	default:
		return nil
	}
}
