package exam

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

// EvidenceNamed is the kind of the evidence that an administrator corrected the
// name which was attested: a certificate that is earned by an attempt of before
// prints the corrected one.
const EvidenceNamed = "name.corrected"

// OpenName is an attested name that a certificate would print which is not there
// yet. It was attested or corrected At.
type OpenName struct {
	EnrollmentID, EditionID, Name string
	At                            time.Time
}

// OpenNames lists the attested names of a person that certificates would still
// print, the newest enrollment first.
func (s *Service) OpenNames(ctx context.Context, personID string) ([]OpenName, error) {
	list, err := s.openNames(ctx, personID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := s.correctName(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CorrectNames makes the certificates of these enrollments print another name
// than was attested, on the word of an administrator, the audit actor in ctx
// (DECISIONS 5). Those that are not among OpenNames, and those that would print
// it anyway, stay as they are. It is evidence, and audited.
func (s *Service) CorrectNames(ctx context.Context, personID, name string, enrollments []string) error {
	ids := slices.Compact(slices.Sorted(slices.Values(enrollments)))
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		// A course that is completed at this moment waits, or has its certificate.
		open, err := s.OpenNames(ctx, personID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if slices.ContainsFunc(open, func(n OpenName) bool { return n.EnrollmentID == id }) {
				if err := s.Enrollments.Hold(ctx, id); err != nil {
					return err
				}
			}
		}
		if open, err = s.OpenNames(ctx, personID); err != nil {
			return err
		}
		for _, n := range open {
			if n.Name == name || !slices.Contains(ids, n.EnrollmentID) {
				continue
			}
			if err := s.setName(ctx, n, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) setName(ctx context.Context, n OpenName, name string) error {
	err := s.Enrollments.AddEvidence(ctx, n.EnrollmentID, enrollment.Evidence{Kind: EvidenceNamed, Ref: db.NewID(), OccurredAt: s.now(),
		Details: map[string]any{"legal_name": name, "attested": n.Name}})
	if err != nil {
		return err
	}
	return s.Audit.Record(ctx, audit.Event{Action: "exam.name", ObjectKind: "enrollment", ObjectID: n.EnrollmentID,
		Details: map[string]any{"from": n.Name, "to": name}})
}

// correctName puts the latest correction in the place of a name that was attested
// before it.
func (s *Service) correctName(ctx context.Context, n *OpenName) error {
	list, err := s.Enrollments.Evidence(ctx, n.EnrollmentID)
	for _, e := range list {
		if name, ok := e.Details["legal_name"].(string); ok && e.Kind == EvidenceNamed && !e.OccurredAt.Before(n.At) {
			n.Name, n.At = name, e.OccurredAt
		}
	}
	return err
}

// AttestedName is the legal name for the certificate that an attempt earns: the
// one that the learner attested before it, unless an administrator corrected it
// since. Errors: ErrNotFound.
func (s *Service) AttestedName(ctx context.Context, attemptID string) (string, error) {
	n, err := s.attested(ctx, attemptID)
	if err == nil {
		err = s.correctName(ctx, &n)
	}
	return n.Name, err
}
