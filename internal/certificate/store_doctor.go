package certificate

import (
	"context"
	"time"
)

// stored is a certificate with what its parts should hash to.
type stored struct {
	ID, Number, Facts, FactsHash, PDFHash  string
	HolderName, CourseTitle, RevokedReason string
	State                                  State
	IssuedAt                               *time.Time
	PDF                                    []byte
	Badge                                  []byte // nil for one that was issued before there were badges
	Token                                  string
}

// nextStored reads the certificate after an ID; a missing file is one that
// differs.
func (s *Service) nextStored(ctx context.Context, after string) (r stored, ok bool, err error) {
	q := s.db.Read(ctx).Raw(`SELECT c.id, c.number, c.facts, c.facts_hash, coalesce(c.pdf_hash, '') AS pdf_hash,
		c.holder_name, c.course_title, coalesce(c.revoked_reason, '') AS revoked_reason, c.state, c.issued_at, f.pdf,
		b.json AS badge, coalesce(b.jwt, '') AS token FROM certificates c
		LEFT JOIN certificate_files f ON f.certificate_id = c.id
		LEFT JOIN certificate_credentials b ON b.certificate_id = c.id
		WHERE c.id > ? ORDER BY c.id LIMIT 1`, after).Scan(&r)
	return r, q.RowsAffected == 1, q.Error
}
