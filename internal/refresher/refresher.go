// Package refresher owns what comes after a course: a few of its practice
// questions, asked again at growing intervals, for whoever chose that; and what
// that tells about how much of a course is remembered.
//
// It owns the tables refresher_plans, refresher_cards, refresher_reviews and
// refresher_mails. It reads enrollments, for whether a course is completed and
// since when, and people, for whom may be written to.
//
// Invariants:
//   - Nothing happens unless the person chose it, and they end it at any time, from
//     a mail without signing in.
//   - A plan runs while its enrollment is completed, until it is stopped, and for a
//     year at most. A refund or a withdrawal ends it by itself.
//   - It asks what the machine grades, of the learner's own edition, without what
//     rests on withdrawn lessons.
//   - A review is a record of learning, never of credit. Reviews are only added, and
//     a card's n-th is there once: of two tabs, or two clicks, one counts.
//   - Times are set by the plan alone: the same answers on the same days give the
//     same days again.
//   - Retention tells of people by the rule of package veil: see Retention.
package refresher

import (
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reminder"
)

const (
	// Lasts is how long a plan runs, in days, unless it is begun anew.
	Lasts = 365
	// SessionMax is how many questions are asked on a day of the person's calendar.
	SessionMax = 10
	// MailDays lie between two mails to a person at least. Each mail that brings no
	// answer doubles them, up to MailDaysMax.
	MailDays, MailDaysMax = 3, 48
	// MailMin is how many questions must be due for a mail; fewer are worth one when
	// the first has waited OverdueDays.
	MailMin, OverdueDays = 3, 3
	// MailFrom and MailUntil are the hours of a person's day between which they are
	// written to.
	MailFrom, MailUntil = reminder.DayFrom, reminder.DayUntil
)

// Plan is a person's choice after one time in a course.
type Plan struct {
	ID, EnrollmentID, PersonID, EditionID string
	ByMail                                bool
	StartedAt, EndsAt                     time.Time
	StoppedAt                             *time.Time
}

// Running reports whether questions are asked at an instant.
func (p Plan) Running(now time.Time) bool { return p.StoppedAt == nil && now.Before(p.EndsAt) }

// Card is what is known of a person's memory of one question.
type Card struct {
	PlanID, QuestionID string
	Memory
}

// Standing is how a person stands after a course.
type Standing struct {
	Enrollment enrollment.Enrollment
	Edition    *course.Edition
	Plan       *Plan // nil if they never chose one
	Running    bool
	Questions  int // that there are to be asked
	Waiting    int // due today, whatever was done today
	Due        int // of them, those that are asked today still
	Done       int // reviews today
	// NextAt is when the first question is due that is not due today; nil: none.
	NextAt *time.Time
	next   *Card
}

// Ask is a question that is due, as it may be shown.
type Ask struct {
	Question *question.Question
	Public   question.PublicQuestion
	Reps     int // how often it was reviewed: the answer says it again
}

// Review is one answer with its feedback.
type Review struct {
	ID, QuestionID string
	Question       *question.Question
	Feedback       question.Feedback
	NextDays       int // until it is asked again
	ReviewedAt     time.Time
}

// What the services of this package answer. Somebody else's course, plan and review
// are NotFound.
var (
	ErrNotFound     = apperr.New(apperr.NotFound, "There is nothing at this address.")
	ErrNotCompleted = apperr.New(apperr.Conflict, "Practice questions begin when you have completed the course.")
	ErrNoQuestions  = apperr.New(apperr.Conflict, "This course has no practice questions that can be asked again.")
	ErrNotRunning   = apperr.New(apperr.Conflict, "Your practice questions of this course have ended. You can begin them anew.")
	ErrNotDue       = apperr.New(apperr.Conflict, "This question is not due. Load the page again to see what is.")
)
