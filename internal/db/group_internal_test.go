package db

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestADeadlockInAGroupRunsAgain: beside a write that is refused, a conflict with
// another transaction is nobody's answer.
func TestADeadlockInAGroupRunsAgain(t *testing.T) {
	d, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Conn(t.Context()).Exec("CREATE TABLE t (n BIGINT)").Error; err != nil {
		t.Fatal(err)
	}
	bad := errors.New("refused")
	op := func(fn func(ctx context.Context) error) *groupOp { return &groupOp{fn: fn, done: make(chan struct{})} }
	insert := func(ctx context.Context) error { return d.Conn(ctx).Exec("INSERT INTO t (n) VALUES (1)").Error }
	tries := 0
	batch := []*groupOp{
		op(insert),
		op(func(context.Context) error { return bad }),
		op(func(ctx context.Context) error {
			return d.InTx(ctx, func(ctx context.Context) error {
				if err := insert(ctx); err != nil {
					return err
				}
				if tries++; tries == 1 {
					return &pgconn.PgError{Code: "40P01"}
				}
				return nil
			})
		}),
	}
	(&Group{db: d}).commit(batch)
	for i, want := range []error{nil, bad, nil} {
		if !errors.Is(batch[i].err, want) || want == nil && batch[i].err != nil {
			t.Errorf("write %d: %v, want %v", i, batch[i].err, want)
		}
	}
	var n int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM t").Scan(&n).Error; err != nil || n != 2 || tries != 2 {
		t.Errorf("%d rows after %d tries, %v", n, tries, err)
	}
}
