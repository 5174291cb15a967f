package db

import (
	"context"
	"fmt"
)

// healthSetting is the row that CheckReady writes.
const healthSetting = "db.health"

// CheckReady reports whether the database can be read and takes a write that is
// durable: one row, in place. A full disk, a read-only volume, a PostgreSQL
// standby and a SQLite file that was deleted or replaced are errors.
func (d *DB) CheckReady(ctx context.Context) error {
	if err := d.SetSetting(ctx, healthSetting, ""); err != nil {
		return fmt.Errorf("db: write: %w", err)
	}
	if _, err := d.Setting(ctx, healthSetting); err != nil {
		return fmt.Errorf("db: read: %w", err)
	}
	return nil
}
