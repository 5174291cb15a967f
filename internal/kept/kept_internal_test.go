package kept

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestCountsOnceForAll(t *testing.T) {
	now := time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC)
	k := New[int](func() time.Time { return now })
	var counted atomic.Int64
	count := func() (int, error) { return int(counted.Add(1)), nil }
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if v, err := k.Get("ed1", count); v != 1 || err != nil {
				t.Errorf("%d: %v", v, err)
			}
		})
	}
	wg.Wait()
	for i, step := range []struct {
		by   time.Duration
		want int
	}{{For - 1, 1}, {1, 2}, {-time.Hour, 3}} { // also where the clock was set back
		now = now.Add(step.by)
		if v, err := k.Get("ed1", count); v != step.want || err != nil {
			t.Errorf("step %d: %d: %v", i, v, err)
		}
	}
}

func TestForgets(t *testing.T) {
	k := New[int](time.Now)
	fails := errors.New("fails")
	if _, err := k.Get("ed", func() (int, error) { return 7, fails }); !errors.Is(err, fails) {
		t.Error(err)
	}
	if v, err := k.Get("ed", func() (int, error) { return 8, nil }); v != 8 || err != nil {
		t.Errorf("an error was kept: %d %v", v, err)
	}
	for n := range 3 * most {
		if _, err := k.Get(fmt.Sprint(n), func() (int, error) { return n, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.of) > most {
		t.Errorf("%d editions are kept", len(k.of))
	}
}
