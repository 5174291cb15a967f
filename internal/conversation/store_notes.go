package conversation

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

const noteColumns = "id, thread_id, course_id, path, body, created_at, created_by, done_edition_id, done_at, done_by"

func (s *Service) insertNote(ctx context.Context, n Note) error {
	return s.d.DB.Conn(ctx).Exec("INSERT INTO conversation_notes (id, thread_id, course_id, path, body, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
		n.ID, n.ThreadID, n.CourseID, n.Path, n.Body, n.CreatedAt, n.CreatedBy).Error
}

// note returns a note of a course, ErrNoNote if it has none by that ID.
func (s *Service) note(ctx context.Context, courseID, id string) (n Note, err error) {
	return n, db.One(s.d.DB.Read(ctx).Raw("SELECT "+noteColumns+" FROM conversation_notes WHERE id = ? AND course_id = ?", id, courseID).Scan(&n), ErrNoNote)
}

func (s *Service) notesOf(ctx context.Context, threadID string) (list []Note, err error) {
	err = s.d.DB.Read(ctx).Raw("SELECT "+noteColumns+" FROM conversation_notes WHERE thread_id = ? ORDER BY id", threadID).Scan(&list).Error
	return list, err
}

func (s *Service) notesOfCourse(ctx context.Context, courseID string, done bool, at Place) (rows []Note, earlier, more bool, err error) {
	where := "course_id = ? AND done_at IS NULL"
	if done {
		where = "course_id = ? AND done_at IS NOT NULL"
	}
	err = s.cut(ctx, &rows, "SELECT "+noteColumns+" FROM conversation_notes", where, []any{courseID}, "id", &at)
	rows, earlier, more = db.Cut(rows, at.Limit, at.After != "", at.Before != "")
	return rows, earlier, more, err
}

// OpenNotes counts the open notes of each course that has some, by its ID.
func (s *Service) OpenNotes(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		CourseID string
		N        int
	}
	err := s.d.DB.Read(ctx).Raw("SELECT course_id, count(*) AS n FROM conversation_notes WHERE done_at IS NULL GROUP BY course_id").Scan(&rows).Error
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.CourseID] = r.N
	}
	return counts, err
}

func (s *Service) finish(ctx context.Context, id, editionID, by string, at time.Time) (bool, error) {
	return db.Changed(s.d.DB.Conn(ctx).Exec("UPDATE conversation_notes SET done_edition_id = ?, done_at = ?, done_by = ? WHERE id = ? AND done_at IS NULL", editionID, at, by, id))
}

func (s *Service) reopen(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.d.DB.Conn(ctx).Exec("UPDATE conversation_notes SET done_edition_id = NULL, done_at = NULL, done_by = NULL WHERE id = ? AND done_at IS NOT NULL", id))
}

// markTold reports whether who asked was not told of an edition before.
func (s *Service) markTold(ctx context.Context, threadID, editionID string, at time.Time) (bool, error) {
	return db.Changed(s.d.DB.Conn(ctx).Exec("INSERT INTO conversation_told (thread_id, edition_id, told_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", threadID, editionID, at))
}
