package app_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/keyring"
)

const password = "nine quiet herons"

// replicas starts two servers that share nothing but a database and the master
// key. Their jobs and pollers run until the test ends.
func replicas(t *testing.T) (a, b *app.App) {
	t.Helper()
	where := dbtest.Config(t)
	key := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() *app.App {
		c, err := config.Load(config.Serve, nil, func(c *config.Config) {
			c.DatabaseURL, c.DataDir = config.Secret(where.DSN), filepath.Dir(where.Path)
			c.BaseURL, c.MasterKeyFile = "http://127.0.0.1:8080", key
			c.ProviderName, c.ProviderEmail = "Example CE", "help@example.org"
			c.SMTPHost, c.SMTPFrom = "127.0.0.1", "no-reply@example.org"
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go r.Accounts.Run(ctx)
		go func() { r.Jobs.Run(ctx); close(done) }()
		t.Cleanup(func() { cancel(); <-done; r.Close() })
		return r
	}
	if where.Path != "" { // an App names its own file; give it the migrated one
		if err := os.Rename(where.Path, filepath.Join(filepath.Dir(where.Path), "cocare.db")); err != nil {
			t.Fatal(err)
		}
	}
	return start(), start()
}

// visit sends a request to one replica with the cookies of a browser.
func visit(h http.Handler, method, path string, form url.Values, cookies []*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://127.0.0.1:8080")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Errorf("%s: not within 15 s", what)
}

func TestReplicasShareNothingButTheDatabase(t *testing.T) {
	a, b := replicas(t)
	p, err := a.Accounts.Create(t.Context(), account.NewPerson{Email: "ana@example.org", Name: "Ana Quist", Password: password,
		Roles: []account.Role{account.Therapist}})
	if err != nil {
		t.Fatal(err)
	}
	in := visit(a.Handler, http.MethodPost, "/login", url.Values{"email": {"ana@example.org"}, "password": {password}}, nil)
	cookies := (&http.Response{Header: in.Header()}).Cookies()
	if in.Code != http.StatusSeeOther || len(cookies) == 0 {
		t.Fatalf("sign in: %d", in.Code)
	}
	if res := visit(b.Handler, http.MethodGet, "/account", nil, cookies); res.Code != http.StatusOK {
		t.Errorf("the other replica does not know the session: %d", res.Code)
	}

	folder := courses.Bundled()["tms-ketamine"]
	if _, err := a.Courses.Import(t.Context(), folder, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Courses.Publish(t.Context(), "tms-ketamine", "First", "test"); err != nil {
		t.Fatal(err)
	}
	soon(t, "an edition published by the other replica shows", func() bool {
		return visit(b.Handler, http.MethodGet, "/courses/tms-ketamine", nil, nil).Code == http.StatusOK
	})

	if err := a.Accounts.Block(t.Context(), p.ID, "test"); err != nil {
		t.Fatal(err)
	}
	soon(t, "a blocked person is out on the other replica", func() bool {
		return visit(b.Handler, http.MethodGet, "/account", nil, cookies).Code == http.StatusSeeOther
	})
}

// TestADistrustedKeyEndsItsTokensOnEveryReplica, and signs nobody out: the
// browser's next request gets a token of the fresh key.
func TestADistrustedKeyEndsItsTokensOnEveryReplica(t *testing.T) {
	a, b := replicas(t)
	_, err := a.Accounts.Create(t.Context(), account.NewPerson{Email: "ana@example.org", Name: "Ana Quist", Password: password,
		Roles: []account.Role{account.Therapist}})
	if err != nil {
		t.Fatal(err)
	}
	in := visit(a.Handler, http.MethodPost, "/login", url.Values{"email": {"ana@example.org"}, "password": {password}}, nil)
	cookies := (&http.Response{Header: in.Header()}).Cookies()
	var access []*http.Cookie
	for _, c := range cookies {
		if c.Name == "session" {
			access = append(access, c)
		}
	}
	if res := visit(b.Handler, http.MethodGet, "/account", nil, access); res.Code != http.StatusOK {
		t.Fatalf("the access token alone: %d", res.Code)
	}
	key, err := a.Keys.Current(t.Context(), keyring.Session)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.DistrustKey(t.Context(), key.ID, key.CreatedAt); err != nil {
		t.Fatal(err)
	}
	if res := visit(a.Handler, http.MethodGet, "/account", nil, access); res.Code != http.StatusSeeOther {
		t.Errorf("its token counts here: %d", res.Code)
	}
	soon(t, "its token dies on the other replica", func() bool {
		return visit(b.Handler, http.MethodGet, "/account", nil, access).Code == http.StatusSeeOther
	})
	if res := visit(b.Handler, http.MethodGet, "/.well-known/jwks.json", nil, nil); strings.Contains(res.Body.String(), key.ID) {
		t.Error("it is published still")
	}
	if res := visit(b.Handler, http.MethodGet, "/account", nil, cookies); res.Code != http.StatusOK {
		t.Errorf("the browser was signed out: %d", res.Code)
	}
}

func TestPeriodicWorkRunsAcrossReplicas(t *testing.T) {
	a, b := replicas(t)
	if _, err := b.Accounts.Create(t.Context(), account.NewPerson{Email: "ben@example.org", Name: "Ben", Password: password, Roles: []account.Role{account.Therapist}}); err != nil {
		t.Fatal(err)
	}
	soon(t, "one of the two seals the audit chain", func() bool {
		r, err := a.Audit.Verify(t.Context())
		if err != nil || !r.OK() {
			t.Fatalf("chain: %v %v", r, err)
		}
		return r.Seq > 0 && r.Unsealed == 0
	})
}

func TestServeHasNoDemoDoors(t *testing.T) {
	a, _ := replicas(t)
	for _, path := range []string{"/outbox", "/sandbox/stripe/cs_test_1"} {
		if res := visit(a.Handler, http.MethodGet, path, nil, nil); res.Code != http.StatusNotFound {
			t.Errorf("%s exists under serve: %d", path, res.Code)
		}
	}
	for _, path := range []string{"/policies/terms", "/policies/privacy", "/policies/refund"} {
		if res := visit(a.Handler, http.MethodGet, path, nil, nil); res.Code != http.StatusOK {
			t.Errorf("%s under serve: %d", path, res.Code)
		}
	}
	for _, path := range []string{"/", "/metrics"} {
		if rec := get(t, a.Handler, "evil.example.org", path); rec.Code != http.StatusNotFound {
			t.Errorf("%s served under a foreign name: %d", path, rec.Code)
		}
	}
	if rec := get(t, a.Handler, "10.0.0.7:8080", "/metrics"); rec.Code == http.StatusNotFound {
		t.Error("a scraper that comes by address is not even asked who it is")
	}
	for path, want := range map[string]string{"/courses/?q=x": "/courses?q=x", "//evil.example.org/": "/evil.example.org"} {
		rec := visit(a.Handler, http.MethodGet, path, nil, nil)
		if rec.Code != http.StatusPermanentRedirect || rec.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q", path, rec.Code, rec.Header().Get("Location"))
		}
	}
}

func TestAnUnreviewedEditionTakesNoEnrollmentsUnderServe(t *testing.T) {
	a, _ := replicas(t)
	if _, err := a.Courses.Import(t.Context(), courses.Bundled()["tms-ketamine"], "test"); err != nil {
		t.Fatal(err)
	}
	ed, err := a.Courses.Publish(t.Context(), "tms-ketamine", "First", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Courses.OpenForEnrollment(t.Context(), ed); err == nil {
		t.Error("an edition without its sign-offs is open for enrollment")
	}
}
