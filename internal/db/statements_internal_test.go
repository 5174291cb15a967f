package db

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
)

// TestStatementsSurviveTransactions: what one transaction used, the next finds
// prepared; mistakes and lists without end leave the cache in order.
func TestStatementsSurviveTransactions(t *testing.T) {
	d, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	pool, ok := d.write.ConnPool.(*statements)
	if !ok {
		t.Fatalf("the writer's pool is %T", d.write.ConnPool)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.Conn(t.Context()).Exec("CREATE TABLE t (n BIGINT)").Error)
	const insert = "INSERT INTO t (n) VALUES (?)"
	add := func(n int) error {
		return d.InTx(t.Context(), func(ctx context.Context) error { return d.Conn(ctx).Exec(insert, n).Error })
	}
	must(add(1))
	must(add(2))
	prepared := pool.ready[insert]
	if prepared == nil {
		t.Fatal("the second transaction did not find the statement prepared")
	}
	if err := d.InTx(t.Context(), func(ctx context.Context) error { return d.Conn(ctx).Exec("INSERT INTO nothing VALUES (1)").Error }); err == nil {
		t.Error("a statement on no table passed")
	}
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			if err := add(n); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if pool.ready[insert] != prepared {
		t.Error("the statement was prepared again")
	}
	must(d.Conn(t.Context()).Exec("ALTER TABLE t ADD COLUMN m BIGINT").Error)
	must(add(3)) // a changed schema does not spoil it
	var count, sum int
	must(d.InTx(t.Context(), func(ctx context.Context) error {
		return d.Read(ctx).Raw("SELECT count(*), sum(n) FROM t").Row().Scan(&count, &sum)
	}))
	if count != 43 || sum != 1+2+3+39*40/2 {
		t.Errorf("%d rows, sum %d", count, sum)
	}
}
