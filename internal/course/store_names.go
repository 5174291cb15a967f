package course

import "context"

// renameRow says what a file is called from a change on that was called otherwise.
type renameRow struct {
	Seq              int64
	FromPath, ToPath string
}

func (s store) insertRenames(ctx context.Context, courseID string, seq int64, names map[string]string) error {
	for from, to := range names {
		err := s.db.Conn(ctx).Exec("INSERT INTO draft_renames (course_id, seq, from_path, to_path) VALUES (?, ?, ?, ?)", courseID, seq, from, to).Error
		if err != nil {
			return err
		}
	}
	return nil
}

const renameColumns = "SELECT seq, from_path, to_path FROM draft_renames WHERE course_id = ? AND "

// renames lists those of the changes after one, up to another, the oldest first.
func (s store) renames(ctx context.Context, courseID string, after, upTo int64) (rows []renameRow, err error) {
	err = s.db.Read(ctx).Raw(renameColumns+"seq > ? AND seq <= ? ORDER BY seq", courseID, after, upTo).Scan(&rows).Error
	return rows, err
}

// renamedAfter is the first renaming of a path after a change; Seq is 0 for none.
func (s store) renamedAfter(ctx context.Context, courseID, path string, seq int64) (renameRow, error) {
	return s.oneRename(ctx, "from_path = ? AND seq > ? ORDER BY seq LIMIT 1", courseID, path, seq)
}

// renamedFrom is the last renaming of a path to another before a change.
func (s store) renamedFrom(ctx context.Context, courseID, path string, before int64) (renameRow, error) {
	return s.oneRename(ctx, "from_path = ? AND seq < ? ORDER BY seq DESC LIMIT 1", courseID, path, before)
}

// renamedTo is the last renaming of another path to one, up to a change.
func (s store) renamedTo(ctx context.Context, courseID, path string, upTo int64) (renameRow, error) {
	return s.oneRename(ctx, "to_path = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", courseID, path, upTo)
}

func (s store) oneRename(ctx context.Context, where string, args ...any) (row renameRow, err error) {
	err = s.db.Read(ctx).Raw(renameColumns+where, args...).Scan(&row).Error
	return row, err
}
