package archtest

import (
	"encoding/base64"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/config"
)

// documented reads the lines NAME=value of the block in docs/deployment.md that
// begins with a variable.
func documented(t *testing.T, first string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "docs/deployment.md"))
	if err != nil {
		t.Fatal(err)
	}
	const indent = "       " // code inside a list
	_, rest, found := strings.Cut(string(data), "\n"+indent+first+"=")
	if !found {
		t.Fatalf("docs/deployment.md has no block that begins with %s", first)
	}
	env := map[string]string{}
	for line := range strings.Lines(indent + first + "=" + rest) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || !strings.HasPrefix(line, indent) {
			break
		}
		env[name] = strings.Trim(value, `"`)
	}
	return env
}

// TestOneMachineStartsAsDocumented: the settings of the first section are all
// that serve asks for.
func TestOneMachineStartsAsDocumented(t *testing.T) {
	key := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	env := documented(t, "COCARE_BASE_URL")
	var list []string
	for name, value := range env {
		list = append(list, name+"="+strings.Replace(value, "/etc/cocare/master.key", key, 1))
	}
	got, err := config.Load(config.Serve, list)
	if err != nil || got.ProviderName == "" || len(got.TrustedProxies) != 1 || len(env) < 10 {
		t.Errorf("%v: %v", env, err)
	}
}

// TestComposeStartsAsDocumented takes .env from the documentation, makes the
// secrets that it tells to make, and reads each service's settings as the
// program will.
func TestComposeStartsAsDocumented(t *testing.T) {
	dir := t.TempDir()
	for name, value := range map[string]string{
		"master_key": base64.StdEncoding.EncodeToString(make([]byte, 32)), "database_url": "postgres://cocare:0af3@db:5432/cocare?sslmode=disable",
		"smtp_password": "secret", "stripe_secret_key": "sk_live_x", "stripe_webhook_secret": "whsec_x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plain := documented(t, "COCARE_HOST")
	login := maps.Clone(plain)
	maps.Copy(login, documented(t, "COMPOSE_FILE"))
	caught := maps.Clone(plain)
	maps.Copy(caught, map[string]string{"COCARE_SMTP_HOST": "mailpit", "COCARE_SMTP_PORT": "1025", "COCARE_SMTP_TLS": "none"})
	for _, tc := range []struct {
		env  map[string]string
		mail string
		paid bool
	}{{plain, plain["COCARE_SMTP_HOST"], false}, {login, plain["COCARE_SMTP_HOST"], true}, {caught, "mailpit", false}} {
		files := []string{baseFile}
		if list := tc.env["COMPOSE_FILE"]; list != "" {
			files = strings.Split(list, ":")
		}
		c := composed(t, files...)
		for name, mode := range map[string]config.Mode{"migrate": config.Tool, "app1": config.Serve, "app2": config.Serve} {
			got, err := config.Load(mode, environment(t, c.Services[name], tc.env, dir))
			switch {
			case err != nil:
				t.Errorf("%v: %s: %v", files, name, err)
			case mode == config.Serve && (got.SMTPHost != tc.mail || got.StripeConfigured() != tc.paid || got.DatabaseURL == ""):
				t.Errorf("%v: %s: mail by %s, payments %v", files, name, got.SMTPHost, got.StripeConfigured())
			}
		}
		caddy, err := expand(c.Configs["caddyfile"].Content, tc.env)
		if err != nil || !strings.HasPrefix(caddy, tc.env["COCARE_HOST"]+" {") || !strings.Contains(caddy, "app1:8080 app2:8080") {
			t.Errorf("Caddyfile: %v\n%s", err, caddy)
		}
	}
	delete(plain, "COCARE_SMTP_HOST")
	if _, err := expand(composed(t, baseFile).Services["app1"].Environment["COCARE_SMTP_HOST"], plain); err == nil {
		t.Error("without a mail server the site comes up and mails nobody")
	}
}

// environment is what a service's program is started with; its secrets lie in dir.
func environment(t *testing.T, s *service, env map[string]string, dir string) (list []string) {
	t.Helper()
	for name, value := range s.Environment {
		value, err := expand(value, env)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, name+"="+strings.Replace(value, "/run/secrets", dir, 1))
	}
	return list
}
