package doctor_test

import (
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/doctor"
)

// tool opens a program on a fresh database as cocare doctor does.
func tool(t *testing.T) *app.App {
	t.Helper()
	where := dbtest.Config(t)
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	if where.Path != "" { // an App names its own file; give it the migrated one
		if err := os.Rename(where.Path, filepath.Join(dir, "cocare.db")); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(config.Tool, nil, func(c *config.Config) {
		c.DatabaseURL, c.DataDir, c.MasterKeyFile = config.Secret(where.DSN), dir, key
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
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

func finding(t *testing.T, a *app.App, name string) doctor.Finding {
	t.Helper()
	for _, f := range doctor.Examine(t.Context(), a) {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("nothing is called %s", name)
	return doctor.Finding{}
}

func TestAFreshInstallationIsInOrder(t *testing.T) {
	for _, f := range doctor.Examine(t.Context(), tool(t)) {
		if f.State != doctor.OK {
			t.Errorf("%+v", f)
		}
	}
}

// TestDoctorNamesPeriodicWorkThatIsLate: late, failing, or waiting for an
// instant that a wrong clock has named.
func TestDoctorNamesPeriodicWorkThatIsLate(t *testing.T) {
	a := tool(t)
	now := db.Now()
	for name, sql := range map[string]string{
		"late":   "INSERT INTO periodic_work (name, next_at) VALUES ('exam.deadlines', ?)",
		"ahead":  "INSERT INTO periodic_work (name, next_at) VALUES ('audit.seal', ?)",
		"failed": "INSERT INTO periodic_work (name, next_at, last_error) VALUES ('account.sweep', ?, 'boom')",
	} {
		at := map[string]int{"late": -1, "ahead": 365, "failed": 0}[name]
		if err := a.DB.Conn(t.Context()).Exec(sql, now.AddDate(0, 0, at)).Error; err != nil {
			t.Fatal(err)
		}
	}
	f := finding(t, a, "jobs")
	for _, words := range []string{"overdue: ", "exam.deadlines", "audit.seal", "fails: account.sweep"} {
		if !strings.Contains(f.Detail, words) {
			t.Errorf("nothing of %q in %q", words, f.Detail)
		}
	}
	if f.State != doctor.Warn || strings.Contains(f.Detail, "payment.reconcile") {
		t.Errorf("%+v", f)
	}
}
