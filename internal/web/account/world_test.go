package account_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web"
	webaccount "github.com/atmacena/cocare/internal/web/account"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

const good = "velvet harbor tuesday onion"

// ownPages leaves out the pages of other areas, which need not parse here.
type ownPages struct{ fs.FS }

func (o ownPages) Glob(pattern string) ([]string, error) {
	if pattern == "pages/*/*.html" {
		names, err := fs.Glob(o.FS, "pages/account/*.html")
		return append(names, "pages/error/show.html"), err
	}
	return fs.Glob(o.FS, pattern)
}

// TestMain fails a full run in which some page of the area was never executed.
func TestMain(m *testing.M) {
	code := m.Run()
	if whole := flag.Lookup("test.run").Value.String() == ""; whole && code == 0 && lastRenderer != nil {
		for _, name := range lastRenderer.Unexecuted() {
			if strings.HasPrefix(name, "pages/account/") {
				fmt.Fprintln(os.Stderr, "never executed:", name)
				code = 1
			}
		}
	}
	os.Exit(code)
}

var lastRenderer *kit.Renderer

// world is a server with the pages of accounts, a page /echo that repeats a
// posted field, and a clock that stands still.
type world struct {
	t     *testing.T
	base  string
	db    *db.DB
	svc   *account.Service
	queue *job.Queue
	echo  *echo.Echo
	rend  *kit.Renderer

	demo   bool
	reopen func() // serves anew, after a change of the above

	mu    sync.Mutex
	at    time.Time
	mails []mail.Mail
}

func newWorld(t *testing.T, change ...func(*account.Deps, *webaccount.Deps)) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Now().UTC().Truncate(time.Second)}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.echo.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	w.base = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	quiet := slog.New(slog.DiscardHandler)
	ring, err := keyring.New(w.db, bytes.Repeat([]byte{7}, 32), w.now)
	w.must(err)
	w.queue = job.New(w.db, quiet, w.now)
	d := account.Deps{DB: w.db, Keys: ring, Audit: audit.New(w.db, w.now), Jobs: w.queue, Log: quiet, Now: w.now, BaseURL: w.base, SiteName: "CoCare",
		Mail: mail.New(w.queue, w, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: w.base})}
	wd := webaccount.Deps{Now: w.now, Home: func(*kit.Viewer) string { return "/account" },
		PersonLinks: func(id string) []kit.Link {
			return []kit.Link{{Label: "Enrollments", Href: "/admin/enrollments?person=" + id}}
		},
		Extra: func(context.Context, string) (webaccount.Extra, error) {
			return webaccount.Extra{Parts: map[string]any{"orders": []string{"o1"}}, Lists: map[string]iter.Seq2[any, error]{
				"acts": func(yield func(any, error) bool) { _ = yield("first", nil) && yield("second", nil) },
				"none": func(func(any, error) bool) {},
			}}, nil
		}}
	for _, f := range change {
		f(&d, &wd)
	}
	w.svc, err = account.New(t.Context(), d)
	w.must(err)
	wd.Accounts = w.svc
	w.reopen = func() { w.serve(wd, quiet) }
	w.reopen()
	return w
}

func (w *world) serve(wd webaccount.Deps, quiet *slog.Logger) {
	w.t.Helper()
	assets, err := kit.NewAssets(static.FS, "")
	w.must(err)
	w.rend, err = kit.NewRenderer(kit.Options{Templates: ownPages{templates.FS}, Assets: assets, Now: w.now,
		Site: func() kit.Site { return kit.Site{Name: "CoCare", BaseURL: w.base, Demo: w.demo} },
		Nav: func(v *kit.Viewer) []kit.NavItem {
			if v == nil {
				return []kit.NavItem{{Label: "Sign in", Href: "/login"}}
			}
			return []kit.NavItem{{Label: "Account", Href: "/account"}, {Label: "Sign out", Href: "/logout", Post: true}}
		}})
	w.must(err)
	lastRenderer = w.rend
	u, err := url.Parse(w.base)
	w.must(err)
	routes := append(webaccount.Routes(wd), kit.Route{Method: http.MethodPost, Path: "/echo", Name: "test.echo", Role: kit.SignedIn,
		Handler: func(c echo.Context) error {
			f, err := kit.BindForm(c)
			if err != nil {
				return err
			}
			i, _ := webaccount.IdentityOf(c)
			return c.String(http.StatusOK, i.Email+" said "+f.Get("words"))
		}},
		kit.Route{Method: http.MethodPost, Path: "/fresh", Name: "test.fresh", Role: kit.SignedIn, Use: []echo.MiddlewareFunc{webaccount.Fresh(w.now)},
			Handler: func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }},
		kit.Route{Method: http.MethodPost, Path: "/needs-confirmed", Name: "test.confirmed", Role: kit.SignedIn, Use: []echo.MiddlewareFunc{webaccount.Confirmed},
			Handler: func(c echo.Context) error { return c.NoContent(http.StatusNoContent) }})
	w.echo, err = web.New(web.Options{BaseURL: u, Renderer: w.rend, Session: webaccount.Session(wd), Routes: routes, Log: quiet, Demo: w.demo,
		Metrics: prometheus.NewRegistry(), Ready: func(*http.Request) error { return nil }})
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// Send makes the world the mail transport.
func (w *world) Send(_ context.Context, m mail.Mail) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mails = append(w.mails, m)
	return nil
}

// link returns the path of the link in the mail sent last.
func (w *world) link() string {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.mails) == 0 {
		w.t.Fatal("no mail")
	}
	m := regexp.MustCompile(regexp.QuoteMeta(w.base) + `(/(?:email/confirm|password/reset)/\S+)`).FindStringSubmatch(w.mails[len(w.mails)-1].Text)
	if m == nil {
		w.t.Fatalf("no link in %q", w.mails[len(w.mails)-1].Subject)
	}
	return m[1]
}

func (w *world) create(email, name string, roles ...account.Role) account.Person {
	w.t.Helper()
	p, err := w.svc.Create(w.t.Context(), account.NewPerson{Email: email, Name: name, Password: good, TimeZone: "America/Chicago", Roles: roles})
	w.must(err)
	return p
}

// browser keeps cookies, follows redirects and runs no scripts.
type browser struct {
	w    *world
	http http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w: w, http: http.Client{Jar: jar}}
}

func (w *world) as(email string) *browser {
	w.t.Helper()
	b := w.browser()
	if p := b.get("/login").submit("form[action='/login']", "email", email, "password", good); p.status != http.StatusOK || p.path == "/login" {
		w.t.Fatalf("sign in as %s: %d at %s", email, p.status, p.path)
	}
	return b
}

type page struct {
	*goquery.Document
	b      *browser
	status int
	path   string // with the query, after redirects
	header http.Header
	body   string
}

func (b *browser) do(method, path, body string, header ...string) *page {
	b.w.t.Helper()
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.base+path, strings.NewReader(body))
	b.w.must(err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	for n := 0; n+1 < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	res, err := b.http.Do(r)
	b.w.must(err)
	defer res.Body.Close()
	var buf bytes.Buffer
	_, err = buf.ReadFrom(res.Body)
	b.w.must(err)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(buf.String()))
	b.w.must(err)
	return &page{doc, b, res.StatusCode, res.Request.URL.RequestURI(), res.Header, buf.String()}
}

func (b *browser) get(path string) *page { return b.do(http.MethodGet, path, "") }

// post sends a form that was not read from a page.
func (b *browser) post(path string, pairs ...string) *page {
	v := url.Values{}
	for n := 0; n+1 < len(pairs); n += 2 {
		v.Set(pairs[n], pairs[n+1])
	}
	return b.do(http.MethodPost, path, v.Encode())
}

// submit fills the first form that matches and sends it where it says.
func (p *page) submit(selector string, pairs ...string) *page {
	p.b.w.t.Helper()
	form := p.Find(selector).First()
	if form.Length() == 0 {
		p.b.w.t.Fatalf("%s has no %s:\n%s", p.path, selector, p.text())
	}
	v := url.Values{}
	form.Find("input[name], select[name]").Each(func(_ int, s *goquery.Selection) {
		value, _ := s.Attr("value")
		if goquery.NodeName(s) == "select" {
			value, _ = s.Find("option").First().Attr("value")
			if chosen := s.Find("option[selected]"); chosen.Length() > 0 {
				value, _ = chosen.Attr("value")
			}
		}
		v.Set(s.AttrOr("name", ""), value)
	})
	if button := form.Find("button[name]").First(); button.Length() > 0 {
		v.Set(button.AttrOr("name", ""), button.AttrOr("value", ""))
	}
	for n := 0; n+1 < len(pairs); n += 2 {
		if _, there := v[pairs[n]]; !there {
			p.b.w.t.Fatalf("%s: the form %s has no field %q", p.path, selector, pairs[n])
		}
		v.Set(pairs[n], pairs[n+1])
	}
	return p.b.do(http.MethodPost, form.AttrOr("action", p.path), v.Encode())
}

// follow opens the first link of the page that has the words.
func (p *page) follow(words string) *page {
	p.b.w.t.Helper()
	link := p.Find("main a").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Text() == words }).First()
	if link.Length() == 0 {
		p.b.w.t.Fatalf("%s has no link %q:\n%s", p.path, words, p.text())
	}
	return p.b.get(link.AttrOr("href", ""))
}

func (p *page) text() string { return strings.Join(strings.Fields(p.Find("main").Text()), " ") }

// wants fails the test unless the page has the status and its text the words.
func (p *page) wants(status int, words ...string) *page {
	p.b.w.t.Helper()
	if p.status != status {
		p.b.w.t.Fatalf("%s: status %d, want %d:\n%s", p.path, p.status, status, p.text())
	}
	for _, word := range words {
		if !strings.Contains(p.text(), word) {
			p.b.w.t.Fatalf("%s lacks %q:\n%s", p.path, word, p.text())
		}
	}
	return p
}

// cookie returns what the browser holds under a name.
func (b *browser) cookie(name string) string {
	u, err := url.Parse(b.w.base)
	b.w.must(err)
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) setCookie(name, value string) {
	u, err := url.Parse(b.w.base)
	b.w.must(err)
	b.http.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}
