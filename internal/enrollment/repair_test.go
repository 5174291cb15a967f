package enrollment_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

const day = 24 * time.Hour

func (w *world) expireDue(want int) {
	w.t.Helper()
	if n, err := w.ExpireDue(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d expired, want %d, %v", n, want, err)
	}
}

// TestAClockThatRanAheadEndsNobody for good: once it is right, what goes on is
// open again, on record, and what has ended stays ended.
func TestAClockThatRanAheadEndsNobody(t *testing.T) {
	w := newWorld(t)
	e, anew := w.enroll("p1"), w.enroll("p2")
	w.clock.add(400 * day)
	w.expireDue(2)
	second := w.enroll("p2")
	w.clock.add(-400 * day)
	for range 2 {
		w.expireDue(0)
	}
	if got := w.again(e); got.State != enrollment.Active || got.EndedAt != nil || got.EndReason != "" {
		t.Errorf("%+v", got)
	}
	if a, b := w.again(anew), w.again(second); a.State != enrollment.Expired || b.State != enrollment.Active {
		t.Errorf("begun anew: the first is %s, the second %s", a.State, b.State)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.reopen' AND object_id = ?", e.ID); n != 1 {
		t.Errorf("%d events", n)
	}
	w.clock.add(366 * day)
	w.expireDue(1)
	w.expireDue(0)
	if got := w.again(e); got.State != enrollment.Expired {
		t.Errorf("after the true end: %+v", got)
	}
}

// TestAnEndByHandStands, whatever the clock did.
func TestAnEndByHandStands(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.clock.add(100 * day)
	w.must(w.End(t.Context(), e.ID, enrollment.Expired, "asked"))
	w.clock.add(-100 * day)
	w.expireDue(0)
	if got := w.again(e); got.State != enrollment.Expired {
		t.Errorf("%+v", got)
	}
}

// TestActiveTimeAfterAWrongClock is counted again at once, and only once.
func TestActiveTimeAfterAWrongClock(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	tr := w.NewTracker(slog.New(slog.DiscardHandler), time.Hour)
	defer tr.Close()
	lessons := w.edition.Course.Modules[0].Lessons
	visit := func(n int) {
		tr.Visit(e, lessons[n])
		tr.Flush(t.Context())
	}
	w.clock.add(10 * time.Minute)
	w.clock.add(day)
	w.active(e, "l1", "ahead", 60)
	visit(0)
	w.clock.add(-day)
	if got := w.active(e, "l1", "right.1", 15); got != 15 {
		t.Errorf("%d seconds of 15", got)
	}
	if got := w.active(e, "l1", "right.2", 15); got > 2 { // the jitter
		t.Errorf("%d of the same seconds once more", got)
	}
	w.exec("UPDATE learner_clocks SET beacon_at = ?", w.clock.now().Add(day))
	visit(0)
	w.clock.add(2 * time.Minute)
	visit(1)
	l, err := w.Learning(t.Context(), e)
	w.must(err)
	if _, request := l.Record.Seconds(); request < 118 || request > 120 {
		t.Errorf("%d seconds between two requests", request)
	}
}
