package once_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/once"
)

func TestOfManyAtOnceOneIsFirst(t *testing.T) {
	d := dbtest.New(t)
	l := once.New(d, time.Now)
	ctx := once.With(t.Context(), "form")
	var firsts atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			var first bool
			err := d.InTx(ctx, func(ctx context.Context) (err error) {
				first, err = l.First(ctx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	wg.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d were first", n)
	}
}

func TestAFailedActCanBeSentAgain(t *testing.T) {
	d := dbtest.New(t)
	l := once.New(d, time.Now)
	ctx, boom := once.With(t.Context(), "form"), errors.New("boom")
	err := d.InTx(ctx, func(ctx context.Context) error {
		if first, err := l.First(ctx); err != nil || !first {
			t.Errorf("first %v, %v", first, err)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if first, err := l.First(ctx); err != nil || !first {
		t.Errorf("after the failure: first %v, %v", first, err)
	}
}

func TestWithoutAFormEveryActIsTheFirst(t *testing.T) {
	l := once.New(dbtest.New(t), time.Now)
	for range 2 {
		if first, err := l.First(t.Context()); err != nil || !first {
			t.Errorf("first %v, %v", first, err)
		}
	}
}

func TestFormsAreForgottenAfterTwoDays(t *testing.T) {
	d, now := dbtest.New(t), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	l := once.New(d, func() time.Time { return now })
	ctx := once.With(t.Context(), "form")
	for _, tt := range []struct {
		later time.Duration
		first bool
	}{{0, true}, {47 * time.Hour, false}, {2 * time.Hour, true}} {
		now = now.Add(tt.later)
		if err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if first, err := l.First(ctx); err != nil || first != tt.first {
			t.Errorf("%s later: first %v, %v", tt.later, first, err)
		}
	}
}
