package app_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// TestAToolKnowsTheNameOfTheDemonstration beside it, so that a fresh root bears it.
func TestAToolKnowsTheNameOfTheDemonstration(t *testing.T) {
	dir := t.TempDir()
	demo, err := start(t, dir, "", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	name := demo.Config.ProviderName
	if err := demo.Close(); err != nil || name == "" {
		t.Fatal(name, err)
	}
	c, err := config.Load(config.Tool, nil, func(c *config.Config) { c.DataDir = dir })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	key, found, err := a.Keys.Signing(t.Context(), keyring.Document)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if _, err := a.DistrustKey(t.Context(), key.ID, key.CreatedAt); err != nil {
		t.Fatal(err)
	}
	rotate(t, a, keyring.Document)
	trust, err := a.Seals.Trust(t.Context())
	if err != nil || len(trust.Documents) != 3 {
		t.Fatalf("%d roots, %v", len(trust.Documents), err)
	}
	for _, d := range trust.Documents {
		if got := d.Root.Subject.Organization; len(got) != 1 || got[0] != name {
			t.Errorf("a root is of %q", got)
		}
	}
}

// TestALostKeyOfTheLogKeepsTheServerDown: another would be another log, in silence.
// Whoever has no backup of it says so by a command.
func TestALostKeyOfTheLogKeepsTheServerDown(t *testing.T) {
	dir := t.TempDir()
	a, err := start(t, dir, "", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err := a.TransLog.VerifierKeys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("after the first start the log has %d keys, %v", len(keys), err)
	}
	hand(t, a, "7K2M-Q9XD-4T8RN")
	err = a.DB.Conn(t.Context()).Exec("DELETE FROM signing_keys WHERE purpose = 'log'").Error
	if err := errors.Join(err, a.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t, dir, "", time.Now); !errors.Is(err, translog.ErrKeyLost) {
		t.Fatalf("it starts: %v", err)
	}
	c, err := config.Load(config.Tool, nil, func(c *config.Config) { c.DataDir = dir })
	if err != nil {
		t.Fatal(err)
	}
	tool, err := app.NewTool(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	made := rotate(t, tool, keyring.Log)
	if _, _, err := tool.RotateKey(t.Context(), keyring.Log); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("the key that is there is rotated: %v", err)
	}
	if n := rotations(t, tool); n != 1 {
		t.Errorf("%d events", n)
	}
	if err := tool.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = start(t, dir, "", time.Now); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if key, err := a.TransLog.Key(t.Context()); err != nil || key.ID != made.ID {
		t.Errorf("another key signs, %v", err)
	}
}

// TestTheStartIsJudgedBeforehand, as the start judges it.
func TestTheStartIsJudgedBeforehand(t *testing.T) {
	dir := t.TempDir()
	good, cut := filepath.Join(dir, "good.pem"), filepath.Join(dir, "cut.pem")
	keyFile(t, good, true)
	keyFile(t, cut, false)
	a, err := start(t, dir, good, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	judge := func(file, says string) {
		t.Helper()
		a.Config.DocumentKeyFile = file
		var wrong *config.Error
		switch err := a.CheckStart(t.Context()); {
		case says == "" && err != nil, says != "" && (!errors.As(err, &wrong) || !strings.Contains(err.Error(), says)):
			t.Errorf("%s: %v", file, err)
		}
	}
	judge("", "")
	judge(good, "")
	judge(cut, "COCARE_DOCUMENT_KEY_FILE")
	key, _, err := a.Keys.Signing(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.DistrustKey(t.Context(), key.ID, key.CreatedAt); err != nil {
		t.Fatal(err)
	}
	judge(good, "was retired or distrusted")
	a.Config.Signature = []byte("no picture")
	a.Config.DocumentKeyFile = ""
	if err := a.CheckStart(t.Context()); err == nil || !strings.Contains(err.Error(), "COCARE_SIGNATORY_SIGNATURE_FILE") {
		t.Errorf("a signature that is none: %v", err)
	}
}
