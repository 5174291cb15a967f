package db

import "context"

// Setting returns a value of the table settings, "" if it is not set.
func (d *DB) Setting(ctx context.Context, name string) (value string, err error) {
	err = d.Read(ctx).Raw("SELECT value FROM settings WHERE name = ?", name).Scan(&value).Error
	return value, err
}

// SetSetting stores a value.
func (d *DB) SetSetting(ctx context.Context, name, value string) error {
	return d.Conn(ctx).Exec(`INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, name, value, Now()).Error
}

// HasPeople reports whether anybody has an account: the sign of a database in
// use.
func (d *DB) HasPeople(ctx context.Context) (bool, error) {
	var n int
	err := d.Read(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM people LIMIT 1) AS anybody").Scan(&n).Error
	return n > 0, err
}
