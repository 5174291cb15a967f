package job_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
)

// clock is a time that only tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

var quiet = slog.New(slog.DiscardHandler)

func newQueue(t *testing.T) (*job.Queue, *db.DB, *clock) {
	t.Helper()
	d, c := dbtest.New(t), newClock()
	return job.New(d, quiet, c.Now), d, c
}

func stats(t *testing.T, q *job.Queue) job.Stats {
	t.Helper()
	s, err := q.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func enqueue(t *testing.T, q *job.Queue, kind string, payload any, opts ...job.Option) {
	t.Helper()
	if err := q.Enqueue(t.Context(), kind, payload, opts...); err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, q *job.Queue) {
	t.Helper()
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestJobsRunInOrderAndVanish(t *testing.T) {
	q, _, c := newQueue(t)
	var ran []string
	q.Handle("say", func(_ context.Context, p []byte) error {
		ran = append(ran, string(p))
		return nil
	})
	enqueue(t, q, "say", "later", job.At(c.Now().Add(time.Hour)))
	enqueue(t, q, "say", "first")
	c.Add(time.Second)
	enqueue(t, q, "say", "second")
	drain(t, q)
	if got := strings.Join(ran, " "); got != `"first" "second"` {
		t.Errorf("ran %s", got)
	}
	if s := stats(t, q); s.Ready != 1 || s.Due != 0 || s.Dead != 0 || s.Running != 0 {
		t.Errorf("stats %+v", s)
	}
	c.Add(2 * time.Hour)
	if s := stats(t, q); s.Due != 1 || s.Lag != time.Hour+time.Second {
		t.Errorf("stats %+v, want one job an hour and a second late", s)
	}
	drain(t, q)
	if len(ran) != 3 {
		t.Errorf("ran %v", ran)
	}
}

func TestJobLivesAndDiesWithItsTransaction(t *testing.T) {
	q, d, _ := newQueue(t)
	ran := 0
	q.Handle("k", func(context.Context, []byte) error { ran++; return nil })
	boom := errors.New("boom")
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		if err := q.Enqueue(ctx, "k", nil); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	drain(t, q)
	if ran != 0 {
		t.Error("a job of a rolled back transaction ran")
	}
	if err := d.InTx(t.Context(), func(ctx context.Context) error { return q.Enqueue(ctx, "k", nil) }); err != nil {
		t.Fatal(err)
	}
	drain(t, q)
	if ran != 1 {
		t.Errorf("ran %d times", ran)
	}
}

func TestUniqueWhileUnfinished(t *testing.T) {
	q, _, _ := newQueue(t)
	ran := 0
	var inside error
	q.Handle("k", func(ctx context.Context, p []byte) error {
		ran++
		inside = q.Enqueue(ctx, "k", nil, job.Unique(string(p))) // running is unfinished too
		return nil
	})
	for range 3 {
		enqueue(t, q, "k", 1, job.Unique("1"))
	}
	enqueue(t, q, "k", 2, job.Unique("2"))
	drain(t, q)
	if ran != 2 || inside != nil {
		t.Errorf("ran %d times, want 2 (%v)", ran, inside)
	}
	enqueue(t, q, "k", 1, job.Unique("1")) // finished: free again
	drain(t, q)
	if ran != 3 {
		t.Errorf("ran %d times, want 3", ran)
	}
}

func TestFailureWaitsLongerEachTimeThenDies(t *testing.T) {
	q, _, c := newQueue(t)
	boom := errors.New("boom\x00\xff")
	ran := 0
	q.Handle("k", func(context.Context, []byte) error { ran++; return boom })
	enqueue(t, q, "k", nil, job.MaxAttempts(3), job.Unique("u"))
	for i := range 3 {
		if err := q.Drain(t.Context()); !errors.Is(err, boom) {
			t.Fatalf("attempt %d: %v", i, err)
		}
		drain(t, q) // not due: nothing runs
		c.Add(time.Minute)
	}
	if ran != 3 {
		t.Errorf("ran %d times", ran)
	}
	dead, err := q.List(t.Context(), job.Dead, "")
	if err != nil || len(dead) != 1 || dead[0].Attempts != 3 || dead[0].LastError != "boom??" || dead[0].DiedAt == nil {
		t.Fatalf("dead %+v, %v", dead, err)
	}
	// Dead jobs do not block their key; a replaced one cannot come back.
	enqueue(t, q, "k", nil, job.Unique("u"))
	if err := q.Retry(t.Context(), dead[0].ID); !errors.Is(err, job.ErrReplaced) || !apperr.Is(err, apperr.Conflict) {
		t.Errorf("retry beside a newer one: %v", err)
	}
}

func TestRetry(t *testing.T) {
	q, _, _ := newQueue(t)
	fail := true
	q.Handle("k", func(context.Context, []byte) error {
		if fail {
			return job.Permanent(errors.New("no such address"))
		}
		return nil
	})
	enqueue(t, q, "k", nil)
	if err := q.Drain(t.Context()); err == nil {
		t.Fatal("no error")
	}
	dead, _ := q.List(t.Context(), job.Dead, "")
	if len(dead) != 1 || dead[0].Attempts != 1 {
		t.Fatalf("a permanent error must kill at once: %+v", dead)
	}
	fail = false
	if err := q.Retry(t.Context(), dead[0].ID); err != nil {
		t.Fatal(err)
	}
	drain(t, q)
	if s := stats(t, q); s.Dead != 0 || s.Ready != 0 {
		t.Errorf("stats %+v", s)
	}
	if err := q.Retry(t.Context(), dead[0].ID); !errors.Is(err, job.ErrNotDead) || !apperr.Is(err, apperr.NotFound) {
		t.Errorf("retry of nothing: %v", err)
	}
	if job.Permanent(nil) != nil {
		t.Error("Permanent(nil) is an error")
	}
}

func TestPanicIsAFailure(t *testing.T) {
	q, _, _ := newQueue(t)
	q.Handle("k", func(context.Context, []byte) error { panic("out of range") })
	enqueue(t, q, "k", nil, job.MaxAttempts(1))
	err := q.Drain(t.Context())
	if err == nil || !strings.Contains(err.Error(), "out of range") || !strings.Contains(err.Error(), "job_test.go") {
		t.Errorf("the error must say what and where: %v", err)
	}
	if s := stats(t, q); s.Dead != 1 {
		t.Errorf("stats %+v", s)
	}
}

func TestDrainNamesWhatNobodyHandles(t *testing.T) {
	q, _, _ := newQueue(t)
	enqueue(t, q, "mystery", nil)
	if err := q.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "mystery") {
		t.Errorf("err = %v", err)
	}
}

func TestPayloadIsBounded(t *testing.T) {
	q, _, _ := newQueue(t)
	if err := q.Enqueue(t.Context(), "k", strings.Repeat("x", 5<<20)); err == nil {
		t.Error("five megabytes were accepted")
	}
	if err := q.Enqueue(t.Context(), "k", func() {}); err == nil {
		t.Error("a function was accepted")
	}
}

func TestCrashedJobRunsAgainUntilItIsGivenUp(t *testing.T) {
	q, d, c := newQueue(t)
	ran := 0
	q.Handle("k", func(context.Context, []byte) error { ran++; return nil })
	enqueue(t, q, "k", nil, job.MaxAttempts(2))
	if n := len(job.Claim(q, t.Context(), 5)); n != 1 {
		t.Fatalf("claimed %d", n)
	}
	drain(t, q)
	if ran != 0 {
		t.Fatal("ran while another held the lease")
	}
	c.Add(2 * time.Minute) // the lease has expired
	drain(t, q)
	if ran != 1 {
		t.Fatalf("ran %d times after the crash", ran)
	}

	enqueue(t, q, "k", nil, job.MaxAttempts(2))
	watcher := job.New(d, quiet, c.Now) // a replica that only takes back
	for range 2 {
		job.Claim(q, t.Context(), 1)
		c.Add(2 * time.Minute)
		_ = watcher.Drain(t.Context()) // it does not know the kind
	}
	if dead, err := q.List(t.Context(), job.Dead, ""); err != nil || len(dead) != 1 || !dead[0].Stalled() {
		t.Errorf("%+v, %v", dead, err)
	}
	if s := stats(t, q); s.Dead != 1 || ran != 1 {
		t.Errorf("a job that brings the process down must die: %+v, ran %d", s, ran)
	}
}

func TestBackoff(t *testing.T) {
	for attempts, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 11: 5120 * time.Second, 16: 4 * time.Hour, 1000: 4 * time.Hour} {
		seen := map[time.Duration]bool{}
		for range 200 {
			d := job.Backoff(attempts)
			if d < want*3/4 || d > want*5/4 {
				t.Fatalf("after %d attempts: %v, want %v ± 25%%", attempts, d, want)
			}
			seen[d] = true
		}
		if len(seen) < 100 {
			t.Errorf("after %d attempts: no jitter", attempts)
		}
	}
}

func TestSecondHandlerIsAMistake(t *testing.T) {
	q, _, _ := newQueue(t)
	q.Handle("k", nil)
	defer func() {
		if recover() == nil {
			t.Error("accepted")
		}
	}()
	q.Handle("k", nil)
}
