package app

import (
	"context"
	"sync"
	"time"
)

const (
	// readyFor is how long one answer of the database is passed on, so that
	// probes, however many, cost a write a second.
	readyFor = time.Second
	// readyWithin bounds the check: who cannot write by then is not ready.
	readyWithin = 5 * time.Second
)

// ready asks check at most once in readyFor. Who comes while it runs waits for
// its answer.
type ready struct {
	check func(ctx context.Context) error
	log   func(msg string, args ...any) // told when the answer changes
	now   func() time.Time

	mu    sync.Mutex
	asked time.Time
	err   error
}

// Err returns nil while the program can serve.
func (r *ready) Err(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.asked.IsZero() && r.now().Sub(r.asked) < readyFor {
		return r.err
	}
	// The answer is for others too: the one who asked may go.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
	defer cancel()
	before := r.err
	r.err = r.check(ctx)
	r.asked = r.now()
	switch {
	case r.err != nil && before == nil:
		r.log("not ready: the database does not take a write", "error", r.err)
	case r.err == nil && before != nil:
		r.log("ready again")
	}
	return r.err
}
