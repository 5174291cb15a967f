package job

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	errLeaseLost = errors.New("job: the lease was lost")
	errStopping  = errors.New("job: the server stops")
)

// handBackTime is what a handler gets to return once its ctx was canceled.
const handBackTime = 5 * time.Second

// Run runs jobs and periodic work until ctx ends. Then it claims nothing more,
// lets what runs finish within the grace, cancels the rest and hands their
// leases back. A handler that ignores even that makes Run return an error; its
// job runs again when its lease expires.
func (q *Queue) Run(ctx context.Context) error {
	if err := q.seedWork(ctx); err != nil {
		return err
	}
	// Handlers outlive ctx by the grace.
	jobCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	var running, loops sync.WaitGroup
	loops.Go(func() { q.periodicLoop(ctx, jobCtx, &running) })
	loops.Go(func() { q.jobLoop(ctx, jobCtx, &running) })
	loops.Wait()

	done := make(chan struct{})
	go func() { running.Wait(); close(done) }()
	if !waitFor(done, q.grace) {
		cancel(errStopping)
		if !waitFor(done, handBackTime) {
			return errors.New("job: a handler ignores the stop; its job runs again when its lease expires")
		}
	}
	return q.releaseHeld(context.WithoutCancel(ctx))
}

func waitFor(done <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// jobLoop claims as many jobs as there are free slots, and rests only when it
// got fewer than it asked for.
func (q *Queue) jobLoop(ctx, jobCtx context.Context, running *sync.WaitGroup) {
	slots := make(chan struct{}, q.workers)
	tick := time.NewTicker(q.poll)
	defer tick.Stop()
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		free := 1
		for free < q.workers && tryPut(slots) {
			free++
		}
		rows := q.claimDue(ctx, free)
		for _, r := range rows {
			running.Go(func() {
				defer func() { <-slots }()
				_ = q.execute(jobCtx, r) // settled and logged inside
			})
		}
		for range free - len(rows) {
			<-slots
		}
		if len(rows) == free {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		case <-tick.C:
		}
	}
}

func tryPut(slots chan<- struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// claimDue returns nothing when the database does not answer: the next tick
// tries again.
func (q *Queue) claimDue(ctx context.Context, n int) []row {
	if ctx.Err() != nil {
		return nil
	}
	now := q.now()
	due, err := q.anyDue(ctx, q.kinds(), now)
	if err == nil && !due {
		return nil
	}
	var rows []row
	if err == nil {
		// Not ctx: a claim that was made must be known to us.
		rows, err = q.claim(context.WithoutCancel(ctx), q.kinds(), n, now)
	}
	if err != nil && ctx.Err() == nil {
		q.log.Error("claim jobs", "error", err)
	}
	return rows
}

// kinds never is empty: IN () is no SQL.
func (q *Queue) kinds() []string {
	return append(slices.Sorted(maps.Keys(q.handlers)), "")
}

// mend makes ready what would wait for nothing: jobs that crashed processes
// held, and jobs whose instant a wrong clock had named.
func (q *Queue) mend(ctx context.Context) error {
	now := q.now()
	expired, err := q.anyExpired(ctx, now)
	if err == nil && expired {
		if err = q.reclaim(ctx, now); err == nil {
			q.log.Warn("took back jobs whose lease had expired")
			q.wakeUp()
		}
	}
	strays, strayErr := q.anyStray(ctx, now)
	if strayErr == nil && strays {
		if strayErr = q.bringBack(ctx, now); strayErr == nil {
			q.log.Warn("jobs were waiting for a wrong clock; they run now")
			q.wakeUp()
		}
	}
	return errors.Join(err, strayErr)
}

// execute runs a claimed job and settles its row. It returns the handler's
// error.
func (q *Queue) execute(ctx context.Context, r row) error {
	runCtx, stop := context.WithTimeout(context.WithValue(ctx, lastKey{}, r.Attempts >= r.MaxAttempts), maxRunTime)
	defer stop()
	runCtx, lose := context.WithCancelCause(runCtx)
	defer lose(nil)
	release := q.keep(ctx, lose, func(ctx context.Context) (bool, error) {
		return q.extend(ctx, r, q.now().Add(q.lease))
	})
	defer release()
	err := guard(func() error { return q.handlers[r.Kind](runCtx, []byte(r.Payload)) })
	release()
	if errors.Is(context.Cause(runCtx), errLeaseLost) {
		q.log.Error("lost the lease of a job while it ran", "kind", r.Kind, "job", r.ID)
		return errors.Join(errLeaseLost, err)
	}
	q.settle(ctx, r, err)
	return err
}

// guard turns a panic into an error that says where.
func guard(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

// keep extends a lease three times in its length until stop is called. It calls
// lose when the lease is somebody else's, or may be because the database has
// not answered for a whole lease.
func (q *Queue) keep(ctx context.Context, lose context.CancelCauseFunc, extend func(context.Context) (bool, error)) (stop func()) {
	ctx = context.WithoutCancel(ctx)
	done, exited := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(exited)
		t := time.NewTicker(q.lease / 3)
		defer t.Stop()
		for held := time.Now(); ; {
			select {
			case <-done:
				return
			case <-t.C:
			}
			began := time.Now()
			tryCtx, cancel := context.WithTimeout(ctx, q.lease/3)
			ok, err := extend(tryCtx)
			cancel()
			switch {
			case err == nil && ok:
				held = began
			case err == nil, time.Since(held) > q.lease:
				lose(errLeaseLost)
				return
			default:
				q.log.Warn("extend a lease", "error", err)
			}
		}
	}()
	return sync.OnceFunc(func() { close(done); <-exited })
}

// settle writes the outcome down. If the database does not answer, the lease
// expires and the job runs again: at least once.
func (q *Queue) settle(ctx context.Context, r row, cause error) {
	log := q.log.With("kind", r.Kind, "job", r.ID, "attempt", r.Attempts)
	// Asked before ctx is widened: only a failure during the stop is handed back.
	stopping := context.Cause(ctx) != nil
	ctx = context.WithoutCancel(ctx)
	var dead permanent
	var write func(context.Context) (bool, error)
	switch {
	case cause == nil:
		write = func(ctx context.Context) (bool, error) { return q.finish(ctx, r) }
	case errors.As(cause, &dead), r.Attempts >= r.MaxAttempts && !stopping:
		log.Error("job is dead", "error", cause)
		write = func(ctx context.Context) (bool, error) { return q.bury(ctx, r, q.now(), clean(cause)) }
	case stopping:
		log.Info("job handed back")
		write = func(ctx context.Context) (bool, error) { return q.handBack(ctx, r) }
	default:
		at := q.now().Add(backoff(r.Attempts))
		log.Warn("job failed", "error", cause, "again_at", at)
		write = func(ctx context.Context) (bool, error) { return q.reschedule(ctx, r, at, clean(cause)) }
	}
	for try := 1; ; try++ {
		ok, err := write(ctx)
		if err == nil {
			if !ok {
				log.Warn("somebody else took the job over")
			}
			return
		}
		if try == 3 {
			log.Error("write the outcome of a job", "error", err)
			return
		}
		time.Sleep(time.Duration(try) * 200 * time.Millisecond)
	}
}

// clean makes an error fit for a text column: PostgreSQL refuses NUL and broken
// UTF-8.
func clean(err error) string {
	s := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "?"), "\x00", "?")
	if len(s) > 4000 {
		s = strings.ToValidUTF8(s[:4000], "")
	}
	return s
}

// Drain runs everything that is due now, periodic work first, one after the
// other, until nothing is left, and joins the errors. A failed job is
// rescheduled as usual, so it is not due any more. Due jobs without a handler
// are an error. It is for tests and for seeding the demo.
func (q *Queue) Drain(ctx context.Context) error {
	if err := q.seedWork(ctx); err != nil {
		return err
	}
	errs := []error{q.drainWork(ctx), q.mend(ctx)}
	for ctx.Err() == nil {
		rows, err := q.claim(ctx, q.kinds(), 1, q.now())
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		if len(rows) == 0 {
			break
		}
		if err := q.execute(ctx, rows[0]); err != nil {
			errs = append(errs, fmt.Errorf("job %s: %w", rows[0].Kind, err))
		}
	}
	orphans, err := q.orphans(ctx, q.kinds(), q.now())
	if len(orphans) > 0 {
		err = fmt.Errorf("job: nobody handles %s", strings.Join(orphans, ", "))
	}
	return errors.Join(append(errs, err, ctx.Err())...)
}
