package app_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
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
