package cli_test

import (
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// What a command does is not taken for the system's own work.
func TestTheTrailNamesTheCommandLine(t *testing.T) {
	environ, dir := house(t)
	run(t, environ, "nine quiet herons\n", "user", "create", "--email", "you@example.org", "--name", "Ada Quist", "--role", "administrator").want(t, 0)
	run(t, environ, "", "key", "rotate").want(t, 0)
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "data", "cocare.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var events []struct{ ActorID, Action string }
	if err := d.Read(t.Context()).Raw("SELECT actor_id, action FROM audit_events").Scan(&events).Error; err != nil || len(events) < 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events {
		if e.ActorID != audit.CommandLine {
			t.Errorf("%s was done by %q", e.Action, e.ActorID)
		}
	}
}
