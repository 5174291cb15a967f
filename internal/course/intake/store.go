package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/question/exchange"
)

const importColumns = "id, course_id, owner_id, name, sha256, size, format, notes, state, items, target, objective, problem, seq, uploaded_at, done_at"

// importRow is an import as it is stored.
type importRow struct {
	ID, CourseID, OwnerID, Name, SHA256, Format, Notes, State, Target, Objective, Problem string
	Size, Seq                                                                             int64
	Items                                                                                 int
	UploadedAt                                                                            time.Time
	DoneAt                                                                                *time.Time
}

func (r importRow) made() (Import, error) {
	i := Import{ID: r.ID, CourseID: r.CourseID, OwnerID: r.OwnerID, Name: r.Name, SHA256: r.SHA256, Size: r.Size, Format: exchange.Format(r.Format), State: State(r.State),
		Items: r.Items, Target: r.Target, Objective: r.Objective, Problem: r.Problem, Seq: r.Seq, UploadedAt: r.UploadedAt.UTC(), DoneAt: r.DoneAt}
	return i, json.Unmarshal([]byte(r.Notes), &i.Notes)
}

// insertImport reports false where the same file is kept already.
func (s *Service) insertImport(ctx context.Context, i Import) (bool, error) {
	notes, err := json.Marshal(i.Notes)
	if err != nil {
		return false, err
	}
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO question_imports (id, course_id, owner_id, name, sha256, size, format, notes, state, uploaded_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		i.ID, i.CourseID, i.OwnerID, i.Name, i.SHA256, i.Size, string(i.Format), string(notes), string(i.State), i.UploadedAt))
}

func (s *Service) find(ctx context.Context, where string, args ...any) (Import, error) {
	var r importRow
	if err := db.One(s.DB.Read(ctx).Raw("SELECT "+importColumns+" FROM question_imports WHERE "+where, args...).Scan(&r), ErrNoImport); err != nil {
		return Import{}, err
	}
	return r.made()
}

func (s *Service) same(ctx context.Context, i Import) (Import, error) {
	return s.find(ctx, "course_id = ? AND owner_id = ? AND sha256 = ? AND state IN ('reading', 'ready')", i.CourseID, i.OwnerID, i.SHA256)
}

func (s *Service) one(ctx context.Context, courseID, id, by string) (Import, error) {
	return s.find(ctx, "id = ? AND course_id = ? AND owner_id = ?", id, courseID, by)
}

func (s *Service) ofOwner(ctx context.Context, courseID, by string) ([]Import, error) {
	var rows []importRow
	err := s.DB.Read(ctx).Raw("SELECT "+importColumns+" FROM question_imports WHERE course_id = ? AND owner_id = ? ORDER BY CASE state WHEN 'done' THEN 1 ELSE 0 END, id DESC LIMIT ?",
		courseID, by, maxList).Scan(&rows).Error
	var out []Import
	for _, r := range rows {
		i, bad := r.made()
		err = errors.Join(err, bad)
		out = append(out, i)
	}
	return out, err
}

func (s *Service) countOpen(ctx context.Context, courseID, by string) (n int, err error) {
	err = s.DB.Conn(ctx).Raw("SELECT count(*) FROM question_imports WHERE course_id = ? AND owner_id = ? AND state <> 'done'", courseID, by).Scan(&n).Error
	return n, err
}

// partBytes is how much of a file one row holds.
const partBytes = 256 << 10

func (s *Service) insertPart(ctx context.Context, id string, n int, body []byte) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO question_import_parts (import_id, part, body) VALUES (?, ?, ?)", id, n, body).Error
}

// stored reads a file from its parts, holding one.
type stored struct {
	s    *Service
	ctx  func() context.Context
	id   string
	size int64
	at   int64 // the part that is held
	part []byte
}

func (s *Service) stored(ctx context.Context, i Import) *stored {
	return &stored{s: s, ctx: func() context.Context { return ctx }, id: i.ID, size: i.Size, at: -1}
}

func (r *stored) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= r.size {
			return n, io.EOF
		}
		if err := r.load(off / partBytes); err != nil {
			return n, err
		}
		in := off % partBytes
		if in >= int64(len(r.part)) {
			return n, io.ErrUnexpectedEOF
		}
		got := copy(p[n:], r.part[in:])
		n, off = n+got, off+int64(got)
	}
	return n, nil
}

func (r *stored) load(at int64) error {
	if at == r.at {
		return nil
	}
	var row struct{ Body []byte }
	err := db.One(r.s.DB.Read(r.ctx()).Raw("SELECT body FROM question_import_parts WHERE import_id = ? AND part = ?", r.id, at).Scan(&row), ErrNoImport)
	if err != nil {
		return fmt.Errorf("intake: part %d: %w", at, err)
	}
	r.at, r.part = at, row.Body
	return nil
}

// advance notes how many items were read; false where somebody else was faster.
func (s *Service) advance(ctx context.Context, id string, from, to int) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE question_imports SET items = ? WHERE id = ? AND state = 'reading' AND items = ?", to, id, from))
}

func (s *Service) setReady(ctx context.Context, id string) error {
	return s.DB.Conn(ctx).Exec("UPDATE question_imports SET state = 'ready' WHERE id = ? AND state = 'reading'", id).Error
}

// begin reports false for an import that is not ready any more.
func (s *Service) begin(ctx context.Context, id, target, objective string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE question_imports SET state = 'adding', target = ?, objective = ?, problem = '' WHERE id = ? AND state = 'ready'", target, objective, id))
}

// hold keeps others from an import that is being added, until the transaction ends.
func (s *Service) hold(ctx context.Context, id string, seq int64) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE question_imports SET seq = ? WHERE id = ? AND state = 'adding'", seq, id))
}

// back makes an import ready again that could not be added.
func (s *Service) back(ctx context.Context, id, problem string) error {
	return s.DB.Conn(ctx).Exec("UPDATE question_imports SET state = 'ready', problem = ? WHERE id = ? AND state = 'adding'", problem, id).Error
}

// finish ends an import; its file is not needed any more.
func (s *Service) finish(ctx context.Context, id string, now time.Time) error {
	if err := s.DB.Conn(ctx).Exec("UPDATE question_imports SET state = 'done', done_at = ? WHERE id = ? AND state = 'adding'", now, id).Error; err != nil {
		return err
	}
	return s.DB.Conn(ctx).Exec("DELETE FROM question_import_parts WHERE import_id = ?", id).Error
}

func (s *Service) delete(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("DELETE FROM question_imports WHERE id = ? AND state <> 'adding'", id))
}

func (s *Service) deleteBefore(ctx context.Context, at time.Time) (int, error) {
	q := s.DB.Conn(ctx).Exec("DELETE FROM question_imports WHERE uploaded_at < ? AND state <> 'adding'", at)
	return int(q.RowsAffected), q.Error
}

func (s *Service) slug(ctx context.Context, courseID string) (slug string, err error) {
	return slug, db.One(s.DB.Read(ctx).Raw("SELECT slug FROM courses WHERE id = ?", courseID).Scan(&slug), ErrNoImport)
}
