package db

import (
	"context"
	"database/sql"
	"sync/atomic"

	"gorm.io/gorm"
)

// Pools returns the statistics of the connection pools by name: write and read
// on SQLite, one pool on PostgreSQL.
func (d *DB) Pools() map[string]sql.DBStats {
	if d.sqlR == d.sqlW {
		return map[string]sql.DBStats{"all": d.sqlW.Stats()}
	}
	return map[string]sql.DBStats{"write": d.sqlW.Stats(), "read": d.sqlR.Stats()}
}

// Statements returns how many statements the pool of readers and the writer of
// SQLite have run; what a page costs is measured by it. PostgreSQL counts its
// own (pg_stat_statements), so there both are 0.
func (d *DB) Statements() (read, write int64) { return d.ranR.Load(), d.ranW.Load() }

// counted counts the statements that go through a pool.
type counted struct {
	gorm.ConnPool
	ran *atomic.Int64
}

func (c counted) GetDBConn() (*sql.DB, error) {
	if p, ok := c.ConnPool.(gorm.GetDBConnector); ok {
		return p.GetDBConn()
	}
	return nil, gorm.ErrInvalidDB
}

func (c counted) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	c.ran.Add(1)
	return c.ConnPool.ExecContext(ctx, query, args...)
}

func (c counted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.ran.Add(1)
	return c.ConnPool.QueryContext(ctx, query, args...)
}

func (c counted) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	c.ran.Add(1)
	return c.ConnPool.QueryRowContext(ctx, query, args...)
}
