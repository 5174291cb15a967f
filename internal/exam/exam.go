// Package exam owns the graded test: forms drawn by the blueprint, attempts,
// saved answers, grading by machine and by people.
//
// It owns the tables exam_attempts, exam_items and exam_grants. Lists for graders
// also read enrollments: what was taken back waits for nobody.
//
// Invariants:
//   - One attempt in progress an enrollment, held by a partial unique index.
//   - A saved answer is acknowledged only after it is durable, and never
//     replaces one that the learner gave later, or that its page has not seen
//     (revisions).
//   - Once an attempt is submitted, its answers do not change: the item itself
//     is closed, so that a save which races with the submit either comes before
//     the grading or is refused.
//   - Keys and rationales leave this package only through Result, and only
//     after a pass or the last try (DECISIONS 4).
//   - An attempt keeps the rules it began under: pass mark, time, form, order of
//     options. Later changes of settings or accommodations touch the next one;
//     only the end of the access, where that is its deadline, moves it.
//   - Who can have read the keys of a course as its author, reviewer or guest takes no
//     exam of it: see Insider.
//   - A final result changes in one direction: a corrected grade may turn a fail
//     into a pass, never a pass into a fail.
package exam

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// State of an attempt.
type State string

// The states. Submitted awaits people's grading; Graded is final for pass and
// fail, though single answers may still wait for their marks; a Void attempt
// counts for nothing.
const (
	InProgress State = "in_progress"
	Submitted  State = "submitted"
	Graded     State = "graded"
	Void       State = "void"
)

// Who submitted an attempt.
const (
	ByLearner  = "learner"
	ByDeadline = "deadline"
)

// Grace is how long after the deadline a save that was under way is taken.
const Grace = 10 * time.Second

// Attempt is one sitting.
type Attempt struct {
	ID, EnrollmentID, PersonID, EditionID string
	Number                                int // of the enrollment, from 1; void ones keep theirs
	State                                 State
	Seed                                  string
	LegalName                             string // as confirmed for the certificate
	AttestedAt, StartedAt                 time.Time
	TimeLimitMinutes, ExtraTimePercent    int        // 0: no limit; the extra is by accommodation
	DeadlineAt                            *time.Time // nil: no limit
	SubmittedAt                           *time.Time // the learner's act, or the deadline
	PromisedAt                            *time.Time // the end of the day by which people grade it
	SubmittedBy                           string     // ByLearner or ByDeadline
	PassPercent                           int
	Points, OpenPoints, MaxPoints         int // thousandths of a mark; 0 before the submit
	FinalAt                               *time.Time
	Passed                                bool // only when FinalAt is set
	VoidReason                            string
}

// Promised is when the learner can expect the grade, as they were told on the day
// of the submit; zero before it.
func (a Attempt) Promised() time.Time {
	if a.PromisedAt == nil {
		return time.Time{}
	}
	return *a.PromisedAt
}

// Standing is what the attempt has earned so far.
func (a Attempt) Standing() Standing {
	return Standing{Points: a.Points, Open: a.OpenPoints, Max: a.MaxPoints, PassPercent: a.PassPercent}
}

// closesAt is the instant from which nothing is taken any more.
func (a Attempt) closesAt() *time.Time {
	if a.DeadlineAt == nil {
		return nil
	}
	t := a.DeadlineAt.Add(Grace)
	return &t
}

// deadline is when the attempt ends: with its time limit or with the access to
// the course, after which nothing is taken.
func (a Attempt) deadline(accessEnd time.Time) time.Time {
	limit := a.StartedAt.Add(time.Duration(a.TimeLimitMinutes) * time.Minute)
	if a.TimeLimitMinutes > 0 && limit.Before(accessEnd) {
		return limit
	}
	return accessEnd
}

// over reports whether nothing is taken any more.
func (a Attempt) over(now time.Time) bool {
	closes := a.closesAt()
	return closes != nil && !now.Before(*closes)
}

// Item is one question of an attempt with what was answered.
type Item struct {
	ID       string
	Position int // from 1
	Question *question.Question
	Order    []string // of the options, as shown
	Response question.Response
	Revision int64 // of Response; 0: nothing saved
	Flagged  bool
	SavedAt  *time.Time

	// Set by the submit and by graders.
	Result   question.Result
	GradedAt *time.Time
	Comment  string // of the grader, for the learner
}

// Sheet is the question as the attempt shows it.
func (i Item) Sheet() question.Sheet { return question.NewSheet(i.Question, i.Order) }

// Answered reports whether there is any answer.
func (i Item) Answered() bool { return question.Answered(i.Question, i.Response) }

// Complete reports whether the answer leaves nothing open.
func (i Item) Complete() bool { return question.Complete(i.Question, i.Response) }

// Sitting is an attempt with its form.
type Sitting struct {
	Attempt
	Edition *course.Edition
	Items   []Item // by position
}

// Item returns the item of a question.
func (s Sitting) Item(questionID string) (Item, bool) {
	for _, i := range s.Items {
		if i.Question.ID == questionID {
			return i, true
		}
	}
	return Item{}, false
}

// Accommodation is what a person was granted for a course.
type Accommodation struct{ ExtraTimePercent, ExtraAttempts int }

// Statement is what the learner attests before every attempt (DECISIONS 5).
const Statement = "I am this person and did this work myself."

// EvidenceAttested is the kind of the evidence of an attestation; its ref is
// the attempt.
const EvidenceAttested = "exam.attested"

// What the services of this package answer. Somebody else's attempt is
// ErrNotFound.
var (
	ErrNotFound   = apperr.New(apperr.NotFound, "There is no such exam attempt among yours.")
	ErrNoQuestion = apperr.New(apperr.NotFound, "This exam has no such question.")
	ErrNoExam     = apperr.New(apperr.NotFound, "This course has no exam.")
	ErrSubmitted  = apperr.New(apperr.Conflict, "This exam was submitted, so its answers no longer change.")
	ErrInProgress = apperr.New(apperr.Conflict, "This exam is not submitted yet.")
	ErrVoid       = apperr.New(apperr.Gone, "This attempt was declared void. It does not count.")
	ErrTimeUp     = apperr.New(apperr.Gone, "Your time is up. What was saved before counts.")
	ErrNewer      = apperr.New(apperr.Conflict, "A newer answer was saved from another page or device. What you see here is not saved.")
	ErrPassed     = apperr.New(apperr.Conflict, "You have passed this exam.")
	ErrAwaiting   = apperr.New(apperr.Conflict, "Your last attempt is still being graded.")
	ErrNoTries    = apperr.New(apperr.Conflict, "You have used all your attempts.")
	ErrWait       = apperr.New(apperr.Conflict, "The next attempt opens later.")
	ErrHollow     = apperr.New(apperr.Conflict, "So much of this course was withdrawn that its exam can no longer be drawn. What you did is kept.")
	ErrCannotDraw = apperr.New(apperr.Unavailable, "The exam cannot be drawn right now. Nothing was counted. Please ask for help.")

	ErrNoAnswer      = apperr.New(apperr.NotFound, "There is no such answer to grade.")
	ErrNotGraded     = apperr.New(apperr.Conflict, "This answer is not graded yet. Grade it first.")
	ErrPassStands    = apperr.New(apperr.Conflict, "With these marks the exam would not be passed, but its result was final and the learner was told. Nothing was changed. If the pass cannot stand, an administrator can revoke the certificate or withdraw the enrollment.")
	ErrAlreadyGraded = apperr.New(apperr.Conflict, "Somebody has graded this answer meanwhile. Nothing was changed.")
	ErrTakenBack     = apperr.New(apperr.Conflict, "The enrollment of this answer was withdrawn or refunded, so it is not graded any more.")
	ErrOwnAnswer     = apperr.New(apperr.Forbidden, "You cannot grade your own answer.")
)
