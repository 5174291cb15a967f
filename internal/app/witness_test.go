package app_test

import (
	"encoding/base64"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// watchedBy opens an app with a file of witnesses.
func watchedBy(t *testing.T, file string, now func() time.Time) (*app.App, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "witnesses")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.WitnessesFile = t.TempDir(), "http://127.0.0.1:8080", path
	})
	if err != nil {
		t.Fatal(err)
	}
	return app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler), Now: now})
}

// A wrong line stops the start and is named.
func TestAWrongLineOfWitnessesStopsTheStart(t *testing.T) {
	_, err := watchedBy(t, "# ours\nwitness w https://witness.example\n", time.Now)
	var wrong *config.Error
	if !errors.As(err, &wrong) || wrong.Problems[0].Variable != "COCARE_WITNESSES_FILE" || !strings.Contains(wrong.Problems[0].Text, "witnesses, line 2: ") {
		t.Errorf("%v", err)
	}
}

// The whole way: a certificate's lines reach a witness by the clock, and issuing
// never waited.
func TestTheClockAsksTheWitnesses(t *testing.T) {
	var a *app.App
	other := witnesstest.New(t, "witness.example", witnesstest.MLDSA44, func(string) []string {
		keys, err := a.TransLog.VerifierKeys(t.Context())
		if err != nil {
			t.Error(err)
		}
		return keys
	})
	now := time.Now()
	a, err := watchedBy(t, other.Line(), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	other.Clock(func() time.Time { return now })
	if _, err := a.Seals.Append(t.Context(), "stated", "c1", [32]byte{1}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	if other.Asked() != 1 || other.Saw("127.0.0.1:8080/log").Size != 1 {
		t.Errorf("asked %d times, saw %+v", other.Asked(), other.Saw("127.0.0.1:8080/log"))
	}
	c, err := a.Witnesses.Checkpoint(t.Context())
	if err != nil || !strings.Contains(string(c.Note), "— witness.example ") {
		t.Errorf("%v\n%s", err, c.Note)
	}
}

// A tool beside the server has no file of witnesses, and still knows whom the server
// asks, or that it asks nobody any more.
func TestAToolKnowsWhomTheServerAsks(t *testing.T) {
	where, dir := dbtest.Config(t), t.TempDir()
	if where.Path != "" { // an App names its own file; give it the migrated one
		if err := os.Rename(where.Path, filepath.Join(dir, "cocare.db")); err != nil {
			t.Fatal(err)
		}
	}
	key, file := filepath.Join(dir, "master.key"), filepath.Join(dir, "witnesses")
	other := witnesstest.New(t, "witness.example", witnesstest.MLDSA44, nil)
	for path, text := range map[string]string{key: base64.StdEncoding.EncodeToString(make([]byte, 32)), file: other.Line()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(mode config.Mode, witnesses string) (names string, known bool) {
		t.Helper()
		c, err := config.Load(mode, nil, func(c *config.Config) {
			c.DatabaseURL, c.DataDir, c.MasterKeyFile, c.WitnessesFile = config.Secret(where.DSN), dir, key, witnesses
			c.BaseURL, c.ProviderName, c.ProviderEmail = "http://127.0.0.1:8080", "Example CE", "help@example.org"
			c.SMTPHost, c.SMTPFrom = "127.0.0.1", "no-reply@example.org"
		})
		if err != nil {
			t.Fatal(err)
		}
		open := app.New
		if mode == config.Tool {
			open = app.NewTool
		}
		a, err := open(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		keys, known, err := a.Witnesses.Noted(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list, err := a.Witnesses.ListAsked(t.Context(), keys)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			if s.Asked {
				names += s.Key.Name()
			}
		}
		return names, known
	}
	for i, step := range []struct {
		mode      config.Mode
		witnesses string
		names     string
		known     bool
	}{
		{config.Tool, file, "", false}, // before any server
		{config.Serve, file, "witness.example", true},
		{config.Tool, "", "witness.example", true},
		{config.Serve, "", "", true},
		{config.Tool, file, "", true}, // it notes nothing
		{config.Tool, "", "", true},
	} {
		if names, known := run(step.mode, step.witnesses); names != step.names || known != step.known {
			t.Errorf("step %d: %q, %v", i, names, known)
		}
	}
}
