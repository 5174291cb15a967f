package exam

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

// Attested reports whether a person has attested a legal name before any exam:
// from then on the name changes through an administrator only (DECISIONS 5).
// Void attempts count too: the declaration was made.
func (s *Service) Attested(ctx context.Context, personID string) (bool, error) {
	var n int
	err := s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM exam_attempts WHERE person_id = ? LIMIT 1) a", personID).Scan(&n).Error
	return n > 0, err
}

// AttestedName is the legal name that the learner attested before an attempt,
// for the certificate that the attempt earns. Errors: ErrNotFound.
func (s *Service) AttestedName(ctx context.Context, attemptID string) (name string, err error) {
	q := s.DB.Read(ctx).Raw("SELECT legal_name FROM exam_attempts WHERE id = ?", attemptID).Scan(&name)
	return name, db.One(q, ErrNotFound)
}
