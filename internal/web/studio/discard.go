package studio

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// discardPage asks before a course goes that was never published.
type discardPage struct {
	place
	May bool // the viewer may
}

// Crumbs lead to the draft.
func (p discardPage) Crumbs() []kit.Link { return p.crumbs() }

var (
	discarded    = kit.NewFlash("studio.discarded", kit.Success, "The draft is discarded. Its short name is free again.")
	errMayNot    = apperr.New(apperr.Forbidden, "Only an author of the course, or an administrator, discards it.")
	errPublished = kit.NewFlash("studio.published_stays", kit.Warning, "This course was published, so it stays.")
)

// mayDiscard refuses whoever may not discard a course.
func (h *handler) mayDiscard(c echo.Context, slug string) error {
	if h.MayDiscard == nil {
		return errMayNot
	}
	return h.MayDiscard(c.Request().Context(), kit.ViewerOf(c), slug)
}

func (h *handler) getDiscard(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	if p.Edition > 0 {
		return kit.Redirect(c, p.At(""), errPublished)
	}
	may := h.mayDiscard(c, p.Slug)
	if may != nil && !apperr.Is(may, apperr.Forbidden) {
		return may
	}
	return kit.Render(c, http.StatusOK, "studio/discard", kit.View{Title: "Discard this draft", Form: kit.NewForm(), Data: discardPage{p, may == nil}})
}

// postDiscard discards the draft that a form names. It stands at the list of courses:
// whoever presses twice comes back there, where the course is gone.
func (h *handler) postDiscard(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	slug := f.Str("slug")
	seen, err := baseOf(f)
	if err != nil {
		return err
	}
	if err = h.mayDiscard(c, slug); err == nil {
		err = h.Courses.Discard(c.Request().Context(), slug, seen)
	}
	switch {
	case apperr.Is(err, apperr.NotFound):
		return kit.Redirect(c, root, discarded)
	case apperr.Is(err, apperr.Conflict):
		return kit.WithLink(err, "Look at the draft", place{course.Draft{Slug: slug}}.At(""))
	case err != nil:
		return err
	}
	return kit.Redirect(c, root, discarded)
}
