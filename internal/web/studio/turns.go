package studio

import (
	"context"
	"sync"
)

// turns let a person have one preview made at a time: a newer one stops the one before
// it, which nobody looks at any more.
type turns struct {
	mu  sync.Mutex
	now map[string]*turn
}

type turn struct {
	stop context.CancelFunc
	over chan struct{}
}

// take is the person's turn, once the one before has ended; it lasts until done is
// called or the next begins, which the context tells.
func (t *turns) take(ctx context.Context, who string) (mine context.Context, done func()) {
	mine, stop := context.WithCancel(ctx)
	one := &turn{stop, make(chan struct{})}
	t.mu.Lock()
	if t.now == nil {
		t.now = map[string]*turn{}
	}
	before := t.now[who]
	t.now[who] = one
	t.mu.Unlock()
	if before != nil {
		before.stop()
		<-before.over
	}
	return mine, func() {
		stop()
		t.mu.Lock()
		if t.now[who] == one {
			delete(t.now, who)
		}
		t.mu.Unlock()
		close(one.over)
	}
}
