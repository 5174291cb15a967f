// Package once makes an act that only adds something safe to repeat: a form
// that is sent twice is one act.
//
// It owns the table form_posts. A page draws a random key into its form; package
// kit joins it with the path, the person and what was typed, and puts the hash
// into the context (With). The service asks First in the transaction of the
// act: whoever is not the first does nothing and succeeds. An act that fails
// takes its key back with everything else, so the corrected form goes through.
//
// One form is one act: a handler whose form does two such acts runs them in one
// transaction behind one question.
package once

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// keep is how long a form is remembered: longer than a tab stays open between
// two clicks on the same button.
const keep = 48 * time.Hour

type ctxKey struct{}

// With returns a ctx in which First knows the form.
func With(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, ctxKey{}, key)
}

// Log remembers which forms were acted on. It is safe for concurrent use.
type Log struct {
	db  *db.DB
	now func() time.Time
}

// New returns the log on d.
func New(d *db.DB, now func() time.Time) *Log {
	return &Log{db: d, now: func() time.Time { return db.Truncate(now()) }}
}

// First reports whether the form in ctx was not acted on before, and remembers
// it in the transaction that ctx carries. Of two at once the second waits for
// the first. Without a form in ctx, as in a command, it is always the first.
func (l *Log) First(ctx context.Context) (bool, error) {
	key, ok := ctx.Value(ctxKey{}).(string)
	if !ok {
		return true, nil
	}
	first, err := l.insert(ctx, key, l.now())
	if err != nil {
		return false, fmt.Errorf("once: %w", err)
	}
	return first, nil
}

// Sweep forgets what nobody will send again.
func (l *Log) Sweep(ctx context.Context) error {
	if err := l.deleteBefore(ctx, l.now().Add(-keep)); err != nil {
		return fmt.Errorf("once: sweep: %w", err)
	}
	return nil
}
