package support

import "context"

// Waiting counts the requests that wait for an answer, and how many of them
// are past the promised day.
func (s *Service) Waiting(ctx context.Context) (open, overdue int64, err error) {
	var c struct{ Open, Overdue int64 }
	err = s.db.Read(ctx).Raw(`SELECT COUNT(*) AS open, COALESCE(SUM(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0) AS overdue
		FROM requests WHERE state = ?`, s.now(), Open).Scan(&c).Error
	return c.Open, c.Overdue, err
}
