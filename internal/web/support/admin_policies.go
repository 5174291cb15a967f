package support

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

func (h *handler) getAdminPolicies(c echo.Context) error {
	list, err := h.Support.Policies(c.Request().Context())
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/admin_policies", list)
}

func (h *handler) getEdit(c echo.Context) error {
	p, err := h.Support.Policy(c.Request().Context(), c.Param("name"), 0)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/edit", kit.View{Title: "Edit: " + p.Title, Form: kit.NewForm("title", p.Title, "body", p.Body), Data: p})
}

func (h *handler) postPublish(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, name := c.Request().Context(), c.Param("name")
	base := f.Int("base", 1, 1<<30)
	_, err = h.Support.PublishPolicy(ctx, name, f.Str("title"), f.Get("body"), f.Str("note"), kit.ViewerOf(c).PersonID, base)
	if f.Merge(err) || apperr.Is(err, apperr.Conflict) {
		p, perr := h.Support.Policy(ctx, name, 0)
		if perr != nil {
			return perr
		}
		if !f.Bad() {
			f.Fail("", apperr.Message(err))
		}
		// The page keeps what was typed; only a fresh look at the newer version
		// moves the base on, so publishing again is a decision.
		return kit.Render(c, kit.Status(err), "support/edit", kit.View{Title: "Edit: " + p.Title, Form: f, Data: p})
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/policies/"+name, published)
}
