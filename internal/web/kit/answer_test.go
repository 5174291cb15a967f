package kit_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

func TestEveryKindHasAStatus(t *testing.T) {
	a := newApp(t, nil)
	var give error
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/boom", Name: "boom", Role: kit.Anyone,
		Handler: func(c echo.Context) error {
			c.Response().Header().Set("Content-Disposition", "attachment")
			return give
		}}})
	for kind, want := range map[apperr.Kind]int{
		apperr.Invalid: 422, apperr.Forbidden: 403, apperr.NotFound: 404, apperr.Conflict: 409,
		apperr.Gone: 410, apperr.Limited: 429, apperr.Unavailable: 503,
	} {
		give = apperr.Wrap(kind, "A sentence for people.", errors.New("secret cause"))
		rec := a.get("/boom")
		body := rec.Body.String()
		if rec.Code != want || rec.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: status %d, header %v", kind, rec.Code, rec.Header())
		}
		contains(t, body, "A sentence for people.", rec.Header().Get("X-Request-Id"), `name="robots" content="noindex"`)
		if strings.Contains(body, "secret") {
			t.Errorf("%s: the cause is on the page", kind)
		}
	}
}

func TestOurFaultsAreLoggedOnceAndStayNeutral(t *testing.T) {
	a := newApp(t, nil)
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/boom/:token", Name: "boom", Role: kit.Anyone,
		Handler: func(echo.Context) error { return errors.New("no such table: people") }}})
	rec := a.get("/boom/secret-token")
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "table") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	contains(t, rec.Body.String(), "Something went wrong on our side.")
	log := a.log.String()
	contains(t, log, "no such table", rec.Header().Get("X-Request-Id"), "/boom/:token")
	if strings.Count(log, "\n") != 1 || strings.Contains(log, "secret-token") {
		t.Errorf("log %s", log)
	}
	if a.get("/nothing/there").Code != 404 || strings.Count(a.log.String(), "\n") != 1 {
		t.Error("a missing page is logged as our fault")
	}
}

func TestScriptsGetJSON(t *testing.T) {
	a := newApp(t, nil)
	kit.Register(a.Echo, []kit.Route{
		{Method: "POST", Path: "/save", Name: "save", Role: kit.SignedIn, Handler: func(echo.Context) error { return apperr.InvalidField("q1", "Choose one.") }},
	})
	rec := a.do("POST", "/save", "a=1", "Accept", "application/json", "X-Test-Role", "therapist")
	contains(t, rec.Body.String(), `"fields":{"q1":"Choose one."}`, `"error":`, `"request_id":`)
	if rec := a.do("POST", "/save", "a=1", "Accept", "application/json"); rec.Code != 401 {
		t.Errorf("signed out: %d", rec.Code)
	}
}

// TestAPageLeftOpenIsItsOwners: who signed in since gets nothing of it written
// into their account, with scripts or without.
func TestAPageLeftOpenIsItsOwners(t *testing.T) {
	a := newApp(t, nil)
	var saved []string
	kit.Register(a.Echo, []kit.Route{{Method: "POST", Path: "/save", Name: "save", Role: kit.Anyone, Handler: func(c echo.Context) error {
		f, err := kit.BindForm(c)
		if err != nil {
			return err
		}
		saved = append(saved, f.Values.Encode())
		return c.NoContent(http.StatusNoContent)
	}}})
	mark := (&kit.Viewer{PersonID: "p1"}).Mark()
	typed := "&note=" + url.QueryEscape("Ask about <b>the dose</b>.") + "&page=4EQ7ONQPXK&current_password=open+sesame&go=review&score=4"
	for _, tc := range []struct {
		owner, role string
		want        int
	}{{mark, "therapist", 204}, {"", "therapist", 204}, {mark, "", 204}, {"another", "therapist", 409}} {
		if rec := a.do("POST", "/save", "_owner="+tc.owner+typed, "X-Test-Role", tc.role); rec.Code != tc.want {
			t.Errorf("%+v: %d", tc, rec.Code)
		}
	}
	if len(saved) != 3 || strings.Contains(saved[0], "_owner") {
		t.Errorf("saved %q", saved)
	}
	rec := a.do("POST", "/save", "_owner=another"+typed, "X-Test-Role", "therapist")
	contains(t, rec.Body.String(), "This page belongs to another account", "You are signed in as Ana Ruiz", "Nothing was changed", `<p class="typed">Ask about &lt;b&gt;the dose&lt;/b&gt;.</p>`)
	if strings.Contains(rec.Body.String(), "sesame") || strings.Count(rec.Body.String(), `class="typed"`) != 1 || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v\n%s", rec.Header(), rec.Body)
	}
	if rec := a.do("POST", "/save", "_owner=another"+typed, "Accept", "application/json", "X-Test-Role", "therapist"); rec.Code != 401 || len(saved) != 3 {
		t.Errorf("a script: %d, saved %d", rec.Code, len(saved))
	}
}

// TestWhatWasTypedComesBackWithoutADatabase, when nothing can be read that would
// show the form again.
func TestWhatWasTypedComesBackWithoutADatabase(t *testing.T) {
	a := newApp(t, nil)
	kit.Register(a.Echo, []kit.Route{{Method: "POST", Path: "/save", Name: "save", Role: kit.Anyone, Handler: func(c echo.Context) error {
		if _, err := kit.BindForm(c); err != nil {
			return err
		}
		return apperr.New(apperr.Unavailable, "The database is gone.")
	}}})
	rec := a.do("POST", "/save", "answer="+url.QueryEscape("Because <i>of</i> the sham.")+"&current_password=open+sesame&next=%2Flearn%2Fx&revision=123456")
	contains(t, rec.Body.String(), "The database is gone.", "What was typed", "when this works again", `<p class="typed">Because &lt;i&gt;of&lt;/i&gt; the sham.</p>`)
	if rec.Code != 503 || strings.Contains(rec.Body.String(), "sesame") || strings.Count(rec.Body.String(), `class="typed"`) != 1 {
		t.Errorf("%d\n%s", rec.Code, rec.Body)
	}
}

func TestAccess(t *testing.T) {
	a := newApp(t, nil)
	ok := func(c echo.Context) error { return c.String(200, "ok") }
	for name, role := range map[string]kit.Role{"anyone": kit.Anyone, "signed": kit.SignedIn, "teach": kit.Instructor | kit.Administrator, "admin": kit.Administrator} {
		kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/" + name, Name: name, Role: role, Handler: ok}, {Method: "POST", Path: "/" + name, Name: name + ".post", Role: role, Handler: ok}})
	}
	for _, c := range []struct {
		path, role string
		want       int
	}{
		{"/anyone", "", 200}, {"/anyone", "guest", 200},
		{"/signed", "", 303}, {"/signed", "guest", 200},
		{"/teach", "", 303}, {"/teach", "therapist", 403}, {"/teach", "instructor", 200}, {"/teach", "administrator", 200},
		{"/admin", "instructor", 403}, {"/admin", "administrator", 200}, {"/admin", "guest", 403},
	} {
		for _, method := range []string{"GET", "POST"} {
			if rec := a.do(method, c.path, "", "X-Test-Role", c.role); rec.Code != c.want {
				t.Errorf("%s %s as %q: %d, want %d", method, c.path, c.role, rec.Code, c.want)
			}
		}
	}
	if got := a.get("/signed?a=1&b=2").Header().Get("Location"); got != "/login?next="+url.QueryEscape("/signed?a=1&b=2") {
		t.Errorf("back to %s", got)
	}
	if got := a.do("POST", "/signed", "x=1", "Referer", "http://example.com/teach?x=1").Header().Get("Location"); got != "/login?next="+url.QueryEscape("/teach?x=1") {
		t.Errorf("a form leads back to %s", got)
	}
	for _, from := range []string{"http://evil.example/teach", "http://example.com/no-page", ""} {
		if got := a.do("POST", "/signed", "x=1", "Referer", from).Header().Get("Location"); got != "/login?next="+url.QueryEscape("/signed") {
			t.Errorf("a form from %q leads back to %s", from, got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a route without a role was taken")
		}
	}()
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/open", Name: "open", Handler: ok}})
}

func TestSafeNext(t *testing.T) {
	for _, good := range []string{"/", "/learn", "/learn/x?cycle=1#top", "/a%2f%2fb"} {
		if kit.SafeNext(good) != good {
			t.Errorf("refused %q", good)
		}
	}
	for _, bad := range []string{"", "learn", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/\t/evil.example", "javascript:alert(1)", "/logout", "/logout?x=1", "/theme", "/admin/people.csv", "/courses/x/enroll", "/" + strings.Repeat("a", 2001), "/%zz"} {
		if got := kit.SafeNext(bad); got != "" {
			t.Errorf("took %q", bad)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	a := newApp(t, nil)
	h := a.get("/nothing").Header()
	csp := h.Get("Content-Security-Policy")
	contains(t, csp, "script-src 'self'", "style-src 'self'", "form-action 'self' https://checkout.stripe.com", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
	if strings.Contains(csp, "unsafe") || h.Get("Strict-Transport-Security") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", h)
	}
	secure := newApp(t, nil, func(o *kit.Options) { o.HTTPS = true })
	rec := secure.do("POST", "/theme", "theme=dark")
	if rec.Header().Get("Strict-Transport-Security") == "" {
		t.Error("https without HSTS")
	}
	if c := rec.Result().Cookies()[0]; !c.Secure || !strings.HasPrefix(c.Name, "__Host-") {
		t.Errorf("https cookie %v", c)
	}
	if forged := a.get("/nothing", "X-Request-Id", "mine").Header().Get("X-Request-Id"); forged == "mine" || len(forged) < 20 {
		t.Errorf("request ID %q", forged)
	}
}

func TestCrossOrigin(t *testing.T) {
	a := newApp(t, nil)
	mw, err := kit.CrossOrigin(nil, []string{"POST /webhooks/stripe"})
	if err != nil {
		t.Fatal(err)
	}
	a.Use(mw)
	ok := func(c echo.Context) error { return c.String(200, "ok") }
	kit.Register(a.Echo, []kit.Route{{Method: "POST", Path: "/x", Name: "x", Role: kit.Anyone, Handler: ok}, {Method: "POST", Path: "/webhooks/stripe", Name: "w", Role: kit.Anyone, Handler: ok}})
	for _, c := range []struct {
		path, site string
		want       int
	}{{"/x", "same-origin", 200}, {"/x", "none", 200}, {"/x", "", 200}, {"/x", "cross-site", 403}, {"/x", "same-site", 403}, {"/webhooks/stripe", "cross-site", 200}} {
		if rec := a.do("POST", c.path, "a=1", "Sec-Fetch-Site", c.site); rec.Code != c.want {
			t.Errorf("%s from %q: %d", c.path, c.site, rec.Code)
		}
	}
	if rec := a.do("POST", "/x", "a=1", "Origin", "https://evil.example"); rec.Code != 403 {
		t.Errorf("foreign origin: %d", rec.Code)
	}
}

func TestTheme(t *testing.T) {
	a := newApp(t, map[string]string{"x/y": page("X", "x")})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/y", nil) }}})
	rec := a.do("POST", "/theme", "theme=dark", "Referer", "http://example.com/x?a=1")
	if rec.Code != 303 || rec.Header().Get("Location") != "/x?a=1" {
		t.Fatalf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
	cookie := rec.Result().Cookies()[0]
	contains(t, a.get("/x", "Cookie", cookie.Name+"="+cookie.Value).Body.String(), `data-theme="dark"`, `value="dark" aria-pressed="true"`)
	if body := a.get("/x", "Cookie", cookie.Name+"=evil").Body.String(); strings.Contains(body, "data-theme=") {
		t.Error("an unknown theme is used")
	}
	if rec := a.do("POST", "/theme", "theme=light", "Referer", "https://evil.example/x", "Accept", "application/json"); rec.Code != 204 {
		t.Errorf("script: %d", rec.Code)
	}
	if rec := a.do("POST", "/theme", "theme="); rec.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("the choice is not forgotten")
	}
}

func TestPagesAreCompressed(t *testing.T) {
	a := newApp(t, map[string]string{"x/y": page("X", strings.Repeat("<p>long</p>", 200))})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/y", nil) }}})
	plain := a.get("/x").Body.String()
	for _, accept := range []string{"gzip", "br, gzip;q=0.5", "*"} {
		rec := a.get("/x", "Accept-Encoding", accept)
		z, err := gzip.NewReader(rec.Body)
		if err != nil {
			t.Fatalf("%s: %v", accept, err)
		}
		body, err := io.ReadAll(z)
		if err != nil || string(body) != plain {
			t.Errorf("%s: another page (%v)", accept, err)
		}
		if vary := strings.Join(rec.Header().Values("Vary"), ","); !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("Vary %q", vary)
		}
	}
	if rec := a.get("/x", "Accept-Encoding", "gzip;q=0, br"); rec.Header().Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
	if rec := a.do(http.MethodHead, "/x", ""); rec.Code != 200 {
		t.Errorf("HEAD: %d", rec.Code)
	}
}
