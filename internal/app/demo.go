package app

import (
	"context"
	"errors"

	"github.com/atmacena/cocare/internal/db"
)

// ErrDemo refuses to use a demonstration's database for real.
var ErrDemo = errors.New("this database belongs to a demonstration; its people, keys and orders are not real. Name another data folder or database")

const demoSetting = "demo"

// markDemo marks a database for good, and refuses one that is in real use.
func markDemo(ctx context.Context, d *db.DB) error {
	value, err := d.Setting(ctx, demoSetting)
	if err != nil {
		return err
	}
	if value != "" {
		return nil
	}
	used, err := d.HasPeople(ctx)
	if err != nil {
		return err
	}
	if used {
		return errors.New("this database is in real use; the demonstration would write into it. Name another data folder")
	}
	return d.SetSetting(ctx, demoSetting, "yes")
}

// RefuseDemo returns ErrDemo for a demonstration's database.
func RefuseDemo(ctx context.Context, d *db.DB) error {
	value, err := d.Setting(ctx, demoSetting)
	if err != nil {
		return err
	}
	if value != "" {
		return ErrDemo
	}
	return nil
}
