package kit

import (
	"bytes"
	"html/template"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// The holes of a shell.
const (
	holeTitle = iota
	holeName
	holeZone
	holeContent
	shellHoles
)

// shells are layouts around Ready content, kept for everybody who gets the same
// navigation in the same colors.
type shells struct {
	mu sync.RWMutex
	m  map[shellKey]*shell
}

// shellKey is what decides how a shell looks, but for the navigation.
type shellKey struct {
	page, theme string
	roles       Role // 0: a visitor
	current     int  // entry of the navigation
	exact       bool // which is this very page
}

type shell struct {
	*Stencil
	site Site
	nav  []NavItem
}

// maxShells bounds the memory; there are a few for each page and role.
const maxShells = 200

// join makes the page around Ready content, nil if it has something that is
// shown once (a message, a mistake in a form) and must be rendered whole.
func (r *Renderer) join(page string, v *View, content Ready) (Ready, error) {
	if v.Flash != nil || v.Form.Bad() || v.Title == "" || v.Description != "" || v.Canonical != "" || v.NoIndex || v.Refresh != 0 {
		return nil, nil
	}
	k := shellKey{page: page, theme: v.Theme, current: -1}
	if v.Viewer != nil {
		k.roles = v.Viewer.Roles | SignedIn
	}
	for i := range v.Nav {
		if v.Nav[i].Current {
			k.current, k.exact = i, v.Nav[i].Href == v.Path
		}
	}
	r.shells.mu.RLock()
	s := r.shells.m[k]
	r.shells.mu.RUnlock()
	if s == nil || !s.fits(v) {
		var err error
		if s, err = r.newShell(page, *v); err != nil {
			return nil, err
		}
		r.shells.mu.Lock()
		if len(r.shells.m) >= maxShells {
			clear(r.shells.m)
		}
		r.shells.m[k] = s
		r.shells.mu.Unlock()
	}
	var fill [shellHoles]Piece
	fill[holeTitle] = Text(v.Title)
	if v.Viewer != nil {
		fill[holeName], fill[holeZone] = Text(v.Viewer.Name), Text(v.ZoneName())
	}
	out := make(Ready, 0, 2*shellHoles+len(content)+4)
	for i, p := range s.parts {
		out = append(out, p)
		switch {
		case i == len(s.holes):
		case s.holes[i] == holeContent:
			out = append(out, content...)
		default:
			out = append(out, fill[s.holes[i]])
		}
	}
	return out, nil
}

// fits reports whether nothing has changed since the shell was rendered.
func (s *shell) fits(v *View) bool {
	return slices.Equal(s.nav, v.Nav) && s.site.same(&v.Site)
}

func (s *Site) same(o *Site) bool {
	return s.Name == o.Name && s.BaseURL == o.BaseURL && s.Zone == o.Zone && s.Demo == o.Demo && s.Help == o.Help && s.Logo == o.Logo &&
		slices.Equal(s.DemoLinks, o.DemoLinks) && slices.Equal(s.Footer, o.Footer)
}

// newShell renders the page with marks for what is the viewer's own.
func (r *Renderer) newShell(page string, v View) (*shell, error) {
	s := &shell{site: v.Site, nav: v.Nav}
	v.Title, v.Data = Mark(holeTitle), Ready{{HTML: template.HTML(Mark(holeContent))}} // #nosec G203 -- letters
	if v.Viewer != nil {
		v.Viewer = &Viewer{Name: Mark(holeName), Roles: v.Viewer.Roles, Zone: time.FixedZone(Mark(holeZone), 0)}
	}
	var b bytes.Buffer
	if err := r.execute(&b, page, &v); err != nil {
		return nil, err
	}
	s.Stencil = Cut(template.HTML(b.String()), nil) // #nosec G203 -- the template's own output
	return s, nil
}

// sendReady answers with joined pieces.
func sendReady(c echo.Context, status int, page Ready) error {
	buf := getBuffer()
	defer putBuffer(buf)
	if page.loose() <= maxLoose && acceptsGzip(c.Request()) {
		h := c.Response().Header()
		h.Add("Vary", "Accept-Encoding")
		h.Set("Content-Encoding", "gzip")
		page.gzip(buf)
		return send(c, status, buf)
	}
	for _, p := range page {
		buf.WriteString(string(p.HTML))
	}
	return sendPage(c, status, buf)
}
