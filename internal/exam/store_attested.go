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

const nameColumns = "SELECT a.enrollment_id, a.edition_id, a.legal_name AS name, a.attested_at AS at FROM exam_attempts a"

// attested is the name as it was attested before an attempt.
func (s *Service) attested(ctx context.Context, attemptID string) (n OpenName, err error) {
	return n, db.One(s.DB.Read(ctx).Raw(nameColumns+" WHERE a.id = ?", attemptID).Scan(&n), ErrNotFound)
}

// openNames are the names that were attested last in each enrollment which may
// yet earn a certificate.
func (s *Service) openNames(ctx context.Context, personID string) (list []OpenName, err error) {
	err = s.DB.Read(ctx).Raw(nameColumns+` JOIN enrollments e ON e.id = a.enrollment_id
		WHERE a.person_id = ? AND e.state <> 'refunded' AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.enrollment_id = e.id)
		AND a.number = (SELECT max(b.number) FROM exam_attempts b WHERE b.enrollment_id = e.id) ORDER BY e.id DESC`, personID).Scan(&list).Error
	return list, err
}
