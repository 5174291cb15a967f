package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/web/kit"
)

var param = regexp.MustCompile(`[:*][a-z]*`)

// nothing fills a parameter with an ID that exists nowhere.
func nothing(path string) string {
	return param.ReplaceAllString(path, "00000000-0000-7000-8000-000000000000")
}

// stays are routes that would end the session or change what other tests need
// if they were let through.
var stays = map[string]bool{"POST /logout": true}

// TestEveryRouteKeepsItsRole walks the server's own table as a visitor, a
// therapist, an instructor and an administrator.
func TestEveryRouteKeepsItsRole(t *testing.T) {
	people := []struct {
		name  string
		b     *apptest.Browser
		roles kit.Role
	}{
		{"visitor", server.Browser(t), 0},
		{"therapist", server.As(t, "therapist@example.org"), kit.Therapist},
		{"instructor", server.As(t, "instructor@example.org"), kit.Instructor},
		{"administrator", server.As(t, "admin@example.org"), kit.Administrator},
	}
	for _, r := range server.Routes {
		if stays[r.Method+" "+r.Path] {
			continue
		}
		for _, who := range people {
			var viewer *kit.Viewer
			if who.roles != 0 {
				viewer = &kit.Viewer{Roles: who.roles}
			}
			allowed := r.Role.Allows(viewer)
			p := ask(who.b, r.Method, nothing(r.Path))
			toLogin := p.URL.Path == "/login"
			switch {
			case p.Status >= 500:
				t.Errorf("%s %s as %s: %d", r.Method, r.Path, who.name, p.Status)
			case !allowed && viewer == nil && !toLogin:
				t.Errorf("%s %s: a visitor is not sent to sign in but gets %d at %s", r.Method, r.Path, p.Status, p.URL)
			case !allowed && viewer != nil && p.Status != http.StatusForbidden:
				t.Errorf("%s %s as %s: %d, want 403", r.Method, r.Path, who.name, p.Status)
			case allowed && p.Status == http.StatusForbidden:
				t.Errorf("%s %s as %s: 403 although the role is right", r.Method, r.Path, who.name)
			}
		}
	}
}

func ask(b *apptest.Browser, method, path string) *apptest.Page {
	if method == http.MethodPost {
		return b.Post(path, url.Values{})
	}
	return b.Get(path)
}

// TestNoRouteIsOpenToAllByMistake lists what a visitor may reach, so that a new
// public address is entered here on purpose.
func TestNoRouteIsOpenToAllByMistake(t *testing.T) {
	public := []string{"/", "/courses", "/verify", "/policies", "/requests/new", "/requests", "/requests/sent", "/login", "/register", "/password/",
		"/email/", "/.well-known/jwks.json", "/webhooks/stripe", "/outbox", "/sandbox/stripe/", "/static/", "/theme", "/metrics", "/logout", "/account/denied",
		"/log", "/log/", "/keys", "/.well-known/did.json", "/credentials/", "/wallet/calendar/:token", "/refreshers/stop/:token"}
	for _, r := range server.Routes {
		if r.Role&kit.Anyone == 0 {
			continue
		}
		known := false
		for _, p := range public {
			known = known || r.Path == p || p != "/" && strings.HasPrefix(r.Path, p)
		}
		if !known {
			t.Errorf("%s %s (%s) is open to anyone; enter it in this test if that is meant", r.Method, r.Path, r.Name)
		}
	}
}

// TestFormsFromAnotherSiteDoNothing posts to every address as a foreign page
// would make a browser do it.
func TestFormsFromAnotherSiteDoNothing(t *testing.T) {
	b := server.As(t, "admin@example.org")
	for _, r := range server.Routes {
		if r.Method != http.MethodPost || r.Path == "/webhooks/stripe" {
			continue
		}
		req, err := http.NewRequest(http.MethodPost, server.URL+nothing(r.Path), strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "https://evil.example")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := b.Do(req); p.Status != http.StatusForbidden {
			t.Errorf("POST %s from another site: %d, want 403", r.Path, p.Status)
		}
	}
	if p := b.Get("/admin"); p.Status != http.StatusOK {
		t.Errorf("the foreign forms ended the session: %d", p.Status)
	}
}

// TestBadInputIsAnsweredCalmly sends what no form of ours would.
func TestBadInputIsAnsweredCalmly(t *testing.T) {
	deadJob(t) // what it died of lies a step away from a page
	who := map[string]*apptest.Browser{"visitor": server.Browser(t), "therapist": server.As(t, "therapist@example.org"), "administrator": server.As(t, "admin@example.org")}
	bad := []url.Values{
		{},
		{"email": {strings.Repeat("x", 100000)}, "name": {"\x00\xff"}, "password": {"\u202e"}, "reason": {"<script>"}},
		{"answer": {"'; DROP TABLE people; --"}, "q": {"%"}, "kind": {"../../etc"}, "number": {"-1"}, "revision": {"999999999999999999999"}},
	}
	for name, b := range who {
		for _, r := range server.Routes {
			if stays[r.Method+" "+r.Path] {
				continue
			}
			for _, v := range bad {
				var p *apptest.Page
				if r.Method == http.MethodPost {
					p = b.Post(nothing(r.Path), v)
				} else {
					p = b.Get(nothing(r.Path) + "?" + v.Encode())
				}
				if p.Status >= 500 {
					t.Errorf("%s %s as %s with %.60v: %d", r.Method, r.Path, name, v, p.Status)
				}
				for _, leak := range []string{"SQL logic error", "sqlite", "pgconn", "goroutine ", ".go:", "/tmp/"} {
					if strings.Contains(string(p.Body), leak) && !strings.HasSuffix(r.Path, "*") {
						t.Errorf("%s %s as %s: the answer holds %q", r.Method, r.Path, name, leak)
					}
				}
			}
		}
	}
}
