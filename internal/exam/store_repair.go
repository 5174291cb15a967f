package exam

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// early is an attempt that its deadline has closed before it came, and on which
// nothing depends.
const early = `a.submitted_by = 'deadline' AND a.submitted_at > ? AND a.state IN ('submitted', 'graded') AND NOT a.passed
	AND NOT EXISTS (SELECT 1 FROM exam_items i WHERE i.attempt_id = a.id AND i.graded_at IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM exam_attempts l WHERE l.enrollment_id = a.enrollment_id AND l.number > a.number)`

func (s *Service) closedEarly(ctx context.Context, after time.Time, limit int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT a.id FROM exam_attempts a WHERE "+early+" ORDER BY a.submitted_at, a.id LIMIT ?", after, limit).Scan(&ids).Error
	return ids, err
}

// setReopened opens an attempt and its items as they were before the submit.
func (s *Service) setReopened(ctx context.Context, id string, after time.Time) (bool, error) {
	done, err := db.Changed(s.DB.Conn(ctx).Exec(`UPDATE exam_attempts SET state = 'in_progress', submitted_at = NULL, promised_at = NULL, submitted_by = '',
		points = 0, open_points = 0, max_points = 0, final_at = NULL
		WHERE id = (SELECT a.id FROM exam_attempts a WHERE a.id = ? AND `+early+")", id, after))
	if err != nil || !done {
		return false, err
	}
	return true, s.DB.Conn(ctx).Exec("UPDATE exam_items SET open = ?, points = 0, max_points = 0, awaits_grader = ? WHERE attempt_id = ?",
		true, false, id).Error
}
