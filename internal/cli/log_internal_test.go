package cli

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atmacena/cocare/internal/config"
)

// written counts how often it is written to.
type written struct {
	mu    sync.Mutex
	text  strings.Builder
	calls int
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	return w.text.Write(p)
}

// state returns the messages written so far, and in how many calls.
func (w *written) state() (messages string, calls int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for line := range strings.Lines(w.text.String()) {
		_, msg, _ := strings.Cut(line, "msg=")
		list = append(list, strings.Fields(msg)[0])
	}
	return strings.Join(list, " "), w.calls
}

// TestTheServersLogCollectsWhatCanWait, and never what may be the last word.
func TestTheServersLogCollectsWhatCanWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &written{}
		log, flush := serverLogger(&Environment{Err: w}, &config.Config{LogFormat: "text"})
		want := func(messages string, calls int) {
			t.Helper()
			synctest.Wait()
			if m, n := w.state(); m != messages || n != calls {
				t.Errorf("%q in %d calls, want %q in %d", m, n, messages, calls)
			}
		}
		log.Info("one")
		log.Info("two")
		want("", 0)
		time.Sleep(collectFor)
		want("one two", 1)
		log.Info("three")
		log.With("request", 1).Error("four")
		want("one two three four", 2)
		log.WithGroup("g").Warn("five", "a", 1)
		want("one two three four five", 3)
		log.Info("six")
		flush()
		want("one two three four five six", 4)
		log.Info("seven")
		want("one two three four five six seven", 5)
	})
}

// TestALogUnderLoadIsWrittenInBulk: a line a request does not mean a call a
// request.
func TestALogUnderLoadIsWrittenInBulk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &written{}
		log, flush := serverLogger(&Environment{Err: w}, &config.Config{LogFormat: "json"})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for range 1000 {
					log.LogAttrs(t.Context(), slog.LevelInfo, "request", slog.String("route", "/learn/:slug"))
				}
			})
		}
		wg.Wait()
		flush()
		if n := strings.Count(w.text.String(), "\n"); n != 10_000 || w.calls > 100 {
			t.Errorf("%d lines in %d calls", n, w.calls)
		}
	})
}
