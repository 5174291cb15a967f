package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/config"
)

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// good is what serve needs; a test changes one thing.
func good(t *testing.T) map[string]string {
	return map[string]string{
		"BASE_URL":        "https://ce.example.org/",
		"MASTER_KEY_FILE": writeFile(t, "master", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"),
		"PROVIDER_NAME":   "Example Clinic", "PROVIDER_EMAIL": "office@example.org",
		"SMTP_HOST": "smtp.example.org", "SMTP_FROM": "noreply@example.org",
		"SIGNATORY_NAME":    "M. Oyelaran",
		"STRIPE_SECRET_KEY": "sk_live_abc", "STRIPE_WEBHOOK_SECRET": "whsec_abc",
	}
}

func environ(vars map[string]string) (list []string) {
	for k, v := range vars {
		list = append(list, "COCARE_"+k+"="+v)
	}
	return append(list, "PATH=/bin", "HOME=/root")
}

func problems(t *testing.T, err error) []config.Problem {
	t.Helper()
	var e *config.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, not *config.Error", err)
	}
	return e.Problems
}

func TestServeWithWhatItNeeds(t *testing.T) {
	vars := good(t)
	vars["TRUSTED_PROXIES"] = "10.0.0.0/8,fd00::/8"
	vars["LOG_LEVEL"] = "warn"
	vars["SMTP_PORT"] = "" // as compose passes what is not set
	c, err := config.Load(config.Serve, environ(vars), func(c *config.Config) { c.Addr = ":9000" })
	if err != nil {
		t.Fatal(err)
	}
	if c.BaseURL != "https://ce.example.org" || c.Addr != ":9000" || c.SMTPPort != 587 || c.LogLevel != slog.LevelWarn ||
		len(c.TrustedProxies) != 2 || c.ShutdownGrace != 20*time.Second || !c.StripeConfigured() || c.DataDir != "./data" {
		t.Errorf("%+v", c)
	}
	if w := c.Warnings(); len(w) != 0 {
		t.Errorf("warnings: %q", w)
	}
}

func TestEachWrongValueIsNamedWithItsRemedy(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, tc := range []struct{ variable, value, remedy string }{
		{"ADDR", "8080", "127.0.0.1:8080"},
		{"ADDR", "localhost:99999", ":8080"},
		{"BASE_URL", "ce.example.org", "https://"},
		{"BASE_URL", "ftp://ce.example.org", "https://"},
		{"BASE_URL", "https://ce.example.org/app", "https://ce.example.org"},
		{"BASE_URL", "https://u:p@ce.example.org", "https://ce.example.org"},
		{"BASE_URL", "https://ce.example.org:99999", "from 1 to 65535"},
		{"BASE_URL", "https://ce.example.org:0", "from 1 to 65535"},
		{"BASE_URL", "http://ce.example.org", "https://ce.example.org"},
		{"DATA_DIR", "config_test.go", "folder"},
		{"DATABASE_URL", "mysql://db/x", "postgres://"},
		{"DATABASE_URL", "postgres://u:hunter2@db", "postgres://"},
		{"MASTER_KEY_FILE", "missing", "correct the path"},
		{"MASTER_KEY_FILE", "config_test.go", "openssl rand"},
		{"DOCUMENT_KEY_FILE", "missing.p12", "correct the path"},
		{"PROVIDER_NAME", long, "shorten"},
		{"PROVIDER_NAME", "A\nB", "one line"},
		{"PROVIDER_ADDRESS", long, "shorten"},
		{"PROVIDER_TAX_ID", long, "shorten"},
		{"SIGNATORY_NAME", "A\rB", "one line"},
		{"SIGNATORY_TITLE", long, "shorten"},
		{"PROVIDER_EMAIL", "Office <office@example.org>", "without a name"},
		{"PROVIDER_ACCENT", "teal", "#0b6e6e"},
		{"PROVIDER_ACCENT", "#ffee00", "darker"},
		{"PROVIDER_TIME_ZONE", "Local", "America/New_York"},
		{"PROVIDER_TIME_ZONE", "Mars/Olympus", "America/New_York"},
		{"PROVIDER_CURRENCY", "dollars", "USD"},
		{"PROVIDER_CURRENCY", "JPY", "with two"},
		{"PROVIDER_LOGO_FILE", "config_test.go", "convert"},
		{"PROVIDER_LOGO_FILE", "missing.png", "correct the path"},
		{"PROVIDER_PAPER", "A3", "letter or a4"},
		{"SIGNATORY_SIGNATURE_FILE", "config_test.go", "convert"},
		{"SIGNATORY_SIGNATURE_FILE", "missing.png", "correct the path"},
		{"SMTP_HOST", "smtp.example.org:25", "COCARE_SMTP_PORT"},
		{"SMTP_PORT", "smtp", "between 1 and 65535"},
		{"SMTP_PORT", "70000", "587"},
		{"SMTP_TLS", "ssl", "starttls"},
		{"SMTP_USER", "me", "COCARE_SMTP_PASSWORD"},
		{"SMTP_FROM", "nobody", "office@example.org"},
		{"STRIPE_SECRET_KEY", "pk_live_abc", "publishable"},
		{"STRIPE_WEBHOOK_SECRET", "abc", "whsec_"},
		{"STRIPE_WEBHOOK_SECRET", "", "remove COCARE_STRIPE_SECRET_KEY"},
		{"STRIPE_SECRET_KEY", "", "both or neither"},
		{"TRUSTED_PROXIES", "10.0.0.1", "10.0.0.0/8"},
		{"TRUSTED_PROXIES", "0.0.0.0/0", "network of your proxy"},
		{"LOG_LEVEL", "loud", "debug, info"},
		{"LOG_FORMAT", "xml", "json or text"},
		{"SHUTDOWN_GRACE", "20", "such as 20s"},
		{"SHUTDOWN_GRACE", "1h", "1s and 5m"},
		{"METRICS_TOKEN", "short", "openssl rand"},
	} {
		t.Run(tc.variable+"="+tc.value[:min(len(tc.value), 20)], func(t *testing.T) {
			vars := good(t)
			vars[tc.variable] = tc.value
			_, err := config.Load(config.Serve, environ(vars))
			p := problems(t, err)
			if len(p) != 1 || p[0].Variable != "COCARE_"+tc.variable || !strings.Contains(p[0].Text, tc.remedy) {
				t.Errorf("problems: %q, want one for %s that says %q", p, tc.variable, tc.remedy)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("the message shows a password")
			}
		})
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	_, err := config.Load(config.Serve, environ(map[string]string{"SMTP_PORT": "x", "LOG_FORMAT": "xml"}))
	want := []string{"BASE_URL", "MASTER_KEY_FILE", "PROVIDER_NAME", "PROVIDER_EMAIL", "SMTP_HOST", "SMTP_FROM", "SMTP_PORT", "LOG_FORMAT"}
	p := problems(t, err)
	if len(p) != len(want) {
		t.Errorf("%d problems, want %d: %v", len(p), len(want), err)
	}
	for _, name := range want {
		if !strings.Contains(err.Error(), "\n  COCARE_"+name+": ") {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
	for _, v := range config.Describe() {
		if v.Needed && !strings.Contains(err.Error(), v.Name+":") {
			t.Errorf("%s is needed, but its absence is not named", v.Name)
		}
	}
}

func TestPasswordInTheClear(t *testing.T) {
	vars := good(t)
	vars["SMTP_USER"], vars["SMTP_PASSWORD"], vars["SMTP_TLS"] = "me", "secret", "none"
	_, err := config.Load(config.Serve, environ(vars))
	if p := problems(t, err); len(p) != 1 || p[0].Variable != "COCARE_SMTP_TLS" {
		t.Errorf("problems: %v", p)
	}
	vars["SMTP_HOST"] = "127.0.0.1"
	if _, err := config.Load(config.Serve, environ(vars)); err != nil {
		t.Errorf("on the same machine: %v", err)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	vars := good(t)
	delete(vars, "STRIPE_SECRET_KEY")
	vars["STRIPE_SECRET_KEY_FILE"] = writeFile(t, "key", "sk_live_fromfile\n")
	c, err := config.Load(config.Serve, environ(vars))
	if err != nil || string(c.StripeSecretKey) != "sk_live_fromfile" {
		t.Fatalf("key %q, err %v", string(c.StripeSecretKey), err)
	}
	for name, change := range map[string]func(map[string]string){
		"COCARE_STRIPE_SECRET_KEY": func(v map[string]string) { v["STRIPE_SECRET_KEY"] = "sk_live_too" },
		"COCARE_STRIPE_SECRET_KEY_FILE": func(v map[string]string) {
			v["STRIPE_SECRET_KEY_FILE"] = filepath.Join(t.TempDir(), "missing")
		},
		"COCARE_SMTP_PASSWORD_FILE": func(v map[string]string) {
			v["SMTP_USER"], v["SMTP_PASSWORD_FILE"] = "me", writeFile(t, "empty", " \n")
		},
		"COCARE_METRICS_TOKEN_FILE": func(v map[string]string) {
			v["METRICS_TOKEN_FILE"] = writeFile(t, "huge", strings.Repeat("x", 70_000))
		},
	} {
		v := good(t)
		delete(v, "STRIPE_SECRET_KEY")
		v["STRIPE_SECRET_KEY_FILE"] = vars["STRIPE_SECRET_KEY_FILE"]
		change(v)
		_, err := config.Load(config.Serve, environ(v))
		if p := problems(t, err); len(p) != 1 || p[0].Variable != name {
			t.Errorf("%s: problems %v", name, p)
		}
	}
}

func TestDemoStaysADemo(t *testing.T) {
	vars := map[string]string{
		"STRIPE_SECRET_KEY": "sk_live_real", "STRIPE_WEBHOOK_SECRET_FILE": "missing", "DATABASE_URL": "postgres://db/real",
		"SMTP_HOST": "smtp.example.org", "SMTP_PORT": "nonsense", "BASE_URL": "https://real.example.org", "PROVIDER_NAME": "Real Clinic",
	}
	c, err := config.Load(config.Demo, environ(vars))
	if err != nil {
		t.Fatal(err)
	}
	if c.StripeSecretKey != "" || c.DatabaseURL != "" || c.SMTPHost != "" || c.BaseURL != "http://127.0.0.1:8080" || c.ProviderName != "CoCare (demonstration)" {
		t.Errorf("%+v", c)
	}
	if w := strings.Join(c.Warnings(), "\n"); !strings.Contains(w, "COCARE_STRIPE_SECRET_KEY") || !strings.Contains(w, "COCARE_SMTP_PORT") {
		t.Errorf("what is ignored is not said: %q", w)
	}
	for addr, ok := range map[string]bool{
		"127.0.0.1:0": true, "localhost:8080": true, "[::1]:8080": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.5:80": false, "example.org:80": false,
	} {
		_, err := config.Load(config.Demo, environ(map[string]string{"ADDR": addr}))
		if (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestToolNeedsNothing(t *testing.T) {
	if _, err := config.Load(config.Tool, nil); err != nil {
		t.Error(err)
	}
	_, err := config.Load(config.Tool, environ(map[string]string{"DATABASE_URL": "nonsense"}))
	if p := problems(t, err); len(p) != 1 {
		t.Errorf("problems: %v", p)
	}
}

func TestLoopbackBaseURLMayBeHTTP(t *testing.T) {
	for _, u := range []string{"http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080"} {
		vars := good(t)
		vars["BASE_URL"] = u
		if _, err := config.Load(config.Serve, environ(vars)); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestWarnings(t *testing.T) {
	vars := good(t)
	delete(vars, "STRIPE_SECRET_KEY")
	delete(vars, "STRIPE_WEBHOOK_SECRET")
	delete(vars, "SIGNATORY_NAME")
	vars["SMPT_HOST"] = "typo"
	vars["PORT_80_TCP"] = "tcp://10.0.0.1:80" // an orchestrator's service link
	c, err := config.Load(config.Serve, environ(vars))
	if err != nil {
		t.Fatal(err)
	}
	w := c.Warnings()
	if len(w) != 3 || !strings.Contains(w[0], "COCARE_SMPT_HOST") || !strings.Contains(w[1], "only free courses") || !strings.Contains(w[2], "SIGNATORY") {
		t.Errorf("warnings: %q", w)
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	const value = "sk_live_hunter2"
	s := struct{ Key config.Secret }{value}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("settings", "key", s.Key, "all", s)
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{fmt.Sprintf("%v %+v %#v %s", s, s, s, s.Key), logged.String(), string(encoded)} {
		if strings.Contains(out, "hunter2") || !strings.Contains(out, "[secret]") {
			t.Errorf("shown: %s", out)
		}
	}
}

// TestAMisspelledNameIsNamedWhereAnotherIsMissing, and the one that is meant.
func TestAMisspelledNameIsNamedWhereAnotherIsMissing(t *testing.T) {
	_, err := config.Load(config.Serve, []string{"COCARE_PROVIDER_NAEM=Example CE", "COCARE_SMPT_PASSWORD_FILE=/x", "COCARE_WEATHER_OF_TODAY=blue"})
	for _, want := range []string{
		"COCARE_PROVIDER_NAME: serve needs it; set it to a name such as Example Continuing Education",
		"COCARE_PROVIDER_NAEM is no setting of this version; is COCARE_PROVIDER_NAME meant?",
		"COCARE_SMPT_PASSWORD_FILE is no setting of this version; is COCARE_SMTP_PASSWORD_FILE meant?",
		"COCARE_WEATHER_OF_TODAY is no setting of this version; check the spelling",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("says nothing of %q: %v", want, err)
		}
	}
}
