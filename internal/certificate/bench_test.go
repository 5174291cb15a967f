package certificate_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/dbtest"
)

// BenchmarkIssue is the whole way of a certificate, from the completed enrollment to
// the stored file: the facts, the log, the credential, the signed PDF and every
// commit, durable on disk, by the queue as a server runs it. On one core: -cpu 1.
func BenchmarkIssue(b *testing.B) {
	d := dbtest.OnDisk
	if dbtest.OnPostgres() {
		d = dbtest.New
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

// BenchmarkVerify is what a verification page reads, among a hundred and among
// 100,000 certificates: it must cost the same.
func BenchmarkVerify(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newWorld(b)
			c := w.issued("p1")
			w.copies(c, n)
			for b.Loop() {
				_, _, err := w.Verify(b.Context(), c.Number)
				w.must(err)
			}
		})
	}
}

// copies fills the tables with n rows like those of a certificate, each with a
// history.
func (w *world) copies(c certificate.Certificate, n int) {
	w.t.Helper()
	const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	w.exec(fmt.Sprintf("INSERT INTO certificates (id, number, person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title,"+
		" search, facts, facts_hash, pdf_hash, reserved_at, issued_at) "+numbers+"SELECT id || i, 'N' || i, person_id, course_id, edition_id, enrollment_id,"+
		" cycle + i, state, holder_name, course_title, search, facts, facts_hash, 'h' || i, reserved_at, issued_at FROM n JOIN certificates ON id = ?", n), c.ID)
	w.exec(fmt.Sprintf("INSERT INTO certificate_history (id, certificate_id, position, kind, reason, at) "+numbers+
		"SELECT h.id || i, certificate_id || i, position, kind, reason, at FROM n JOIN certificate_history h ON certificate_id = ?", n), c.ID)
	if dbtest.OnPostgres() {
		w.exec("ANALYZE")
	}
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
