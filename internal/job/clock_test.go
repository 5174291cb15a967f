package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
)

const year = 365 * 24 * time.Hour

// TestPeriodicWorkGoesOnAfterAWrongClock: a host boots a year ahead, works, and
// then learns the time. Nothing may wait for that year to pass.
func TestPeriodicWorkGoesOnAfterAWrongClock(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	ran := map[string]int{}
	queue := func() *job.Queue {
		q := job.New(d, quiet, c.Now)
		for name, every := range map[string]time.Duration{"seal": time.Second, "daily": 24 * time.Hour} {
			q.Every(name, every, func(context.Context) error { ran[name]++; return nil })
		}
		return q
	}
	q := queue()
	c.Add(year)
	drain(t, q)
	c.Add(-year)
	if s := stats(t, q); len(s.Overdue) != 2 {
		t.Errorf("overdue: %v", s.Overdue)
	}
	drain(t, queue()) // another replica, or the same host after a restart
	if ran["seal"] != 2 || ran["daily"] != 2 {
		t.Errorf("ran %v", ran)
	}
	drain(t, q)
	if s := stats(t, q); len(s.Overdue) != 0 || ran["daily"] != 2 {
		t.Errorf("ran %v, %+v", ran, s)
	}
}

// TestALeaseOfAWrongClockBindsNobody: the process that took it is gone.
func TestALeaseOfAWrongClockBindsNobody(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	ran := 0
	q := job.New(d, quiet, c.Now)
	q.Every("hourly", time.Hour, func(context.Context) error { ran++; return nil })
	drain(t, q)
	err := d.Conn(t.Context()).Exec("UPDATE periodic_work SET lease = 'crashed', next_at = ?, leased_until = ?",
		c.Now().Add(year+time.Hour), c.Now().Add(year+time.Minute)).Error
	if err != nil {
		t.Fatal(err)
	}
	drain(t, q)
	if ran != 2 {
		t.Errorf("ran %d times", ran)
	}
}

// TestWhoHoldsShortWorkGoesOnAfterAWrongClock: the replica that keeps the work
// between its runs remembers instants too.
func TestWhoHoldsShortWorkGoesOnAfterAWrongClock(t *testing.T) {
	c := newClock()
	var ran atomic.Int32
	q := job.New(dbtest.New(t), quiet, c.Now)
	q.SetPace(5*time.Millisecond, time.Minute)
	q.Every("seal", time.Second, func(context.Context) error { ran.Add(1); return nil })
	start(t, q)
	eventually(t, "the first run", func() bool { return ran.Load() == 1 })
	c.beats(t, 2, &ran)
	for _, jump := range []time.Duration{year, -year} {
		before := ran.Load()
		c.Add(jump)
		eventually(t, "a run after the jump", func() bool { return ran.Load() > before })
		c.beats(t, 2, &ran)
	}
}

func TestJobsGoOnAfterAWrongClock(t *testing.T) {
	q, _, c := newQueue(t)
	ran := 0
	fail := true
	q.Handle("k", func(context.Context, []byte) error {
		if ran++; fail {
			return context.DeadlineExceeded
		}
		return nil
	})
	c.Add(year)
	enqueue(t, q, "k", "queued while the clock was wrong")
	enqueue(t, q, "k", "failed while the clock was wrong")
	if err := q.Drain(t.Context()); err == nil || ran != 2 {
		t.Fatalf("ran %d times, %v", ran, err)
	}
	enqueue(t, q, "k", "never run")
	enqueue(t, q, "k", "claimed by a process that is gone")
	job.Claim(q, t.Context(), 1)
	fail = false
	c.Add(-year)
	drain(t, q)
	if s := stats(t, q); ran != 6 || s.Ready != 0 || s.Running != 0 {
		t.Errorf("ran %d times, %+v", ran, s)
	}
}

func TestAJobThatMayWaitIsNotHurried(t *testing.T) {
	q, _, c := newQueue(t)
	q.Handle("k", func(context.Context, []byte) error { t.Error("ran early"); return nil })
	enqueue(t, q, "k", nil, job.At(c.Now().Add(5*time.Hour)))
	drain(t, q)
	if err := q.Enqueue(t.Context(), "k", nil, job.At(c.Now().Add(6*time.Hour))); err == nil {
		t.Error("a wait longer than any is accepted")
	}
}
