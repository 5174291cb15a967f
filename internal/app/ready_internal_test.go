package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestProbesShareOneAnswer: however many ask, the database is asked once a
// second, and a probe that goes away takes nobody's answer with it.
func TestProbesShareOneAnswer(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	var asked atomic.Int64
	var fails error
	var said []string
	r := &ready{
		check: func(ctx context.Context) error {
			asked.Add(1)
			return errors.Join(fails, ctx.Err())
		},
		log: func(msg string, _ ...any) { said = append(said, msg) }, now: func() time.Time { return at },
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	ask := func(want bool) {
		t.Helper()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := r.Err(gone); (err == nil) != want {
					t.Errorf("err = %v", err)
				}
			})
		}
		wg.Wait()
	}
	ask(true)
	fails = errors.New("disk full")
	ask(true)
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times within a second", n)
	}
	at = at.Add(readyFor)
	ask(false)
	at = at.Add(readyFor)
	ask(false)
	fails, at = nil, at.Add(readyFor)
	ask(true)
	if n := asked.Load(); n != 4 {
		t.Errorf("asked %d times in four seconds", n)
	}
	if len(said) != 2 {
		t.Errorf("the log says %q, want that it failed and that it is back", said)
	}
}
