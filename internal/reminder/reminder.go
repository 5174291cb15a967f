// Package reminder says when reminders of an end are due. It is pure.
package reminder

import (
	"slices"
	"time"
)

// Day is a day as reminders count it.
const Day = 24 * time.Hour

// People are written to between these hours of their own day, where nothing is lost
// by waiting.
const (
	DayFrom  = 7
	DayUntil = 20
)

// Daytime reports whether it is day by a person's own clock.
func Daytime(there time.Time) bool { return there.Hour() >= DayFrom && there.Hour() < DayUntil }

// Nearest marks every reminder that is due, of those so many days before an end that
// is left away, and reports whether the nearest was not marked before: that one is to
// be sent. The others went with an earlier mail, or were missed in a long stop. mark
// reports false for what was marked already.
func Nearest(days []int, left time.Duration, mark func(days int) (bool, error)) (send bool, err error) {
	nearest := true
	for _, d := range slices.Sorted(slices.Values(days)) {
		if left > time.Duration(d)*Day {
			continue
		}
		first, err := mark(d)
		if err != nil {
			return false, err
		}
		send = send || nearest && first
		nearest = false
	}
	return send, nil
}

// DaysUntil are the days from the day of an instant, in its zone, to a day written as
// YYYY-MM-DD: 0 on that day, less after it. false for what is no day.
func DaysUntil(now time.Time, day string) (int, bool) {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(d.Sub(today) / Day), true
}
