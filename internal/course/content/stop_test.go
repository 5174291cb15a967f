package content_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/course/coursetest"
)

// ending is a context that ends when it was asked a number of times.
type ending struct {
	context.Context //nolint:containedctx // it is one
	left, after     atomic.Int64
}

func (e *ending) Err() error {
	if e.left.Add(-1) >= 0 {
		return nil
	}
	e.after.Add(1)
	return context.Canceled
}

// TestReadingEndsWithWhoWaits: wherever in it they go away, little is done after that.
func TestReadingEndsWithWhoWaits(t *testing.T) {
	files := coursetest.Size{Modules: 2, Lessons: 30, Questions: 40, Words: 60}.Course()
	whole := &ending{Context: t.Context()}
	whole.left.Store(1 << 30)
	if c, _, err := content.ParseContext(whole, files); err != nil || len(c.Lessons()) != 30 {
		t.Fatal(err)
	}
	asked := 1<<30 - whole.left.Load()
	if asked < 100 {
		t.Fatalf("it asks %d times whether somebody waits", asked)
	}
	for part := range int64(40) {
		n := part * (asked - 1) / 40
		e := &ending{Context: t.Context()}
		e.left.Store(n)
		if c, _, err := content.ParseContext(e, files); !errors.Is(err, context.Canceled) || c != nil {
			t.Fatalf("after %d: %v", n, err)
		}
		if more := e.after.Load(); more > 60 {
			t.Fatalf("after %d it asked %d times more", n, more)
		}
	}
}

// TestReadingOnAllCores says the same each time, in the same order.
func TestReadingOnAllCores(t *testing.T) {
	files := coursetest.Size{Modules: 2, Lessons: 30, Questions: 40, Words: 60}.Course()
	for p, data := range files {
		if len(p) > 8 && p[:8] == "modules/" && p[len(p)-3:] == ".md" {
			files[p] = append(data, "\n#### Deep\n\nNo citation. <b>\n\n[@none] ::\n"...)
		}
	}
	_, first := parse(t, files)
	if len(first) < 60 {
		t.Fatalf("%d problems", len(first))
	}
	for range 5 {
		_, again := parse(t, files)
		if len(again) != len(first) {
			t.Fatalf("%d problems, then %d", len(first), len(again))
		}
		for i := range again {
			if again[i] != first[i] {
				t.Fatalf("%v, then %v", first[i], again[i])
			}
		}
	}
}
