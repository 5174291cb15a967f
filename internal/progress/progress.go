// Package progress lets long work tell how far it is, to whoever wants to know.
// The work knows nothing of terminals, and costs nothing where nobody listens.
package progress

import (
	"context"
	"io"
)

// State is how far a step of some work is.
type State struct {
	Step        string // in words: "Storing files"
	Done, Total int64  // Total is 0 where nobody can know it
	Bytes       bool   // what is counted are bytes
}

// Func is told of states. It must be quick, and safe for concurrent use.
type Func func(State)

type key struct{}

// With returns a ctx in which fn hears of the work; nil: nobody does, which
// keeps the parts of a work from speaking in place of the whole.
func With(ctx context.Context, fn Func) context.Context { return context.WithValue(ctx, key{}, fn) }

// Heard reports whether anybody listens.
func Heard(ctx context.Context) bool {
	fn, _ := ctx.Value(key{}).(Func)
	return fn != nil
}

// Report tells whoever listens in ctx.
func Report(ctx context.Context, s State) {
	if fn, _ := ctx.Value(key{}).(Func); fn != nil {
		fn(s)
	}
}

// Reader reports how much of r was read, of the step s.
func Reader(ctx context.Context, r io.Reader, s State) io.Reader {
	if !Heard(ctx) {
		return r
	}
	return &reader{ctx, r, s}
}

type reader struct {
	ctx context.Context //nolint:containedctx // it lives as long as one copy
	r   io.Reader
	s   State
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.s.Done += int64(n)
	Report(r.ctx, r.s)
	return n, err
}
