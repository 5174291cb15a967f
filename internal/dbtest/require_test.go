package dbtest_test

import (
	"os"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/testneed"
)

// The suite runs on PostgreSQL only where a server is named; this is the test
// that says so when it did not.
func TestPostgres(t *testing.T) {
	if os.Getenv(dbtest.EnvPostgres) == "" {
		testneed.Missing(t, testneed.Postgres, dbtest.EnvPostgres+" is not set, so the suite runs on SQLite alone")
	}
	if e := dbtest.New(t).Engine(); e != db.Postgres {
		t.Errorf("dbtest gives %s", e)
	}
}
