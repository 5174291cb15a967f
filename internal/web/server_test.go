package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/web"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// server is a program of these routes alone.
func server(t *testing.T, session echo.MiddlewareFunc, routes ...kit.Route) *echo.Echo {
	t.Helper()
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	site := func() kit.Site { return kit.Site{Name: "CoCare", BaseURL: "https://ce.example.org"} }
	r, err := kit.NewRenderer(kit.Options{Templates: templates.FS, Assets: assets, Site: site})
	if err != nil {
		t.Fatal(err)
	}
	e, err := web.New(web.Options{BaseURL: &url.URL{Scheme: "https", Host: "ce.example.org"}, Renderer: r, Session: session, Routes: routes,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestOnlyAFormWithAFileIsReadUnbounded by the chain: its own handler bounds it.
func TestOnlyAFormWithAFileIsReadUnbounded(t *testing.T) {
	read := func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
	e := server(t, func(next echo.HandlerFunc) echo.HandlerFunc { return next },
		kit.Route{Method: http.MethodPost, Path: "/verify", Name: "verify.check", Role: kit.Anyone, Handler: read, Uploads: true},
		kit.Route{Method: http.MethodPost, Path: "/other", Name: "other", Role: kit.Anyone, Handler: read})
	for _, tt := range []struct {
		path, kind string
		want       int
	}{
		{"/verify", "multipart/form-data; boundary=b", http.StatusNoContent},
		{"/verify", `Multipart/Form-Data;boundary="b"`, http.StatusNoContent},
		{"/verify", "multipart/form-data-not; boundary=b", http.StatusRequestEntityTooLarge},
		{"/verify", "multipart/form-data, text/plain", http.StatusRequestEntityTooLarge},
		{"/verify", "application/x-www-form-urlencoded", http.StatusRequestEntityTooLarge},
		{"/verify", "", http.StatusRequestEntityTooLarge},
		{"/other", "multipart/form-data; boundary=b", http.StatusRequestEntityTooLarge},
	} {
		for _, length := range []int64{13 << 20, -1} { // told or not
			req := httptest.NewRequest(http.MethodPost, "https://ce.example.org"+tt.path, strings.NewReader(strings.Repeat("x", 13<<20)))
			req.ContentLength = length
			req.Header.Set("Content-Type", tt.kind)
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, req)
			if rec.Code != tt.want {
				t.Errorf("%s, %q, length %d: %d, want %d", tt.path, tt.kind, length, rec.Code, tt.want)
			}
		}
	}
}

// TestWhatIsForAllHasNobodysCookies: a shared cache would hand them on.
func TestWhatIsForAllHasNobodysCookies(t *testing.T) {
	session := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.SetCookie(&http.Cookie{Name: "session", Value: "renewed"})
			kit.SetViewer(c, &kit.Viewer{PersonID: "ana", Roles: kit.Therapist})
			return next(c)
		}
	}
	seen := map[string]bool{}
	show := func(c echo.Context) error {
		seen[c.Path()] = kit.ViewerOf(c) != nil
		return c.NoContent(http.StatusNoContent)
	}
	e := server(t, session,
		kit.Route{Method: http.MethodGet, Path: "/badge/:id", Name: "badge", Role: kit.Anyone, Handler: show, ForAll: true},
		kit.Route{Method: http.MethodGet, Path: "/page", Name: "page", Role: kit.Anyone, Handler: show})
	for path, own := range map[string]bool{"/badge/7": false, "/page": true, "/nowhere": true} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, httptest.NewRequest(method, "https://ce.example.org"+path, nil))
			if got := rec.Header().Get("Set-Cookie") != ""; got != own {
				t.Errorf("%s %s: cookies %v, want %v", method, path, got, own)
			}
		}
	}
	if seen["/badge/:id"] || !seen["/page"] {
		t.Errorf("who is known where: %v", seen)
	}
}
