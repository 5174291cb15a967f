package exam

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
)

// Editions is what this package asks of course.Service.
type Editions interface {
	Edition(ctx context.Context, id string) (*course.Edition, error)
}

// Enrollments is what this package asks of enrollment.Service.
type Enrollments interface {
	Get(ctx context.Context, id string) (enrollment.Enrollment, error)
	HoldOpen(ctx context.Context, e enrollment.Enrollment) (bool, error)
	ExamGate(ctx context.Context, e enrollment.Enrollment) error
	RecordExam(ctx context.Context, enrollmentID string, o enrollment.ExamOutcome) error
	ReopenExam(ctx context.Context, enrollmentID, attemptID string, before enrollment.ExamOutcome) error
	AddEvidence(ctx context.Context, enrollmentID string, ev enrollment.Evidence) error
	Evidence(ctx context.Context, enrollmentID string) ([]enrollment.Evidence, error)
	Hold(ctx context.Context, enrollmentID string) error
}

// Committer makes a write durable before Do returns; *db.Group does, and shares
// the cost among those who write at the same time.
type Committer interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Deps are what a Service stands on. Every field is required but Log, Closed, Insider
// and Zone.
type Deps struct {
	DB          *db.DB
	Group       Committer // of saved answers
	Now         func() time.Time
	Log         *slog.Logger // nil: none
	Audit       *audit.Log
	Editions    Editions
	Enrollments Enrollments
	// Accommodation returns what a person was granted for a course.
	Accommodation func(ctx context.Context, personID, courseID string) (Accommodation, error)
	// ConfirmLegalName stores the name that the learner confirmed; Invalid where
	// it is too long or no name, or a certificate could not print it.
	ConfirmLegalName func(ctx context.Context, personID, name string) error
	// Closed names the courses, by their short names, whose answers somebody may not
	// grade; nil: none are closed to anybody.
	Closed func(ctx context.Context, graderID string) ([]string, error)
	// Insider says what somebody can know of the keys of a course's exam; nil: nothing.
	Insider func(ctx context.Context, personID, courseID string) (Insider, error)
	// Mail queues a mail to a person, in the transaction that ctx carries.
	Mail    func(ctx context.Context, personID string, m mail.Message) error
	BaseURL string         // of links in mails, without a slash at the end
	Zone    *time.Location // in which working days are counted; nil: UTC
}

// Service runs exams. It is safe for concurrent use.
type Service struct {
	Deps
}

// New returns a service on d.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Closed == nil {
		d.Closed = func(context.Context, string) ([]string, error) { return nil, nil }
	}
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	return &Service{Deps: d}
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// Overview is what a learner should know before an attempt.
type Overview struct {
	Edition     *course.Edition
	Attempts    []Attempt // oldest first, void ones too
	Open        *Attempt  // the attempt in progress
	Questions   int       // of the next form
	PassPercent int
	// Used counts attempts that were not void; Allowed includes extra attempts by
	// accommodation and grant.
	Used, Allowed int
	Minutes       int // the next attempt's time limit with the accommodation; 0: none
	ExtraPercent  int
	NextAt        *time.Time // not before: the waiting rule; nil: now
	Passed        bool
	// Blocked says why no attempt can begin now; nil: one can. With an Open one it is nil
	// or ErrKeyReader.
	Blocked error
}

// Left is how many attempts are left.
func (o Overview) Left() int { return max(0, o.Allowed-o.Used) }

// Last returns the newest attempt that counts; ok is false if there is none.
func (o Overview) Last() (a Attempt, ok bool) {
	for _, a := range slices.Backward(o.Attempts) {
		if a.State != Void {
			return a, true
		}
	}
	return Attempt{}, false
}

// Overview returns where an enrollment stands with its exam. Errors: ErrNoExam.
func (s *Service) Overview(ctx context.Context, e enrollment.Enrollment) (Overview, error) {
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return Overview{}, err
	}
	card := ed.Course.Card
	o := Overview{Edition: ed, Questions: ed.ExamQuestions(), PassPercent: card.PassPercent}
	if ed.Course.Exam.Draw() == 0 {
		return o, ErrNoExam
	}
	if o.Attempts, err = s.listAttempts(ctx, e.ID); err != nil {
		return o, err
	}
	grants, err := s.countGrants(ctx, e.ID)
	if err != nil {
		return o, err
	}
	acc, err := s.Accommodation(ctx, e.PersonID, e.CourseID)
	if err != nil {
		return o, err
	}
	o.Allowed = max(1, card.Attempts) + acc.ExtraAttempts + grants
	o.Minutes, o.ExtraPercent = withExtra(card.TimeLimitMinutes, acc), acc.ExtraTimePercent
	o.Blocked = o.survey(card, s.now())
	if o.Open == nil && !o.settled() && (ed.Hollow() || !Drawable(ed)) {
		o.Blocked = ErrHollow
		return o, nil
	}
	if !o.settled() {
		i, err := s.insider(ctx, e)
		if err != nil {
			return o, err
		}
		if i == KeyReader {
			o.Blocked = ErrKeyReader
		}
	}
	if o.Blocked == nil && o.Open == nil {
		o.Blocked = s.Enrollments.ExamGate(ctx, e)
		if k := apperr.KindOf(o.Blocked); o.Blocked != nil && k != apperr.Conflict && k != apperr.Gone {
			return o, o.Blocked
		}
	}
	return o, nil
}

// settled reports whether another form is of no use: the exam was passed, or may
// turn out to be.
func (o Overview) settled() bool {
	return errors.Is(o.Blocked, ErrPassed) || errors.Is(o.Blocked, ErrAwaiting)
}

// withExtra lengthens a limit, rounding up to a minute.
func withExtra(minutes int, acc Accommodation) int {
	return minutes + (minutes*acc.ExtraTimePercent+99)/100
}

// survey counts the attempts and returns what they say against another.
func (o *Overview) survey(card course.Card, now time.Time) error {
	awaiting := false
	for i, a := range o.Attempts {
		switch a.State {
		case Void:
			continue
		case InProgress:
			o.Open = &o.Attempts[i]
		case Submitted:
			awaiting = true
		case Graded:
			o.Passed = o.Passed || a.Passed
		}
		o.Used++
		if a.SubmittedAt != nil {
			next := a.SubmittedAt.Add(time.Duration(card.WaitHours) * time.Hour)
			o.NextAt = &next
		}
	}
	if o.NextAt != nil && !o.NextAt.After(now) {
		o.NextAt = nil
	}
	switch {
	case o.Passed:
		return ErrPassed
	case o.Open != nil:
		return nil
	case awaiting:
		return ErrAwaiting
	case o.Left() == 0:
		return ErrNoTries
	case o.NextAt != nil:
		return ErrWait
	}
	return nil
}
