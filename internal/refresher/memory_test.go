package refresher_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/refresher"
)

var monday = time.Date(2026, 11, 2, 15, 0, 0, 0, time.UTC)

// shortest is how many days at least a right answer lasts: a wrong one lasts one, an
// unsure one two.
const shortest = 3

// TestIntervalsGrowAndShrink: whatever came before, a right answer on its day is asked
// again later than the last time, up to a year, and a wrong one sooner.
func TestIntervalsGrowAndShrink(t *testing.T) {
	grades := []refresher.Grade{refresher.Again, refresher.Hard, refresher.Good, refresher.Good, refresher.Good}
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var m refresher.Memory
		now := monday
		for n := range 25 {
			g := grades[rng.IntN(len(grades))]
			next := m.Next(now, g)
			if next.Reps != n+1 || !next.DueAt.Equal(now.AddDate(0, 0, next.ScheduledDays)) || next.ScheduledDays < 1 || next.ScheduledDays > refresher.Lasts {
				t.Fatalf("seed %d, review %d: %+v", seed, n, next)
			}
			switch {
			case g == refresher.Good && next.ScheduledDays < refresher.Lasts && next.ScheduledDays <= m.ScheduledDays && m.ScheduledDays > shortest,
				g == refresher.Good && next.ScheduledDays < shortest:
				t.Fatalf("seed %d: a right answer after %d days comes again after %d", seed, m.ScheduledDays, next.ScheduledDays)
			case g == refresher.Hard && m.ScheduledDays > shortest && next.ScheduledDays < m.ScheduledDays:
				t.Fatalf("seed %d: an unsure answer after %d days comes again after %d", seed, m.ScheduledDays, next.ScheduledDays)
			case g == refresher.Again && m.ScheduledDays > 1 && next.ScheduledDays >= m.ScheduledDays:
				t.Fatalf("seed %d: a wrong answer after %d days comes again after %d", seed, m.ScheduledDays, next.ScheduledDays)
			}
			if lapsed := next.Lapses - m.Lapses; (lapsed == 1) != (g == refresher.Again && n > 0) {
				t.Fatalf("seed %d: %s makes %d lapses of %d", seed, g, next.Lapses, m.Lapses)
			}
			if good, hard := m.Next(now, refresher.Good), m.Next(now, refresher.Hard); hard.ScheduledDays > good.ScheduledDays {
				t.Fatalf("seed %d: unsure %d days, sure %d", seed, hard.ScheduledDays, good.ScheduledDays)
			}
			now, m = next.DueAt, next
		}
	}
}

// TestTheFirstIntervals are those that the documentation names; there is no chance in
// them.
func TestTheFirstIntervals(t *testing.T) {
	for range 3 {
		var got []int
		m, now := refresher.Memory{}, monday
		for range 5 {
			m = m.Next(now, refresher.Good)
			got, now = append(got, m.ScheduledDays), m.DueAt
		}
		want := []int{3, 14, 57, 196, 365}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%v, want %v", got, want)
			}
		}
		if m = m.Next(now, refresher.Again); m.ScheduledDays > 10 {
			t.Errorf("after a lapse %d days", m.ScheduledDays)
		}
	}
}

// FuzzNext: what stands in a database may be anything.
func FuzzNext(f *testing.F) {
	f.Add(2.3, 5.0, 3, 1, 0, int64(0), int64(86400*3), uint8(2))
	f.Add(math.NaN(), math.Inf(1), -5, -1, -7, int64(-1<<40), int64(1<<40), uint8(0))
	f.Add(math.MaxFloat64, 1e-300, 1<<30, 1<<30, 1<<30, int64(1<<35), int64(0), uint8(1))
	f.Add(0.0, 0.0, 0, 3, 0, int64(5), int64(5), uint8(9))
	f.Fuzz(func(t *testing.T, stability, difficulty float64, days, reps, lapses int, last, now int64, grade uint8) {
		reviewed := time.Unix(last%(1<<36), 0)
		at := time.Unix(now%(1<<36), 0).UTC()
		m := refresher.Memory{ReviewedAt: &reviewed, Stability: stability, Difficulty: difficulty, ScheduledDays: days, Reps: reps % (1 << 40), Lapses: lapses % (1 << 40)}
		g := []refresher.Grade{refresher.Again, refresher.Hard, refresher.Good, "damaged"}[grade%4]
		next := m.Next(at, g)
		switch {
		case next.ScheduledDays < 1 || next.ScheduledDays > refresher.Lasts, next.Reps < 1, next.Lapses < 0,
			!(next.Stability >= 0) || math.IsInf(next.Stability, 0), !(next.Difficulty >= 0 && next.Difficulty <= 10):
			t.Fatalf("%+v becomes %+v", m, next)
		case !next.DueAt.After(*next.ReviewedAt):
			t.Fatalf("due at %s, reviewed at %s", next.DueAt, next.ReviewedAt)
		}
		if after := next.Next(next.DueAt, refresher.Good); after.Reps != next.Reps+1 {
			t.Fatalf("%+v becomes %+v", next, after)
		}
	})
}
