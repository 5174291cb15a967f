package job_test

import (
	"context"
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/job"
)

func TestRevive(t *testing.T) {
	q, _, _ := newQueue(t)
	q.Handle("k", func(context.Context, []byte) error { return job.Permanent(errors.New("no answer")) })
	revive := func(key string, want bool) {
		t.Helper()
		if got, err := q.Revive(t.Context(), key); got != want || err != nil {
			t.Errorf("%s: %v, %v", key, got, err)
		}
	}
	die := func() {
		t.Helper()
		if err := q.Drain(t.Context()); err == nil {
			t.Fatal("no error")
		}
	}
	revive("u", false) // there is none
	enqueue(t, q, "k", nil, job.Unique("u"))
	revive("u", false) // it is not dead
	die()
	revive("v", false)
	revive("u", true)
	revive("u", false)
	if s := stats(t, q); s.Ready != 1 || s.Dead != 0 {
		t.Errorf("stats %+v", s)
	}
	die()
	enqueue(t, q, "k", nil, job.Unique("u"))
	revive("u", false) // a newer one does the work
	die()
	revive("u", true)
	if s := stats(t, q); s.Ready != 1 || s.Dead != 1 {
		t.Errorf("one of two comes back: %+v", s)
	}
}
