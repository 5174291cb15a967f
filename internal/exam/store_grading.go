package exam

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) countGrants(ctx context.Context, enrollmentID string) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM exam_grants WHERE enrollment_id = ?", enrollmentID).Scan(&n).Error
	return n, err
}

// raiseGrants puts those who grant to one enrollment in a row; it comes before
// anything is counted. One without an attempt has tries left anyway.
func (s *Service) raiseGrants(ctx context.Context, enrollmentID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET gradings = gradings + 1 WHERE enrollment_id = ? AND number = 1", enrollmentID).Error
}

func (s *Service) insertGrant(ctx context.Context, g Grant) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO exam_grants (id, enrollment_id, granted_by, reason, granted_at) VALUES (?, ?, ?, ?, ?)",
		g.ID, g.EnrollmentID, g.GrantedBy, g.Reason, g.GrantedAt).Error
}

func (s *Service) listGrants(ctx context.Context, enrollmentID string) (list []Grant, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, enrollment_id, granted_by, reason, granted_at FROM exam_grants
		WHERE enrollment_id = ? ORDER BY id`, enrollmentID).Scan(&list).Error
	return list, err
}

// setVoid ends an attempt that is in one of the states, and its form with it.
func (s *Service) setVoid(ctx context.Context, id, reason string, now time.Time, from ...State) (bool, error) {
	done, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET state = ?, voided_at = ?, void_reason = ? WHERE id = ? AND state IN ?",
		Void, now, reason, id, from))
	if err != nil || !done {
		return false, err
	}
	if err := s.DB.Conn(ctx).Exec("UPDATE exam_items SET awaits_grader = ? WHERE attempt_id = ? AND awaits_grader", false, id).Error; err != nil {
		return false, err
	}
	return true, s.closeItems(ctx, id)
}

// waiting returns a short answer that was submitted, graded or not.
func (s *Service) waiting(ctx context.Context, itemID string) (r waitingRow, err error) {
	q := s.DB.Read(ctx).Raw("SELECT "+waitingColumns+fromWaiting+
		"i.id = ? AND (i.awaits_grader OR i.graded_at IS NOT NULL) AND a.submitted_at IS NOT NULL", itemID).Scan(&r)
	return r, db.One(q, ErrNoAnswer)
}

// setMarks stores the marks that a person gives to an answer of an attempt that
// the caller holds.
func (s *Service) setMarks(ctx context.Context, itemID, graderID string, j judged, now time.Time) error {
	return s.DB.Conn(ctx).Exec(`UPDATE exam_items SET awaits_grader = ?, points = ?, max_points = ?, marks = ?, comment = ?,
		grader_id = ?, graded_at = ? WHERE id = ?`,
		false, j.result.Points, j.result.Max, j.text, j.Comment, graderID, now, itemID).Error
}

func (s *Service) sumItems(ctx context.Context, attemptID string) (st Standing, err error) {
	var sums struct{ Points, Open, Max int }
	err = s.DB.Read(ctx).Raw(`SELECT CAST(SUM(points) AS BIGINT) AS points, CAST(SUM(max_points) AS BIGINT) AS max,
		CAST(SUM(CASE WHEN awaits_grader THEN max_points ELSE 0 END) AS BIGINT) AS open
		FROM exam_items WHERE attempt_id = ?`, attemptID).Scan(&sums).Error
	return Standing{Points: sums.Points, Open: sums.Open, Max: sums.Max}, err
}
