package app_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
)

func demoApp(t *testing.T, dir string) *app.App {
	t.Helper()
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.ProviderName, c.ProviderEmail = dir, "http://127.0.0.1:8080", "CoCare (demonstration)", "demo@example.org"
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(t *testing.T, h http.Handler, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestTheDoors(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	for _, tt := range []struct {
		host, path string
		status     int
	}{
		{"127.0.0.1:8080", "/", 200},
		{"localhost:8080", "/", 200},
		{"[::1]:8080", "/", 200},
		{"rebind.example.com", "/", 404},
		{"10.0.0.7", "/healthz", 200},
		{"10.0.0.7", "/readyz", 200},
		{"127.0.0.1:8080", "/nothing", 404},
		{"127.0.0.1:8080", "/policies/%00", 404},
		{"127.0.0.1:8080", "/policies/%ff", 404},
		{"127.0.0.1:8080", "/courses?q=%00", 422},
		{"127.0.0.1:8080", "/courses?q=%zz", 422},
		{"127.0.0.1:8080", "/policies/terms", 200},
		{"127.0.0.1:8080", "/admin", 303},
	} {
		rec := get(t, a.Handler, tt.host, tt.path)
		if rec.Code != tt.status {
			t.Errorf("%s%s: %d, want %d", tt.host, tt.path, rec.Code, tt.status)
		}
		if tt.status == 200 && rec.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s%s has no Content-Security-Policy", tt.host, tt.path)
		}
	}
}

func TestReadyzSaysWhenTheDatabaseIsGone(t *testing.T) {
	a := demoApp(t, t.TempDir())
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if rec := get(t, a.Handler, "127.0.0.1:8080", "/readyz"); rec.Code != 503 {
		t.Errorf("readyz: %d", rec.Code)
	}
}

// TestReadyzSaysWhenNothingWouldBeKept: the open file answers reads and writes
// long after somebody deleted it.
func TestReadyzSaysWhenNothingWouldBeKept(t *testing.T) {
	dir := t.TempDir()
	a := demoApp(t, dir)
	defer a.Close()
	if err := os.Remove(filepath.Join(dir, "cocare.db")); err != nil {
		t.Fatal(err)
	}
	if rec := get(t, a.Handler, "127.0.0.1:8080", "/readyz"); rec.Code != 503 {
		t.Errorf("readyz: %d", rec.Code)
	}
}

// TestADemonstrationIsNeverUsedForReal: serve refuses its database, whatever it
// is called; a tool may be tried on it.
func TestADemonstrationIsNeverUsedForReal(t *testing.T) {
	dir := t.TempDir()
	a := demoApp(t, dir)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	load := func(mode config.Mode) *config.Config {
		c, err := config.Load(mode, nil, func(c *config.Config) {
			c.DataDir, c.MasterKeyFile = dir, filepath.Join(dir, "master.key")
			c.BaseURL, c.ProviderName, c.ProviderEmail = "https://ce.example.org", "Example CE", "help@example.org"
			c.SMTPHost, c.SMTPFrom = "smtp.example.org", "no-reply@example.org"
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := app.New(t.Context(), app.Options{Config: load(config.Serve), Log: slog.New(slog.DiscardHandler)}); !errors.Is(err, app.ErrDemo) {
		t.Errorf("serve opened the demonstration: %v", err)
	}
	tool, err := app.NewTool(t.Context(), app.Options{Config: load(config.Tool), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.Close(); err != nil {
		t.Error(err)
	}
}

func TestADemonstrationDoesNotTouchRealData(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "cocare.db")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = d.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, profession, password_hash, created_at)
		VALUES ('ana', 'a@example.org', 'a@example.org', 'Ana', '', 'UTC', '', '', ?)`, db.Now()).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.ProviderName, c.ProviderEmail = dir, "http://127.0.0.1:8080", "Demo", "demo@example.org"
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)}); err == nil {
		a.Close()
		t.Error("the demonstration opened a database in real use")
	}
}
