package demo_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/demo"
)

var quiet = slog.New(slog.DiscardHandler)

func settings(t testing.TB, dir string) *config.Config {
	t.Helper()
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir = dir
		demo.Configure(c, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	once     sync.Once
	seeded   string // the folder that all tests look at
	errSeed  error
	seedTime time.Duration
)

// TestMain makes and removes the folder that the tests share.
func TestMain(m *testing.M) {
	seeded, errSeed = os.MkdirTemp("", "cocare-demo-")
	code := m.Run()
	os.RemoveAll(seeded)
	os.Exit(code)
}

// open returns the seeded program. Tests only look at it.
func open(t *testing.T) *app.App {
	t.Helper()
	once.Do(func() {
		if errSeed == nil {
			start := time.Now()
			errSeed = demo.Seed(context.Background(), settings(t, seeded), quiet)
			seedTime = time.Since(start)
		}
	})
	if errSeed != nil {
		t.Fatal(errSeed)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: settings(t, seeded), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// counts counts rows by a column.
func counts(t *testing.T, a *app.App, table, column string) map[string]int {
	t.Helper()
	var rows []struct {
		Value string
		N     int
	}
	if err := a.DB.Read(t.Context()).Raw("SELECT " + column + " AS value, count(*) AS n FROM " + table + " GROUP BY 1").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Value] = r.N
	}
	return out
}

func TestSeedTwiceChangesNothing(t *testing.T) {
	open(t)
	t.Logf("seeded in %s", seedTime)
	path := filepath.Join(seeded, "cocare.db")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(t.Context(), settings(t, seeded), quiet); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("a second seed wrote into the database")
	}
	if _, err := os.Stat(filepath.Join(seeded, "seeding")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the work folder is still there:", err)
	}
}

// mortal is a context that ends when it has been looked at so many times: at the
// same point of the work on every machine.
type mortal struct {
	context.Context //nolint:containedctx // it is one
	end             context.CancelFunc
	left            atomic.Int64
}

func (m *mortal) Done() <-chan struct{} {
	if m.left.Add(-1) == 0 {
		m.end()
	}
	return m.Context.Done()
}

// TestInterruptedSeedLeavesNothing: the next start begins anew, whatever a
// crash left behind.
func TestInterruptedSeedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dying := &mortal{Context: ctx, end: cancel}
	dying.left.Store(5000)
	if err := demo.Seed(dying, settings(t, dir), quiet); !errors.Is(err, context.Canceled) {
		t.Fatalf("the interrupted seed says %v, after all but %d looks", err, dying.left.Load())
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Fatalf("left %v, %v", left, err)
	}
	work := filepath.Join(dir, "seeding")
	if err := errors.Join(os.Mkdir(work, 0o700), os.WriteFile(filepath.Join(work, "cocare.db"), []byte("half of a database"), 0o600),
		os.WriteFile(filepath.Join(dir, "master.key"), []byte("a key without its database"), 0o600),
		os.WriteFile(filepath.Join(dir, "cocare.db-wal"), []byte("a log without its database"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(t.Context(), settings(t, dir), quiet); err != nil {
		t.Fatal(err)
	}
	if aside, err := filepath.Glob(filepath.Join(dir, "cocare.db.before-*-wal")); err != nil || len(aside) != 1 {
		t.Errorf("the old log would be replayed into the new database: %v, %v", aside, err)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: settings(t, dir), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b := open(t)
	for table, column := range map[string]string{"enrollments": "state", "orders": "state", "certificates": "state", "requests": "state", "evaluation_answers": "month"} {
		one, two := counts(t, a, table, column), counts(t, b, table, column)
		if len(one) == 0 || len(one) != len(two) {
			t.Errorf("%s: %v and %v", table, one, two)
		}
		for value, n := range one {
			if two[value] != n {
				t.Errorf("%s %s: %d in one demonstration, %d in another", table, value, n, two[value])
			}
		}
	}
}

func TestForeignDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "cocare.db")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := demo.Seed(t.Context(), settings(t, dir), quiet); !errors.Is(err, demo.ErrForeign) {
		t.Errorf("got %v", err)
	}
}
