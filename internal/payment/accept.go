package payment

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/enrollment"
)

// EvidencePolicies is the kind of evidence that a learner of a free course
// accepted the policies; its details are name and version.
const EvidencePolicies = "policies.accepted"

// accept stores the acceptance. If a session was made meanwhile, the first
// acceptance stands. Errors: ErrPolicies; ErrOver, ErrPaid if the order is no
// longer open.
func (s *Service) accept(ctx context.Context, o Order, accepted []PolicyVersion) error {
	current, err := s.allAccepted(ctx, accepted)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range current {
		names = append(names, p.Name+" "+p.Version)
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.store.accept(ctx, o.ID, current, s.now())
		if err != nil {
			return err
		}
		if changed {
			return s.record(ctx, "order.accept", o.ID, map[string]any{"policies": strings.Join(names, ", ")})
		}
		now, err := s.byID(ctx, o.ID)
		if err != nil {
			return err
		}
		return now.mayPay()
	})
}

// CurrentPolicies are the versions that a buyer must accept now.
func (s *Service) CurrentPolicies(ctx context.Context) ([]PolicyVersion, error) {
	if s.Policies == nil {
		return []PolicyVersion{}, nil
	}
	return s.Policies(ctx)
}

// allAccepted returns the versions in force. Errors: ErrPolicies unless accepted
// names every one of them.
func (s *Service) allAccepted(ctx context.Context, accepted []PolicyVersion) ([]PolicyVersion, error) {
	current, err := s.CurrentPolicies(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range current {
		if !slices.ContainsFunc(accepted, func(a PolicyVersion) bool { return a.Name == p.Name && a.Version == p.Version }) {
			return nil, ErrPolicies
		}
	}
	return current, nil
}

// EnrollFree enrolls a person in a course that costs nothing. accepted must name
// every policy in the version in force; as there is no order, the enrollment's
// evidence keeps it. Repeated, it returns the enrollment that is open. Errors:
// ErrNotFree, ErrUnconfirmed, ErrPolicies, and the refusals of course and
// enrollment.
func (s *Service) EnrollFree(ctx context.Context, personID, slug string, accepted []PolicyVersion) (enrollment.Enrollment, error) {
	ed, err := s.Courses.Current(ctx, slug)
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	if ed.Course.Card.PriceCents != 0 {
		return enrollment.Enrollment{}, ErrNotFree
	}
	p, err := s.People.Get(ctx, personID)
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	if p.EmailConfirmedAt == nil {
		return enrollment.Enrollment{}, ErrUnconfirmed
	}
	if err := s.Courses.OpenForEnrollment(ctx, ed); err != nil {
		return enrollment.Enrollment{}, err
	}
	current, err := s.allAccepted(ctx, accepted)
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	versions := map[string]any{}
	for _, p := range current {
		versions[p.Name] = p.Version
	}
	var e enrollment.Enrollment
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		var err error
		if e, err = s.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: personID, EditionID: ed.ID, Source: "free"}); err != nil {
			return err
		}
		return s.Enrollments.AddEvidence(ctx, e.ID, enrollment.Evidence{Kind: EvidencePolicies, Details: versions, OccurredAt: s.now()})
	})
	if errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		return s.Enrollments.Find(ctx, personID, slug, 0)
	}
	return e, err
}
