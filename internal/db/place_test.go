package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

func welcome(context.Context, *db.DB) error { return nil }

func copyTo(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// crashed lays down what a killed server leaves at path: three rows, all of them
// in the log alone. It returns a backup with the first row.
func crashed(t *testing.T, path string) (backup string) {
	t.Helper()
	d := dbtest.NewSQLite(t)
	if err := put(t.Context(), d, "one"); err != nil {
		t.Fatal(err)
	}
	backup = filepath.Join(t.TempDir(), "backup.db")
	if err := d.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"two", "three"} {
		if err := put(t.Context(), d, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		copyTo(t, d.Path()+suffix, path+suffix)
	}
	return backup
}

func rowsAt(t *testing.T, path string) int64 {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Path: path, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return count(t, d)
}

// TestRestoreLeavesNoOldLogBehind: SQLite would replay it into the backup.
func TestRestoreLeavesNoOldLogBehind(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"database moved away": os.Remove,
		"database damaged":    func(path string) error { return os.WriteFile(path, []byte("no database any more"), 0o600) },
		"database cut off":    func(path string) error { return os.Truncate(path, 0) },
		"nothing damaged":     func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "cocare.db")
			backup := crashed(t, target)
			if err := damage(target); err != nil {
				t.Fatal(err)
			}
			kept, err := db.Restore(t.Context(), backup, target, welcome)
			if err != nil {
				t.Fatal(err)
			}
			if n := rowsAt(t, target); n != 1 {
				t.Errorf("%d rows after the restore, the backup has 1", n)
			}
			if _, err := os.Stat(kept); kept == "" || err != nil {
				t.Errorf("what was there is not kept: %q, %v", kept, err)
			}
			again, err := db.Restore(t.Context(), backup, target, welcome)
			if err != nil || again == kept {
				t.Errorf("a second restore kept %q, the first %q: %v", again, kept, err)
			}
		})
	}
}

func TestWhatWasKeptIsWhole(t *testing.T) {
	target := filepath.Join(t.TempDir(), "cocare.db")
	backup := crashed(t, target)
	kept, err := db.Restore(t.Context(), backup, target, welcome)
	if err != nil {
		t.Fatal(err)
	}
	if n := rowsAt(t, kept); n != 3 {
		t.Errorf("%d rows in what was kept, want 3", n)
	}
}

func TestOneServerToAFile(t *testing.T) {
	d := dbtest.NewSQLite(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := d.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	where := db.Config{Path: filepath.Join(t.TempDir(), "data", "cocare.db"), Existing: true}
	if _, err := db.Serve(t.Context(), where); !errors.Is(err, db.ErrNoDatabase) {
		t.Errorf("without a database: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(where.Path)); err == nil {
		t.Error("a folder was made for it")
	}
	where.Existing = false
	ctx, cancel := context.WithCancel(t.Context())
	release, err := db.Serve(ctx, where)
	if err != nil {
		t.Fatal(err)
	}
	cancel() // it is stopping, and still there
	if _, err := db.Serve(t.Context(), where); !errors.Is(err, db.ErrServed) {
		t.Errorf("a second server: %v", err)
	}
	// Its file is moved away: what it writes would still reach the log.
	if _, err := db.Restore(t.Context(), backup, where.Path, welcome); !errors.Is(err, db.ErrServed) {
		t.Errorf("restored under a server: %v", err)
	}
	release()
	if _, err := db.Restore(t.Context(), backup, where.Path, welcome); err != nil {
		t.Errorf("after it has ended: %v", err)
	}
	if release, err := db.Serve(t.Context(), db.Config{DSN: "postgres://"}); err != nil {
		t.Error(err)
	} else {
		release()
	}
}

func TestABackupReplacesAHalfOneOfOursAlone(t *testing.T) {
	d := dbtest.NewSQLite(t)
	path := filepath.Join(t.TempDir(), "monday.db")
	for content, ours := range map[string]bool{"": true, "SQLite format 3\x00": true, strings.Repeat("\x00", 4096): true, "somebody's download": false} {
		os.Remove(path)
		if err := os.WriteFile(path+".partial", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+".partial-journal", []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := d.Backup(t.Context(), path)
		if !ours {
			if err == nil || !strings.Contains(err.Error(), "in the way") {
				t.Errorf("%q: %v", content, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%.20q: %v", content, err)
		}
		if left, err := filepath.Glob(path + ".partial*"); err != nil || len(left) > 0 {
			t.Errorf("%.20q: left %v, %v", content, left, err)
		}
		if n := rowsAt(t, path); n != 0 {
			t.Errorf("%d rows", n)
		}
	}
	copyTo(t, d.Path(), path+"2")
	if err := d.Backup(t.Context(), path+"2"); !errors.Is(err, db.ErrThere) {
		t.Errorf("over a file: %v", err)
	}
}

// TestAFailedRestoreLeavesNothing, as when the disk fills.
func TestAFailedRestoreLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "cocare.db")
	// A folder opens, and reading from it fails half-way.
	if _, err := db.Restore(t.Context(), t.TempDir(), target, welcome); err == nil {
		t.Error("a folder was restored")
	}
	if left, err := filepath.Glob(target + ".restoring*"); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestAnotherProgramsFileIsLeftAlone, and an empty one is called so.
func TestAnotherProgramsFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cocare.db")
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("an empty file: %v", err)
	}
	if err := d.Backup(t.Context(), path+".backup"); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("a backup of an empty file: %v", err)
	}
	if err := d.Conn(t.Context()).Exec("CREATE TABLE x (a)").Error; err != nil {
		t.Fatal(err)
	}
	if err := d.CheckSchema(t.Context()); !errors.Is(err, db.ErrForeign) {
		t.Errorf("its schema: %v", err)
	}
	if _, err := d.Migrate(t.Context()); !errors.Is(err, db.ErrForeign) {
		t.Errorf("it was adopted: %v", err)
	}
	var tables int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM sqlite_master").Scan(&tables).Error; err != nil || tables != 1 {
		t.Errorf("%d tables, %v", tables, err)
	}
}
