package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Group commits many small writes together: what arrives while one transaction
// is being made durable goes into the next, so that the cost of the disk's
// flush is shared. Do returns only after its own write is durable.
type Group struct {
	db     *DB
	ops    chan *groupOp
	wg     sync.WaitGroup
	mu     sync.RWMutex // held for reading while sending, so that Close never closes ops under a sender
	closed bool
}

// groupOp is owned by the caller of Do until it is sent, then by one worker
// until done is closed.
type groupOp struct {
	fn   func(ctx context.Context) error
	err  error
	done chan struct{}
}

// maxGroup bounds a transaction: beyond it latency grows and throughput does not.
const maxGroup = 256

// ErrClosed is returned by Do after Close.
var ErrClosed = errors.New("db: the group is closed")

// NewGroup starts the workers: one on SQLite, which has one writer anyway, four
// on PostgreSQL. Close stops them.
func (d *DB) NewGroup() *Group {
	g := &Group{db: d, ops: make(chan *groupOp, 4*maxGroup)}
	workers := 1
	if d.engine == Postgres {
		workers = 4
	}
	for range workers {
		g.wg.Go(func() {
			for op := range g.ops {
				g.commit(g.collect(op))
			}
		})
	}
	return g
}

// Do runs fn in a transaction that it may share with others and returns when
// that is durable. If any fn of a batch fails, what it wrote is undone and all
// run again: so fn must be safe to run twice, and must not change memory that
// outlives it before it succeeds. fn sees a ctx without the
// caller's values; what it needs it must close over. Inside a transaction Do
// joins it.
func (g *Group) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	if txFrom(ctx, g.db) != nil {
		return fn(ctx)
	}
	op := &groupOp{fn: fn, done: make(chan struct{})}
	if err := g.send(ctx, op); err != nil {
		return err
	}
	// From here the write may happen whatever the caller does, so wait for it:
	// an answer must never be reported lost when it was saved.
	<-op.done
	return op.err
}

func (g *Group) send(ctx context.Context, op *groupOp) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return ErrClosed
	}
	select {
	case g.ops <- op:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close finishes what was accepted and stops the workers.
func (g *Group) Close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.ops)
	}
	g.mu.Unlock()
	g.wg.Wait()
}

// collect takes what is waiting without waiting for more: an idle system
// answers at once, a busy one fills its batches by itself.
func (g *Group) collect(first *groupOp) []*groupOp {
	batch := []*groupOp{first}
	for len(batch) < maxGroup {
		select {
		case op, open := <-g.ops:
			if !open {
				return batch
			}
			batch = append(batch, op)
		default:
			return batch
		}
	}
	return batch
}

// commit first runs the batch as it is. If one write is refused, all run again
// in one transaction in which each can fail alone: whoever sends what is always
// refused costs the others a repetition, not a transaction each.
func (g *Group) commit(batch []*groupOp) {
	err := g.db.InTx(context.Background(), func(ctx context.Context) error {
		for _, op := range batch {
			if err := guard(ctx, op.fn); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
	case len(batch) == 1:
		batch[0].err = err
	default:
		g.commitEach(batch)
	}
	for _, op := range batch {
		close(op.done)
	}
}

func (g *Group) commitEach(batch []*groupOp) {
	err := g.db.InTx(context.Background(), func(ctx context.Context) error {
		for _, op := range batch {
			var err error
			if op.err, err = g.db.attempt(ctx, func(ctx context.Context) error { return guard(ctx, op.fn) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // the transaction itself was lost, and every write with it
		for _, op := range batch {
			op.err = err
		}
	}
}

// guard keeps one caller's panic from taking the worker, and with it everyone
// else's writes, down.
func guard(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("db: panic in a grouped write: %v", p)
		}
	}()
	return fn(ctx)
}
