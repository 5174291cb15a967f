package kit_test

import (
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// overlay is the real templates with the pages of one test on top.
type overlay struct {
	base  fs.FS
	pages fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if f, err := o.pages.Open(name); err == nil {
		if info, err := f.Stat(); err == nil && !info.IsDir() {
			return f, nil
		}
	}
	return o.base.Open(name)
}

func (o overlay) Glob(pattern string) ([]string, error) {
	if pattern == "pages/*/*.html" {
		names, err := o.pages.Glob(pattern)
		return append(names, "pages/error/show.html"), err
	}
	return fs.Glob(o.base, pattern)
}

var clock = time.Date(2026, 11, 23, 2, 4, 0, 0, time.UTC)

type app struct {
	*echo.Echo
	renderer *kit.Renderer
	log      *strings.Builder
}

// newApp returns an Echo with the kit in front, a page for each entry of pages
// and a viewer when the X-Test-Role header names a role.
func newApp(t *testing.T, pages map[string]string, opts ...func(*kit.Options)) *app {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range pages {
		files["pages/"+name+".html"] = &fstest.MapFile{Data: []byte(text)}
	}
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	opt := kit.Options{
		Templates: overlay{templates.FS, files},
		Assets:    assets,
		Site: func() kit.Site {
			return kit.Site{Name: "CoCare", BaseURL: "https://ce.example.org", Demo: true,
				DemoLinks: []kit.Link{{Label: "Mail", Href: "/mail"}}, Footer: []kit.Link{{Label: "Privacy", Href: "/policies/privacy"}}, Help: "/help"}
		},
		Nav: func(v *kit.Viewer) []kit.NavItem {
			nav := []kit.NavItem{{Label: "Courses", Href: "/courses"}}
			if v != nil {
				nav = append(nav, kit.NavItem{Label: "Learning", Href: "/learn"}, kit.NavItem{Label: "Sign out", Href: "/logout", Post: true})
			}
			return nav
		},
		Now: func() time.Time { return clock },
	}
	for _, f := range opts {
		f(&opt)
	}
	r, err := kit.NewRenderer(opt)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{Echo: echo.New(), renderer: r, log: &strings.Builder{}}
	a.Renderer = r
	a.HTTPErrorHandler = kit.ErrorHandler(slog.New(slog.NewTextHandler(a.log, nil)))
	a.Use(kit.RequestID, kit.Headers(kit.HeaderOptions{HTTPS: opt.HTTPS, FormAction: []string{"https://checkout.stripe.com"}}), testViewer)
	kit.Register(a.Echo, r.Routes())
	return a
}

func testViewer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if name := c.Request().Header.Get("X-Test-Role"); name != "" {
			role, err := kit.ParseRole(name)
			if err != nil {
				return err
			}
			zone := time.FixedZone("EST", -5*3600)
			kit.SetViewer(c, &kit.Viewer{PersonID: "p1", Name: "Ana Ruiz", Roles: role, Zone: zone})
		}
		return next(c)
	}
}

func (a *app) do(method, target string, body string, headers ...string) *httptest.ResponseRecorder {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, target, r)
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.ServeHTTP(rec, req)
	return rec
}

func (a *app) get(target string, headers ...string) *httptest.ResponseRecorder {
	return a.do(http.MethodGet, target, "", headers...)
}

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

// contains fails the test for every text that body lacks.
func contains(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("missing %q in\n%s", text, body)
		}
	}
}

func page(title, content string) string {
	return fmt.Sprintf(`{{define "title"}}%s{{end}}{{define "content"}}%s{{end}}`, title, content)
}

func TestRenderMakesAWholePage(t *testing.T) {
	a := newApp(t, map[string]string{"demo/show": page("Hello", `<h1>Hello {{.Data}}</h1><p>{{.DateTime .Now}}</p>`)})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/courses/x", Name: "demo.show", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "demo/show", "<b>you</b>") }}})
	rec := a.get("/courses/x")
	contains(t, rec.Body.String(), "<title>Hello · CoCare</title>", "<h1>Hello &lt;b&gt;you&lt;/b&gt;</h1>",
		`<a class="nav-link" href="/courses" aria-current="true">Courses</a>`, "November 23, 2026, 2:04 AM UTC", "Demonstration.")
	if got := rec.Header().Get("Content-Length"); got != fmt.Sprint(rec.Body.Len()) {
		t.Errorf("Content-Length %s for %d bytes", got, rec.Body.Len())
	}
	signedIn := a.get("/courses/x", "X-Test-Role", "therapist").Body.String()
	contains(t, signedIn, "November 22, 2026, 9:04 PM EST", "Signed in as Ana Ruiz", `<form method="post" action="/logout">`)
}

// TestWeightBudget holds the files of every page, and those of each area with them,
// to the budget.
func TestWeightBudget(t *testing.T) {
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	wire := 0
	for name, limit := range map[string]int{"css/app.css": 26000, "js/app.js": 17 << 10, "fonts/gelasio.woff2": 21 << 10} {
		plain, z := assets.Size(name)
		if plain == 0 || plain > limit {
			t.Errorf("%s has %d bytes, the budget is %d", name, plain, limit)
		}
		t.Logf("%s: %d bytes, %d on the wire", name, plain, z)
		wire += z
	}
	// The page budget is 60 KiB on the first view; this much is left for HTML.
	if left := 60<<10 - wire; left < 8<<10 {
		t.Errorf("%d bytes on the wire leave %d for a page", wire, left)
	}
	for kind, limit := range map[string]int{"css": 30 << 10, "js": 25 << 10} {
		common, _ := assets.Size(kind + "/app." + kind)
		files, err := fs.Glob(static.FS, kind+"/*/*."+kind)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			if dir := path.Dir(name); path.Base(dir) != "only" {
				name = dir + "." + kind
			}
			plain, z := assets.Size(name)
			if common+plain > limit {
				t.Errorf("%s has %d bytes, and %s/app.%s %d: the budget is %d", name, plain, kind, kind, common, limit)
			}
			t.Logf("%s: %d bytes, %d on the wire", name, plain, z)
		}
	}
}

// kitLuminance is the relative luminance of WCAG 2.2.
func kitLuminance(c [3]uint8) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
