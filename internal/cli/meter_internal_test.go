package cli

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/atmacena/cocare/internal/progress"
)

// work runs fn with a meter on a clock that is not the machine's, and returns
// what was shown.
func work(t *testing.T, terminal bool, fn func(ctx context.Context)) string {
	t.Helper()
	var p strings.Builder
	synctest.Test(t, func(t *testing.T) {
		m := &meter{out: &p, terminal: terminal, stop: make(chan struct{}), began: time.Now()}
		m.stopped.Go(m.run)
		fn(progress.With(t.Context(), m.tell))
		m.end()
		m.end() // a deferred one too many does no harm
	})
	return p.String()
}

// count reports n of total, one each pause, between the looks of the meter.
func count(ctx context.Context, step string, total int64, pause time.Duration) {
	time.Sleep(barEvery / 2)
	for n := range total {
		progress.Report(ctx, progress.State{Step: step, Done: n, Total: total})
		time.Sleep(pause)
	}
}

func TestABarComesLateAndGoes(t *testing.T) {
	if said := work(t, true, func(ctx context.Context) { count(ctx, "Storing files", 10, 20*time.Millisecond) }); said != "" {
		t.Errorf("for work of a moment: %q", said)
	}
	said := work(t, true, func(ctx context.Context) {
		progress.Report(ctx, progress.State{Step: "Reading the folder"})
		time.Sleep(time.Second)
		count(ctx, "Storing files", 10, 100*time.Millisecond)
	})
	for _, want := range []string{"Reading the folder", "Storing files", "50%", "5/10"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing of %q in %q", want, said)
		}
	}
	if reading, _, _ := strings.Cut(said, "Storing"); strings.Contains(reading, "%") {
		t.Errorf("a fraction of what nobody can know: %q", reading)
	}
	if last := said[strings.LastIndex(strings.TrimRight(said, "\r"), "\r")+1:]; strings.TrimSpace(last) != "" {
		t.Errorf("the bar stays: %q", last)
	}
	if strings.Contains(said, "\x1b[3") {
		t.Errorf("colors: %q", said)
	}
}

func TestBytesAreShownAsBytes(t *testing.T) {
	said := work(t, true, func(ctx context.Context) {
		time.Sleep(barEvery / 2)
		for n := range int64(10) {
			progress.Report(ctx, progress.State{Step: "Copying", Done: n * 1_000_000, Total: 10_000_000, Bytes: true})
			time.Sleep(100 * time.Millisecond)
		}
	})
	if !strings.Contains(said, "(5.0/10 MB") {
		t.Errorf("%q", said)
	}
}

// TestElsewhereALineNowAndThen: a log is no terminal.
func TestElsewhereALineNowAndThen(t *testing.T) {
	if said := work(t, false, func(ctx context.Context) { count(ctx, "Storing files", 10, 100*time.Millisecond) }); said != "" {
		t.Errorf("for a second of work: %q", said)
	}
	said := work(t, false, func(ctx context.Context) {
		count(ctx, "Storing files", 60, 100*time.Millisecond)
		progress.Report(ctx, progress.State{Step: "Looking for damage"})
		time.Sleep(5 * time.Second)
		progress.Report(ctx, progress.State{Step: "Copying", Done: 1_500_000, Total: 3_000_000, Bytes: true})
		time.Sleep(5 * time.Second)
	})
	want := "cocare: Storing files: 19 of 60\ncocare: Looking for damage\ncocare: Copying: 1.5 of 3.0 MB\n"
	if said != want {
		t.Errorf("said\n%swant\n%s", said, want)
	}
}
