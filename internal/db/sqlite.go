package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // registers the driver "sqlite", no C compiler needed
)

// lockWait is how long another process's lock is waited for.
const lockWait = 15 * time.Second

// sqliteDSN builds the address of a connection. busy_timeout comes first: the
// pragmas after it may already have to wait for another process.
func sqliteDSN(path string, readonly bool) string {
	q := url.Values{"_time_format": {"sqlite"}}
	pragmas := []string{fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds()), "foreign_keys(1)", "cache_size(-8000)", "temp_store(2)"}
	if readonly {
		q.Set("mode", "ro")
		pragmas = append(pragmas, "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		pragmas = append(pragmas, "journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)")
	}
	q["_pragma"] = pragmas
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(filepath.ToSlash(path)), RawQuery: q.Encode()}).String()
}

func openSQLite(ctx context.Context, cfg Config) (_ *DB, err error) {
	if err := makeFile(cfg); err != nil {
		return nil, err
	}
	var pools []*sql.DB
	defer func() {
		if err == nil {
			return
		}
		for _, p := range pools {
			err = errors.Join(err, p.Close())
		}
	}()
	w, err := sql.Open("sqlite", sqliteDSN(cfg.Path, false))
	if err != nil {
		return nil, fmt.Errorf("db: open %s: %w", cfg.Path, err)
	}
	pools = append(pools, w)
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	// The file must exist before a read-only connection can open it.
	if err := connect(ctx, w); Unwritable(err) {
		return nil, fmt.Errorf("db: open %s: %w; look whether the disk is full or the folder read-only", cfg.Path, err)
	} else if err != nil {
		return nil, fmt.Errorf("db: open %s: %w", cfg.Path, fileInWords(err))
	}
	opened, err := os.Stat(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("db: open %s: %w", cfg.Path, err)
	}
	r, err := sql.Open("sqlite", sqliteDSN(cfg.Path, true))
	if err != nil {
		return nil, fmt.Errorf("db: open %s for reading: %w", cfg.Path, err)
	}
	pools = append(pools, r)
	readers := cfg.Readers
	if readers == 0 {
		readers = max(4, 2*runtime.NumCPU())
	}
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	r.SetConnMaxIdleTime(10 * time.Minute)

	d := &DB{engine: SQLite, path: cfg.Path, sqlW: w, sqlR: r}
	if d.write, err = gorm.Open(lite(newStatements(w, &d.ranW, func() error { return checkFile(cfg.Path, opened) })), gormConfig(false)); err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if d.read, err = gorm.Open(lite(r), gormConfig(true)); err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	d.read.ConnPool = counted{d.read.ConnPool, &d.ranR} // around gorm's prepared statements
	d.read.Statement.ConnPool = d.read.ConnPool
	return d, errors.Join(translateRows(d.write), translateRows(d.read))
}

// connect waits where SQLite does not: two that turn a fresh file's log on at once
// would wait for each other, so one is told at once that the file is locked.
func connect(ctx context.Context, w *sql.DB) error {
	for end := time.Now().Add(lockWait); ; {
		err := w.PingContext(ctx)
		if !isBusy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func lite(pool gorm.ConnPool) gorm.Dialector {
	return liteDialect{&sqlite.Dialector{Conn: pool}}
}

// makeFile makes the database file for its owner alone, whatever the folder and
// the umask allow; SQLite gives what it writes beside it the same mode.
func makeFile(cfg Config) error {
	if _, err := os.Stat(cfg.Path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if cfg.Existing {
		return fmt.Errorf("%s: %w", cfg.Path, ErrNoDatabase)
	}
	if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o700); err != nil {
		return fmt.Errorf("db: create data folder: %w", err)
	}
	f, err := os.OpenFile(cfg.Path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("db: create %s: %w", cfg.Path, err)
	}
	return f.Close()
}
