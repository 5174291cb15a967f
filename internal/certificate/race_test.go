package certificate_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

func enrollmentOf(c certificate.Certificate) enrollment.Enrollment {
	at := c.Facts.CompletedAt
	return enrollment.Enrollment{ID: c.EnrollmentID, PersonID: c.PersonID, CourseID: c.CourseID, EditionID: c.EditionID, Cycle: c.Cycle, CompletedAt: &at}
}

// together runs fn n times at once and returns the errors.
func together(n int, fn func(i int) error) []error {
	var wg sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { <-start; errs[i] = fn(i) })
	}
	close(start)
	wg.Wait()
	return errs
}

func TestTwoHundredReserveOne(t *testing.T) {
	w := newWorld(t)
	e := w.completed("p1", 1, began)
	for _, err := range together(200, func(int) error { return w.Completed(t.Context(), e) }) {
		w.must(err)
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 1 {
		t.Errorf("%d certificates", n)
	}
	if jobs, events := w.count("SELECT count(*) FROM jobs"), w.count("SELECT count(*) FROM certificate_history"); jobs != 1 || events != 1 {
		t.Errorf("%d jobs, %d events", jobs, events)
	}
	w.drain()
	if n := w.post.about("is ready"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestOneFileAndOneMailHoweverOftenTheJobRuns(t *testing.T) {
	w := newWorld(t)
	c := w.reserve("p1")
	// The same job twenty times, on two replicas that run at once.
	for range 20 {
		w.must(w.queue.Enqueue(t.Context(), certificate.JobKind, map[string]string{"id": c.ID}))
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 2 {
		q := job.New(w.db, slog.New(slog.DiscardHandler), w.clock.now)
		w.service(q, mail.New(q, w.post, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: w.provider.BaseURL}))
		wg.Go(func() {
			if err := q.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for range 600 {
		if w.count("SELECT count(*) FROM jobs") == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	wg.Wait()
	if files, events := w.count("SELECT count(*) FROM certificate_files"), w.count("SELECT count(*) FROM certificate_history WHERE kind = 'issued'"); files != 1 || events != 1 {
		t.Errorf("%d files, %d events", files, events)
	}
	if n := w.post.about("is ready", c.Number); n != 1 || w.count("SELECT count(*) FROM jobs") != 0 {
		t.Errorf("%d mails, %d jobs left", n, w.count("SELECT count(*) FROM jobs"))
	}
}

func TestRevokeAndReplaceRace(t *testing.T) {
	w := newWorld(t)
	for cycle := range 10 {
		w.setHolder("p1", "Ana Ruiz", "UTC")
		e := w.completed("p1", cycle+1, began)
		w.must(w.Completed(t.Context(), e))
		w.drain()
		c, err := w.OfEnrollment(t.Context(), e.ID)
		w.must(err)
		w.setHolder("p1", "Ana Soto", "UTC")
		errs := together(4, func(i int) error {
			if i%2 == 0 {
				return w.Revoke(t.Context(), c.Number, "Race", "")
			}
			_, err := w.replace(t.Context(), c.Number, "Race", "")
			return err
		})
		// One of the two acts wins, and so does its second click.
		revoked, replaced := errs[0] == nil && errs[2] == nil, errs[1] == nil && errs[3] == nil
		lost := errs[0] != nil && errs[2] != nil || errs[1] != nil && errs[3] != nil
		if n := w.count("SELECT count(*) FROM certificate_history WHERE certificate_id = ?", c.ID); revoked == replaced || !lost || n != 3 {
			t.Fatalf("%d events: %v", n, errs)
		}
	}
}
