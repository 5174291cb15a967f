package db

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// healthSetting is the row that CheckReady writes.
const healthSetting = "db.health"

// errReplaced tells that what is written goes nowhere: the file was deleted, or
// another was put in its place, under the open database.
var errReplaced = errors.New("db: the file at the database's path is not the one that is open; start the server again")

// CheckReady reports whether the database can be read and takes a write that is
// durable: one row, in place. A full disk, a read-only volume, a PostgreSQL
// standby and a SQLite file that was deleted or replaced are errors.
func (d *DB) CheckReady(ctx context.Context) error {
	if d.engine == SQLite {
		now, err := os.Stat(d.path)
		if err != nil {
			return fmt.Errorf("db: the database's file: %w", err)
		}
		if !os.SameFile(now, d.opened) {
			return errReplaced
		}
	}
	if err := d.SetSetting(ctx, healthSetting, ""); err != nil {
		return fmt.Errorf("db: write: %w", err)
	}
	if _, err := d.Setting(ctx, healthSetting); err != nil {
		return fmt.Errorf("db: read: %w", err)
	}
	return nil
}
