package course

import (
	"context"
	"time"
)

// removedRow is a file that a change removed, as it was before.
type removedRow struct {
	Path, ChangedBy string
	Seq             int64
	ChangedAt       time.Time
	Content         []byte
}

// removals selects what changes removed and did not rename.
const removals = `SELECT c.seq, c.changed_at, c.changed_by, f.path,
		(SELECT g.content FROM draft_changes d JOIN draft_change_files g ON g.change_id = d.id
			WHERE d.course_id = c.course_id AND d.seq < c.seq AND g.path = f.path AND g.content IS NOT NULL ORDER BY d.seq DESC LIMIT 1) AS content
	FROM draft_changes c JOIN draft_change_files f ON f.change_id = c.id
	WHERE c.course_id = ? AND f.content IS NULL
		AND NOT EXISTS (SELECT 1 FROM draft_renames r WHERE r.course_id = c.course_id AND r.seq = c.seq AND r.from_path = f.path)`

// removed lists the files of a draft that are gone, the last first. One that came back
// under another name has a rename after that.
func (s store) removed(ctx context.Context, courseID string, limit int) (rows []removedRow, err error) {
	err = s.db.Read(ctx).Raw(removals+`
		AND NOT EXISTS (SELECT 1 FROM draft_renames r WHERE r.course_id = c.course_id AND r.seq > c.seq AND r.from_path = f.path)
		AND NOT EXISTS (SELECT 1 FROM course_files x WHERE x.course_id = c.course_id AND x.path = f.path)
		AND c.seq = (SELECT max(d.seq) FROM draft_changes d JOIN draft_change_files e ON e.change_id = d.id WHERE d.course_id = c.course_id AND e.path = f.path)
		ORDER BY c.seq DESC, f.path LIMIT ?`, courseID, limit).Scan(&rows).Error
	return rows, err
}

// removedBy lists what one change removed.
func (s store) removedBy(ctx context.Context, courseID string, seq int64) (rows []removedRow, err error) {
	err = s.db.Read(ctx).Raw(removals+" AND c.seq = ? ORDER BY f.path", courseID, seq).Scan(&rows).Error
	return rows, err
}

// gone returns the paths that changes removed or renamed, by the change's ID.
func (s store) gone(ctx context.Context, ids []string) (map[string][]string, error) {
	return s.pathsOf(ctx, " AND content IS NULL", ids)
}

// touched returns the paths of changes, by the change's ID.
func (s store) touched(ctx context.Context, ids []string) (map[string][]string, error) {
	return s.pathsOf(ctx, "", ids)
}

func (s store) pathsOf(ctx context.Context, where string, ids []string) (map[string][]string, error) {
	var rows []struct{ ChangeID, Path string }
	if err := s.db.Read(ctx).Raw("SELECT change_id, path FROM draft_change_files WHERE change_id IN ?"+where+" ORDER BY change_id, path", ids).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.ChangeID] = append(out[r.ChangeID], r.Path)
	}
	return out, nil
}
