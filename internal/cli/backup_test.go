package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// trail returns the events of an act on a database, and holds the chain.
func trail(t *testing.T, path, action string) []audit.Entry {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Path: path, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	log := audit.New(d, db.Now)
	if _, err := log.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, err := log.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("chain of %s: %+v, %v", path, r, err)
	}
	list, err := log.List(t.Context(), audit.Filter{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestACopyOfTheDataLeavesAnEvent(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "key", "rotate").want(t, 0)
	backup, data := filepath.Join(dir, "monday.db"), filepath.Join(dir, "data", "cocare.db")
	run(t, environ, "", "backup", backup, "--json").want(t, 0, `"audited": true`)
	file, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(file)
	sum := hex.EncodeToString(hash[:])
	check := func(where, action string) {
		t.Helper()
		list := trail(t, where, action)
		if len(list) != 1 || list[0].ActorID != audit.CommandLine || list[0].Details["file"] != "monday.db" || list[0].Details["sha256"] != sum {
			t.Errorf("%s in %s: %+v", action, filepath.Base(where), list)
		}
	}
	check(data, "database.backup")
	run(t, environ, "", "doctor").want(t, 0, "audit chain")

	run(t, environ, "", "restore", backup, "--json").want(t, 0, sum)
	run(t, environ, "", "restore", backup).want(t, 0, "Restored monday.db to ", fmt.Sprintf(": %d bytes, SHA-256 %s.", len(file), sum))
	run(t, environ, "", "migrate").want(t, 0)
	run(t, environ, "", "doctor").want(t, 0, "audit chain")
	check(data, "database.restore")
	if n := len(trail(t, data, "database.backup")); n != 0 {
		t.Errorf("%d events of the backup in the backup itself", n)
	}
	if after, err := os.ReadFile(backup); err != nil || sha256.Sum256(after) != hash {
		t.Error("restoring changed the backup")
	}
}

// TestWhatIsNoBackupIsRefusedInWords: what SQLite says of it is for nobody.
func TestWhatIsNoBackupIsRefusedInWords(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "", "key", "rotate").want(t, 0)
	whole, text, cut := filepath.Join(dir, "whole.db"), filepath.Join(dir, "notes.txt"), filepath.Join(dir, "cut.db")
	run(t, environ, "", "backup", whole).want(t, 0)
	file, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{text: []byte(strings.Repeat("not a database at all\n", 50)), cut: file[:len(file)/2]} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, words := range map[string]string{text: "this file is no SQLite database; name one that cocare backup wrote", cut: "damaged"} {
		r := run(t, environ, "", "restore", path)
		r.want(t, 1, words)
		for _, driver := range []string{"(26)", "(11)", ".restoring", "malformed"} {
			if strings.Contains(r.err, driver) {
				t.Errorf("%s: %s", filepath.Base(path), r.err)
			}
		}
	}
	run(t, environ, "", "doctor").want(t, 0)
}

// A backup is not lost with its event: who cannot write any more needs it most.
func TestABackupStandsWithoutItsEvent(t *testing.T) {
	environ, dir := house(t)
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "data", "cocare.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Conn(t.Context()).Exec("CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'disk full'); END").Error
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, "b.db")
	run(t, environ, "", "backup", backup, "--json").want(t, 0, `"audited": false`, "the audit log has no event of it")
	if _, err := os.Stat(backup); err != nil {
		t.Error(err)
	}
	// Nothing is restored without one.
	run(t, environ, "", "restore", backup).want(t, 1, "disk full")
	before, err := os.ReadDir(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "restore", backup).want(t, 1, "disk full")
	after, err := os.ReadDir(filepath.Join(dir, "data"))
	if err != nil || len(after) != len(before) {
		t.Errorf("%d files, before %d, %v", len(after), len(before), err)
	}
}
