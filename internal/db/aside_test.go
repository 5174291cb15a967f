package db_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestADatabaseIsReadAside where SQLite cannot make its files beside it, as on a
// read-only volume, with what lies in its log.
func TestADatabaseIsReadAside(t *testing.T) {
	d := dbtest.NewSQLite(t)
	if err := put(t.Context(), d, "in the log"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	killed := filepath.Join(dir, "cocare.db") // as a killed server leaves it
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(d.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere", "shm"), killed+"-shm"); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	_, err := db.Open(t.Context(), db.Config{Path: killed, Existing: true})
	if !db.Unwritable(err) {
		t.Fatalf("%v", err)
	}
	out := t.TempDir()
	aside, done, err := db.OpenAside(t.Context(), killed, out)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, aside); n != 1 {
		t.Errorf("%d rows", n)
	}
	if err := aside.Backup(t.Context(), filepath.Join(out, "b.db")); err != nil {
		t.Error(err)
	}
	if err := done(); err != nil {
		t.Error(err)
	}
	if list, err := os.ReadDir(out); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	if _, _, err := db.OpenAside(t.Context(), filepath.Join(dir, "nothing"), out); err == nil {
		t.Error("opened nothing")
	}
}
