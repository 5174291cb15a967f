package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/atmacena/cocare/internal/progress"
)

// When a meter speaks: work that is done sooner needs no bar, and a log or a
// mail of cron no line.
const (
	barAfter   = 300 * time.Millisecond
	barEvery   = 100 * time.Millisecond
	linesAfter = 2 * time.Second
	linesEvery = 5 * time.Second
)

// meter shows on standard error how far a command is: a bar on a terminal, now
// and then a line elsewhere. Standard output is the result's alone.
type meter struct {
	out      io.Writer
	terminal bool
	stop     chan struct{}
	stopped  sync.WaitGroup
	once     sync.Once // stop is closed

	mu    sync.Mutex
	state progress.State

	// What follows belongs to the goroutine of run.
	began, said time.Time
	bar         *progressbar.ProgressBar
	shown       progress.State // by the bar
}

// metered returns a ctx whose work is shown until end is called. Call it before
// anything else is printed.
func metered(ctx context.Context, e *Environment) (_ context.Context, end func()) {
	m := &meter{out: e.Err, terminal: drawable(e), stop: make(chan struct{}), began: time.Now()}
	m.stopped.Go(m.run)
	return progress.With(ctx, m.tell), m.end
}

// end takes the bar away; more than once does no harm.
func (m *meter) end() {
	m.once.Do(func() {
		close(m.stop)
		m.stopped.Wait()
	})
}

// drawable reports whether standard error is a terminal on which a line can be
// drawn over. The bar has no color, so NO_COLOR asks for nothing else.
func drawable(e *Environment) bool {
	to := e.Err
	if s, ok := to.(*shared); ok {
		to = s.Writer
	}
	f, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return false
	}
	return !slices.Contains(e.Environ, "TERM=dumb")
}

// shared is standard error, on which a command, its log and its meter write.
type shared struct {
	mu sync.Mutex
	io.Writer
}

// Write implements io.Writer.
func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Writer.Write(p)
}

func (m *meter) tell(s progress.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = s
}

func (m *meter) run() {
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	defer m.clear()
	for {
		select {
		case <-m.stop:
			return
		case <-tick.C:
			m.mu.Lock()
			s := m.state
			m.mu.Unlock()
			m.show(s, time.Now())
		}
	}
}

// show says where the work is, if it is time to.
func (m *meter) show(s progress.State, now time.Time) {
	switch after := now.Sub(m.began); {
	case s.Step == "":
	case m.terminal && after >= barAfter:
		m.draw(s)
	case !m.terminal && after >= linesAfter && now.Sub(m.said) >= linesEvery:
		fmt.Fprintln(m.out, line(s))
		m.said = now
	}
}

// draw moves the bar. A bar cannot fail but for its terminal, which then shows
// nothing anyway.
func (m *meter) draw(s progress.State) {
	switch {
	case m.bar == nil || s.Total != m.shown.Total || s.Bytes != m.shown.Bytes || s.Done < m.shown.Done:
		m.clear()
		m.bar = newBar(m.out, s)
	case s.Step != m.shown.Step:
		m.bar.Describe(s.Step)
	}
	m.shown = s
	if s.Total > 0 {
		_ = m.bar.Set64(min(s.Done, s.Total))
	} else {
		_ = m.bar.RenderBlank()
	}
}

func newBar(out io.Writer, s progress.State) *progressbar.ProgressBar {
	opts := []progressbar.Option{progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(s.Step),
		progressbar.OptionSetWidth(24), progressbar.OptionSetTheme(progressbar.ThemeASCII), progressbar.OptionShowBytes(s.Bytes),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionClearOnFinish()}
	if s.Total <= 0 {
		return progressbar.NewOptions64(-1, opts...) // it spins
	}
	return progressbar.NewOptions64(s.Total, append(opts, progressbar.OptionShowCount())...)
}

// clear takes the bar away: what is printed next stands on a line of its own.
func (m *meter) clear() {
	if m.bar != nil {
		_ = m.bar.Clear()
		m.bar = nil
	}
}

// line says a state in plain words.
func line(s progress.State) string {
	var b strings.Builder
	b.WriteString("cocare: " + s.Step)
	switch {
	case s.Total > 0 && s.Bytes:
		fmt.Fprintf(&b, ": %.1f of %.1f MB", megabytes(s.Done), megabytes(s.Total))
	case s.Total > 0:
		fmt.Fprintf(&b, ": %d of %d", s.Done, s.Total)
	case s.Done > 0 && s.Bytes:
		fmt.Fprintf(&b, ": %.1f MB", megabytes(s.Done))
	}
	return b.String()
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }
