// Package area serves the pages of one area to its tests: the routes behind the
// kit's middleware and renderer, to whomever a request names. What stands for
// the services is each area's own.
package area

import (
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

// Person is the header in which a request names whose it is. A browser has no
// header of its own: there the cookie Who does.
const (
	Person = "X-Test-Person"
	Who    = "who"
)

// Options say how an area is served. Now is time.Now if it is nil.
type Options struct {
	Name string // the folder of its pages; those of other areas are left out
	Now  func() time.Time
	Site kit.Site // Name and BaseURL are filled in where they are empty
	Nav  []kit.NavItem
	// Viewer is who a name stands for, nil for a visitor.
	Viewer func(person string) *kit.Viewer
	// FormAction and Bypass are for the headers and the refusal of other origins.
	FormAction, Bypass []string
}

// Server is a running area.
type Server struct {
	*echo.Echo
	t testing.TB
}

// Serve puts the routes behind what the program puts before them, but for the
// session.
func Serve(t testing.TB, o Options, routes ...kit.Route) *Server {
	t.Helper()
	s := &Server{Echo: echo.New(), t: t}
	r, err := newRenderer(o)
	if err != nil {
		t.Fatal(err)
	}
	cross, err := kit.CrossOrigin(nil, o.Bypass)
	if err != nil {
		t.Fatal(err)
	}
	s.Renderer, s.HTTPErrorHandler = r, kit.ErrorHandler(slog.New(slog.DiscardHandler))
	s.Use(kit.RequestID, kit.Headers(kit.HeaderOptions{FormAction: o.FormAction}), cross, signIn(o))
	kit.Register(s.Echo, append(r.Routes(), routes...))
	return s
}

func signIn(o Options) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			name := c.Request().Header.Get(Person)
			if cookie, err := c.Cookie(Who); err == nil && name == "" {
				name = cookie.Value
			}
			if name == "" || o.Viewer == nil {
				return next(c)
			}
			if v := o.Viewer(name); v != nil {
				kit.SetViewer(c, v)
				c.SetRequest(c.Request().WithContext(audit.WithActor(c.Request().Context(), audit.Actor{PersonID: v.PersonID, IP: "203.0.113.9"})))
			}
			return next(c)
		}
	}
}

// Fresh stands for the demand of a second factor: while stale is set, a request
// is led to confirm, or refused where confirm is "".
func Fresh(stale *bool, confirm string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			switch {
			case !*stale:
				return next(c)
			case confirm == "":
				return echo.ErrForbidden
			}
			return c.Redirect(http.StatusSeeOther, confirm)
		}
	}
}

// own is the templates without the pages of other areas, which need not parse
// here.
type own struct {
	fs.FS
	area string
}

func (o own) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(o.FS, pattern)
	return slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "pages/") && !strings.HasPrefix(name, "pages/"+o.area+"/") && !strings.HasPrefix(name, "pages/error/")
	}), err
}

func newRenderer(o Options) (*kit.Renderer, error) {
	assets, err := kit.NewAssets(static.FS, "")
	if err != nil {
		return nil, err
	}
	if o.Site.Name == "" {
		o.Site.Name = "CoCare"
	}
	if o.Site.BaseURL == "" {
		o.Site.BaseURL = "https://ce.example.org"
	}
	return kit.NewRenderer(kit.Options{Templates: own{templates.FS, o.Name}, Assets: assets, Now: o.Now,
		Site: func() kit.Site { return o.Site }, Nav: func(*kit.Viewer) []kit.NavItem { return slices.Clone(o.Nav) }})
}

// Main runs the tests of an area, and fails a whole run that leaves one of its
// pages unseen, or a template whose name begins with one of the others.
func Main(m *testing.M, name string, others ...string) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" {
		code = unseen(name, others)
	}
	os.Exit(code)
}

func unseen(name string, others []string) (code int) {
	r, err := newRenderer(Options{Name: name})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, template := range r.Unexecuted() {
		begins := func(prefix string) bool { return strings.HasPrefix(template, prefix) }
		if begins("pages/"+name+"/") || slices.ContainsFunc(others, begins) {
			fmt.Fprintln(os.Stderr, "no test runs the template", template)
			code = 1
		}
	}
	return code
}
