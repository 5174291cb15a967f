package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlitelib "modernc.org/sqlite/lib"
)

// OpenAside opens a copy of a SQLite database, with what lies in its log, in a
// folder of its own below dir: for reading what is on a full disk or a read-only
// volume, where SQLite cannot make the files beside it that even a reader needs.
// Nobody may have the database open: with a server Open succeeds there. done
// closes and removes the copy.
func OpenAside(ctx context.Context, path, dir string) (d *DB, done func() error, err error) {
	folder, err := os.MkdirTemp(dir, ".cocare-aside-")
	if err != nil {
		return nil, nil, fmt.Errorf("db: copy aside: %w", err)
	}
	done = func() error { return os.RemoveAll(folder) }
	copied := filepath.Join(folder, "cocare.db")
	for _, suffix := range []string{"", "-wal"} {
		err := copyFile(ctx, path+suffix, copied+suffix)
		if suffix != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("db: copy aside: %w", err), done())
		}
	}
	if d, err = Open(ctx, Config{Path: copied, Existing: true}); err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return d, func() error { return errors.Join(d.Close(), os.RemoveAll(folder)) }, nil
}

// Unwritable reports whether a database could not be opened because nothing can
// be written where it lies.
func Unwritable(err error) bool {
	return hasPrimary(err, sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN)
}
