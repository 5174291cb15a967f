package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/progress"
)

// Backup writes a consistent copy of the database to path, which must not
// exist. Writers go on meanwhile: VACUUM INTO reads from one snapshot.
// PostgreSQL has its own tools (pg_dump), so there it is refused.
func (d *DB) Backup(ctx context.Context, path string) error {
	if d.engine != SQLite {
		return ErrNotSQLite
	}
	if err := d.checkOurs(ctx); err != nil {
		return err
	}
	c, err := sql.Open("sqlite", sqliteDSN(d.path, false))
	if err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	defer c.Close()
	// The file is made first, for its owner alone; VACUUM INTO fills an empty one.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	stop := d.watchCopy(ctx, c, path)
	_, err = c.ExecContext(ctx, "VACUUM INTO ?", path)
	stop()
	if err != nil {
		return errors.Join(fmt.Errorf("db: backup: %w", err), os.Remove(path))
	}
	return nil
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
