package exam

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
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
	ExamGate(ctx context.Context, e enrollment.Enrollment) error
	RecordExam(ctx context.Context, enrollmentID string, o enrollment.ExamOutcome) error
	AddEvidence(ctx context.Context, enrollmentID string, ev enrollment.Evidence) error
}

// Committer makes a write durable before Do returns; *db.Group does, and shares
// the cost among those who write at the same time.
type Committer interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Deps are what a Service stands on. Every field is required but Log and Zone.
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
	// Blocked says why no attempt can begin now; nil: one can.
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

// Beginning is what a learner declares before an attempt.
type Beginning struct {
	PersonID, EnrollmentID string
	LegalName              string
	Attested               bool
}

// Begin starts an attempt with a freshly drawn form, or returns the one in
// progress: two clicks begin once. The declaration becomes evidence with its
// instant. Errors: ErrNotFound, Invalid (legal_name, attested), what
// Overview.Blocked says, ErrCannotDraw.
func (s *Service) Begin(ctx context.Context, b Beginning) (Attempt, error) {
	e, err := s.Enrollments.Get(ctx, b.EnrollmentID)
	switch {
	case err != nil:
		return Attempt{}, err
	case e.PersonID != b.PersonID:
		return Attempt{}, ErrNotFound
	}
	o, err := s.Overview(ctx, e)
	switch {
	case err != nil:
		return Attempt{}, err
	case o.Open != nil:
		return *o.Open, nil
	case o.Blocked != nil:
		return Attempt{}, o.Blocked
	}
	b.LegalName = strings.Join(strings.Fields(b.LegalName), " ")
	var c apperr.Check
	c.Require(b.LegalName != "", "legal_name", "Enter your legal name as it is to stand on the certificate.")
	c.Require(b.Attested, "attested", "Please confirm this before you begin.")
	if err := c.Err(); err != nil {
		return Attempt{}, err
	}
	return s.begin(ctx, e, o, b)
}

func (s *Service) begin(ctx context.Context, e enrollment.Enrollment, o Overview, b Beginning) (Attempt, error) {
	now := s.now()
	a := Attempt{
		ID: db.NewID(), EnrollmentID: e.ID, PersonID: e.PersonID, EditionID: e.EditionID, Number: 1, State: InProgress,
		Seed: rand.Text(), LegalName: b.LegalName, AttestedAt: now, StartedAt: now,
		TimeLimitMinutes: o.Minutes, ExtraTimePercent: o.ExtraPercent, PassPercent: o.PassPercent,
	}
	if n := len(o.Attempts); n > 0 {
		a.Number = o.Attempts[n-1].Number + 1
	}
	deadline := a.deadline(e.ExpiresAt)
	a.DeadlineAt = &deadline
	seen, err := s.seen(ctx, e.ID)
	if err != nil {
		return Attempt{}, err
	}
	form, err := Draw(o.Edition, a.Seed, seen)
	if err != nil {
		s.Log.ErrorContext(ctx, "draw an exam form", "edition", e.EditionID, "error", err)
		return Attempt{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		// The name first: from the attempt on it is locked.
		if err := s.ConfirmLegalName(ctx, e.PersonID, b.LegalName); err != nil {
			return err
		}
		first, err := s.insertAttempt(ctx, a, form)
		if err != nil {
			return err
		}
		if !first {
			return errFaster
		}
		return s.Enrollments.AddEvidence(ctx, e.ID, enrollment.Evidence{
			Kind: EvidenceAttested, Ref: a.ID, OccurredAt: now,
			Details: map[string]any{"statement": Statement, "legal_name": b.LegalName, "attempt": a.Number},
		})
	})
	switch {
	case errors.Is(err, errFaster):
		return s.openAttempt(ctx, e.ID)
	case err != nil:
		return Attempt{}, err
	}
	return a, nil
}

// errFaster takes back what a second click, or another device, declared.
var errFaster = errors.New("exam: another attempt has begun")
