package db_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestBackupIsWhole(t *testing.T) {
	d := dbtest.NewSQLite(t)
	if err := put(t.Context(), d, "kept"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := d.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the backup: %v %v", info.Mode(), err)
	}
	c, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if count(t, c) != 1 {
		t.Error("the copy lacks the row")
	}
}

func TestRestore(t *testing.T) {
	d := dbtest.NewSQLite(t)
	if err := put(t.Context(), d, "kept"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	backup, target := filepath.Join(dir, "backup.db"), filepath.Join(dir, "data", "cocare.db")
	if err := d.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	accept := func(context.Context, *db.DB) error { return nil }
	if kept, err := db.Restore(t.Context(), backup, target, accept); err != nil || kept != "" {
		t.Fatalf("restore into nothing: %q, %v", kept, err)
	}
	live, err := db.Open(t.Context(), db.Config{Path: target})
	if err != nil {
		t.Fatal(err)
	}
	if count(t, live) != 1 {
		t.Error("the restored database lacks the row")
	}
	if err := put(t.Context(), live, "later"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restore(t.Context(), backup, target, accept); err == nil {
		t.Error("restored under a running server")
	}
	if err := live.Close(); err != nil {
		t.Fatal(err)
	}
	refuse := errors.New("a demonstration")
	if _, err := db.Restore(t.Context(), backup, target, func(context.Context, *db.DB) error { return refuse }); !errors.Is(err, refuse) {
		t.Errorf("check was not asked: %v", err)
	}
	kept, err := db.Restore(t.Context(), backup, target, accept)
	if err != nil {
		t.Fatal(err)
	}
	old, err := db.Open(t.Context(), db.Config{Path: kept})
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if count(t, old) != 2 {
		t.Error("what was there before is not kept whole")
	}
}

// A database that lost its server has its last rows in the log beside it.
func TestRestoreRefusesADatabaseInUse(t *testing.T) {
	d := dbtest.NewSQLite(t)
	if err := put(t.Context(), d, "in the log"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	accept := func(context.Context, *db.DB) error { return nil }
	if _, err := db.Restore(t.Context(), d.Path(), filepath.Join(dir, "cocare.db"), accept); !errors.Is(err, db.ErrNotWhole) {
		t.Errorf("%v", err)
	}
	backup := filepath.Join(dir, "backup.db")
	if err := d.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restore(t.Context(), backup, backup, accept); err == nil {
		t.Error("restored onto itself")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "cocare.db")
	for name, content := range map[string]string{"text": "no database", "empty": ""} {
		from := filepath.Join(dir, name)
		if err := os.WriteFile(from, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Restore(t.Context(), from, target, func(context.Context, *db.DB) error { return nil }); err == nil {
			t.Errorf("%s was restored", name)
		}
		if _, err := os.Stat(target); err == nil {
			t.Errorf("%s left a database", name)
		}
		deep := filepath.Join(dir, "new", "data", "cocare.db")
		if _, err := db.Restore(t.Context(), from, deep, func(context.Context, *db.DB) error { return nil }); err == nil {
			t.Errorf("%s was restored", name)
		}
		if _, err := os.Stat(filepath.Join(dir, "new")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s left a folder: %v", name, err)
		}
	}
}

func TestIntegrityIsChecked(t *testing.T) {
	if err := dbtest.New(t).CheckIntegrity(t.Context()); err != nil {
		t.Error(err)
	}
}
