package support

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

// policies reads the list in the order that its address asks for.
func (h *handler) policies(c echo.Context) ([]support.Policy, error) {
	list, err := h.Support.Policies(c.Request().Context())
	if err != nil {
		return nil, err
	}
	sort := c.QueryParam("sort")
	by := map[string]func(a, b support.Policy) int{
		"policy":  func(a, b support.Policy) int { return strings.Compare(a.Title, b.Title) },
		"version": func(a, b support.Policy) int { return a.Version - b.Version },
		"since":   func(a, b support.Policy) int { return a.PublishedAt.Compare(b.PublishedAt) },
	}[strings.TrimPrefix(sort, "-")]
	if by != nil {
		slices.SortStableFunc(list, by)
		if strings.HasPrefix(sort, "-") {
			slices.Reverse(list)
		}
	}
	return list, nil
}

func (h *handler) getAdminPolicies(c echo.Context) error {
	list, err := h.policies(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/admin_policies", list)
}

func (h *handler) postPoliciesCSV(c echo.Context) error {
	list, err := h.policies(c)
	if err != nil {
		return err
	}
	header := []string{"name", "title", "version", "published_at", "published_by", "note"}
	return kit.Export(c, h.Fresh, h.Support.RecordPoliciesExport, "policies.csv", header, func(write func(...string) error) error {
		for _, p := range list {
			by := ""
			if p.PublishedBy != nil {
				by = *p.PublishedBy
			}
			if err := write(p.Name, p.Title, strconv.Itoa(p.Version), kit.Stamp(&p.PublishedAt), by, p.Note); err != nil {
				return err
			}
		}
		return nil
	})
}

// editPage is the form that publishes the next version. Base is the version
// that its text began with.
type editPage struct {
	support.Policy
	Base    int
	Preview template.HTML
}

func (h *handler) getEdit(c echo.Context) error {
	p, err := h.Support.Policy(c.Request().Context(), c.Param("name"), 0)
	if err != nil {
		return err
	}
	return showEdit(c, editPage{Policy: p, Base: p.Version}, kit.NewForm("title", p.Title, "body", p.Body), nil)
}

func showEdit(c echo.Context, p editPage, f *kit.Form, failure error) error {
	return kit.Render(c, kit.Status(failure), "support/edit", kit.View{Title: "Edit: " + p.Title, Form: f, Data: p})
}

func (h *handler) postPublish(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, name := c.Request().Context(), c.Param("name")
	base := f.Int("base", 1, 1<<30)
	if f.Str("act") == "preview" {
		return h.preview(c, name, base, f)
	}
	_, err = h.Support.PublishPolicy(ctx, name, f.Str("title"), f.Get("body"), f.Str("note"), kit.ViewerOf(c).PersonID, base)
	if f.Merge(err) {
		p, perr := h.Support.Policy(ctx, name, 0)
		if perr != nil {
			return perr
		}
		// The page keeps what was typed; only a fresh look at the newer version
		// moves the base on, so publishing again is a decision.
		return showEdit(c, editPage{Policy: p, Base: p.Version}, f, err)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/policies/"+name, published)
}

// preview shows the form again with its text as readers will see it.
func (h *handler) preview(c echo.Context, name string, base int, f *kit.Form) error {
	p, err := h.Support.Policy(c.Request().Context(), name, 0)
	if err != nil {
		return err
	}
	page := editPage{Policy: p, Base: base}
	if page.Preview, err = render(f.Get("body"), 3); err != nil {
		return err
	}
	return showEdit(c, page, f, nil)
}
