package certificate

import "context"

// stored is a file with what it should hash to.
type stored struct {
	ID, Number, PDFHash string
	PDF                 []byte
}

// nextStored reads the issued certificate after an ID; a missing file is one
// that differs.
func (s *Service) nextStored(ctx context.Context, after string) (r stored, ok bool, err error) {
	q := s.db.Read(ctx).Raw(`SELECT c.id, c.number, c.pdf_hash, f.pdf FROM certificates c
		LEFT JOIN certificate_files f ON f.certificate_id = c.id
		WHERE c.id > ? AND c.pdf_hash IS NOT NULL ORDER BY c.id LIMIT 1`, after).Scan(&r)
	return r, q.RowsAffected == 1, q.Error
}
