package certificate

import (
	"context"
	"time"
)

// stored is a certificate with what its parts should agree with.
type stored struct {
	ID, Number, Facts, FactsHash, PDFHash      string
	PersonID, CourseID, EditionID              string
	EnrollmentID                               string
	Cycle                                      int
	HolderName, CourseTitle, RevokedReason     string
	State                                      State
	ReservedAt                                 time.Time
	IssuedAt, RevokedAt                        *time.Time
	LogPosition                                *int64
	PDF                                        []byte
	Badge                                      []byte // nil for one that was issued before there were badges
	Token                                      string
	EditionHash                                string // of the edition as it is published
	EditionNumber                              int
	Supersedes, BeforeNumber, BeforeEnrollment string // of the one that it replaces
	BeforeState                                State
	BeforeIssued                               *time.Time
	NextID                                     string // of the one that replaces it
}

// nextStored reads the certificate after an ID; a missing file is one that
// differs.
func (s *Service) nextStored(ctx context.Context, after string) (r stored, ok bool, err error) {
	q := s.db.Read(ctx).Raw(`SELECT c.id, c.number, c.facts, c.facts_hash, coalesce(c.pdf_hash, '') AS pdf_hash,
		c.person_id, c.course_id, c.edition_id, c.enrollment_id, c.cycle,
		c.holder_name, c.course_title, coalesce(c.revoked_reason, '') AS revoked_reason, c.state,
		c.reserved_at, c.issued_at, c.revoked_at, c.log_position, f.pdf, b.json AS badge, coalesce(b.jwt, '') AS token,
		coalesce(ed.hash, '') AS edition_hash, coalesce(ed.number, 0) AS edition_number,
		coalesce(c.supersedes, '') AS supersedes, coalesce(p.number, '') AS before_number, coalesce(p.enrollment_id, '') AS before_enrollment,
		coalesce(p.state, '') AS before_state, p.issued_at AS before_issued, coalesce(n.id, '') AS next_id
		FROM certificates c
		LEFT JOIN certificate_files f ON f.certificate_id = c.id
		LEFT JOIN certificate_credentials b ON b.certificate_id = c.id
		LEFT JOIN editions ed ON ed.id = c.edition_id AND ed.course_id = c.course_id
		LEFT JOIN certificates p ON p.id = c.supersedes
		LEFT JOIN certificates n ON n.supersedes = c.id
		WHERE c.id > ? ORDER BY c.id LIMIT 1`, after).Scan(&r)
	return r, q.RowsAffected == 1, q.Error
}

// existing are those of these IDs that are there.
func (s *Service) existing(ctx context.Context, ids []string) (there []string, err error) {
	err = s.db.Read(ctx).Raw("SELECT id FROM certificates WHERE id IN ?", ids).Scan(&there).Error
	return there, err
}

func (s *Service) signatureHashes(ctx context.Context) (hashes []string, err error) {
	err = s.db.Read(ctx).Raw("SELECT hash FROM certificate_signatures ORDER BY hash").Scan(&hashes).Error
	return hashes, err
}
