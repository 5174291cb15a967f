package enrollment

import "context"

// CountActive counts the enrollments in which learning is possible now.
func (s *Service) CountActive(ctx context.Context) (n int64, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments WHERE state = 'active' AND expires_at > ?", s.now()).Scan(&n).Error
	return n, err
}
