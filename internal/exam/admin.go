package exam

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
)

// Grant is one more attempt, given by an administrator.
type Grant struct {
	ID, EnrollmentID, GrantedBy, Reason string
	GrantedAt                           time.Time
}

// Grant gives an enrollment one more attempt. It is audited, and mailed to
// the learner. Errors: Invalid (reason), those of Overview.Grantable.
func (s *Service) Grant(ctx context.Context, by, enrollmentID, reason string) error {
	reason, err := apperr.Reason("reason", reason, apperr.WhyForTheRecord)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		// Administrators who grant at once stand in a row: the second one finds
		// the attempt that the first one gave.
		if err := s.raiseGrants(ctx, enrollmentID); err != nil {
			return err
		}
		e, err := s.Enrollments.Get(ctx, enrollmentID)
		if err != nil {
			return err
		}
		o, err := s.Overview(ctx, e)
		if err == nil {
			err = o.Grantable(e)
		}
		if err != nil {
			return err
		}
		g := Grant{ID: db.NewID(), EnrollmentID: enrollmentID, GrantedBy: by, Reason: reason, GrantedAt: s.now()}
		if err := s.insertGrant(ctx, g); err != nil {
			return err
		}
		err = s.Audit.Record(ctx, audit.Event{Action: "exam.grant", ObjectKind: "enrollment", ObjectID: enrollmentID,
			Details: map[string]any{"grant": g.ID, "reason": reason, "allowed": o.Allowed + 1}})
		if err != nil {
			return err
		}
		return s.Mail(ctx, e.PersonID, mail.AttemptGranted{CourseTitle: o.Edition.Course.Card.Title, ExamLink: s.BaseURL + "/learn/" + e.Slug + "/exam"})
	})
}

// Grantable returns nil if one more attempt can be granted to an enrollment, and
// otherwise why not: a Conflict.
func (o Overview) Grantable(e enrollment.Enrollment) error {
	switch {
	case e.State != enrollment.Active:
		return errClosed
	case o.Passed:
		return errPassedIt
	case errors.Is(o.Blocked, ErrHollow), o.KeyReader():
		return o.Blocked
	case o.Left() > 0:
		return errTriesLeft
	}
	return nil
}

var (
	errPassedIt  = apperr.New(apperr.Conflict, "This exam is passed, so there is nothing to grant.")
	errClosed    = apperr.New(apperr.Conflict, "This enrollment is closed, so there is nothing to attempt.")
	errTriesLeft = apperr.New(apperr.Conflict, "There are attempts left. Grant one more when they are used.")
	errFinal     = apperr.New(apperr.Conflict, "This attempt is final or void already, so it stays as it is.")
)

// Grants lists what was granted to an enrollment, oldest first.
func (s *Service) Grants(ctx context.Context, enrollmentID string) ([]Grant, error) {
	return s.listGrants(ctx, enrollmentID)
}

// Void makes an attempt in progress count for nothing, as after a fault of
// ours. Repeated with the same reason it changes nothing. It is audited. Errors:
// ErrNotFound, also for an attempt of another enrollment, Invalid (void_reason),
// Conflict when the attempt was submitted.
func (s *Service) Void(ctx context.Context, enrollmentID, attemptID, reason string) error {
	reason, err := apperr.Reason("void_reason", reason, apperr.WhyForTheRecord)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		a, err := s.attempt(ctx, attemptID)
		switch {
		case err != nil:
			return err
		case a.EnrollmentID != enrollmentID:
			return ErrNotFound
		}
		done, err := s.setVoid(ctx, attemptID, reason, s.now(), InProgress)
		switch {
		case err != nil:
			return err
		case done:
			return s.recordVoid(ctx, a, reason)
		}
		if a, err = s.attempt(ctx, attemptID); err == nil && (a.State != Void || a.VoidReason != reason) {
			err = errFinal
		}
		return err
	})
}

func (s *Service) recordVoid(ctx context.Context, a Attempt, reason string) error {
	return s.Audit.Record(ctx, audit.Event{Action: "exam.void", ObjectKind: "exam_attempt", ObjectID: a.ID,
		Details: map[string]any{"enrollment": a.EnrollmentID, "number": a.Number, "reason": reason}})
}
