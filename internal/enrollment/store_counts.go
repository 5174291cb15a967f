package enrollment

import "context"

// CountActive counts the enrollments in state active.
func (s *Service) CountActive(ctx context.Context) (n int64, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments WHERE state = ?", Active).Scan(&n).Error
	return n, err
}

// ActiveByEdition counts the enrollments in state active of a course, by the ID
// of their edition.
func (s *Service) ActiveByEdition(ctx context.Context, courseID string) (map[string]int, error) {
	var rows []struct {
		EditionID string
		N         int
	}
	err := s.DB.Read(ctx).Raw("SELECT edition_id, COUNT(*) AS n FROM enrollments WHERE course_id = ? AND state = ? GROUP BY edition_id", courseID, Active).Scan(&rows).Error
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.EditionID] = r.N
	}
	return out, err
}

// CountUncertified counts what is completed and has no certificate.
func (s *Service) CountUncertified(ctx context.Context) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments e WHERE " + uncertified).Scan(&n).Error
	return n, err
}

// CountMissing counts what is completed and has no certificate although its
// course has it issued at once: those are faults. The rest waits for an
// administrator.
func (s *Service) CountMissing(ctx context.Context) (faults, waiting int, err error) {
	var rows []struct {
		EditionID string
		N         int
	}
	err = s.DB.Read(ctx).Raw("SELECT e.edition_id, COUNT(*) AS n FROM enrollments e WHERE " + uncertified + " GROUP BY e.edition_id").Scan(&rows).Error
	if err != nil {
		return 0, 0, err
	}
	for _, r := range rows {
		ed, err := s.Editions.Edition(ctx, r.EditionID)
		switch {
		case err != nil:
			return 0, 0, err
		case ed.Course.Card.IssuedByHand():
			waiting += r.N
		default:
			faults += r.N
		}
	}
	return faults, waiting, nil
}
