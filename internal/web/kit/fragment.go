package kit

import (
	"errors"
	"fmt"
	"html/template"

	"github.com/labstack/echo/v4"
)

// Fragment renders a template that a page's file defines, with data as its
// dot: for the parts of a page that never change and that a handler therefore
// keeps in memory. It stands where HTML text stands; such a template cannot ask
// for the viewer.
func Fragment(c echo.Context, page, name string, data any) (template.HTML, error) {
	r, ok := c.Echo().Renderer.(*Renderer)
	if !ok {
		return "", errors.New("kit: Echo's Renderer is not a *kit.Renderer")
	}
	p := r.pages[page]
	if p == nil {
		return "", fmt.Errorf("no page %q", page)
	}
	buf := getBuffer()
	defer putBuffer(buf)
	if err := p.run(buf, name, data); err != nil {
		return "", fmt.Errorf("page %q, part %q: %w", page, name, err)
	}
	return template.HTML(buf.String()), nil // #nosec G203 -- the template's own output, escaped by it
}
