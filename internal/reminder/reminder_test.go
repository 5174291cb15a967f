package reminder_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/reminder"
)

func TestTheNearestIsSent(t *testing.T) {
	for name, tt := range map[string]struct {
		left   time.Duration
		before []int // marked already
		send   bool
		marked []int
	}{
		"none is due":             {91 * reminder.Day, nil, false, nil},
		"the first":               {90 * reminder.Day, nil, true, []int{90}},
		"again":                   {89 * reminder.Day, []int{90}, false, []int{90}},
		"a part of a day is left": {30*reminder.Day + time.Second, []int{90}, false, []int{90}},
		"the second":              {30 * reminder.Day, []int{90}, true, []int{30, 90}},
		"after a long stop":       {0, nil, true, []int{7, 30, 90}},
		"the nearest was sent":    {reminder.Day, []int{7}, false, []int{7, 30, 90}},
	} {
		marked := slices.Clone(tt.before)
		send, err := reminder.Nearest([]int{90, 7, 30}, tt.left, func(days int) (bool, error) {
			if slices.Contains(marked, days) {
				return false, nil
			}
			marked = append(marked, days)
			return true, nil
		})
		if slices.Sort(marked); err != nil || send != tt.send || !slices.Equal(marked, tt.marked) {
			t.Errorf("%s: %v, %v, %v", name, send, marked, err)
		}
	}
	full := errors.New("full")
	if send, err := reminder.Nearest([]int{7}, 0, func(int) (bool, error) { return true, full }); send || !errors.Is(err, full) {
		t.Errorf("%v, %v", send, err)
	}
}

func TestDaysUntil(t *testing.T) {
	est := time.FixedZone("EST", -5*3600)
	now := time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)
	for day, want := range map[string]int{"2026-11-28": -1, "2026-11-29": 0, "2026-12-31": 32} {
		if got, ok := reminder.DaysUntil(now, day); !ok || got != want {
			t.Errorf("%s: %d, %v", day, got, ok)
		}
		if got, ok := reminder.DaysUntil(now.In(est), day); !ok || got != want+1 {
			t.Errorf("%s in the west: %d, %v", day, got, ok)
		}
	}
	for _, day := range []string{"", "soon", "2026-02-30"} {
		if got, ok := reminder.DaysUntil(now, day); ok || got != 0 {
			t.Errorf("%q: %d", day, got)
		}
	}
}

func TestDaytime(t *testing.T) {
	for hour, want := range map[int]bool{0: false, 6: false, 7: true, 19: true, 20: false, 23: false} {
		if got := reminder.Daytime(time.Date(2026, 11, 29, hour, 59, 0, 0, time.UTC)); got != want {
			t.Errorf("%d o'clock: %v", hour, got)
		}
	}
}
