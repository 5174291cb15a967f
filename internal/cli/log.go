package cli

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/config"
)

// logger writes structured lines to standard error.
func logger(e *Environment, c *config.Config) *slog.Logger {
	return slog.New(lines(e.Err, c))
}

func lines(w io.Writer, c *config.Config) slog.Handler {
	opts := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.NewTextHandler(w, opts)
	}
	return slog.NewJSONHandler(w, opts)
}

// serverLogger is logger for a server, which writes a line a request: lines of
// little weight are collected and written together. Warnings and errors, and
// what came before them, are written at once, so that no crash takes them.
// The caller calls flush when the server has ended; lines after it are written
// at once.
func serverLogger(e *Environment, c *config.Config) (log *slog.Logger, flush func()) {
	w := &collector{to: e.Err}
	return slog.New(weighed{lines(w, c), w}), w.end
}

// weighed sends what weighs at once.
type weighed struct {
	slog.Handler
	to *collector
}

// Handle implements slog.Handler.
func (h weighed) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.to.flush()
	}
	return err
}

// WithAttrs implements slog.Handler.
func (h weighed) WithAttrs(attrs []slog.Attr) slog.Handler {
	return weighed{h.Handler.WithAttrs(attrs), h.to}
}

// WithGroup implements slog.Handler.
func (h weighed) WithGroup(name string) slog.Handler {
	return weighed{h.Handler.WithGroup(name), h.to}
}

const (
	collectFor  = 200 * time.Millisecond
	collectSize = 32 << 10
)

// collector writes lines together: when there are many, or when the first of
// them has waited for collectFor.
type collector struct {
	to io.Writer

	mu     sync.Mutex
	lines  []byte
	timer  *time.Timer
	direct bool
}

// Write implements io.Writer; slog hands over a line a call.
func (c *collector) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines) == 0 && !c.direct {
		if c.timer == nil {
			c.timer = time.AfterFunc(collectFor, c.flush)
		} else {
			c.timer.Reset(collectFor)
		}
	}
	c.lines = append(c.lines, line...)
	if c.direct || len(c.lines) >= collectSize {
		return len(line), c.write()
	}
	return len(line), nil
}

func (c *collector) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.write() // there is nowhere left to say it
}

// write sends what was collected.
func (c *collector) write() error {
	if len(c.lines) == 0 {
		return nil
	}
	_, err := c.to.Write(c.lines)
	c.lines = c.lines[:0]
	return err
}

// end writes what is left; later lines do not wait for a timer.
func (c *collector) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.direct = true
	if c.timer != nil {
		c.timer.Stop()
	}
	_ = c.write()
}
