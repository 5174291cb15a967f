package course

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
)

type changeRow struct {
	ID, CourseID, Kind, Note, ChangedBy string
	Seq, RunSeq                         int64 // RunSeq: the first of the run that it belongs to, 0 for none
	ChangedAt                           time.Time
	RunAt                               *time.Time // of that first one
}

// began is when the first of the saves was made that a change stands for.
func (c changeRow) began() time.Time {
	if c.RunAt != nil {
		return c.RunAt.UTC()
	}
	return c.ChangedAt.UTC()
}

const changeColumns = "c.id, c.course_id, c.seq, c.kind, c.note, c.changed_at, c.changed_by, c.run_seq, c.run_at"

// lockDraft makes those who change or publish a draft wait for one another.
func (s store) lockDraft(ctx context.Context, slug string) error {
	q := s.db.Conn(ctx).Exec("UPDATE courses SET draft_seq = draft_seq WHERE slug = ?", slug)
	if q.Error == nil && q.RowsAffected == 0 {
		return ErrNotFound
	}
	return q.Error
}

// changedLast are the short names of the courses whose drafts were changed last, the
// newest first.
func (s store) changedLast(ctx context.Context, limit int) (slugs []string, err error) {
	err = s.db.Read(ctx).Raw(`SELECT c.slug FROM courses c JOIN draft_changes d ON d.course_id = c.id AND d.seq = c.draft_seq
		ORDER BY d.changed_at DESC, c.slug LIMIT ?`, limit).Scan(&slugs).Error
	return slugs, err
}

// drafts returns drafts by title, those that a condition names.
func (s store) drafts(ctx context.Context, where string, args ...any) (list []Draft, err error) {
	query := `SELECT c.id AS course_id, c.slug, c.title, c.draft_hash AS hash, c.draft_seq AS seq, c.imported_at,
			coalesce(e.number, 0) AS edition, coalesce(e.hash, '') <> c.draft_hash AS changed,
			(SELECT count(*) FROM course_files f WHERE f.course_id = c.id) AS files,
			(SELECT coalesce(sum(length(f.content)), 0) FROM course_files f WHERE f.course_id = c.id) AS bytes
		FROM courses c LEFT JOIN editions e ON e.course_id = c.id AND e.number = (SELECT max(n.number) FROM editions n WHERE n.course_id = c.id)`
	var rows []struct {
		CourseID, Slug, Title, Hash string
		Seq                         int64
		Edition, Files              int
		Bytes                       int64
		Changed                     bool
		ImportedAt                  time.Time
	}
	err = s.db.Read(ctx).Raw(query+where+" ORDER BY c.title, c.slug", args...).Scan(&rows).Error
	for _, r := range rows {
		list = append(list, Draft{CourseID: r.CourseID, Slug: r.Slug, Title: r.Title, Hash: r.Hash, Seq: r.Seq, Edition: r.Edition, Changed: r.Changed,
			Files: r.Files, Bytes: r.Bytes, ImportedAt: r.ImportedAt.UTC()})
	}
	return list, err
}

func (s store) draftFile(ctx context.Context, courseID, path string) (f DraftFile, err error) {
	err = db.One(s.db.Read(ctx).Raw("SELECT path, content, seq FROM course_files WHERE course_id = ? AND path = ?", courseID, path).Scan(&f), ErrNoFile)
	return f, err
}

// draftFilesAfter are the files that changes after one left, with the newest change
// of any of them.
func (s store) draftFilesAfter(ctx context.Context, courseID string, seq int64) (Files, int64, error) {
	var rows []DraftFile
	err := s.db.Read(ctx).Raw("SELECT path, content, seq FROM course_files WHERE course_id = ? AND seq > ?", courseID, seq).Scan(&rows).Error
	files := make(Files, len(rows))
	for _, r := range rows {
		files[r.Path] = present(r.Content)
		seq = max(seq, r.Seq)
	}
	return files, seq, err
}

func (s store) draftInfo(ctx context.Context, courseID string) (list []FileInfo, err error) {
	err = s.db.Read(ctx).Raw("SELECT path, length(content) AS bytes, seq FROM course_files WHERE course_id = ? ORDER BY path", courseID).Scan(&list).Error
	return list, err
}

// changed returns a file as a change left it; nil where the change removed it.
// ErrNoChange where that change is not kept or did not touch the file.
func (s store) changed(ctx context.Context, courseID, path string, seq int64) ([]byte, error) {
	var f fileThen
	err := db.One(s.db.Read(ctx).Raw(`SELECT f.content, f.content IS NULL AS gone FROM draft_changes c JOIN draft_change_files f ON f.change_id = c.id
		WHERE c.course_id = ? AND c.seq = ? AND f.path = ?`, courseID, seq, path).Scan(&f), ErrNoChange)
	if err != nil {
		return nil, err // what is not known is no empty file
	}
	return f.content(), nil
}

// fileThen is a file as a change left it. Drivers may hand out an empty file as
// they do one that is gone.
type fileThen struct {
	Path    string
	Content []byte
	Gone    bool
}

func (f fileThen) content() []byte {
	if f.Gone {
		return nil
	}
	return present(f.Content)
}

// change returns a change without its paths.
func (s store) change(ctx context.Context, courseID string, seq int64) (c changeRow, err error) {
	err = db.One(s.db.Read(ctx).Raw("SELECT "+changeColumns+" FROM draft_changes c WHERE c.course_id = ? AND c.seq = ?", courseID, seq).Scan(&c), ErrNoChange)
	return c, err
}

// fold hides a change behind the one that goes on with it.
func (s store) fold(ctx context.Context, id string) error {
	return s.db.Conn(ctx).Exec("UPDATE draft_changes SET folded = ? WHERE id = ?", true, id).Error
}

// folded lists what is folded between two instants, the oldest first.
func (s store) folded(ctx context.Context, courseID string, from, to time.Time) (rows []changeRow, err error) {
	query, args := "SELECT c.id, c.course_id, c.run_seq, c.changed_at FROM draft_changes c WHERE c.folded AND c.changed_at >= ? AND c.changed_at < ?", []any{from, to}
	if courseID != "" {
		query, args = query+" AND c.course_id = ?", append(args, courseID)
	}
	err = s.db.Read(ctx).Raw(query+" ORDER BY c.course_id, c.seq", args...).Scan(&rows).Error
	return rows, err
}

// drop forgets folded changes.
func (s store) drop(ctx context.Context, ids []string) error {
	const most = 500 // of one statement
	for part := range slices.Chunk(ids, most) {
		if err := s.db.Conn(ctx).Exec("DELETE FROM draft_changes WHERE folded AND id IN ?", part).Error; err != nil {
			return err
		}
	}
	return nil
}

// changes lists those before a change that are not folded, the newest first; without
// spans those of any file. The newest of a file is never folded.
func (s store) changes(ctx context.Context, courseID string, of []span, before int64, limit int) (rows []changeRow, err error) {
	query := "SELECT " + changeColumns + " FROM draft_changes c WHERE c.course_id = ? AND c.seq < ? AND NOT c.folded"
	args := []any{courseID, before}
	var names []string
	for _, one := range of {
		names = append(names, "c.seq BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM draft_change_files f WHERE f.change_id = c.id AND f.path = ?)")
		args = append(args, one.from, one.to, one.path)
	}
	if len(names) > 0 {
		query += " AND (" + strings.Join(names, " OR ") + ")"
	}
	err = s.db.Read(ctx).Raw(query+` ORDER BY c.seq DESC LIMIT ?`, append(args, limit)...).Scan(&rows).Error
	return rows, err
}

// insertChange stores what a change made of files: in the history and in the
// draft. nil content removes a file.
func (s store) insertChange(ctx context.Context, c changeRow, files map[string][]byte) error {
	err := s.db.Conn(ctx).Exec(`INSERT INTO draft_changes (id, course_id, seq, kind, note, changed_at, changed_by, run_seq, run_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.CourseID, c.Seq, c.Kind, c.Note, c.ChangedAt, c.ChangedBy, c.RunSeq, c.RunAt).Error
	if err != nil {
		return err
	}
	for i, path := range Files(files).Paths() {
		if err := s.setFile(ctx, c, path, files[path]); err != nil {
			return err
		}
		progress.Report(ctx, progress.State{Step: "Storing files", Done: int64(i) + 1, Total: int64(len(files))})
	}
	return nil
}

func (s store) setFile(ctx context.Context, c changeRow, path string, data []byte) error {
	var kept any // NULL, not an empty file
	if data != nil {
		kept = data
	}
	if err := s.db.Conn(ctx).Exec("INSERT INTO draft_change_files (change_id, path, content) VALUES (?, ?, ?)", c.ID, path, kept).Error; err != nil {
		return err
	}
	if data == nil {
		return s.db.Conn(ctx).Exec("DELETE FROM course_files WHERE course_id = ? AND path = ?", c.CourseID, path).Error
	}
	return s.db.Conn(ctx).Exec(`INSERT INTO course_files (course_id, path, content, seq, sha256) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (course_id, path) DO UPDATE SET content = excluded.content, seq = excluded.seq, sha256 = excluded.sha256`,
		c.CourseID, path, data, c.Seq, sum(data)).Error
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// draftHash is the hash of the draft's files and their number and size, without
// reading what was hashed before.
func (s store) draftHash(ctx context.Context, courseID string) (hash string, files int, bytes int64, err error) {
	var rows []struct {
		Path, SHA256 string
		Size         int64
		Content      []byte
	}
	err = s.db.Conn(ctx).Raw(`SELECT path, sha256, length(content) AS size, CASE WHEN sha256 = '' THEN content END AS content
		FROM course_files WHERE course_id = ?`, courseID).Scan(&rows).Error
	if err != nil {
		return "", 0, 0, err
	}
	sums := make(content.Sums, len(rows))
	for _, r := range rows {
		one := sha256.Sum256(r.Content)
		if r.SHA256 != "" {
			if n, err := hex.Decode(one[:], []byte(r.SHA256)); err != nil || n != len(one) {
				return "", 0, 0, fmt.Errorf("course: %s has the hash %q", r.Path, r.SHA256)
			}
		}
		sums[r.Path] = one
		bytes += r.Size
	}
	return sums.Hash(), len(rows), bytes, nil
}

// insertCourse adds a course that was not there. Errors: ErrTaken.
func (s store) insertCourse(ctx context.Context, c courseRow) error {
	q := s.db.Conn(ctx).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, ?, ?)
		ON CONFLICT (slug) DO NOTHING`, c.ID, c.Slug, c.Title, c.ImportedAt, c.ImportedBy, c.CreatedAt)
	if q.Error == nil && q.RowsAffected == 0 {
		return ErrTaken
	}
	return q.Error
}

func (s store) setDraft(ctx context.Context, c courseRow) error {
	return s.db.Conn(ctx).Exec("UPDATE courses SET title = ?, draft_hash = ?, draft_seq = ? WHERE id = ?", c.Title, c.DraftHash, c.DraftSeq, c.ID).Error
}

// filesAt returns every file as of a change: nil for one that was removed by
// then, no entry for one that had not been there yet.
func (s store) filesAt(ctx context.Context, courseID string, seq int64) (Files, error) {
	if _, err := s.change(ctx, courseID, seq); err != nil {
		return nil, err
	}
	var rows []fileThen
	err := s.db.Read(ctx).Raw(`SELECT f.path, f.content, f.content IS NULL AS gone FROM draft_changes c JOIN draft_change_files f ON f.change_id = c.id
		WHERE c.course_id = ? AND c.seq = (SELECT max(d.seq) FROM draft_changes d JOIN draft_change_files e ON e.change_id = d.id
			WHERE d.course_id = c.course_id AND d.seq <= ? AND e.path = f.path)`, courseID, seq).Scan(&rows).Error
	files := make(Files, len(rows))
	for _, r := range rows {
		files[r.Path] = r.content()
	}
	return files, err
}
