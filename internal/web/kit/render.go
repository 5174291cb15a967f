package kit

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template/parse"
	"time"

	"github.com/labstack/echo/v4"
)

// Options are what NewRenderer needs. Templates and Assets are required.
type Options struct {
	Templates fs.FS // normally templates.FS
	Assets    *Assets
	Site      func() Site
	// Nav lists the entries for a viewer (nil: a visitor), only addresses that
	// exist.
	Nav   func(*Viewer) []NavItem
	Now   func() time.Time // nil means time.Now
	HTTPS bool             // the base URL is https
}

// Renderer holds every page, parsed once. It is an echo.Renderer.
type Renderer struct {
	opt    Options
	pages  map[string]*page
	shells shells
	names  []string // of pages and partials, as Executed reports them
}

type page struct {
	set      *template.Template
	hasTitle bool
	// complete adds the layout and the partials that the page reaches, when it is
	// first shown: a process shows few of its pages.
	complete func() error
}

// run executes one of the page's templates.
func (p *page) run(w io.Writer, name string, data any) error {
	if err := p.complete(); err != nil {
		return err
	}
	return p.set.ExecuteTemplate(w, name, data)
}

var defined = regexp.MustCompile(`\{\{-?\s*define\s+"([^"]+)"`)

// NewRenderer parses layouts/*.html and partials/*.html, and every
// pages/<area>/<page>.html on top of them. A page must define "content".
func NewRenderer(opt Options) (*Renderer, error) {
	if opt.Templates == nil || opt.Assets == nil || opt.Site == nil {
		return nil, errors.New("kit: Templates, Assets and Site are required")
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Nav == nil {
		opt.Nav = func(*Viewer) []NavItem { return nil }
	}
	r := &Renderer{opt: opt, pages: map[string]*page{}, shells: shells{m: map[shellKey]*shell{}}}
	base := template.New("").Funcs(r.funcs())
	for _, pattern := range []string{"layouts/*.html", "partials/*.html"} {
		files, err := fs.Glob(opt.Templates, pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			names, err := r.parse(base, file)
			if err != nil {
				return nil, err
			}
			if strings.HasPrefix(file, "partials/") {
				if err := r.track(base, names, func(n string) string { return "partials/" + n }); err != nil {
					return nil, err
				}
			}
		}
	}
	files, err := fs.Glob(opt.Templates, "pages/*/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := r.addPage(base, file); err != nil {
			return nil, err
		}
	}
	slices.Sort(r.names)
	return r, nil
}

// parse reads a file into set and returns the names that it defines.
func (r *Renderer) parse(set *template.Template, file string) ([]string, error) {
	text, err := fs.ReadFile(r.opt.Templates, file)
	if err != nil {
		return nil, err
	}
	if _, err := set.New(file).Parse(string(text)); err != nil {
		return nil, fmt.Errorf("template %s: %w", file, err)
	}
	var names []string
	for _, m := range defined.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
		r.fold(set.Lookup(string(m[1])).Tree.Root)
	}
	return names, nil
}

func (r *Renderer) addPage(base *template.Template, file string) error {
	set := template.New("").Funcs(r.funcs())
	names, err := r.parse(set, file)
	if err != nil {
		return err
	}
	if !slices.Contains(names, "content") {
		return fmt.Errorf(`template %s: a page must define "content"`, file)
	}
	key := strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), path.Ext(file))
	err = r.track(set, names, func(n string) string {
		switch n {
		case "content":
			return "pages/" + key
		case "title", "description", "head", "layout":
			return ""
		default:
			return "pages/" + key + "#" + n
		}
	})
	r.pages[key] = &page{set: set, hasTitle: slices.Contains(names, "title"), complete: sync.OnceValue(func() error {
		return reach(set, base, append([]string{"base"}, names...))
	})}
	return err
}

// track makes each named template note its first execution.
func (r *Renderer) track(set *template.Template, names []string, label func(string) string) error {
	for _, name := range names {
		as := label(name)
		if as == "" {
			continue
		}
		probe, err := parse.Parse("probe", `{{if mark "`+as+`"}}x{{end}}`, "", "", map[string]any{"mark": markExecuted})
		if err != nil {
			return err
		}
		root := set.Lookup(name).Tree.Root
		root.Nodes = slices.Insert(root.Nodes, 0, probe["probe"].Root.Nodes[0])
		r.names = append(r.names, as)
	}
	return nil
}

var executed sync.Map

func markExecuted(name string) bool {
	if _, known := executed.Load(name); !known {
		executed.Store(name, true)
	}
	return false
}

// Executed returns the templates that any renderer of this process has run, as
// pages/<area>/<page>, pages/<area>/<page>#<define> and partials/<define>.
func Executed() []string {
	var names []string
	executed.Range(func(name, _ any) bool {
		names = append(names, name.(string))
		return true
	})
	slices.Sort(names)
	return names
}

// Unexecuted returns the templates of r that have not run in this process.
func (r *Renderer) Unexecuted() []string {
	return slices.DeleteFunc(slices.Clone(r.names), func(name string) bool {
		_, done := executed.Load(name)
		return done
	})
}

// Pages returns the names of all pages.
func (r *Renderer) Pages() []string {
	names := make([]string, 0, len(r.pages))
	for name := range r.pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Render renders with the renderer of c's Echo: page "course/show" is
// pages/course/show.html; data is a View, or becomes a View's Data.
func Render(c echo.Context, status int, page string, data any) error {
	r, ok := c.Echo().Renderer.(*Renderer)
	if !ok {
		return errors.New("kit: Echo's Renderer is not a *kit.Renderer")
	}
	return r.Page(c, status, page, data)
}

// Render makes r an echo.Renderer, for c.Render.
func (r *Renderer) Render(w io.Writer, name string, data any, c echo.Context) error {
	return r.execute(w, name, r.view(c, http.StatusOK, data))
}

func (r *Renderer) execute(w io.Writer, name string, view *View) error {
	p := r.pages[name]
	if p == nil {
		return fmt.Errorf("no page %q", name)
	}
	if !p.hasTitle && view.Title == "" {
		return fmt.Errorf("page %q has no title", name)
	}
	if err := p.run(w, "base", view); err != nil {
		return fmt.Errorf("page %q: %w", name, err)
	}
	return nil
}

func (r *Renderer) view(c echo.Context, status int, data any) *View {
	var v View
	switch d := data.(type) {
	case View:
		v = d
	case *View:
		v = *d
	default:
		v.Data = data
	}
	v.Viewer, v.Site, v.Status = ViewerOf(c), r.opt.Site(), status
	v.Path = c.Request().URL.Path
	if c.Request().URL.RawQuery != "" {
		v.query = c.QueryParams()
	}
	v.RequestID = c.Response().Header().Get(echo.HeaderXRequestID)
	v.Now, v.Theme = r.opt.Now(), themeOf(c)
	v.Nav = r.opt.Nav(v.Viewer)
	markCurrent(v.Nav, v.Path)
	v.Flash = takeFlash(c)
	return &v
}
