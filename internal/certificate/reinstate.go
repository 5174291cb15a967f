package certificate

import (
	"context"
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

var (
	errBegunAnew = apperr.New(apperr.Conflict, "The same person has begun this course anew and is to get another certificate for it. Withdraw that enrollment first if this certificate is to count.")
	errDoneAnew  = apperr.New(apperr.Conflict, "The same person has completed this course anew, and that certificate is to be issued. It counts in the place of this one.")
)

// Reinstate takes a revocation back, with a reason that the verification page
// shows beside that of the revocation: both stay in the history. One that was
// never printed is prepared again. by is the acting person, empty for the system.
// Repeated with the same reason it changes nothing. It is audited, and the holder
// is told by mail. Errors: Invalid (reason), ErrNotFound, ErrNotRevoked, and a
// Conflict where its holder has another valid certificate of the course, or is about
// to earn one, and the course's repeat_after does not let both count.
func (s *Service) Reinstate(ctx context.Context, typed, reason, by string) error {
	c, holder, reason, err := s.actOn(ctx, typed, reason)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		// First what all of them have in common: whoever begins the course anew because
		// this one is revoked, or reinstates another, waits or has done so.
		if err := s.holdCourse(ctx, c.PersonID, c.CourseID); err != nil {
			return err
		}
		changed, err := s.markReinstated(ctx, c.ID)
		if err != nil {
			return err
		}
		if !changed {
			return s.reinstatedFor(ctx, c.ID, reason)
		}
		if err := s.onlyOne(ctx, c); err != nil {
			return err
		}
		if err := s.happened(ctx, c.ID, WasReinstated, reason, by); err != nil {
			return err
		}
		if err := s.record(ctx, "certificate.reinstate", c, map[string]any{"reason": reason, "revoked_for": c.RevokedReason}); err != nil {
			return err
		}
		if !c.Public() { // nobody was told of it; its holder is once it is ready
			return s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}, job.Unique(againKey(c)))
		}
		return s.tell(ctx, holder, mail.CertificateReinstated{CourseTitle: c.CourseTitle, Number: c.Number, Reason: reason, Link: s.ownLink(c)})
	})
}

// reinstatedFor is nil if the last that happened to a certificate is that it was
// reinstated for this very reason, or was printed since.
func (s *Service) reinstatedFor(ctx context.Context, id, reason string) error {
	events, err := s.Events(ctx, id)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.Kind != WasIssued {
			if e.Kind == WasReinstated && e.Reason == reason {
				return nil
			}
			break
		}
	}
	return ErrNotRevoked
}

// RevokedOf reports whether the certificate of an enrollment is revoked. In a
// transaction nobody reinstates it until that is over.
func (s *Service) RevokedOf(ctx context.Context, enrollmentID string) (bool, error) {
	c, err := s.OfEnrollment(ctx, enrollmentID)
	if err == nil && c.State == Revoked && s.db.InTransaction(ctx) {
		if err = s.holdCourse(ctx, c.PersonID, c.CourseID); err == nil {
			c, err = s.OfEnrollment(ctx, enrollmentID)
		}
	}
	if apperr.Is(err, apperr.NotFound) {
		return false, nil
	}
	return c.State == Revoked, err
}

// RevokedAmong tells which enrollments have a certificate that is revoked; at most
// db.MaxPage of them.
func (s *Service) RevokedAmong(ctx context.Context, enrollmentIDs []string) (map[string]bool, error) {
	found, err := s.OfEnrollments(ctx, enrollmentIDs)
	out := make(map[string]bool, len(found))
	for id, c := range found {
		out[id] = c.State == Revoked
	}
	return out, err
}

// onlyOne refuses a certificate that would count beside another of its holder and
// course, where the course could not be taken again.
func (s *Service) onlyOne(ctx context.Context, c Certificate) error {
	list, err := s.enrollments.InCourse(ctx, c.PersonID, c.CourseID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(e enrollment.Enrollment) bool { return e.ID == c.EnrollmentID })
	if i < 0 {
		return fmt.Errorf("certificate: %s has no enrollment", c.Number)
	}
	for _, other := range list {
		first, second := list[i], other
		if second.Cycle < first.Cycle {
			first, second = second, first
		}
		ed, err := s.editions.EditionNow(ctx, second.EditionID)
		if err != nil {
			return err
		}
		if other.ID == c.EnrollmentID || enrollment.MayStandBeside(first, second, ed) {
			continue
		}
		if err := s.takesPlace(ctx, other); err != nil {
			return err
		}
	}
	return nil
}

// takesPlace says that an enrollment has earned the certificate of its course, or is
// about to.
func (s *Service) takesPlace(ctx context.Context, e enrollment.Enrollment) error {
	c, err := s.OfEnrollment(ctx, e.ID)
	switch {
	case err == nil && c.State == Revoked:
		return nil
	case err == nil:
		return apperr.Newf(apperr.Conflict, "Certificate %s of the same person counts for this course, which cannot be taken twice, or not so soon. Revoke that one first if this one is to count.", c.Number)
	case !apperr.Is(err, apperr.NotFound):
		return err
	}
	switch e.State {
	case enrollment.Pending, enrollment.Active:
		return errBegunAnew
	case enrollment.Completed:
		return errDoneAnew
	}
	return nil
}
