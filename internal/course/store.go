package course

import (
	"context"
	"crypto/sha256"
	"time"

	"gorm.io/gorm"

	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/db"
)

// store is the only place that knows the tables.
type store struct{ db *db.DB }

type courseRow struct {
	ID, Slug, Title, DraftHash, ImportedBy string
	DraftSeq                               int64
	ImportedAt, CreatedAt                  time.Time
}

type editionRow struct {
	ID, CourseID, Slug, Hash, Note, PublishedBy string
	Number                                      int
	PublishedAt                                 time.Time
}

type fileRow struct {
	Path    string
	Content []byte
}

func (s store) course(ctx context.Context, slug string) (c courseRow, err error) {
	err = db.One(s.db.Read(ctx).Raw(`SELECT id, slug, title, draft_hash, draft_seq, imported_at, imported_by, created_at
		FROM courses WHERE slug = ?`, slug).Scan(&c), ErrNotFound)
	return c, err
}

// saveCourse inserts the course or updates when its draft was imported, and
// returns it locked: two imports of a new course at once end as one row.
func (s store) saveCourse(ctx context.Context, c courseRow) (courseRow, error) {
	err := s.db.Conn(ctx).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (slug) DO UPDATE SET imported_at = excluded.imported_at, imported_by = excluded.imported_by`,
		c.ID, c.Slug, c.Title, c.DraftHash, c.ImportedAt, c.ImportedBy, c.CreatedAt).Error
	if err != nil {
		return courseRow{}, err
	}
	return s.course(ctx, c.Slug)
}

func (s store) draftFiles(ctx context.Context, courseID string) (Files, error) {
	return scanFiles(s.db.Read(ctx).Raw("SELECT path, content FROM course_files WHERE course_id = ?", courseID))
}

func (s store) editionFiles(ctx context.Context, editionID string) (Files, error) {
	return scanFiles(s.db.Read(ctx).Raw("SELECT path, content FROM edition_files WHERE edition_id = ?", editionID))
}

func scanFiles(q *gorm.DB) (Files, error) {
	var rows []fileRow
	if err := q.Scan(&rows).Error; err != nil {
		return nil, err
	}
	files := make(Files, len(rows))
	for _, r := range rows {
		files[r.Path] = present(r.Content)
	}
	return files, nil
}

// editionSums reads the files of an edition one after the other and keeps their hashes.
func (s store) editionSums(ctx context.Context, editionID string) (content.Sums, error) {
	rows, err := s.db.Read(ctx).Raw("SELECT path, content FROM edition_files WHERE edition_id = ?", editionID).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sums := content.Sums{}
	for rows.Next() {
		var path string
		var data []byte
		if err := rows.Scan(&path, &data); err != nil {
			return nil, err
		}
		sums[path] = sha256.Sum256(data)
	}
	return sums, rows.Err()
}

const editionColumns = `SELECT e.id, e.course_id, c.slug, e.number, e.hash, e.note, e.published_at, e.published_by
	FROM editions e JOIN courses c ON c.id = e.course_id`

// newest returns the newest edition of a course; found is false before the
// first.
func (s store) newest(ctx context.Context, courseID string) (e editionRow, found bool, err error) {
	q := s.db.Read(ctx).Raw(editionColumns+" WHERE e.course_id = ? ORDER BY e.number DESC LIMIT 1", courseID).Scan(&e)
	return e, q.RowsAffected == 1, q.Error
}

func (s store) edition(ctx context.Context, slug string, number int) (e editionRow, err error) {
	err = db.One(s.db.Read(ctx).Raw(editionColumns+" WHERE c.slug = ? AND e.number = ?", slug, number).Scan(&e), ErrNotFound)
	return e, err
}

// editions returns every edition, by course and then by number.
func (s store) editions(ctx context.Context) (rows []editionRow, err error) {
	err = s.db.Read(ctx).Raw(editionColumns + " ORDER BY c.slug, e.number").Scan(&rows).Error
	return rows, err
}

// insertEdition stores an edition with the draft's files.
func (s store) insertEdition(ctx context.Context, e editionRow) error {
	err := s.db.Conn(ctx).Exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, e.ID, e.CourseID, e.Number, e.Hash, e.Note, e.PublishedAt, e.PublishedBy).Error
	if err != nil {
		return err
	}
	return s.db.Conn(ctx).Exec(`INSERT INTO edition_files (edition_id, path, content)
		SELECT ?, path, content FROM course_files WHERE course_id = ?`, e.ID, e.CourseID).Error
}

// overlays returns all overlays, by edition and then in their order.
func (s store) overlays(ctx context.Context) (rows []overlayRow, err error) {
	err = s.db.Read(ctx).Raw(`SELECT id, edition_id, seq, kind, record, hash, recorded_at, recorded_by
		FROM edition_overlays ORDER BY edition_id, seq`).Scan(&rows).Error
	return rows, err
}

func (s store) overlaysOf(ctx context.Context, editionID string) (rows []overlayRow, err error) {
	err = s.db.Read(ctx).Raw(`SELECT id, edition_id, seq, kind, record, hash, recorded_at, recorded_by
		FROM edition_overlays WHERE edition_id = ? ORDER BY seq`, editionID).Scan(&rows).Error
	return rows, err
}

func (s store) insertOverlay(ctx context.Context, r overlayRow) error {
	return s.db.Conn(ctx).Exec(`INSERT INTO edition_overlays (id, edition_id, seq, kind, record, hash, recorded_at, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, r.EditionID, r.Seq, r.Kind, r.Record, r.Hash, r.RecordedAt, r.RecordedBy).Error
}

func (s store) version(ctx context.Context) (v int64, err error) {
	err = s.db.Read(ctx).Raw("SELECT version FROM course_version WHERE id = 1").Scan(&v).Error
	return v, err
}

// bump moves the version that other replicas watch. It also serializes
// publications and overlays: their transactions meet at this row.
func (s store) bump(ctx context.Context) error {
	return s.db.Conn(ctx).Exec("UPDATE course_version SET version = version + 1 WHERE id = 1").Error
}
