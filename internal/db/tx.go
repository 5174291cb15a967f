package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"
)

type txKey struct{ db *DB }

// txState belongs to the goroutine that runs the outermost InTx.
type txState struct {
	gorm        *gorm.DB
	failed      error // set when a joined call failed: the whole is lost
	afterCommit []func()
}

func txFrom(ctx context.Context, d *DB) *txState {
	tx, _ := ctx.Value(txKey{d}).(*txState)
	return tx
}

// InTx runs fn in one transaction that travels in fn's ctx; a nested call joins
// it. An error rolls everything back, also when a caller in between swallows
// it. fn may run again after a serialization failure or deadlock (PostgreSQL),
// so it must not change memory that outlives it before it succeeds.
//
// Shadow the name (func(ctx context.Context) error): the outer ctx inside the
// transaction deadlocks on SQLite and silently escapes it on PostgreSQL.
func (d *DB) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := txFrom(ctx, d); outer != nil {
		err := fn(ctx)
		if err != nil && outer.failed == nil {
			outer.failed = err
		}
		return err
	}
	for attempt := 1; ; attempt++ {
		err := d.inTxOnce(ctx, fn)
		if err == nil || attempt == 5 || !isRetryable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(attempt*5+rand.IntN(20)) * time.Millisecond): // #nosec G404 -- jitter, no secret
		}
	}
}

func (d *DB) inTxOnce(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	tx := d.write.WithContext(ctx).Begin()
	if tx.Error != nil {
		return fmt.Errorf("db: begin: %w", tx.Error)
	}
	state := &txState{gorm: tx}
	done := false
	defer func() {
		if !done { // an error or a panic
			tx.Rollback()
		}
	}()
	if err = fn(context.WithValue(ctx, txKey{d}, state)); err != nil {
		return err
	}
	if state.failed != nil {
		return state.failed
	}
	if err := tx.Commit().Error; err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			err = ctx.Err() // its end came before the commit
		}
		return fmt.Errorf("db: commit: %w", err)
	}
	done = true
	for _, f := range state.afterCommit {
		f()
	}
	return nil
}

// attempt runs fn in the transaction of ctx behind a savepoint: refused is fn's
// error, after which what fn wrote is undone and the transaction goes on; err
// means that the transaction is lost, or is to run again because of others.
func (d *DB) attempt(ctx context.Context, fn func(ctx context.Context) error) (refused, err error) {
	tx := txFrom(ctx, d)
	if err := tx.gorm.Exec("SAVEPOINT attempt").Error; err != nil {
		return nil, err
	}
	// What failed before belongs to nobody here: a lost transaction never gets
	// this far.
	later := len(tx.afterCommit)
	if refused = fn(ctx); refused == nil && tx.failed == nil {
		return nil, tx.gorm.Exec("RELEASE SAVEPOINT attempt").Error
	}
	if refused == nil { // somebody in between swallowed it
		refused = tx.failed
	}
	if isRetryable(refused) {
		return nil, refused
	}
	tx.failed, tx.afterCommit = nil, tx.afterCommit[:later]
	return refused, tx.gorm.Exec("ROLLBACK TO SAVEPOINT attempt").Error
}

// InTransaction reports whether ctx carries a transaction of d.
func (d *DB) InTransaction(ctx context.Context) bool { return txFrom(ctx, d) != nil }

// AfterCommit runs f once the transaction in ctx has committed, at once if
// there is none, never if it rolls back. f must be quick and must not fail:
// what matters belongs into a job row.
func (d *DB) AfterCommit(ctx context.Context, f func()) {
	if tx := txFrom(ctx, d); tx != nil {
		tx.afterCommit = append(tx.afterCommit, f)
		return
	}
	f()
}

// One reads exactly one row: it turns zero rows into notFound. query has the
// shape of db.Read(ctx).Raw(…).Scan(&dst).
func One(query *gorm.DB, notFound error) error {
	if query.Error != nil {
		return query.Error
	}
	if query.RowsAffected == 0 {
		return notFound
	}
	return nil
}

// Changed runs a conditional UPDATE or INSERT … ON CONFLICT DO NOTHING and
// reports whether it changed a row.
func Changed(exec *gorm.DB) (bool, error) {
	return exec.RowsAffected > 0, exec.Error
}

// ErrNotSQLite is returned by what only the embedded engine offers.
var ErrNotSQLite = errors.New("db: this needs SQLite; on PostgreSQL use its own tools")
