// Package kept keeps for a moment what takes long to count.
package kept

import (
	"sync"
	"time"
)

// For is how long a count is kept.
const For = time.Minute

// most is how many counts are kept at a time.
const most = 32

// Counts keeps what was counted, by a key, for a minute. It is safe for concurrent
// use: who asks while somebody counts waits for that count.
type Counts[T any] struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[string]*count[T]
}

// count is that of one key; its lock is held while it is counted.
type count[T any] struct {
	mu    sync.Mutex
	at    time.Time
	value T
}

// New returns an empty keeper.
func New[T any](now func() time.Time) *Counts[T] {
	return &Counts[T]{now: now, of: map[string]*count[T]{}}
}

// Get returns what is kept of a key, or else counts. An error is not kept.
func (k *Counts[T]) Get(id string, fn func() (T, error)) (T, error) {
	c := k.entry(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	now := k.now()
	if age := now.Sub(c.at); !c.at.IsZero() && age >= 0 && age < For {
		return c.value, nil
	}
	v, err := fn()
	if err != nil {
		return v, err
	}
	c.value, c.at = v, now
	return v, nil
}

func (k *Counts[T]) entry(id string) *count[T] {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.of[id]
	if c != nil {
		return c
	}
	if len(k.of) >= most {
		for other := range k.of { // any: it is counted again when somebody asks
			delete(k.of, other)
			break
		}
	}
	c = &count[T]{}
	k.of[id] = c
	return c
}
