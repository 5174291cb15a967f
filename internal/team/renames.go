package team

import (
	"context"
	"fmt"
)

// FilesRenamed lets comments go along with files of a course that get other names;
// names has the new by the old, which may be the old of others. It is called in the
// transaction that renames.
func (s *Service) FilesRenamed(ctx context.Context, courseID string, names map[string]string) error {
	var rows []struct{ ID, Path string }
	err := s.DB.Conn(ctx).Raw("SELECT id, path FROM course_comments WHERE course_id = ?", courseID).Scan(&rows).Error
	for _, r := range rows {
		if to, renamed := names[r.Path]; renamed && err == nil {
			err = s.DB.Conn(ctx).Exec("UPDATE course_comments SET path = ? WHERE id = ?", to, r.ID).Error
		}
	}
	if err != nil {
		return fmt.Errorf("team: renamed files: %w", err)
	}
	return nil
}
