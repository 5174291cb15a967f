package doctor_test

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/doctor"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// TestDoctorWatchesTheWitnesses: one that is silent, one that saw another log, and a
// log that is not what they signed.
func TestDoctorWatchesTheWitnesses(t *testing.T) {
	var keys []string
	other := witnesstest.New(t, "witness.example", witnesstest.Ed25519, func(string) []string { return keys })
	file := filepath.Join(t.TempDir(), "witnesses")
	if err := os.WriteFile(file, []byte(other.Line()), 0o600); err != nil {
		t.Fatal(err)
	}
	now := db.Now()
	a := toolAt(t, func() time.Time { return now }, func(c *config.Config) { c.WitnessesFile = file })
	want := func(what string, state doctor.State, words string) {
		t.Helper()
		a.Jobs = job.New(a.DB, a.Log, a.Now) // a program is examined once
		if f := finding(t, a, "witnesses"); f.State != state || !strings.Contains(f.Detail, words) {
			t.Errorf("%s: %+v", what, f)
		}
	}
	ask := func() {
		t.Helper()
		now = now.Add(2 * time.Hour)
		if err := a.Witnesses.Ask(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want("an empty log", doctor.OK, "0 cosignatures match")
	if _, err := a.TransLog.Append(t.Context(), translog.Facts, "c1", sha256.Sum256(nil)); err != nil {
		t.Fatal(err)
	}
	want("nobody signed", doctor.Warn, "witness.example has not signed for a day, or never")
	ask()
	want("unknown", doctor.Warn, "It does not know this log (404).")
	var err error
	if keys, err = a.TransLog.VerifierKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask()
	want("signed", doctor.OK, "1 cosignatures match the tree; 1 of the witnesses")
	now = now.Add(25 * time.Hour)
	want("silent", doctor.Warn, "has not signed for a day")
	other.Remember(a.TransLog.Origin(), witnesstest.Seen{Size: 7})
	ask()
	want("an alarm", doctor.Bad, "witness.example saw another log than there is (shorter; it has seen 7 lines)")
	if err := a.DB.Conn(t.Context()).Exec("UPDATE translog_hashes SET hash = ?", make([]byte, 32)).Error; err != nil {
		t.Fatal(err)
	}
	want("a changed log", doctor.Bad, "1 of 1 cosignatures are of another log")
}

func TestDoctorKnowsAWitnessThatLeft(t *testing.T) {
	a := tool(t)
	other := witnesstest.New(t, "witness.example", witnesstest.Ed25519, nil)
	err := a.DB.Conn(t.Context()).Exec(`INSERT INTO witnesses (origin, witness, size, failures, problem, ask_at, alarm, alarm_at, seen) VALUES (?, ?, 0, 1, '', ?, 'changed', ?, 4)`,
		a.TransLog.Origin(), other.Key, db.Now(), db.Now()).Error
	if err != nil {
		t.Fatal(err)
	}
	if f := finding(t, a, "witnesses"); f.State != doctor.Warn || !strings.Contains(f.Detail, "left the settings after it saw another log") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorAsksOfWhomTheServerAsks: it may run where the file of witnesses is not.
func TestDoctorAsksOfWhomTheServerAsks(t *testing.T) {
	other := witnesstest.New(t, "witness.example", witnesstest.Ed25519, nil)
	a := tool(t)
	if err := a.DB.SetSetting(t.Context(), "log.witnesses", `["`+other.Key+`"]`); err != nil {
		t.Fatal(err)
	}
	err := a.DB.Conn(t.Context()).Exec(`INSERT INTO witnesses (origin, witness, size, failures, problem, ask_at, alarm, alarm_at, seen) VALUES (?, ?, 0, 1, '', ?, 'changed', ?, 4)`,
		a.TransLog.Origin(), other.Key, db.Now(), db.Now()).Error
	if err != nil {
		t.Fatal(err)
	}
	if f := finding(t, a, "witnesses"); f.State != doctor.Bad || !strings.Contains(f.Detail, "saw another log than there is") {
		t.Errorf("%+v", f)
	}
}
