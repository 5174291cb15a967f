package attendance_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/job"
)

// onceEach fails for anybody with more than one certificate, and for a row whose outcome
// does not fit.
func (w *world) onceEach(people int) {
	w.t.Helper()
	for what, sql := range map[string]string{
		"a person with two accounts":       "SELECT count(*) FROM (SELECT email_key FROM people GROUP BY email_key HAVING count(*) > 1) AS twice",
		"a person enrolled twice":          "SELECT count(*) FROM (SELECT person_id FROM enrollments GROUP BY person_id, course_id HAVING count(*) > 1) AS twice",
		"a person certified twice":         "SELECT count(*) FROM (SELECT person_id FROM certificates GROUP BY person_id HAVING count(*) > 1) AS twice",
		"an account without certificate":   "SELECT count(*) FROM people p WHERE id <> 'dora' AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.person_id = p.id)",
		"an outcome without certificate":   "SELECT count(*) FROM attendance_rows r WHERE outcome = 'issued' AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.enrollment_id = r.enrollment_id)",
		"a certificate without an outcome": "SELECT count(*) FROM certificates c WHERE NOT EXISTS (SELECT 1 FROM attendance_rows r WHERE r.enrollment_id = c.enrollment_id)",
		"an attendance audited otherwise":  "SELECT count(*) FROM enrollments e WHERE (SELECT count(*) FROM audit_events a WHERE a.object_id = e.id AND a.action = 'enrollment.attend') <> 1",
	} {
		if n := w.count(sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
	if n := w.count("SELECT count(*) FROM certificates"); people >= 0 && n != people {
		w.t.Errorf("%d certificates, want %d", n, people)
	}
}

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

// workers runs replicas until no job of the lists is left.
func (w *world) workers(n int) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	for range n {
		w.replica(slog.New(slog.DiscardHandler))
		q := w.queue
		wg.Go(func() {
			if err := q.Run(ctx); err != nil {
				w.t.Error(err)
			}
		})
	}
	for range 1200 {
		if w.count("SELECT count(*) FROM jobs") == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	wg.Wait()
}

func TestTwentyStartsAndTwoWorkersIssueOnce(t *testing.T) {
	w := newWorld(t)
	const n = 40
	l := w.upload(w.event(), numbered(n)...)
	for _, err := range together(20, func(int) error { return w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora") }) {
		w.must(err)
	}
	if jobs := w.count("SELECT count(*) FROM jobs WHERE kind = ?", attendance.JobKind); jobs != 1 || w.audited("attendance.start") != 1 {
		t.Errorf("%d jobs", jobs)
	}
	for range 3 { // the same work under other keys, so that it runs at the same time
		w.must(w.queue.Enqueue(t.Context(), attendance.JobKind, map[string]any{"id": l.ID}, job.MaxAttempts(3)))
	}
	w.workers(2)
	w.onceEach(n)
	if w.again(l).State != attendance.Finished || w.audited("attendance.finish") != 1 || w.audited("certificate.reserve") != n {
		t.Errorf("%+v, %d reserved", w.again(l), w.audited("certificate.reserve"))
	}
	for i := range n {
		if got := w.sent(fmt.Sprintf("p%d@example.com", i), "Choose a password"); got != 1 {
			t.Errorf("%d invitations to %d", got, i)
		}
	}
}

// TestThePeopleOfTwoListsAreServedOnce, although both are worked on at once and
// neither knew of the other.
func TestThePeopleOfTwoListsAreServedOnce(t *testing.T) {
	w := newWorld(t)
	const n = 25
	morning, evening := w.event(), w.event(func(d *attendance.Draft) { d.Title, d.StartsAt, d.EndsAt = "Evening", "17:00", "20:00" })
	a, b := w.upload(morning, numbered(n)...), w.upload(evening, numbered(n)...)
	for _, l := range []attendance.List{a, b} {
		w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	}
	w.workers(2)
	w.onceEach(n)
	issued := 0
	for _, l := range []attendance.List{a, b} {
		counts, err := w.Outcomes(t.Context(), l.ID)
		w.must(err)
		if w.again(l).State != attendance.Finished || counts[attendance.Failed] != 0 {
			t.Errorf("%v", counts)
		}
		issued += counts[attendance.Issued]
	}
	if issued != n {
		t.Errorf("%d rows say issued", issued)
	}
}

func TestAChangeAndAStartRace(t *testing.T) {
	w := newWorld(t)
	for i := range 8 {
		e := w.event(func(d *attendance.Draft) { d.Title = fmt.Sprintf("Round %s", letters(i)) })
		l := w.upload(e, "email,name", fmt.Sprintf("r%d@example.com,Ana Ruiz", i))
		errs := together(2, func(n int) error {
			if n == 0 {
				d := e.Draft()
				d.Title = "Changed"
				return w.Change(w.ctx(), e.ID, 1, d)
			}
			return w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora")
		})
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("%v", errs)
		}
	}
	w.drain()
	if n := w.count("SELECT count(*) FROM certificates WHERE course_title = 'Changed'"); n != 0 {
		t.Errorf("%d certificates of an event that was changed under the list", n)
	}
}
