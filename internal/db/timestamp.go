package db

import (
	"errors"
	"fmt"
	"strings"
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
		parsed, err := parseTime(v)
		if err != nil {
			return err
		}
		*t = Timestamp{Time: parsed, Valid: true}
		return nil
	}
	return fmt.Errorf("db: cannot read a timestamp from %T", v)
}

// Instant scans into a time.Time, and NullInstant into a *time.Time, what the
// driver would hand out as text: a column that stands as an expression, +t. The
// driver guesses the format of a column of times, at five times the price.
type Instant time.Time

// Scan implements sql.Scanner.
func (i *Instant) Scan(v any) error {
	var t Timestamp
	if err := t.Scan(v); err != nil {
		return err
	}
	if !t.Valid {
		return errors.New("db: no timestamp where there must be one")
	}
	*i = Instant(t.Time)
	return nil
}

// NullInstant names where the time goes; NULL makes it nil.
type NullInstant struct{ To **time.Time }

// Scan implements sql.Scanner.
func (n NullInstant) Scan(v any) error {
	var t Timestamp
	if err := t.Scan(v); err != nil {
		return err
	}
	*n.To = nil
	if t.Valid {
		at := t.Time
		*n.To = &at
	}
	return nil
}

// parseTime reads what the driver writes; the usual form by hand.
func parseTime(s string) (time.Time, error) {
	if t, ok := parseUTC(s); ok {
		return t, nil
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("db: timestamp %q: %w", s, err)
	}
	return t.UTC(), nil
}

// parseUTC reads 2006-01-02 15:04:05[.999999]+00:00; ok is false for every other
// form, and for a day that does not exist.
func parseUTC(s string) (t time.Time, ok bool) {
	const whole, utc = "2006-01-02 15:04:05", "+00:00"
	s, ok = strings.CutSuffix(s, utc)
	if !ok || len(s) < len(whole) || s[4] != '-' || s[7] != '-' || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return t, false
	}
	ok = true
	number := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			ok = ok && '0' <= c && c <= '9'
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := number(0, 4), number(5, 7), number(8, 10)
	hour, minute, second := number(11, 13), number(14, 16), number(17, 19)
	nanos := 0
	if digits := len(s) - len(whole) - 1; digits >= 0 {
		if digits < 1 || digits > 9 || s[len(whole)] != '.' {
			return t, false
		}
		nanos = number(len(whole)+1, len(s))
		for range 9 - digits {
			nanos *= 10
		}
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	return t, ok && t.Month() == time.Month(month) && t.Day() == day && t.Hour() == hour && t.Minute() == minute && t.Second() == second
}
