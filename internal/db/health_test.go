package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

func TestReadyMeansThatAWriteIsTaken(t *testing.T) {
	d := dbtest.New(t)
	for range 2 {
		if err := d.CheckReady(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows: probes must not pile up", n)
	}
}

// readOnly opens the database as one that takes no writes: a standby, or a
// volume that was mounted read-only.
func readOnly(t *testing.T, cfg db.Config) *db.DB {
	t.Helper()
	if cfg.DSN != "" {
		mark := "?"
		if strings.Contains(cfg.DSN, "?") {
			mark = "&"
		}
		cfg.DSN += mark + "default_transaction_read_only=on"
	}
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if cfg.Path != "" {
		if err := d.Conn(t.Context()).Exec("PRAGMA query_only = 1").Error; err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestReadOnlyIsNotReady(t *testing.T) {
	d := readOnly(t, dbtest.Config(t))
	if _, err := d.Setting(t.Context(), "anything"); err != nil {
		t.Fatalf("it can be read: %v", err)
	}
	if err := d.CheckReady(t.Context()); err == nil {
		t.Error("a database that takes no write is ready")
	}
}

func TestAFileThatIsGoneOrAnotherIsNotReady(t *testing.T) {
	d := dbtest.NewSQLite(t)
	aside := filepath.Join(t.TempDir(), "aside.db")
	if err := os.Rename(d.Path(), aside); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckReady(t.Context()); err == nil {
		t.Error("ready without its file")
	}
	for what, err := range map[string]error{
		"a statement":   put(t.Context(), d, "alone"),
		"a transaction": d.InTx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "in one") }),
	} {
		if !errors.Is(err, db.ErrUnavailable) {
			t.Errorf("%s is written into nothing: %v", what, err)
		}
	}
	data, err := os.ReadFile(aside)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.Path(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckReady(t.Context()); err == nil {
		t.Error("ready with another file in its place")
	}
	if err := os.Rename(aside, d.Path()); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckReady(t.Context()); err != nil {
		t.Errorf("with its own file back: %v", err)
	}
}

// TestADatabaseThatTakesNothingIsUnavailable, whatever its reason.
func TestADatabaseThatTakesNothingIsUnavailable(t *testing.T) {
	d := readOnly(t, dbtest.Config(t))
	if err := put(t.Context(), d, "a"); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("read-only: %v", err)
	}
	full := dbtest.NewSQLite(t)
	if err := full.Conn(t.Context()).Exec("PRAGMA max_page_count = 1").Error; err != nil {
		t.Fatal(err)
	}
	err := full.InTx(t.Context(), func(ctx context.Context) error {
		for range 100 {
			if err := put(ctx, full, db.NewID()+strings.Repeat("x", 4000)); err != nil {
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, db.ErrUnavailable) || apperr.KindOf(err) != apperr.Unavailable {
		t.Errorf("full: %v", err)
	}
}

// TestAnUnreachableServerIsNamedOnce, although it was tried with TLS and without.
func TestAnUnreachableServerIsNamedOnce(t *testing.T) {
	_, err := db.Open(t.Context(), db.Config{DSN: "postgres://nobody:secret@127.0.0.1:1/none?connect_timeout=1"})
	if err == nil {
		t.Fatal("connected")
	}
	text := err.Error()
	if strings.Count(text, "connection refused") != 1 || strings.Contains(text, "\n") || strings.Contains(text, "secret") || !strings.Contains(text, "COCARE_DATABASE_URL") {
		t.Error(text)
	}
}
