package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/progress"
)

// ErrThere refuses to write a backup over a file.
var ErrThere = errors.New("is there already; name a new file")

// Backup writes a consistent copy of the database to path, which must not
// exist: there is nothing under that name before the copy is whole and on the
// disk. Writers go on meanwhile: VACUUM INTO reads from one snapshot.
// PostgreSQL has its own tools (pg_dump), so there it is refused.
func (d *DB) Backup(ctx context.Context, path string) error {
	if d.engine != SQLite {
		return ErrNotSQLite
	}
	if err := d.checkOurs(ctx); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s %w", path, ErrThere)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s to write the backup into", filepath.Dir(path))
	}
	partial := path + ".partial"
	made, err := makePartial(partial)
	if err != nil {
		return err
	}
	if err := d.fill(ctx, partial); err != nil {
		return errors.Join(fmt.Errorf("the backup could not be written: %w", err), removeCopy(partial))
	}
	return finish(made, partial, path)
}

// makePartial makes the file, for its owner alone; one that a killed backup left
// is replaced. VACUUM INTO fills an empty file.
func makePartial(partial string) (os.FileInfo, error) {
	if old, err := os.Lstat(partial); err == nil {
		if !old.Mode().IsRegular() || !halfDatabase(partial) {
			return nil, fmt.Errorf("%s is in the way, and no backup left it; move it or name another file", partial)
		}
		if err := removeCopy(partial); err != nil {
			return nil, fmt.Errorf("the backup could not be written: %w", err)
		}
	}
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the backup could not be written: %w", err)
	}
	made, err := f.Stat()
	return made, errors.Join(err, f.Close())
}

// removeCopy removes a copy that is not whole, and the journal of its making.
func removeCopy(partial string) error {
	if err := os.Remove(partial + "-journal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Remove(partial)
}

// halfDatabase reports whether a file can be the beginning of a copy: nothing
// yet, or the first page, which is written late.
func halfDatabase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	const mark = "SQLite format 3\x00"
	head := make([]byte, len(mark))
	n, err := io.ReadFull(f, head)
	if err != nil && n > 0 || err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return n == 0 || string(head) == mark || string(head) == string(make([]byte, len(mark)))
}

func (d *DB) fill(ctx context.Context, partial string) error {
	c, err := sql.Open("sqlite", sqliteDSN(d.path, false))
	if err != nil {
		return err
	}
	defer c.Close()
	stop := d.watchCopy(ctx, c, partial)
	defer stop()
	_, err = c.ExecContext(ctx, "VACUUM INTO ?", partial)
	return err
}

// finish makes the copy durable and gives it its name, unless a second backup
// to the same name came in between.
func finish(made os.FileInfo, partial, path string) error {
	f, err := os.OpenFile(partial, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("the backup could not be finished: %w", err)
	}
	now, err := f.Stat()
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("the backup could not be finished: %w", err), os.Remove(partial))
	}
	if !os.SameFile(now, made) {
		return fmt.Errorf("another backup writes %s; name another file", path)
	}
	if _, err := os.Lstat(path); err == nil {
		return errors.Join(fmt.Errorf("%s %w", path, ErrThere), os.Remove(partial))
	}
	if err := os.Rename(partial, path); err != nil {
		return errors.Join(fmt.Errorf("the backup could not be finished: %w", err), os.Remove(partial))
	}
	return syncFolder(filepath.Dir(path))
}

// watchEvery is how often a growing copy is looked at.
const watchEvery = 100 * time.Millisecond

// watchCopy reports how far a copy has grown until stop is called, out of the
// pages in use; it may pack them a little denser.
func (d *DB) watchCopy(ctx context.Context, c *sql.DB, path string) (stop func()) {
	if !progress.Heard(ctx) {
		return func() {}
	}
	var total int64
	err := c.QueryRowContext(ctx, `SELECT (p.page_count - f.freelist_count) * s.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`).Scan(&total)
	if err != nil {
		total = 0 // the copy will say what is wrong
	}
	look := func() {
		s := progress.State{Step: "Copying the database", Total: total, Bytes: true}
		if info, err := os.Stat(path); err == nil {
			s.Done = min(info.Size(), total)
		}
		progress.Report(ctx, s)
	}
	look()
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				look()
			}
		}
	})
	return func() { close(done); watching.Wait() }
}
