package web

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/web/kit"
)

// logged answers requests and returns the log lines of a level that they leave.
func logged(t *testing.T, level slog.Level, paths ...string) (lines []map[string]any, text string) {
	t.Helper()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: level}))
	e := echo.New()
	mw, err := observe(log, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	e.Use(kit.RequestID, mw)
	answer := func(c echo.Context) error { return c.String(http.StatusOK, "four") }
	for _, route := range []string{"/password/reset/:token", "/healthz", "/readyz", "/metrics", "/static/*"} {
		e.GET(route, answer)
	}
	for _, path := range paths {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.RemoteAddr = "192.0.2.7:40000"
		req.Header.Set("X-Request-ID", "forged")
		req.Header.Set("Cookie", "session=secret")
		req.Header.Set("User-Agent", "somebody's browser")
		e.ServeHTTP(httptest.NewRecorder(), req)
	}
	for line := range strings.Lines(out.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, m)
	}
	return lines, out.String()
}

func TestARequestLeavesALineWithoutSecrets(t *testing.T) {
	lines, text := logged(t, slog.LevelInfo, "/password/reset/s3cret?email=ana@example.org", "/nothing/s3cret")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %s", len(lines), text)
	}
	l := lines[0]
	if l["msg"] != "request" || l["level"] != "INFO" || l["method"] != "GET" || l["route"] != "/password/reset/:token" ||
		l["status"] != 200.0 || l["bytes"] != 4.0 || len(l["request_id"].(string)) < 20 {
		t.Errorf("%v", l)
	}
	if _, ok := l["us"].(float64); !ok {
		t.Errorf("no duration: %v", l)
	}
	if lines[1]["status"] != 404.0 {
		t.Errorf("%v", lines[1])
	}
	for _, secret := range []string{"s3cret", "ana@", "192.0.2.7", "forged", "session", "browser"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q: %s", secret, text)
		}
	}
}

func TestProbesAndStaticFilesAreForDebugging(t *testing.T) {
	paths := []string{"/healthz", "/readyz", "/metrics", "/static/app.css"}
	if lines, text := logged(t, slog.LevelInfo, paths...); len(lines) != 0 {
		t.Errorf("at info: %s", text)
	}
	lines, text := logged(t, slog.LevelDebug, paths...)
	if len(lines) != len(paths) || slices.ContainsFunc(lines, func(l map[string]any) bool { return l["level"] != "DEBUG" }) {
		t.Errorf("at debug: %s", text)
	}
}
