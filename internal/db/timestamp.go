package db

import (
	"fmt"
	"time"
)

// Timestamp scans a time from an expression such as MAX(created_at): SQLite
// knows the type of a column but not of an expression, and hands out text.
// Valid is false for NULL.
type Timestamp struct {
	Time  time.Time
	Valid bool
}

// layouts as the driver writes them with _time_format=sqlite.
const layout = "2006-01-02 15:04:05.999999999-07:00"

// Scan implements sql.Scanner.
func (t *Timestamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = Timestamp{}
		return nil
	case time.Time:
		*t = Timestamp{Time: v.UTC(), Valid: true}
		return nil
	case string:
		parsed, err := time.Parse(layout, v)
		if err != nil {
			return fmt.Errorf("db: timestamp %q: %w", v, err)
		}
		*t = Timestamp{Time: parsed.UTC(), Valid: true}
		return nil
	}
	return fmt.Errorf("db: cannot read a timestamp from %T", v)
}
