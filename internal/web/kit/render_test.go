package kit_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

func TestRendererRefusesBrokenPages(t *testing.T) {
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{{define "title"}}X{{end}}`:          `must define "content"`,
		`{{define "content"}}{{if}}{{end}}`:   "missing value for if",
		`{{define "content"}}{{nope}}{{end}}`: `function "nope" not defined`,
	} {
		files := overlay{templates.FS, fstest.MapFS{"pages/x/y.html": {Data: []byte(text)}}}
		_, err := kit.NewRenderer(kit.Options{Templates: files, Assets: assets, Site: func() kit.Site { return kit.Site{} }})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "pages/x/y.html") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := kit.NewRenderer(kit.Options{}); err == nil {
		t.Error("a renderer out of nothing")
	}
}

func TestPageNeedsATitleAndAName(t *testing.T) {
	a := newApp(t, map[string]string{"x/bare": `{{define "content"}}{{.Title}}{{end}}`})
	kit.Register(a.Echo, []kit.Route{
		{Method: "GET", Path: "/bare", Name: "bare", Role: kit.Anyone, Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/bare", nil) }},
		{Method: "GET", Path: "/titled", Name: "titled", Role: kit.Anyone, Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/bare", kit.View{Title: "Hi"}) }},
		{Method: "GET", Path: "/none", Name: "none", Role: kit.Anyone, Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/none", nil) }},
		{Method: "GET", Path: "/echo", Name: "echo", Role: kit.Anyone, Handler: func(c echo.Context) error { return c.Render(200, "x/bare", &kit.View{Title: "Hi"}) }},
	})
	for path, want := range map[string]int{"/bare": 500, "/titled": 200, "/none": 500, "/echo": 200} {
		if rec := a.get(path); rec.Code != want {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func TestExecutedTemplatesAreKnown(t *testing.T) {
	a := newApp(t, map[string]string{
		"track/seen":   `{{define "title"}}X{{end}}{{define "content"}}{{template "track-part" .}}{{end}}{{define "track-part"}}p{{end}}`,
		"track/unseen": page("X", `{{template "badge" dict "Text" "x"}}`),
	})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "track/seen", nil) }}})
	a.get("/x")
	for _, name := range []string{"pages/track/seen", "pages/track/seen#track-part", "partials/site-header"} {
		if !slices.Contains(kit.Executed(), name) || slices.Contains(a.renderer.Unexecuted(), name) {
			t.Errorf("%s ran unnoticed", name)
		}
	}
	if !slices.Contains(a.renderer.Unexecuted(), "pages/track/unseen") || slices.Contains(kit.Executed(), "pages/track/unseen") {
		t.Error("a page that never ran counts as run")
	}
	if got := a.renderer.Pages(); !slices.Equal(got, []string{"error/show", "track/seen", "track/unseen"}) {
		t.Errorf("pages %v", got)
	}
}

func TestAssets(t *testing.T) {
	a := newApp(t, map[string]string{"x/y": page("X", "x")})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/y", nil) }}})
	html := a.get("/x").Body.String()
	contains(t, html, `<link rel="icon" href="data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20`)
	links := regexp.MustCompile(`/static/[^"]+`).FindAllString(html, -1)
	if len(links) != 3 {
		t.Fatalf("links %v", links)
	}
	for _, link := range links {
		rec := a.get(link, "Accept-Encoding", "gzip")
		h := rec.Header()
		if rec.Code != 200 || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Length") != fmt.Sprint(rec.Body.Len()) || h.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", link, rec.Code, h)
		}
		if compressed := h.Get("Content-Encoding") == "gzip"; compressed == strings.HasSuffix(link, ".woff2") {
			t.Errorf("%s: compressed %v", link, compressed)
		}
		br := a.get(link, "Accept-Encoding", "gzip, deflate, br, zstd")
		unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(br.Body.Bytes())))
		if smaller := br.Header().Get("Content-Encoding") == "br"; smaller && (err != nil || br.Body.Len() >= rec.Body.Len() || string(unpacked) != a.get(link).Body.String()) ||
			!smaller && (strings.HasSuffix(link, ".css") || strings.HasSuffix(link, ".js")) {
			t.Errorf("%s: %v, %d bytes, %v", link, br.Header(), br.Body.Len(), err)
		}
		if tag := br.Header().Get("ETag"); (tag == h.Get("ETag")) != (br.Header().Get("Content-Encoding") == h.Get("Content-Encoding")) {
			t.Errorf("%s: one tag for two encodings", link)
		}
		if again := a.get(link, "Accept-Encoding", "gzip", "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d with its ETag", link, again.Code)
		}
	}
	if h := a.get("/static/css/app.css").Header(); h.Get("Cache-Control") != "no-cache" {
		t.Errorf("plain address: %v", h)
	}
	js := a.get("/static/js/app.js").Body.String()
	if regexp.MustCompile(`(?m)^(\s|//)`).MatchString(js) || !strings.Contains(js, "addEventListener") {
		t.Error("the scripts keep indentation or comments")
	}
	css := a.get("/static/css/app.css").Body.String()
	contains(t, css, "url(\"/static/fonts/gelasio.")
	if strings.Contains(css, "/*") || strings.Contains(css, "asset:") {
		t.Error("the style sheet was not finished")
	}
	if h := a.get("/static/js/app.js").Header(); h.Get("Permissions-Policy") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a script's headers: %v", h)
	}
	if h := a.get("/static/img/icon.svg").Header(); !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Permissions-Policy") != "" {
		t.Errorf("a drawing that can be opened as a document: %v", h)
	}
	for _, missing := range []string{"/static/", "/static/css/1-tokens.css", "/static/../kit.go", "/static/css/app.0000.css", "/static/static.go"} {
		if rec := a.get(missing); rec.Code != 404 {
			t.Errorf("%s: %d", missing, rec.Code)
		}
	}
}

func TestAssetsRefuse(t *testing.T) {
	icons := &fstest.MapFile{Data: []byte("<svg></svg>")}
	_, err := kit.NewAssets(fstest.MapFS{"css/a.css": {Data: []byte(`a{src:url("asset:fonts/x.woff2")}`)}, "img/icons.svg": icons}, "")
	if err == nil || !strings.Contains(err.Error(), "fonts/x.woff2") {
		t.Errorf("a dead reference: %v", err)
	}
	if _, err := kit.NewAssets(fstest.MapFS{"css/a.css": {}}, ""); err == nil {
		t.Error("no icons and no error")
	}
	_, err = kit.NewAssets(fstest.MapFS{"js/a.js": {Data: []byte("const a = `one\n  two`;")}, "img/icons.svg": icons}, "")
	if err == nil || !strings.Contains(err.Error(), "template literal") {
		t.Errorf("a template literal whose indentation would be lost: %v", err)
	}
}

func TestAccentKeepsItsPromise(t *testing.T) {
	for _, hex := range []string{"#0b6e6e", "#ffdd00", "#ffffff", "#000000", "#7a1fa2", "#ff0000"} {
		css, err := kit.AccentCSS(hex)
		if err != nil {
			t.Fatal(err)
		}
		colors := regexp.MustCompile(`#[0-9a-f]{6}`).FindAllString(css, -1)
		if len(colors) != 4 {
			t.Fatalf("%s: %s", hex, css)
		}
		for _, pair := range []struct {
			fg, bg string
			min    float64
		}{{colors[0], "#ffffff", 4.5}, {colors[1], "#08201f", 4.5}, {colors[2], "#f3f0e8", 7}, {colors[2], "#fbfaf6", 7}, {colors[3], "#222a2a", 7}, {colors[3], "#131818", 7}} {
			if got := contrast(t, pair.fg, pair.bg); got < pair.min {
				t.Errorf("%s: %s on %s has %.2f", hex, pair.fg, pair.bg, got)
			}
		}
	}
	for _, bad := range []string{"", "teal", "#12345", "#1234567", "#gggggg", "#fff;}x{"} {
		if css, err := kit.AccentCSS(bad); err == nil {
			t.Errorf("%q gave %s", bad, css)
		}
	}
}

func TestFuncs(t *testing.T) {
	at := time.Date(2026, 11, 23, 2, 4, 5, 0, time.UTC)
	data := map[string]any{"At": at, "Ptr": &at, "Nil": (*time.Time)(nil), "Zero": time.Time{}}
	for in, want := range map[string]string{
		`{{money 14900 "USD"}}`: "$149.00", `{{money -50 "USD"}}`: "-$0.50", `{{money 123456789 "USD"}}`: "$1,234,567.89",
		`{{hours 175}} {{hours 150}} {{hours 200}}`: "1.75 1.5 2", `{{minutes 59}}`: "less than a minute", `{{begin (minutes 59)}}|{{begin (minutes 60)}}|{{begin ""}}|{{begin "état"}}`: "Less than a minute|1 min||État", `{{minutes 3600}}`: "1 h", `{{minutes 4821}}`: "1 h 20 min",
		`{{plural 1 "day" "days"}} {{plural 0 "day" "days"}} {{plural 2000 "day" "days"}}`:                              "1 day 0 days 2,000 days",
		`{{number 999}} {{number 1000}} {{number -100}} {{number -1234567}}`:                                            "999 1,000 -100 -1,234,567",
		`{{percent 199 200}} {{percent 1 0}}`:                                                                           "99% –",
		`{{$.Date .Data.At}}|{{$.Clock .Data.Ptr}}|{{$.DateTime .Data.Nil}}|{{$.Date .Data.Zero}}|{{$.Local .Data.At}}`: "November 22, 2026|9:04 PM|||2026-11-22T21:04",
		`{{day .Data.At}} {{rfc3339 .Data.At}}`:                                                                         "November 23, 2026 2026-11-23T02:04:05Z",
		`{{$.With "sort" "x" "q" ""}}`:                                                                                  "/x?sort=x&amp;state=paid",
		`{{$.Query "state"}} {{$.Is "therapist"}} {{$.Is "administrator" "instructor"}}`:                                "paid true false",
		`{{with $.Sort "name" "Name"}}{{.Href}} {{.State}}{{end}}`:                                                      "/x?q=a&amp;sort=-name&amp;state=paid ascending",
	} {
		a := newApp(t, map[string]string{"f/f": page("F", "["+in+"]")})
		kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
			Handler: func(c echo.Context) error { return kit.Render(c, 200, "f/f", data) }}})
		target := "/x?q=a&state=paid&after=zzz"
		if strings.Contains(in, "Sort") {
			target += "&sort=name"
		}
		contains(t, a.get(target, "X-Test-Role", "therapist").Body.String(), "["+want+"]")
	}
	for _, bad := range []string{`{{money 1 "XXX9"}}`, `{{hours "x"}}`, `{{dict "a"}}`, `{{dict 1 2}}`, `{{icon "none"}}`, `{{asset "none.css"}}`, `{{options "a"}}`} {
		a := newApp(t, map[string]string{"f/f": page("F", bad)})
		kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
			Handler: func(c echo.Context) error { return kit.Render(c, 200, "f/f", data) }}})
		if rec := a.get("/x"); rec.Code != 500 {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
}

func TestLists(t *testing.T) {
	context := func(target string) echo.Context {
		return echo.New().NewContext(httptest.NewRequest(http.MethodGet, target, nil), httptest.NewRecorder())
	}
	place := kit.Cursor("2026-11-23T00:00:00Z", "Ünïque/+ ID")
	l, err := kit.ParseList(context("/x?q=+ana+&state=paid&sort=-at&after="+url.QueryEscape(place)), 50, 2)
	if err != nil || l.Q != "ana" || l.State != "paid" || l.Sort != "-at" || len(l.After) != 2 || l.After[1] != "Ünïque/+ ID" || len(l.Before) != 0 || l.Limit != 50 {
		t.Errorf("%+v, %v", l, err)
	}
	for _, torn := range []string{"x", "!!", place[1:], kit.Cursor("one"), kit.Cursor("a", "b\x00"), kit.Cursor("a", "\xff"), "bnVsbA"} {
		for _, param := range []string{"after", "before"} {
			if _, err := kit.ParseList(context("/x?"+param+"="+url.QueryEscape(torn)), 50, 2); err == nil {
				t.Errorf("took %q", torn)
			}
		}
	}
	for _, bad := range []string{"/x?q=" + strings.Repeat("a", 201), "/x?q=%ff", "/x?state=%00", "/x?after=" + strings.Repeat("a", 2001)} {
		if _, err := kit.ParseList(context(bad), 50, 2); err == nil {
			t.Errorf("took %s", bad[:min(len(bad), 40)])
		}
	}
	if _, err := kit.ParseList(context("/x?q="+url.QueryEscape(strings.Repeat("é", 200))), 50, 2); err != nil {
		t.Errorf("counts bytes, not characters: %v", err)
	}
	p := kit.NewPager(context("/x?q=ana&after=abc"), 120, 50, "p", "n")
	if p.FirstURL != "/x?q=ana" || p.NextURL != "/x?after=n&q=ana" || p.PrevURL != "/x?before=p&q=ana" || !p.PrevOrNext() {
		t.Errorf("%+v", p)
	}
	if p := kit.NewPager(context("/x"), 3, 3, "", ""); p.PrevOrNext() {
		t.Errorf("%+v", p)
	}
}

func TestRoles(t *testing.T) {
	for _, name := range []string{"therapist", "instructor", "administrator", "guest"} {
		if r, err := kit.ParseRole(name); err != nil || r.String() != name {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	for _, name := range []string{"", "anyone", "signed in", "root"} {
		if r, err := kit.ParseRole(name); err == nil {
			t.Errorf("%q is %v", name, r)
		}
	}
	if (&kit.Viewer{Roles: kit.Guest}).Is("anyone") || (*kit.Viewer)(nil).Is("therapist") {
		t.Error("a role out of nothing")
	}
}

func TestPathParam(t *testing.T) {
	a := newApp(t, nil)
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/c/:slug", Name: "c", Role: kit.Anyone, Handler: func(c echo.Context) error {
		slug, err := kit.PathParam(c, "slug")
		if err != nil {
			return err
		}
		return c.String(200, slug)
	}}})
	for path, want := range map[string]int{"/c/tms-ketamine_1.0~x": 200, "/c/a%2Fb": 404, "/c/a%00": 404, "/c/%C3%A9": 404, "/c/" + strings.Repeat("a", 201): 404, "/c/a%27--": 404} {
		if rec := a.get(path); rec.Code != want {
			t.Errorf("%s: %d", path[:min(len(path), 20)], rec.Code)
		}
	}
}

// contrast is computed here anew, after WCAG 2.2, to check the kit's own.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	lum := func(hex string) float64 {
		var c [3]uint8
		if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
			t.Fatal(err)
		}
		return kitLuminance(c)
	}
	la, lb := lum(a), lum(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestRefreshIsAHeader(t *testing.T) {
	a := newApp(t, map[string]string{"x/wait": `{{define "title"}}Wait{{end}}{{define "content"}}{{end}}`})
	for path, seconds := range map[string]int{"/wait": 3, "/ready": 0} {
		kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: path, Name: path, Role: kit.Anyone,
			Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/wait", kit.View{Refresh: seconds}) }}})
	}
	for path, want := range map[string]string{"/wait": "3", "/ready": ""} {
		if rec := a.get(path); rec.Header().Get("Refresh") != want || strings.Contains(rec.Body.String(), "http-equiv") {
			t.Errorf("%s: Refresh %q, want %q", path, rec.Header().Get("Refresh"), want)
		}
	}
}

// On a phone every row is a card as high as a hand.
func TestAListIsShorterOnAPhone(t *testing.T) {
	for hint, want := range map[string]int{"?1": 20, "?0": 50, "": 50} {
		r := httptest.NewRequest(http.MethodGet, "/x", nil)
		r.Header.Set("Sec-CH-UA-Mobile", hint)
		l, err := kit.ParseList(echo.New().NewContext(r, httptest.NewRecorder()), 50, 1)
		if err != nil || l.Limit != want {
			t.Errorf("%q: %d rows, %v", hint, l.Limit, err)
		}
	}
}
