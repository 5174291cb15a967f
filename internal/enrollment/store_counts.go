package enrollment

import "context"

// CountActive counts the enrollments in state active.
func (s *Service) CountActive(ctx context.Context) (n int64, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments WHERE state = ?", Active).Scan(&n).Error
	return n, err
}
