package certificate

import (
	"context"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// EvidenceCompleted is the kind of evidence that says when everything was done
// in a course whose certificates an administrator issues; its ref is the hash of
// what was withdrawn, corrected and signed by then.
const EvidenceCompleted = "course.completed"

// Enrollments is what this package asks of enrollment.Service.
type Enrollments interface {
	HoldCompleted(ctx context.Context, id string) (enrollment.Enrollment, error)
	Get(ctx context.Context, id string) (enrollment.Enrollment, error)
	AddEvidence(ctx context.Context, enrollmentID string, ev enrollment.Evidence) error
	Evidence(ctx context.Context, enrollmentID string) ([]enrollment.Evidence, error)
	Unproven(ctx context.Context, enrollmentID string, listed []enrollment.Requirement) ([]string, error)
	InCourse(ctx context.Context, personID, courseID string) ([]enrollment.Enrollment, error)
}

// ErrTakenBack refuses a second certificate for what was revoked.
var ErrTakenBack = apperr.New(apperr.Conflict, "The certificate of this enrollment was revoked, so it is not issued again. Reinstate it if that was a mistake.")

// Completed is told of a completion, in its transaction. It reserves the
// certificate, unless the course leaves that to an administrator, who has not
// recorded an attendance either: then the completion is noted with what was withdrawn, corrected and signed by then,
// because hours follow the completion and not the day of Issue (DECISIONS 8).
// Told again of the same completion it does nothing more. Errors: Conflict for a
// name that cannot be printed, where the learner can still mend it.
func (s *Service) Completed(ctx context.Context, e enrollment.Enrollment) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		// Not as this replica remembers it: what was withdrawn elsewhere earns no hours.
		ed, err := s.editions.EditionNow(ctx, e.EditionID)
		if err != nil {
			return err
		}
		if !ed.Course.Card.IssuedByHand() || e.Attendance != nil {
			return s.reserveOf(ctx, e, ed)
		}
		return s.enrollments.AddEvidence(ctx, e.ID, enrollment.Evidence{Kind: EvidenceCompleted, Ref: ed.Overlays.Hash, OccurredAt: s.now()})
	})
}

// Issue reserves the certificate of a completed enrollment that has none, for an
// administrator; by is who acts. The evidence is looked at again, in the same
// transaction. Where there is a certificate already it is returned: a second
// click, and the second of two administrators, succeed with the same one. It is
// audited. Errors: ErrNotFound of package enrollment, ErrNotCompleted of the
// same for what was refunded or ended since, ErrTakenBack, ErrNoName where no
// name was attested and the account has no legal one, and a Conflict that names
// what is missing or what a certificate cannot print.
func (s *Service) Issue(ctx context.Context, enrollmentID, by string) (c Certificate, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		// First the row: whoever ends the enrollment, or issues too, waits or has
		// done so.
		e, held := s.enrollments.HoldCompleted(ctx, enrollmentID)
		if apperr.Is(held, apperr.NotFound) {
			return held
		}
		c, err = s.OfEnrollment(ctx, enrollmentID)
		switch {
		case err == nil && c.State == Revoked:
			return ErrTakenBack
		case err == nil || !apperr.Is(err, apperr.NotFound):
			return err
		case held != nil:
			return held
		}
		c, err = s.grant(ctx, e, by)
		return err
	})
	if err != nil {
		return Certificate{}, err
	}
	return c, nil
}

func (s *Service) grant(ctx context.Context, e enrollment.Enrollment, by string) (Certificate, error) {
	if missing, err := s.missing(ctx, e); err != nil || len(missing) > 0 {
		return Certificate{}, orMissing(err, missing)
	}
	facts, err := s.frozen(ctx, e)
	if err != nil {
		return Certificate{}, err
	}
	if _, err := s.reserve(ctx, certificateOf(e, facts), by); err != nil {
		return Certificate{}, err
	}
	c, err := s.OfEnrollment(ctx, e.ID)
	if err != nil {
		return Certificate{}, err
	}
	return c, s.record(ctx, "certificate.by_hand", c, map[string]any{"enrollment": e.ID})
}

// missing lists the requirements that are open, by their titles.
func (s *Service) missing(ctx context.Context, e enrollment.Enrollment) (titles []string, err error) {
	list, err := s.requirements(ctx, e)
	for _, r := range list {
		if !r.Done {
			titles = append(titles, r.Title)
		}
	}
	return titles, err
}

func orMissing(err error, titles []string) error {
	if err != nil {
		return err
	}
	return apperr.Newf(apperr.Conflict, "The evidence is not complete, so no certificate can be issued. Missing: %s.", strings.Join(titles, "; "))
}

// Preview returns what Issue would freeze now, without a number; nothing is
// stored. Errors: those of Issue.
func (s *Service) Preview(ctx context.Context, e enrollment.Enrollment) (Facts, error) {
	if e.State != enrollment.Completed {
		return Facts{}, enrollment.ErrNotCompleted
	}
	if missing, err := s.missing(ctx, e); err != nil || len(missing) > 0 {
		return Facts{}, orMissing(err, missing)
	}
	f, err := s.frozen(ctx, e)
	f.Number, f.VerifyURL = "", ""
	return f, err
}

// frozen is freeze for an edition as it stood when the enrollment was completed,
// under a name that was attested or given as the legal one.
func (s *Service) frozen(ctx context.Context, e enrollment.Enrollment) (Facts, error) {
	if !e.Exam.Done() {
		if _, err := s.namedHolder(ctx, e.PersonID); err != nil {
			return Facts{}, err
		}
	}
	ed, err := s.editionOf(ctx, e)
	if err != nil {
		return Facts{}, err
	}
	f, err := s.freeze(ctx, e, ed)
	if err == nil {
		err = f.Printable()
	}
	return f, err
}

// editionOf is the edition as it stood when the enrollment was completed: as of
// now, unless it was noted then.
func (s *Service) editionOf(ctx context.Context, e enrollment.Enrollment) (*course.Edition, error) {
	list, err := s.enrollments.Evidence(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(ev enrollment.Evidence) bool { return ev.Kind == EvidenceCompleted })
	if i < 0 {
		return s.editions.EditionNow(ctx, e.EditionID)
	}
	return s.editions.EditionAsOf(ctx, e.EditionID, list[i].Ref)
}
