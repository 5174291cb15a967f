package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// retryPeriodic is the longest wait after a failed run.
const retryPeriodic = 5 * time.Minute

// work is something that happens every so often, once across replicas.
type work struct {
	name  string
	every time.Duration
	fn    func(ctx context.Context) error

	// Guarded by Queue.mu.
	running   bool
	nextRun   time.Time // while the lease is held
	heldUntil time.Time // zero when the lease is not held between runs
	failed    bool      // the last run here
}

// Every registers periodic work. It runs once per period across all replicas,
// never twice at the same time; a failed run is repeated after the period or
// five minutes, whichever is shorter. Periods under a second are a second.
//
// Work that comes round more often than half a lease is kept by the replica that
// took it, so that an idle server does not write to its disk every second.
func (q *Queue) Every(name string, every time.Duration, fn func(ctx context.Context) error) {
	for _, w := range q.works {
		if w.name == name {
			panic("job: periodic work twice: " + name) //nolint:forbidigo // a mistake in wiring, found at the first start
		}
	}
	q.works = append(q.works, &work{name: name, every: max(every, time.Second), fn: fn})
}

func (q *Queue) seedWork(ctx context.Context) error {
	if len(q.works) == 0 {
		return nil
	}
	rows, err := q.workRows(ctx)
	if err != nil {
		return fmt.Errorf("job: periodic work: %w", err)
	}
	for _, w := range q.works {
		if _, ok := rows[w.name]; ok {
			continue
		}
		if err := q.insertWork(ctx, w.name, q.now()); err != nil {
			return fmt.Errorf("job: periodic work %s: %w", w.name, err)
		}
	}
	return nil
}

func (q *Queue) periodicLoop(ctx, jobCtx context.Context, running *sync.WaitGroup) {
	tick := time.NewTicker(q.poll)
	defer tick.Stop()
	for {
		if err := q.mend(ctx); err != nil && ctx.Err() == nil {
			q.log.Error("take back expired jobs", "error", err)
		}
		due, err := q.dueWork(ctx)
		if err != nil && ctx.Err() == nil {
			q.log.Error("claim periodic work", "error", err)
		}
		for _, w := range due {
			running.Go(func() { _ = q.runWork(jobCtx, w, true) }) // logged inside
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// dueWork claims what is due. One read tells; only what is due costs a write.
func (q *Queue) dueWork(ctx context.Context) (due []*work, err error) {
	if len(q.works) == 0 {
		return due, nil
	}
	rows, err := q.workRows(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range q.works {
		got, err := q.claimIfDue(context.WithoutCancel(ctx), w, rows[w.name])
		if err != nil {
			return due, err
		}
		if got {
			due = append(due, w)
		}
	}
	return due, nil
}

func (q *Queue) claimIfDue(ctx context.Context, w *work, r workRow) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	if w.running {
		return false, nil
	}
	if mine := r.Lease != nil && *r.Lease == q.holder; mine && q.holdsOn(w, now) {
		w.running = reached(w.nextRun, now, w.every)
		w.nextRun = nextAfter(w.nextRun, now, w.every)
		return w.running, nil
	}
	if !reached(r.NextAt, now, w.every) || r.Lease != nil && *r.Lease != q.holder && !reached(*r.LeasedUntil, now, q.lease) {
		return false, nil
	}
	next, until := now.Add(w.every), now.Add(q.lease)
	ok, err := q.claimWork(ctx, w, now, next, until)
	w.running = ok && err == nil
	w.heldUntil, w.nextRun, w.failed = until, next, r.LastError != nil
	return w.running, err
}

// holdsOn reports whether the lease lasts long enough to run without renewing it.
func (q *Queue) holdsOn(w *work, now time.Time) bool {
	return w.heldUntil.Sub(now) > q.lease/2 && !reached(w.heldUntil, now, q.lease)
}

// reached reports whether an instant that was at most wait ahead when it was
// written has come, or was written by a wrong clock.
func reached(at, now time.Time, wait time.Duration) bool {
	return !at.After(now) || at.After(beyond(now, wait))
}

// nextAfter keeps the rhythm unless more than a period was missed.
func nextAfter(due, now time.Time, every time.Duration) time.Time {
	if !reached(due, now, every) {
		return due
	}
	if next := due.Add(every); next.After(now) {
		return next
	}
	return now.Add(every)
}

// runWork runs claimed work and, unless hold and the period is short, releases
// its lease.
func (q *Queue) runWork(ctx context.Context, w *work, hold bool) error {
	runCtx, stop := context.WithTimeout(ctx, maxRunTime)
	defer stop()
	runCtx, lose := context.WithCancelCause(runCtx)
	defer lose(nil)
	release := q.keep(ctx, lose, func(ctx context.Context) (bool, error) {
		until := q.now().Add(q.lease)
		ok, err := q.extendWork(ctx, w.name, q.holder, until)
		q.mu.Lock()
		defer q.mu.Unlock()
		if ok {
			w.heldUntil = until
		}
		return ok, err
	})
	defer release()
	err := guard(func() error { return w.fn(runCtx) })
	release()
	if context.Cause(ctx) != nil { // stopping: not the work's fault, and due again
		q.mu.Lock()
		w.nextRun = q.now()
		q.mu.Unlock()
		q.endWork(context.WithoutCancel(ctx), w, nil, false)
		return err
	}
	q.endWork(context.WithoutCancel(ctx), w, err, hold && w.every < q.lease/2)
	return err
}

func (q *Queue) endWork(ctx context.Context, w *work, cause error, hold bool) {
	var text *string
	if cause != nil {
		q.log.Error("periodic work failed", "work", w.name, "error", cause)
		s := clean(cause)
		text = &s
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	w.running = false
	next := w.nextRun
	if cause != nil {
		next = q.now().Add(min(w.every, retryPeriodic))
	}
	var err error
	switch {
	case hold && !w.failed && cause == nil: // nothing to write
	case hold:
		_, err = q.noteWork(ctx, w.name, q.holder, text)
	default:
		w.heldUntil = time.Time{}
		_, err = q.releaseWork(ctx, w.name, q.holder, next, text)
	}
	w.failed = cause != nil
	if err != nil {
		q.log.Error("write the outcome of periodic work", "work", w.name, "error", err)
	}
}

// releaseHeld lets another replica go on at once.
func (q *Queue) releaseHeld(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	var errs []error
	for _, w := range q.works {
		if w.heldUntil.IsZero() {
			continue
		}
		w.heldUntil = time.Time{}
		_, err := q.releaseWork(ctx, w.name, q.holder, w.nextRun, nil)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// drainWork runs the periodic work that is due, one after the other.
func (q *Queue) drainWork(ctx context.Context) error {
	due, err := q.dueWork(ctx)
	errs := []error{err}
	for _, w := range due {
		if err := q.runWork(ctx, w, false); err != nil {
			errs = append(errs, fmt.Errorf("periodic work %s: %w", w.name, err))
		}
	}
	return errors.Join(errs...)
}
