package exam

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// Insider is what somebody can know of the keys of a course's exam.
type Insider string

// The kinds of insiders.
const (
	Outsider  Insider = ""
	KeyReader Insider = "reader"   // works on the course, or did: takes no exam of it
	Overseer  Insider = "overseer" // an administrator: takes it, and the audit says so
)

// ErrKeyReader refuses an attempt of whoever can have read the keys.
var ErrKeyReader = apperr.New(apperr.Conflict, "You work on this course, or did, and could read the answers to its exam. So you cannot take it for credit.")

// insider asks for the learner of an enrollment.
func (s *Service) insider(ctx context.Context, e enrollment.Enrollment) (Insider, error) {
	if s.Insider == nil {
		return Outsider, nil
	}
	return s.Insider(ctx, e.PersonID, e.CourseID)
}

// KeyReader reports whether the exam is closed to the learner for what they can know.
func (o Overview) KeyReader() bool { return errors.Is(o.Blocked, ErrKeyReader) }

// overseen marks in the audit an attempt of an administrator, who could read the keys.
func (s *Service) overseen(ctx context.Context, e enrollment.Enrollment, a Attempt) error {
	i, err := s.insider(ctx, e)
	if err != nil || i == Outsider {
		return err
	}
	if i == KeyReader { // since the page was asked for
		return ErrKeyReader
	}
	return s.Audit.Record(ctx, audit.Event{Action: "exam.begin_overseer", ObjectKind: "exam_attempt", ObjectID: a.ID,
		Details: map[string]any{"enrollment": e.ID, "number": a.Number}})
}

// voidKeyReader makes an attempt count for nothing whose learner was named for the
// course while it was under way. done is false for everybody else.
func (s *Service) voidKeyReader(ctx context.Context, e enrollment.Enrollment, a Attempt, now time.Time) (done bool, err error) {
	i, err := s.insider(ctx, e)
	if err != nil || i != KeyReader {
		return false, err
	}
	return true, s.voidBySystem(ctx, a, "Who works on a course, or did, takes no exam of it.", now)
}
