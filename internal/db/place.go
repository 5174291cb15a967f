package db

import (
	"cmp"
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

	sqlitelib "modernc.org/sqlite/lib"
)

// ErrServed refuses a second server on a SQLite file, and to put another file in
// its place while one runs.
var ErrServed = errors.New("a cocare server is running on this database; stop it first, or name another folder with --data")

// Serve takes a SQLite file for one server until release is called or the
// process ends, however it ends; otherwise it is ErrServed. It holds although
// the file itself is moved away. PostgreSQL takes any number of servers.
func Serve(ctx context.Context, cfg Config) (release func(), err error) {
	if cfg.Path == "" {
		return func() {}, nil
	}
	if _, err := os.Stat(cfg.Path); errors.Is(err, fs.ErrNotExist) && cfg.Existing {
		return nil, fmt.Errorf("%s: %w", cfg.Path, ErrNoDatabase)
	}
	if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o700); err != nil {
		return nil, fmt.Errorf("db: create data folder: %w", err)
	}
	// The end of ctx would end the lock with it, before the server has stopped.
	release, err = lockFile(context.WithoutCancel(ctx), cfg.Path+".serving", time.Second)
	if isBusy(err) {
		return nil, fmt.Errorf("%s: %w", cfg.Path, ErrServed)
	}
	return release, err
}

// lockFile keeps others from path until release is called. The lock is an
// exclusive transaction on a small database of its own, so that it works on
// every system and a crash releases it.
func lockFile(ctx context.Context, path string, wait time.Duration) (release func(), err error) {
	q := url.Values{"_pragma": {fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}, "_txlock": {"exclusive"}}
	c, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(filepath.ToSlash(path)), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("db: lock: %w", err)
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("db: lock %s: %w", path, err), c.Close())
	}
	return func() { _ = tx.Rollback(); _ = c.Close() }, nil
}

// isBusy tells that SQLite waited in vain for somebody else's lock.
func isBusy(err error) bool { return hasPrimary(err, sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED) }

// Place moves the closed SQLite file from to the place of to. What was there is
// kept under the name returned ("" if nothing was), its logs too, with or
// without their database: SQLite would replay an old log into the new file. It
// refuses while somebody has the old file open; the caller holds Serve's lock,
// or knows that no server can run.
func Place(ctx context.Context, from, to string) (kept string, err error) {
	if _, err := os.Lstat(to); err == nil {
		if err := takeAlone(ctx, to); err != nil {
			return "", err
		}
	}
	aside := freeName(to + ".before-" + time.Now().UTC().Format("20060102T150405Z"))
	// The database goes first: without it its log is left alone by whoever comes
	// in between.
	for _, suffix := range []string{"", "-wal", "-shm"} {
		switch err := os.Rename(to+suffix, aside+suffix); {
		case err == nil:
			kept = cmp.Or(kept, aside+suffix)
		case !errors.Is(err, fs.ErrNotExist):
			return kept, fmt.Errorf("db: move aside: %w", err)
		}
	}
	if err := os.Rename(from, to); err != nil {
		return kept, fmt.Errorf("db: move into place: %w", err)
	}
	return kept, syncFolder(filepath.Dir(to))
}

// freeName returns a name under which neither a database nor a log of one lies.
func freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		taken := false
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_, err := os.Lstat(free + suffix)
			taken = taken || err == nil
		}
		if !taken {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// takeAlone refuses a file that somebody else has open: in exclusive mode SQLite
// must lock out every other connection. What the log holds goes into the file;
// where the file is too damaged for that, its log stays beside it.
func takeAlone(ctx context.Context, path string) error {
	q := url.Values{"_pragma": {"locking_mode(EXCLUSIVE)", "busy_timeout(500)"}, "_txlock": {"exclusive"}}
	c, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(filepath.ToSlash(path)), RawQuery: q.Encode()}).String())
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	defer c.Close()
	c.SetMaxOpenConns(1)
	tx, err := c.BeginTx(ctx, nil)
	if isBusy(err) {
		return fmt.Errorf("db: another process has %s open; stop the server first", path)
	}
	if err != nil {
		return ctx.Err() // damaged
	}
	_ = tx.Rollback()
	_, _ = c.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return ctx.Err()
}

// syncFolder makes renames in a folder durable. Windows has no such call.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("db: make the new name durable: %w", err)
	}
	return nil
}
