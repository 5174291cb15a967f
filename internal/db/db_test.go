package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/progress"
)

func put(ctx context.Context, d *db.DB, name string) error {
	return d.Conn(ctx).Exec("INSERT INTO settings (name, value, updated_at) VALUES (?, 'x', ?)", name, db.Now()).Error
}

func count(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM settings").Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInTxRollsBackTheWholeEvenIfSwallowed(t *testing.T) {
	d := dbtest.New(t)
	boom := errors.New("boom")
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		if err := put(ctx, d, "outer"); err != nil {
			return err
		}
		_ = d.InTx(ctx, func(ctx context.Context) error { // a careless caller
			if err := put(ctx, d, "inner"); err != nil {
				return err
			}
			return boom
		})
		return nil
	})
	if !errors.Is(err, boom) || count(t, d) != 0 {
		t.Errorf("err = %v, rows = %d; a joined failure must lose the whole", err, count(t, d))
	}
}

func TestAfterCommitRunsOnlyAfterCommit(t *testing.T) {
	d := dbtest.New(t)
	ran := 0
	_ = d.InTx(t.Context(), func(ctx context.Context) error {
		d.AfterCommit(ctx, func() { ran++ })
		return errors.New("no")
	})
	if ran != 0 {
		t.Error("ran after a rollback")
	}
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		d.AfterCommit(ctx, func() { ran++ })
		if ran != 0 {
			t.Error("ran before the commit")
		}
		return nil
	})
	if err != nil || ran != 1 {
		t.Errorf("err = %v, ran = %d", err, ran)
	}
}

func TestUniqueIsToldByCode(t *testing.T) {
	d := dbtest.New(t)
	if err := put(t.Context(), d, "a"); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), d, "a"); !db.IsUnique(err) || db.IsForeignKey(err) {
		t.Errorf("err = %v", err)
	}
	err := d.Conn(t.Context()).Exec("INSERT INTO audit_details (event_id, salt, details, ip, user_agent, request_id) VALUES ('none','','','','','')").Error
	if !db.IsForeignKey(err) {
		t.Errorf("foreign key: %v", err)
	}
}

func TestTimesComeBackAsTheyWent(t *testing.T) {
	d := dbtest.New(t)
	at := time.Date(2026, 11, 23, 9, 41, 7, 123456789, time.FixedZone("", -8*3600))
	if err := d.Conn(t.Context()).Exec("INSERT INTO settings (name, value, updated_at) VALUES ('t', '', ?)", db.Truncate(at)).Error; err != nil {
		t.Fatal(err)
	}
	var row struct{ UpdatedAt time.Time }
	if err := d.Read(t.Context()).Raw("SELECT updated_at FROM settings").Scan(&row).Error; err != nil {
		t.Fatal(err)
	}
	if !row.UpdatedAt.Equal(at.Truncate(time.Microsecond)) {
		t.Errorf("column: got %v", row.UpdatedAt)
	}
	var latest db.Timestamp
	if err := d.Read(t.Context()).Raw("SELECT max(updated_at) FROM settings").Row().Scan(&latest); err != nil {
		t.Fatal(err)
	}
	if !latest.Valid || !latest.Time.Equal(row.UpdatedAt) {
		t.Errorf("expression: got %v", latest)
	}
}

func TestGroupAcknowledgesWhatIsDurable(t *testing.T) {
	d := dbtest.New(t)
	g := d.NewGroup()
	defer g.Close()
	bad := errors.New("refused")
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			err := g.Do(t.Context(), func(ctx context.Context) error {
				if err := put(ctx, d, fmt.Sprint(i)); err != nil {
					return err
				}
				switch i % 10 {
				case 3:
					return bad
				case 7:
					panic("in a grouped write")
				}
				return nil
			})
			if (err == nil) != (i%10 != 3 && i%10 != 7) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := count(t, d); n != 240 {
		t.Errorf("%d rows, want the 240 that were acknowledged", n)
	}
	// A nested transaction that fails takes only its own write with it.
	var both sync.WaitGroup
	for i := range 40 {
		both.Go(func() {
			err := g.Do(t.Context(), func(ctx context.Context) error {
				return d.InTx(ctx, func(ctx context.Context) error {
					if err := put(ctx, d, fmt.Sprintf("nested %d", i)); err != nil {
						return err
					}
					if i%2 == 1 {
						return bad
					}
					return nil
				})
			})
			if (err == nil) != (i%2 == 0) {
				t.Errorf("nested %d: %v", i, err)
			}
		})
	}
	both.Wait()
	if n := count(t, d); n != 260 {
		t.Errorf("%d rows, want 260", n)
	}
	g.Close()
	if err := g.Do(t.Context(), func(context.Context) error { return nil }); !errors.Is(err, db.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestFourStartersMigrateOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "race.db")
	var wg sync.WaitGroup
	var mu sync.Mutex
	applied := 0
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(context.Background(), db.Config{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			n, err := d.Migrate(context.Background())
			if err != nil {
				t.Error(err)
			}
			if err := d.CheckSchema(context.Background()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if n > 0 {
				applied++
			}
		})
	}
	wg.Wait()
	if applied != 1 {
		t.Errorf("%d starters applied steps, want one", applied)
	}
}

// TestLongWorkTellsHowFarItIs: each step once, and never more than there is.
func TestLongWorkTellsHowFarItIs(t *testing.T) {
	var heard []progress.State
	ctx := progress.With(t.Context(), func(s progress.State) { heard = append(heard, s) })
	dir := t.TempDir()
	d, err := db.Open(ctx, db.Config{Path: filepath.Join(dir, "source.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	n, err := d.Migrate(ctx)
	if err != nil || n == 0 || len(heard) != n {
		t.Fatalf("%d steps, %d heard, %v", n, len(heard), err)
	}
	for i, s := range heard {
		if s.Done != int64(i)+1 || s.Total != int64(n) {
			t.Errorf("step %d: %+v", i, s)
		}
	}
	backup := filepath.Join(dir, "backup.db")
	heard = nil
	if err := d.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(backup)
	if err != nil || len(heard) == 0 || info.Size() > heard[0].Total || heard[0].Total-info.Size() > info.Size()/20 { // it is packed a little denser
		t.Errorf("a backup of %d bytes: %+v, %v", info.Size(), heard, err)
	}
	heard = nil
	if _, err := db.Restore(ctx, backup, filepath.Join(dir, "target.db"), func(context.Context, *db.DB) error { return nil }); err != nil {
		t.Fatal(err)
	}
	copied := false
	for _, s := range heard {
		copied = copied || s.Bytes && s.Done == info.Size() && s.Total == info.Size()
		if s.Total > 0 && s.Done > s.Total {
			t.Errorf("%+v", s)
		}
	}
	if !copied {
		t.Errorf("the copy was never whole: %+v", heard)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	d := dbtest.New(t)
	if err := d.Conn(t.Context()).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, ?)", true).Error; err != nil {
		t.Fatal(err)
	}
	if err := d.CheckSchema(t.Context()); !errors.Is(err, db.ErrNewer) {
		t.Errorf("CheckSchema: %v", err)
	}
	if _, err := d.Migrate(t.Context()); !errors.Is(err, db.ErrNewer) {
		t.Errorf("Migrate: %v", err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	d := dbtest.NewSQLite(t)
	if err := d.Read(t.Context()).Exec("DELETE FROM settings").Error; err == nil {
		t.Error("the reading pool must refuse to write")
	}
}
