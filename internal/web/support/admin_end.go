package support

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

// endPage asks before an accommodation ends.
type endPage struct {
	grant
	Name, Back string
}

// back is the page that an accommodation stands on: the request that it was
// granted for, or else its person.
func back(a support.Accommodation) string {
	if a.RequestID == nil {
		return "/admin/people/" + a.PersonID
	}
	return "/admin/requests/" + *a.RequestID
}

func (h *handler) getEnd(c echo.Context) error {
	ctx := c.Request().Context()
	a, err := h.Support.Accommodation(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	if a.EndedAt != nil {
		return kit.Redirect(c, back(a), ended)
	}
	names, err := h.People.Names(ctx, []string{a.PersonID})
	if err != nil {
		return err
	}
	titles, err := h.addCourses(ctx, &requestPage{})
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/end", endPage{grant{a, where(a, titles)}, nameOf(names, a.PersonID), back(a)})
}

func (h *handler) postEnd(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	a, err := h.Support.Accommodation(ctx, id)
	if err != nil {
		return err
	}
	if err := h.Support.End(ctx, id); err != nil {
		return err
	}
	return kit.Redirect(c, back(a), ended)
}
