package certificate_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

// BenchmarkIssue is the whole way of a certificate, from the completed enrollment to
// the stored file: the facts, the log, the credential, the signed PDF and every
// commit, durable on disk, by the queue as a server runs it. On one core: -cpu 1.
func BenchmarkIssue(b *testing.B) {
	d := dbtest.OnDisk
	if dbtest.OnPostgres() {
		d = func(t testing.TB) *db.DB { return dbtest.New(t) }
	}
	w := worldOn(b, d(b))
	w.clock.at = time.Now()
	issued := 0
	for b.Loop() {
		const each = 200
		b.StopTimer()
		completed := w.crowd(issued, each)
		b.StartTimer()
		for _, complete := range completed {
			w.must(complete())
		}
		issued += each
		w.runUntilIssued(issued)
	}
	b.ReportMetric(float64(issued)/b.Elapsed().Seconds(), "certificates/s")
}

// crowd makes people who are about to complete the course.
func (w *world) crowd(from, n int) (complete []func() error) {
	w.t.Helper()
	for i := range n {
		id := fmt.Sprintf("crowd-%d", from+i)
		w.person(id, "Ana Ruiz", "America/New_York")
		e := w.completed(id, 1, w.clock.now())
		complete = append(complete, func() error { return w.Completed(w.t.Context(), e) })
	}
	return complete
}

// runUntilIssued runs the queue until so many certificates are issued.
func (w *world) runUntilIssued(n int) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.queue.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	for w.count("SELECT count(*) FROM certificates WHERE state = 'issued'") < n {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	running.Wait()
}
