package app_test

import (
	"cmp"
	"context"
	"database/sql"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/enrollment"
)

const (
	benchHost   = "127.0.0.1:8080"
	benchCourse = "tms-ketamine"
)

// reader is a learner who is signed in and reading.
type reader struct {
	*app.App
	personID, name string
	cookies        []*http.Cookie
	page           string // path of a lesson
}

// newReader publishes the bundled course on a fresh SQLite database, enrolls a
// therapist and signs them in through the page, as a browser does.
func newReader(t testing.TB) *reader {
	t.Helper()
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.ProviderName, c.ProviderEmail = t.TempDir(), "http://"+benchHost, "CoCare (demonstration)", "demo@example.org"
	})
	if err != nil {
		t.Fatal(err)
	}
	// A server makes a line of each request.
	a, err := app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	r := &reader{App: a, name: "Ana Therapist"}
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	admin, err := a.Accounts.Create(ctx, account.NewPerson{Email: "admin@example.org", Name: "Ada", Password: "a long enough passphrase", TimeZone: "UTC", Roles: []account.Role{account.Administrator}})
	must(err)
	ana, err := a.Accounts.Create(ctx, account.NewPerson{Email: "ana@example.org", Name: r.name, Password: "a long enough passphrase", TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}})
	must(err)
	r.personID = ana.ID
	_, err = a.Courses.Import(ctx, courses.Bundled()[benchCourse], admin.ID)
	must(err)
	ed, err := a.Courses.Publish(ctx, benchCourse, "First edition.", admin.ID)
	must(err)
	e, err := a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: ana.ID, EditionID: ed.ID, Source: "admin"})
	must(err)
	must(a.Enrollments.AcknowledgeDisclosure(ctx, e))
	lessons := ed.Course.Lessons()
	for _, l := range lessons[:2] {
		must(a.Enrollments.FinishLesson(ctx, e, l.ID))
	}
	must(a.Enrollments.SetBookmark(ctx, e, lessons[2].ID, true))
	r.page = "/learn/" + benchCourse + "/lessons/" + lessons[2].Slug
	r.signIn(t)
	return r
}

func (r *reader) signIn(t testing.TB) {
	t.Helper()
	form := url.Values{"email": {"ana@example.org"}, "password": {"a long enough passphrase"}}
	req := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(form.Encode()))
	req.Host = benchHost
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	r.Handler.ServeHTTP(rec, req)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("sign in: %d", rec.Code)
	}
	r.cookies = rec.Result().Cookies()
}

// request asks for the lesson with the headers of a browser.
func (r *reader) request(base string, gzip bool) *http.Request {
	req, err := http.NewRequest(http.MethodGet, base+r.page, nil)
	if err != nil {
		panic(err)
	}
	req.Host, req.RemoteAddr = benchHost, "127.0.0.1:40000"
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	req.Header.Set("Accept", "text/html,application/xhtml+xml")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if gzip {
		req.Header.Set("Accept-Encoding", "gzip, deflate, br")
	} else {
		req.Header.Set("Accept-Encoding", "identity")
	}
	for _, c := range r.cookies {
		req.AddCookie(c)
	}
	return req
}

// bare is what the lesson page is held against: an Echo without any middleware
// (but Echo's own compression when that is compared) that reads one row by its
// key from the same file and renders, with html/template, the very bytes of the
// lesson page: a template of one text with one action, the name from the row.
func (r *reader) bare(t testing.TB, page string, gzip bool) http.Handler {
	t.Helper()
	if n := strings.Count(page, r.name); n != 1 || strings.Contains(page, "{{") {
		t.Fatalf("the page names the reader %d times", n)
	}
	tmpl, err := template.New("page").Parse(strings.Replace(page, r.name, "{{.Name}}", 1))
	if err != nil {
		t.Fatal(err)
	}
	d, err := sql.Open("sqlite", "file:"+filepath.ToSlash(r.DB.Path())+"?mode=ro&_pragma=query_only(1)&_pragma=cache_size(-8000)&_time_format=sqlite")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	d.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	d.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	read, err := d.Prepare("SELECT id, email, name FROM people WHERE id = ?")
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.Renderer = plain{tmpl}
	if gzip {
		e.Use(middleware.GzipWithConfig(middleware.GzipConfig{Level: 3}))
	}
	e.GET("/learn/:slug/lessons/:lesson", func(c echo.Context) error {
		var row struct{ ID, Email, Name string }
		if err := read.QueryRowContext(c.Request().Context(), r.personID).Scan(&row.ID, &row.Email, &row.Name); err != nil {
			return err
		}
		return c.Render(http.StatusOK, "page", row)
	})
	return e
}

type plain struct{ t *template.Template }

func (p plain) Render(w io.Writer, _ string, data any, _ echo.Context) error {
	return p.t.Execute(w, data)
}

// BenchmarkLessonPage compares the lesson page of a signed-in learner, through
// every middleware, with a bare handler that answers the same bytes. Both sides
// take turns in short rounds, so that a busy machine slows them alike; the
// percentage is the median of the rounds.
//
// handler calls ServeHTTP with a writer that throws the page away; loopback asks
// over kept-alive connections, client and server sharing the processors. gzip
// compresses on both sides, at the same level.
func BenchmarkLessonPage(b *testing.B) {
	r := newReader(b)
	for _, gzip := range []bool{false, true} {
		name := "plain"
		if gzip {
			name = "gzip"
		}
		bare := r.bare(b, r.render(b), gzip)
		b.Run("handler/"+name, func(b *testing.B) {
			compare(b, r.caller(r.Handler, gzip), r.caller(bare, gzip))
		})
		b.Run("loopback/"+name, func(b *testing.B) {
			compare(b, r.client(b, r.Handler, gzip), r.client(b, bare, gzip))
		})
	}
}

// render returns the page as it goes out uncompressed.
func (r *reader) render(t testing.TB) string {
	t.Helper()
	rec := httptest.NewRecorder()
	r.Handler.ServeHTTP(rec, r.request("", false))
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d, to %s", r.page, rec.Code, rec.Header().Get("Location"))
	}
	return rec.Body.String()
}

// ask makes one request and returns the length of the answer; each goroutine
// has its own.
type ask func() (int, error)

// roundSize is how many requests one side answers in its turn: enough for several
// garbage collections, so that each side pays its own.
const roundSize = 1000

func compare(b *testing.B, ours, bare func() ask) {
	b.Helper()
	lesson, other := newSide(b, ours), newSide(b, bare)
	lesson.round() // warm
	other.round()
	lesson.took, other.took = 0, 0
	var shares []float64
	for b.Loop() {
		ours, bare := lesson.round(), other.round()
		shares = append(shares, 100*bare.Seconds()/ours.Seconds())
	}
	slices.Sort(shares)
	n := float64(len(shares) * roundSize)
	percent := shares[len(shares)/2]
	b.ReportMetric(percent, "percent_of_bare")
	b.ReportMetric(n/lesson.took.Seconds(), "lesson/s")
	b.ReportMetric(n/other.took.Seconds(), "bare/s")
	b.ReportMetric(0, "ns/op")
	b.Logf("lesson page %.0f/s (%d bytes), bare handler %.0f/s (%d bytes): %.0f %% (median of %d rounds, quartiles %.0f and %.0f)",
		n/lesson.took.Seconds(), lesson.bytes, n/other.took.Seconds(), other.bytes, percent, len(shares), shares[len(shares)/4], shares[len(shares)*3/4])
}

// side is one of the two that are compared.
type side struct {
	b     *testing.B
	asks  []ask
	bytes int
	took  time.Duration
}

func newSide(b *testing.B, next func() ask) *side {
	s := &side{b: b}
	for range 2 * runtime.GOMAXPROCS(0) {
		s.asks = append(s.asks, next())
	}
	return s
}

func (s *side) round() time.Duration {
	start := time.Now()
	var wg sync.WaitGroup
	for _, ask := range s.asks {
		wg.Go(func() {
			for range roundSize / len(s.asks) {
				if _, err := ask(); err != nil {
					s.b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	s.took += took
	if s.bytes == 0 {
		s.bytes, _ = s.asks[0]()
	}
	return took
}

// null is a writer that counts.
type null struct {
	header http.Header
	bytes  int
	status int
}

func (w *null) Header() http.Header         { return w.header }
func (w *null) WriteHeader(status int)      { w.status = status }
func (w *null) Write(p []byte) (int, error) { w.bytes += len(p); return len(p), nil }

func (r *reader) caller(h http.Handler, gzip bool) func() ask {
	return func() ask {
		req := r.request("", gzip) // making one takes longer than the bare handler
		return func() (int, error) {
			w := &null{header: http.Header{}}
			h.ServeHTTP(w, req)
			if cmp.Or(w.status, http.StatusOK) != http.StatusOK {
				return 0, echo.NewHTTPError(w.status)
			}
			return w.bytes, nil
		}
	}
}

func (r *reader) client(b *testing.B, h http.Handler, gzip bool) func() ask {
	b.Helper()
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	return func() ask {
		c := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		return func() (int, error) {
			res, err := c.Do(r.request(srv.URL, gzip))
			if err != nil {
				return 0, err
			}
			defer res.Body.Close()
			n, err := io.Copy(io.Discard, res.Body)
			if err == nil && res.StatusCode != http.StatusOK {
				err = echo.NewHTTPError(res.StatusCode)
			}
			return int(n), err
		}
	}
}
