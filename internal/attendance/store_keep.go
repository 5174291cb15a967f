package attendance

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// overdue are lists that were done before an instant and are kept whole.
func (s *Service) overdue(ctx context.Context, before time.Time, limit int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT id FROM attendance_lists WHERE state = 'finished' AND forgotten_at IS NULL AND finished_at < ? ORDER BY finished_at, id LIMIT ?",
		before, limit).Scan(&ids).Error
	return ids, err
}

// markForgotten reports false for a list that somebody else was faster with.
func (s *Service) markForgotten(ctx context.Context, listID string, now time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE attendance_lists SET forgotten_at = ? WHERE id = ? AND state = 'finished' AND forgotten_at IS NULL", now, listID))
}

// forgetRows deletes the licenses of all rows, and who those name that led to no
// enrollment. Notes that quote something (“…”) quote the list or an account.
func (s *Service) forgetRows(ctx context.Context, listID string) error {
	err := s.DB.Conn(ctx).Exec("UPDATE attendance_rows SET profession = '', jurisdiction = '', number = '' WHERE list_id = ?", listID).Error
	if err != nil {
		return err
	}
	const quotes = "THEN 'What was said here quoted the list, and is deleted.' ELSE"
	return s.DB.Conn(ctx).Exec(`UPDATE attendance_rows SET name = '', email = '', email_key = '', account_id = '', account_name = '',
		note = CASE WHEN note LIKE '%“%' `+quotes+` note END, outcome_note = CASE WHEN outcome_note LIKE '%“%' `+quotes+` outcome_note END
		WHERE list_id = ? AND enrollment_id IS NULL`, listID).Error
}

func (s *Service) deleteFile(ctx context.Context, listID string) error {
	return s.DB.Conn(ctx).Exec("DELETE FROM attendance_files WHERE list_id = ?", listID).Error
}

// copies finds the rows by three indexes.
func (s *Service) copies(ctx context.Context, personID, emailKey string) (list []RowCopy, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT v.title AS event, v.starts_at, v.ends_at, l.uploaded_at, l.sha256, r.line, r.email, r.name, r.minutes, r.evaluation, r.profession,
		r.jurisdiction, r.number, r.verdict, r.outcome, r.done_at, COALESCE(r.enrollment_id, '') AS enrollment_id,
		CASE WHEN r.account_id NOT IN ('', ?) THEN '' WHEN r.outcome = '' THEN r.note ELSE r.outcome_note END AS note
		FROM attendance_rows r JOIN attendance_lists l ON l.id = r.list_id JOIN live_events v ON v.id = l.event_id
		WHERE r.email_key <> '' AND r.email_key = ? OR r.account_id <> '' AND r.account_id = ?
		OR r.enrollment_id IN (SELECT e.id FROM enrollments e WHERE e.person_id = ?)
		ORDER BY l.id, r.position`, personID, emailKey, personID, personID).Scan(&list).Error
	return list, err
}
