package db

import (
	"testing"
	"time"
)

// TestParseUTCAgreesWithTime: by hand or by the library, a timestamp is the same
// instant, and what the library refuses is refused.
func TestParseUTCAgreesWithTime(t *testing.T) {
	for _, s := range []string{
		"2026-11-23 09:14:15+00:00", "2026-11-23 09:14:15.1+00:00", "2026-11-23 09:14:15.000001+00:00", "2026-11-23 09:14:15.123456789+00:00",
		"2024-02-29 23:59:59.999999+00:00", "0001-01-01 00:00:00+00:00", "9999-12-31 23:59:59+00:00",
		"2026-11-23 09:14:15.5+02:00", "2026-11-23 09:14:15-08:00",
		"2026-02-29 00:00:00+00:00", "2026-13-01 00:00:00+00:00", "2026-00-10 00:00:00+00:00", "2026-01-01 24:00:00+00:00", "2026-01-01 00:60:00+00:00",
		"2026-01-01 00:00:60+00:00", "2026-01-01 00:00:00.+00:00", "2026-01-01 00:00:00.x+00:00", "2026-01-01 0x:00:00+00:00", "2026-01-01T00:00:00+00:00",
		"2026-01-01 00:00:00", "2026-01-01", "+00:00", "", "yesterday+00:00", "2026-01-01 00:00:00.1234567891+00:00",
	} {
		want, errWant := time.Parse(layout, s)
		got, ok := parseUTC(s)
		if ok && (errWant != nil || !got.Equal(want)) {
			t.Errorf("%q: %v, the library says %v, %v", s, got, want, errWant)
		}
		either, err := parseTime(s)
		if (err == nil) != (errWant == nil) || err == nil && (!either.Equal(want) || either.Location() != time.UTC) {
			t.Errorf("%q: %v, %v; the library says %v, %v", s, either, err, want, errWant)
		}
	}
	if _, ok := parseUTC("2026-11-23 09:14:15.000001+00:00"); !ok {
		t.Error("the usual form was left to the library")
	}
}

func TestInstants(t *testing.T) {
	var at time.Time
	if err := (*Instant)(&at).Scan("2026-11-23 09:14:15.5+00:00"); err != nil || !at.Equal(time.Date(2026, 11, 23, 9, 14, 15, 5e8, time.UTC)) {
		t.Errorf("%v, %v", at, err)
	}
	for _, bad := range []any{nil, "soon", 7} {
		if err := (*Instant)(&at).Scan(bad); err == nil {
			t.Errorf("%v is a time", bad)
		}
	}
	maybe := &at
	if err := (NullInstant{&maybe}).Scan(nil); err != nil || maybe != nil {
		t.Errorf("NULL: %v, %v", maybe, err)
	}
	if err := (NullInstant{&maybe}).Scan(at); err != nil || maybe == nil || !maybe.Equal(at) {
		t.Errorf("a time: %v, %v", maybe, err)
	}
	if err := (NullInstant{&maybe}).Scan("soon"); err == nil {
		t.Error("soon is a time")
	}
}
