package job_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
)

func TestPeriodicWorkRunsOncePerPeriod(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	ran := 0
	var queues [3]*job.Queue
	for i := range queues {
		queues[i] = job.New(d, quiet, c.Now)
		queues[i].Every("daily", 24*time.Hour, func(context.Context) error { ran++; return nil })
	}
	for day := 1; day <= 3; day++ {
		for _, q := range queues {
			drain(t, q)
			drain(t, q)
		}
		if ran != day {
			t.Fatalf("day %d: ran %d times", day, ran)
		}
		c.Add(24 * time.Hour)
	}
}

func TestPeriodicWorkOfCrashedReplicaGoesOn(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	ran := 0
	q := job.New(d, quiet, c.Now)
	q.Every("hourly", time.Hour, func(context.Context) error { ran++; return nil })
	drain(t, q)
	c.Add(time.Hour)
	err := d.Conn(t.Context()).Exec("UPDATE periodic_work SET lease = 'crashed', leased_until = ?", c.Now().Add(time.Minute)).Error
	if err != nil {
		t.Fatal(err)
	}
	drain(t, q)
	if ran != 1 {
		t.Fatal("ran while another held it")
	}
	c.Add(2 * time.Minute)
	drain(t, q)
	if ran != 2 {
		t.Errorf("ran %d times", ran)
	}
}

func TestFailedPeriodicWorkIsRepeatedAndReported(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	boom := errors.New("boom")
	fail := true
	ran := 0
	q := job.New(d, quiet, c.Now)
	q.Every("daily", 24*time.Hour, func(context.Context) error {
		ran++
		if fail {
			return boom
		}
		return nil
	})
	if err := q.Drain(t.Context()); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if s := stats(t, q); !slices.Equal(s.Failing, []string{"daily"}) {
		t.Errorf("stats %+v", s)
	}
	fail = false
	c.Add(6 * time.Minute)
	drain(t, q)
	if s := stats(t, q); ran != 2 || len(s.Failing) != 0 || len(s.Overdue) != 0 {
		t.Errorf("ran %d times, %+v", ran, s)
	}
	c.Add(10 * 24 * time.Hour)
	if s := stats(t, q); !slices.Equal(s.Overdue, []string{"daily"}) {
		t.Errorf("stats %+v", s)
	}
}

// beats moves the clock on by a period and waits for the run, n times.
func (c *clock) beats(t *testing.T, n int, ran *atomic.Int32) {
	t.Helper()
	for range n {
		before := ran.Load()
		c.Add(time.Second)
		eventually(t, "the next run", func() bool { return ran.Load() > before })
	}
}

func TestShortWorkStaysWithOneReplicaUntilItStops(t *testing.T) {
	d, c := dbtest.New(t), newClock()
	var ran [2]atomic.Int32
	var busy atomic.Int32
	var queues [2]*job.Queue
	for i := range queues {
		queues[i] = job.New(d, quiet, c.Now)
		queues[i].SetPace(5*time.Millisecond, 4*time.Second)
		queues[i].Every("seal", time.Second, func(context.Context) error {
			if busy.Add(1) > 1 {
				t.Error("ran twice at the same time")
			}
			defer busy.Add(-1)
			ran[i].Add(1)
			return nil
		})
	}
	stopFirst := start(t, queues[0])
	eventually(t, "first run", func() bool { return ran[0].Load() == 1 })
	lease := holder(t, d)
	start(t, queues[1])
	c.beats(t, 10, &ran[0]) // the lease is renewed several times
	if holder(t, d) != lease || ran[1].Load() != 0 {
		t.Error("the second replica took it over")
	}
	if err := stopFirst(); err != nil {
		t.Fatal(err)
	}
	c.beats(t, 1, &ran[1]) // within a period, long before the lease would expire
}

func holder(t *testing.T, d *db.DB) (lease string) {
	t.Helper()
	if err := d.Read(t.Context()).Raw("SELECT lease FROM periodic_work").Scan(&lease).Error; err != nil {
		t.Fatal(err)
	}
	return lease
}

func TestStoppedPeriodicWorkIsDueAgain(t *testing.T) {
	d := dbtest.New(t)
	began := make(chan struct{})
	q := job.New(d, quiet, db.Now)
	q.SetGrace(20 * time.Millisecond)
	q.Every("daily", 24*time.Hour, func(ctx context.Context) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	stop := start(t, q)
	<-began
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if s := stats(t, q); len(s.Failing) != 0 {
		t.Errorf("a stop counts as a failure: %+v", s)
	}
	ran := false
	again := job.New(d, quiet, db.Now)
	again.Every("daily", 24*time.Hour, func(context.Context) error { ran = true; return nil })
	drain(t, again)
	if !ran {
		t.Error("the interrupted run is lost for a day")
	}
}
