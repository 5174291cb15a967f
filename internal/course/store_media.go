package course

import (
	"context"

	"github.com/atmacena/cocare/internal/media/manifest"
)

// mediaListsOf are those of one course.
func (s store) mediaListsOf(ctx context.Context, slug string) (lists [][]byte, err error) {
	var rows []struct{ Content []byte }
	err = s.db.Read(ctx).Raw(`SELECT f.content FROM courses c JOIN course_files f ON f.course_id = c.id WHERE c.slug = ? AND f.path = ?
		UNION SELECT f.content FROM courses c JOIN editions e ON e.course_id = c.id JOIN edition_files f ON f.edition_id = e.id WHERE c.slug = ? AND f.path = ?`,
		slug, manifest.Path, slug, manifest.Path).Scan(&rows).Error
	for _, r := range rows {
		lists = append(lists, r.Content)
	}
	return lists, err
}

// mediaLists is one statement, so that a list which moves from a draft into an edition
// is seen in one of them.
func (s store) mediaLists(ctx context.Context) ([][]byte, error) {
	var rows []struct{ Content []byte }
	err := s.db.Read(ctx).Raw("SELECT content FROM course_files WHERE path = ? UNION SELECT content FROM edition_files WHERE path = ?",
		manifest.Path, manifest.Path).Scan(&rows).Error
	lists := make([][]byte, len(rows))
	for i, r := range rows {
		lists[i] = r.Content
	}
	return lists, err
}
