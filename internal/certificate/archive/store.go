package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
)

const columns = "id, requested_by, about, total, done, size, created_at, finished_at, expires_at"

func (s *Service) insert(ctx context.Context, a Archive, filter string) error {
	return s.db.Conn(ctx).Exec("INSERT INTO archives ("+columns+", filter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		a.ID, a.RequestedBy, a.About, a.Total, a.Done, a.Size, a.CreatedAt, a.FinishedAt, a.ExpiresAt, filter).Error
}

func (s *Service) find(ctx context.Context, id string) (a Archive, err error) {
	q := s.db.Read(ctx).Raw("SELECT "+columns+" FROM archives WHERE id = ? AND expires_at > ?", id, s.now()).Scan(&a)
	return a, db.One(q, ErrNotFound)
}

func (s *Service) list(ctx context.Context) (list []Archive, err error) {
	err = s.db.Read(ctx).Raw("SELECT "+columns+" FROM archives WHERE expires_at > ? ORDER BY id DESC LIMIT ?", s.now(), db.MaxPage).Scan(&list).Error
	return list, err
}

func (s *Service) filter(ctx context.Context, id string) (f certificate.Filter, err error) {
	var text string
	if err := db.One(s.db.Read(ctx).Raw("SELECT filter FROM archives WHERE id = ?", id).Scan(&text), ErrNotFound); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("archive: filter of %s: %w", id, err)
	}
	return f, nil
}

// begin throws away what an earlier run wrote. ErrNotFound: it was deleted or
// finished meanwhile.
func (s *Service) begin(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.report(ctx, id, 0, 0); err != nil {
			return err
		}
		return s.db.Conn(ctx).Exec("DELETE FROM archive_parts WHERE archive_id = ?", id).Error
	})
}

// report says how far the work is. ErrNotFound as of begin.
func (s *Service) report(ctx context.Context, id string, done, size int64) error {
	changed, err := db.Changed(s.db.Conn(ctx).Exec("UPDATE archives SET done = ?, size = ? WHERE id = ? AND finished_at IS NULL", done, size, id))
	if err == nil && !changed {
		err = ErrNotFound
	}
	return err
}

// storePart stores a part and how far the work is. ErrNotFound as of begin.
func (s *Service) storePart(ctx context.Context, id string, position int64, data []byte, done, size int64) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.report(ctx, id, done, size); err != nil {
			return err
		}
		return s.db.Conn(ctx).Exec("INSERT INTO archive_parts (archive_id, position, data) VALUES (?, ?, ?)", id, position, data).Error
	})
}

func (s *Service) finish(ctx context.Context, id string, done, size int64, at time.Time) error {
	return s.db.Conn(ctx).Exec("UPDATE archives SET total = ?, done = ?, size = ?, finished_at = ? WHERE id = ? AND finished_at IS NULL",
		done, done, size, at, id).Error
}

func (s *Service) part(ctx context.Context, id string, position int64) ([]byte, error) {
	var out struct{ Data []byte }
	err := db.One(s.db.Read(ctx).Raw("SELECT data FROM archive_parts WHERE archive_id = ? AND position = ?", id, position).Scan(&out), ErrNotFound)
	return out.Data, err
}

func (s *Service) remove(ctx context.Context, id string) (bool, error) {
	return db.Changed(s.db.Conn(ctx).Exec("DELETE FROM archives WHERE id = ?", id))
}

func (s *Service) expire(ctx context.Context, now time.Time) (int, error) {
	q := s.db.Conn(ctx).Exec("DELETE FROM archives WHERE expires_at <= ?", now)
	return int(q.RowsAffected), q.Error
}
