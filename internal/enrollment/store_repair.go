package enrollment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// ahead is what ran out in the future while its access goes on.
const ahead = " WHERE state = 'expired' AND end_reason = ? AND ended_at > ? AND expires_at > ?" + newest

func (s *Service) endedAhead(ctx context.Context, now time.Time, limit int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT id FROM enrollments"+ahead+" ORDER BY id LIMIT ?", reasonExpired, now.Add(db.Skew), now, limit).Scan(&ids).Error
	return ids, err
}

func (s *Service) reopenAhead(ctx context.Context, id string, now time.Time) (bool, error) {
	return opened(db.Changed(s.DB.Conn(ctx).Exec("UPDATE enrollments SET state = 'active', ended_at = NULL, end_reason = ''"+ahead+" AND id = ?",
		reasonExpired, now.Add(db.Skew), now, id)))
}

func (s *Service) takeExamBack(ctx context.Context, id, attemptID string, before ExamOutcome, at *time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE enrollments
		SET acts = acts + 1, exam_attempt_id = ?, exam_submitted_at = ?, exam_final = ?, exam_passed = ?
		WHERE id = ? AND exam_attempt_id = ? AND state IN ('active', 'expired') AND NOT exam_passed
			AND NOT EXISTS (SELECT 1 FROM evaluation_receipts r WHERE r.enrollment_id = enrollments.id)`,
		before.AttemptID, at, before.Final, before.Passed, id, attemptID))
}

func (s *Service) hasEvidence(ctx context.Context, enrollmentID, kind, ref string) (bool, error) {
	var n int
	err := s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM evidence WHERE enrollment_id = ? AND kind = ? AND ref = ?", enrollmentID, kind, ref).Scan(&n).Error
	return n > 0, err
}
