package enrollment_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

func (w *world) active(e enrollment.Enrollment, lesson, token string, seconds int) int {
	w.t.Helper()
	n, err := w.RecordActive(w.t.Context(), e, lesson, enrollment.ActiveBatch{
		Token: token, Seconds: seconds, From: w.clock.now().Add(-time.Duration(seconds) * time.Second), Source: enrollment.FromBrowser,
	})
	w.must(err)
	return n
}

// TestActiveTimeIsHonest sends what two devices, a replay and a liar send.
func TestActiveTimeIsHonest(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.clock.add(time.Minute)
	sum := 0
	for _, step := range []struct {
		wait    time.Duration
		token   string
		seconds int
		want    int
	}{
		{15 * time.Second, "a.1", 15, 15},
		{15100 * time.Millisecond, "a.2", 15, 15},
		{14900 * time.Millisecond, "a.3", 15, 15}, // the network's jitter costs nothing
		{0, "a.3", 15, 0},                         // the same batch again
		{0, "b.1", 15, 1},                         // a second device at the same time: what the jitter left
		{15 * time.Second, "a.4", 15, 15},
		{time.Second, "c.1", 300, 1}, // a claim of five minutes after a second
	} {
		w.clock.add(step.wait)
		got := w.active(e, "l1", step.token, step.seconds)
		if got != step.want {
			t.Errorf("%s: %d seconds of %d, want %d", step.token, got, step.seconds, step.want)
		}
		sum += got
	}
	l, err := w.Learning(t.Context(), e)
	w.must(err)
	if active, request := l.Record.Seconds(); active != sum || request != 0 {
		t.Errorf("%d and %d seconds on record, %d accepted", active, request, sum)
	}
	if n := w.count("SELECT SUM(seconds) FROM active_time"); n != sum {
		t.Errorf("%d seconds of evidence", n)
	}
}

// TestActiveTimeNeverOutrunsTheWall races eight devices for a minute.
func TestActiveTimeNeverOutrunsTheWall(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.clock.add(time.Minute)
	var sum atomic.Int64
	var wg sync.WaitGroup
	for device := range 8 {
		wg.Go(func() {
			for i := range 10 {
				n, err := w.RecordActive(t.Context(), e, "l1", enrollment.ActiveBatch{
					Token: fmt.Sprint(device, ".", i), Seconds: 60, From: w.clock.now().Add(-time.Minute), Source: enrollment.FromBrowser})
				if err != nil {
					t.Error(err)
				}
				sum.Add(int64(n))
			}
		})
	}
	wg.Wait()
	if got := sum.Load(); got != 60 {
		t.Errorf("%d seconds accepted in 60", got)
	}
}

func TestActiveTimeRefusals(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.clock.add(time.Hour)
	good := enrollment.ActiveBatch{Token: "t", Seconds: 10, From: w.clock.now(), Source: enrollment.FromBrowser}
	for name, change := range map[string]func(*enrollment.ActiveBatch){
		"no token":      func(b *enrollment.ActiveBatch) { b.Token = "" },
		"no seconds":    func(b *enrollment.ActiveBatch) { b.Seconds = 0 },
		"an hour":       func(b *enrollment.ActiveBatch) { b.Seconds = 3600 },
		"a made source": func(b *enrollment.ActiveBatch) { b.Source = enrollment.FromRequests },
	} {
		b := good
		change(&b)
		if _, err := w.RecordActive(t.Context(), e, "l1", b); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.RecordActive(t.Context(), e, "l9", good); !errors.Is(err, enrollment.ErrNoLesson) {
		t.Errorf("an unknown lesson: %v", err)
	}
	w.must(w.End(t.Context(), e.ID, enrollment.Withdrawn, "x"))
	if _, err := w.RecordActive(t.Context(), w.again(e), "l1", good); !errors.Is(err, enrollment.ErrWithdrawn) {
		t.Errorf("after the end: %v", err)
	}
}

// TestTimeFromRequests walks pages without a script.
func TestTimeFromRequests(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	tr := w.NewTracker(slog.New(slog.DiscardHandler), time.Hour)
	lessons := w.edition.Course.Modules[0].Lessons
	seconds := func() (active, request int) {
		tr.Flush(context.Background())
		l, err := w.Learning(t.Context(), e)
		w.must(err)
		return l.Record.Seconds()
	}
	tr.Visit(e, lessons[0])
	w.clock.add(2 * time.Minute)
	tr.Visit(e, lessons[1])
	if _, got := seconds(); got != 120 {
		t.Errorf("two minutes between two lessons: %d s", got)
	}
	w.clock.add(time.Hour)
	tr.Leave(e)
	w.clock.add(time.Hour)
	tr.Visit(e, lessons[0])
	if _, got := seconds(); got != 120+300 {
		t.Errorf("an hour on a page of five minutes: %d s", got)
	}
	// A browser that measures replaces the guess.
	w.clock.add(30 * time.Second)
	if got := w.active(e, "l1", "x.1", 20); got != 20 {
		t.Errorf("%d s from the browser", got)
	}
	w.clock.add(2 * time.Minute)
	tr.Visit(e, lessons[1])
	if active, request := seconds(); active != 20 || request != 420 {
		t.Errorf("%d s from the browser and %d s from requests", active, request)
	}
	// Reading the first lesson again counts up to its planned time, once.
	tr.Visit(e, lessons[0])
	w.clock.add(time.Hour)
	tr.Leave(e)
	tr.Close()
	l, err := w.Learning(t.Context(), e)
	w.must(err)
	if got := l.Record.Lessons["l1"].RequestSeconds; got != 300 {
		t.Errorf("%d s on a lesson of five minutes", got)
	}
}

func TestTimePolicyBlock(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimePolicy = "block"
	e := w.enroll("p1")
	w.study(e)
	if err := w.ExamGate(t.Context(), w.again(e)); err == nil {
		t.Error("the exam opens without the time that the course asks for")
	}
	w.clock.add(time.Hour)
	for i := range 5 {
		w.clock.add(5 * time.Minute)
		w.active(e, "l1", fmt.Sprint("t", i), 300)
	}
	if err := w.ExamGate(t.Context(), w.again(e)); err != nil {
		t.Errorf("25 minutes of 20: %v", err)
	}
}
