package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
)

// start runs q until stop is called; stop returns what Run returned.
func start(t *testing.T, q *job.Queue) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- q.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-result:
			return err
		case <-time.After(30 * time.Second):
			return errors.New("Run does not return")
		}
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("timed out: %s", what)
}

func TestSeveralRunnersNeverRunAJobTwice(t *testing.T) {
	const runners, jobs = 5, 300
	d := dbtest.New(t)
	var mu sync.Mutex
	ran := map[string]int{}
	var queues []*job.Queue
	for range runners {
		q := job.New(d, quiet, db.Now)
		q.SetPace(10*time.Millisecond, time.Minute)
		q.Handle("k", func(_ context.Context, p []byte) error {
			mu.Lock()
			defer mu.Unlock()
			ran[string(p)]++
			return nil
		})
		queues = append(queues, q)
	}
	for i := range jobs {
		enqueue(t, queues[0], "k", i)
	}
	for _, q := range queues {
		start(t, q)
	}
	for i := range jobs {
		enqueue(t, queues[i%runners], "k", jobs+i)
	}
	eventually(t, "all jobs done", func() bool { return stats(t, queues[0]).Ready+stats(t, queues[0]).Running == 0 })
	mu.Lock()
	defer mu.Unlock()
	if len(ran) != 2*jobs {
		t.Errorf("%d of %d jobs ran", len(ran), 2*jobs)
	}
	for p, n := range ran {
		if n != 1 {
			t.Errorf("job %s ran %d times", p, n)
		}
	}
}

func TestCommitWakesTheLocalRunner(t *testing.T) {
	d := dbtest.New(t)
	q := job.New(d, quiet, db.Now)
	q.SetPace(time.Hour, time.Minute) // polling would never find it
	done := make(chan struct{})
	q.Handle("k", func(context.Context, []byte) error { close(done); return nil })
	start(t, q)
	time.Sleep(50 * time.Millisecond) // let it look once and rest
	enqueue(t, q, "k", nil)
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("not woken")
	}
}

// The job runs until its lease was extended three times, which is a whole lease:
// by then another runner would have taken what nobody keeps.
func TestLongJobKeepsItsLease(t *testing.T) {
	d := dbtest.New(t)
	var ran atomic.Int32
	var queues [2]*job.Queue
	for i := range queues {
		queues[i] = job.New(d, quiet, db.Now)
		queues[i].SetPace(10*time.Millisecond, 3*time.Second)
		queues[i].Handle("k", func(ctx context.Context, _ []byte) error {
			ran.Add(1)
			ends := map[string]bool{}
			for len(ends) < 4 && ctx.Err() == nil {
				var end string
				if err := d.Read(ctx).Raw("SELECT CAST(leased_until AS TEXT) FROM jobs").Scan(&end).Error; err != nil {
					return err
				}
				ends[end] = true
				time.Sleep(20 * time.Millisecond)
			}
			return context.Cause(ctx)
		})
		start(t, queues[i])
	}
	enqueue(t, queues[0], "k", nil)
	eventually(t, "done", func() bool { return stats(t, queues[0]).Ready+stats(t, queues[0]).Running == 0 && ran.Load() > 0 })
	if ran.Load() != 1 {
		t.Errorf("ran %d times", ran.Load())
	}
}

func TestWhoLosesTheLeaseIsStopped(t *testing.T) {
	d := dbtest.New(t)
	q := job.New(d, quiet, db.Now)
	q.SetPace(10*time.Millisecond, 150*time.Millisecond)
	began, ended := make(chan struct{}, 2), make(chan error, 2)
	q.Handle("k", func(ctx context.Context, _ []byte) error {
		began <- struct{}{}
		select {
		case <-ctx.Done():
			ended <- context.Cause(ctx)
			return nil // even a success must not delete what is somebody else's
		case <-time.After(20 * time.Second):
			ended <- nil
			return nil
		}
	})
	stop := start(t, q)
	enqueue(t, q, "k", nil)
	<-began
	err := d.Conn(t.Context()).Exec("UPDATE jobs SET lease = 'another', leased_until = ?", db.Now().Add(time.Minute)).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "lease") {
		t.Errorf("ended with %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if s := stats(t, q); s.Running != 1 {
		t.Errorf("the other's job is gone: %+v", s)
	}
}

func TestStopLetsRunningJobsFinish(t *testing.T) {
	d := dbtest.New(t)
	q := job.New(d, quiet, db.Now)
	began, finished := make(chan struct{}), false
	q.Handle("k", func(ctx context.Context, _ []byte) error {
		close(began)
		select {
		case <-time.After(300 * time.Millisecond):
			finished = true
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	stop := start(t, q)
	enqueue(t, q, "k", nil)
	<-began
	enqueue(t, q, "other", nil)
	if err := stop(); err != nil {
		t.Error(err)
	}
	if s := stats(t, q); !finished || s.Running != 0 || s.Ready != 1 {
		t.Errorf("finished = %v, %+v", finished, s)
	}
}

func TestAfterTheGraceJobsAreHandedBack(t *testing.T) {
	d := dbtest.New(t)
	q := job.New(d, quiet, db.Now)
	q.SetGrace(50 * time.Millisecond)
	began := make(chan struct{})
	q.Handle("k", func(ctx context.Context, _ []byte) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	stop := start(t, q)
	enqueue(t, q, "k", nil, job.MaxAttempts(1)) // a stop is not a failure
	<-began
	if err := stop(); err != nil {
		t.Error(err)
	}
	if s := stats(t, q); s.Ready != 1 || s.Due != 1 || s.Running != 0 || s.Dead != 0 {
		t.Errorf("not handed back: %+v", s)
	}
	again := job.New(d, quiet, db.Now)
	ran := false
	again.Handle("k", func(context.Context, []byte) error { ran = true; return nil })
	drain(t, again)
	if !ran {
		t.Error("the next process does not run it at once")
	}
}

func BenchmarkEnqueueAndRun(b *testing.B) {
	d := dbtest.New(b)
	q := job.New(d, quiet, db.Now)
	q.Handle("k", func(context.Context, []byte) error { return nil })
	for i := range b.N {
		if err := q.Enqueue(b.Context(), "k", fmt.Sprint(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := q.Drain(b.Context()); err != nil {
		b.Fatal(err)
	}
}
