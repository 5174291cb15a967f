package media

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) insertHeld(ctx context.Context, courseID, sha256 string, now time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO media_held (course_id, sha256, held_at) VALUES (?, ?, ?)
		ON CONFLICT (course_id, sha256) DO NOTHING`, courseID, sha256, now).Error
}

// held are those of the files that a course holds.
func (s *Service) held(ctx context.Context, courseID string, sums []string) (map[string]bool, error) {
	out := map[string]bool{}
	for len(sums) > 0 {
		n := min(len(sums), db.MaxPage)
		var list []string
		if err := s.DB.Read(ctx).Raw("SELECT sha256 FROM media_held WHERE course_id = ? AND sha256 IN ?", courseID, sums[:n]).Scan(&list).Error; err != nil {
			return nil, err
		}
		for _, sum := range list {
			out[sum] = true
		}
		sums = sums[n:]
	}
	return out, nil
}

// holders are the courses that hold files, by the file.
func (s *Service) holders(ctx context.Context, sums []string) (map[string][]string, error) {
	out := map[string][]string{}
	for len(sums) > 0 {
		n := min(len(sums), db.MaxPage)
		var list []struct{ CourseID, SHA256 string }
		if err := s.DB.Read(ctx).Raw("SELECT course_id, sha256 FROM media_held WHERE sha256 IN ? ORDER BY course_id", sums[:n]).Scan(&list).Error; err != nil {
			return nil, err
		}
		for _, h := range list {
			out[h.SHA256] = append(out[h.SHA256], h.CourseID)
		}
		sums = sums[n:]
	}
	return out, nil
}
