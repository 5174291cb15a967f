package course

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

type presentRow struct {
	CourseID, Path, PersonID string
	Since, ExpiresAt         time.Time
}

// hasFile is ErrNoFile where a draft has no file of that path.
func (s store) hasFile(ctx context.Context, courseID, path string) error {
	var seq int64
	return db.One(s.db.Read(ctx).Raw("SELECT seq FROM course_files WHERE course_id = ? AND path = ?", courseID, path).Scan(&seq), ErrNoFile)
}

// present lists who is there; path "" means any file.
func (s store) present(ctx context.Context, courseID, path string, now time.Time) (rows []presentRow, err error) {
	query, args := "SELECT course_id, path, person_id, since, expires_at FROM draft_presence WHERE course_id = ? AND expires_at > ?", []any{courseID, now}
	if path != "" {
		query, args = query+" AND path = ?", append(args, path)
	}
	err = s.db.Read(ctx).Raw(query+" ORDER BY path, since, person_id", args...).Scan(&rows).Error
	return rows, err
}

// arrive notes a sign of somebody. Who was gone meanwhile has come anew.
func (s store) arrive(ctx context.Context, r presentRow) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO draft_presence (course_id, path, person_id, since, expires_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (course_id, path, person_id) DO UPDATE SET expires_at = excluded.expires_at,
			since = CASE WHEN draft_presence.expires_at < excluded.since THEN excluded.since ELSE draft_presence.since END`,
		r.CourseID, r.Path, r.PersonID, r.Since, r.ExpiresAt).Error
}

// forget deletes who is no longer there, and what was folded before a time.
func (s store) forget(ctx context.Context, now, folded time.Time) (int64, error) {
	if err := s.db.Conn(ctx).Exec("DELETE FROM draft_presence WHERE expires_at <= ?", now).Error; err != nil {
		return 0, err
	}
	q := s.db.Conn(ctx).Exec("DELETE FROM draft_changes WHERE folded AND changed_at < ?", folded)
	return q.RowsAffected, q.Error
}
