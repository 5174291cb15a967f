// Package dbtest gives each test a fresh, migrated database.
//
// SQLite by default; when COCARE_TEST_POSTGRES holds the DSN of a server where
// databases may be created, the same tests run there. The schema is made once
// a process and copied, because a test should not pay for every migration.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/atmacena/cocare/internal/db"
)

// EnvPostgres names the variable with the DSN of the test server.
const EnvPostgres = "COCARE_TEST_POSTGRES"

// run tells the databases of this process from those that a crashed one left on
// the server.
var run = strings.ToLower(rand.Text()[:10])

var (
	once     sync.Once
	template string // path of the SQLite file, or name of the PostgreSQL database
	errSetup error
	counter  atomic.Int64
)

// New returns a migrated, empty database that is dropped when the test ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	if dsn := os.Getenv(EnvPostgres); dsn != "" {
		return newPostgres(t, dsn)
	}
	return NewSQLite(t)
}

// Config returns where a fresh, migrated, empty database is, for tests that open
// it more than once, as replicas do.
func Config(t testing.TB) db.Config {
	t.Helper()
	if dsn := os.Getenv(EnvPostgres); dsn != "" {
		return postgresConfig(t, dsn)
	}
	return sqliteConfig(t)
}

// OnPostgres reports whether New gives PostgreSQL, for bars that mean SQLite.
func OnPostgres() bool { return os.Getenv(EnvPostgres) != "" }

// NewSQLite is New for what means SQLite whatever the suite runs on.
func NewSQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, sqliteConfig(t))
}

// OnDisk is NewSQLite beside the sources, for what measures durable commits: the
// folder for temporary files may be in memory, where they cost nothing.
func OnDisk(t testing.TB) *db.DB {
	t.Helper()
	return open(t, DiskConfig(t))
}

// DiskConfig is where OnDisk opens a database, for tests that close it and open it
// again.
func DiskConfig(t testing.TB) db.Config {
	t.Helper()
	dir, err := os.MkdirTemp(".", "testdb-") //nolint:usetesting // on the disk of the sources
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return sqliteIn(t, dir)
}

func sqliteConfig(t testing.TB) db.Config {
	t.Helper()
	return sqliteIn(t, t.TempDir())
}

func sqliteIn(t testing.TB, dir string) db.Config {
	t.Helper()
	path := filepath.Join(dir, "test.db")
	onceSQLite.Do(func() { templateSQLite, errSQLite = makeSQLite() })
	if errSQLite != nil {
		t.Fatal(errSQLite)
	}
	data, err := os.ReadFile(templateSQLite)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return db.Config{Path: path, Readers: 4}
}

var (
	onceSQLite     sync.Once
	templateSQLite string
	errSQLite      error
)

func makeSQLite() (string, error) {
	dir, err := os.MkdirTemp("", "cocare-dbtest-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "template.db")
	return path, migrate(db.Config{Path: path})
}

func migrate(cfg db.Config) error {
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Migrate(context.Background())
	return err
}

func open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return d
}

func newPostgres(t testing.TB, dsn string) *db.DB {
	t.Helper()
	return open(t, postgresConfig(t, dsn))
}

func postgresConfig(t testing.TB, dsn string) db.Config {
	t.Helper()
	once.Do(func() {
		template = "cocare_template_" + run
		if errSetup = admin(dsn, "CREATE DATABASE "+template); errSetup == nil {
			errSetup = migrate(db.Config{DSN: withDatabase(dsn, template), Readers: 2})
		}
	})
	if errSetup != nil {
		t.Fatalf("PostgreSQL test server: %v", errSetup)
	}
	name := fmt.Sprintf("cocare_test_%s_%d", run, counter.Add(1))
	if err := admin(dsn, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(dsn, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return db.Config{DSN: withDatabase(dsn, name), Readers: 10}
}

// adminMu: CREATE DATABASE … TEMPLATE wants nobody else connected to the
// template, and parallel tests would trip over each other.
var adminMu sync.Mutex

func admin(dsn, statement string) error {
	adminMu.Lock()
	defer adminMu.Unlock()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, statement)
	return err
}

// withDatabase swaps the database of a postgres:// address.
func withDatabase(dsn, name string) string {
	base, query, _ := strings.Cut(dsn, "?")
	if i := strings.LastIndex(base, "/"); i > len("postgres://") {
		base = base[:i]
	}
	if query != "" {
		query = "?" + query
	}
	return base + "/" + name + query
}
