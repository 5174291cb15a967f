// Package db is the ground floor: it opens SQLite or PostgreSQL, migrates, and
// carries transactions in the context. It is the only importer of the drivers
// and of the migrator.
//
// Invariants:
//   - SQLite has one writing connection that begins IMMEDIATE, and a pool of
//     read-only ones, so that "database is locked" cannot happen inside the
//     process. synchronous=FULL: what is committed survives a power cut.
//   - Times are UTC, truncated to microseconds (PostgreSQL keeps no more, and
//     SQLite compares them as text).
//   - No *gorm.Config is shared by two Open calls: the SQLite dialect would
//     strip FOR UPDATE SKIP LOCKED from PostgreSQL's statements.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Engine names a database engine.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says where the data is. Exactly one of Path and DSN is set.
type Config struct {
	Path string // SQLite: the database file
	DSN  string // PostgreSQL: postgres://… or key=value
	// Readers is the size of the pool for reading (SQLite) or of the whole pool
	// (PostgreSQL); 0 picks a default.
	Readers int
	// Existing refuses to make the SQLite file: ErrNoDatabase if it is not there.
	Existing bool
	Logger   *slog.Logger
}

// ErrNoDatabase tells that there is no SQLite file where one was expected.
var ErrNoDatabase = errors.New("there is no database here; name its folder with --data or COCARE_DATA_DIR, or make one with cocare migrate")

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine Engine
	path   string
	write  *gorm.DB
	read   *gorm.DB
	sqlW   *sql.DB
	sqlR   *sql.DB

	ranW, ranR atomic.Int64 // statements
}

// Open connects and verifies that the database answers. It does not migrate.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	switch {
	case cfg.Path != "" && cfg.DSN != "":
		return nil, errors.New("db: set a SQLite path or a PostgreSQL DSN, not both")
	case cfg.DSN != "":
		return openPostgres(ctx, cfg)
	case cfg.Path != "":
		return openSQLite(ctx, cfg)
	}
	return nil, errors.New("db: neither a SQLite path nor a PostgreSQL DSN")
}

// gormConfig returns a fresh configuration; see the package comment for why it
// is never shared.
func gormConfig(prepare bool) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction:                   true,
		DisableForeignKeyConstraintWhenMigrating: true,
		DisableNestedTransaction:                 true,
		PrepareStmt:                              prepare,
		TranslateError:                           true,
		Logger:                                   logger.Discard,
		NowFunc:                                  func() time.Time { return Truncate(time.Now()) },
	}
}

// Engine tells which engine answers, for the few statements that must differ.
func (d *DB) Engine() Engine { return d.engine }

// Path is the SQLite file, empty on PostgreSQL.
func (d *DB) Path() string { return d.path }

// Conn returns the handle for writing: the transaction in ctx if there is one,
// otherwise a handle whose single statements commit by themselves.
func (d *DB) Conn(ctx context.Context) *gorm.DB {
	if tx := txFrom(ctx, d); tx != nil {
		return tx.gorm.WithContext(ctx)
	}
	return d.write.WithContext(ctx)
}

// Read returns the handle for reading: the transaction in ctx if there is one,
// otherwise the pool of readers.
func (d *DB) Read(ctx context.Context) *gorm.DB {
	if tx := txFrom(ctx, d); tx != nil {
		return tx.gorm.WithContext(ctx)
	}
	return d.read.WithContext(ctx)
}

// Query runs a read past gorm's builder and its reflection, which take longer
// than reading a row by its key: for what a page of many learners waits for.
// query has the placeholders of the engine. It runs where Read's would. On
// SQLite it is not canceled with ctx: watching for that costs two goroutines,
// more than the read.
func (d *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	pool := d.read.Statement.ConnPool
	if tx := txFrom(ctx, d); tx != nil {
		pool = tx.gorm.Statement.ConnPool
	}
	if d.engine == SQLite {
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := pool.QueryContext(ctx, query, args...)
	return rows, Translate(err)
}

// Close flushes (SQLite: the write-ahead log is checkpointed into the file)
// and closes every connection.
func (d *DB) Close() error {
	var errs []error
	if d.sqlR != d.sqlW {
		errs = append(errs, d.sqlR.Close())
	}
	if d.engine == SQLite {
		if _, err := d.sqlW.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			errs = append(errs, fmt.Errorf("db: checkpoint: %w", err))
		}
	}
	return errors.Join(append(errs, d.sqlW.Close())...)
}

// NewID returns a UUIDv7: unique without asking the database, and ordered by
// time so that indexes grow at one end.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// NewBlindID returns a random UUIDv4, for what must not tell when it came to be, and
// with what.
func NewBlindID() string { return uuid.NewString() }

// Skew is how far the clocks of two replicas may lie apart. What lies further in
// the future was written by a clock that was wrong, and binds nobody.
const Skew = time.Minute

// Now is the present as the database keeps it.
func Now() time.Time { return Truncate(time.Now()) }

// Truncate brings t to what both engines store: UTC, microseconds.
func Truncate(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
