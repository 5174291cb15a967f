package demo

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

// relax lets commits return before the disk has them: a database that is being
// made is worth nothing until it is whole, and closing it flushes it.
func relax(ctx context.Context, d *db.DB) error {
	if d.Engine() != db.SQLite {
		return nil
	}
	return d.Conn(ctx).Exec("PRAGMA synchronous = NORMAL").Error
}
