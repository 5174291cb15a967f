package support

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

const pageSize = 50

// listPage is the administrator's list of requests.
type listPage struct {
	Kinds []support.KindInfo
	Rows  []listRow
	Pager kit.Pager
}

type listRow struct {
	support.Request
	Title   string
	Overdue bool
}

func (h *handler) getList(c echo.Context) error {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return err
	}
	f := support.Filter{Q: q.Q, Kind: support.Kind(c.QueryParam("kind")), State: support.RequestState(q.State), Limit: q.Limit}
	if _, known := f.Kind.Info(); f.Kind != "" && !known {
		return errFilter
	}
	if c.QueryParam("format") == "csv" {
		return h.writeCSV(c, f)
	}
	if len(q.After) == 1 {
		f.After = q.After[0]
	}
	rows, total, err := h.Support.Requests(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page := listPage{Kinds: support.Kinds}
	for _, r := range rows {
		info, _ := r.Kind.Info()
		page.Rows = append(page.Rows, listRow{r, info.Title, r.Overdue(h.Now())})
	}
	next := ""
	if len(rows) == q.Limit {
		next = kit.Cursor(rows[len(rows)-1].ID)
	}
	page.Pager = kit.NewPager(c, int(total), len(rows), "", next)
	return kit.Render(c, http.StatusOK, "support/admin", page)
}

// writeCSV streams the whole list, page by page.
func (h *handler) writeCSV(c echo.Context, f support.Filter) error {
	header := []string{"reference", "kind", "state", "name", "email", "about", "filed_at", "due_at", "answered_at", "closed_at", "outcome"}
	record := func(ctx context.Context) error { return h.Support.RecordExport(ctx, f) }
	return kit.Export(c, h.Fresh, record, "requests.csv", header, func(write func(...string) error) error {
		for f.Limit = 500; ; {
			rows, _, err := h.Support.Requests(c.Request().Context(), f)
			if err != nil {
				return err
			}
			for _, r := range rows {
				err := write(r.Reference, string(r.Kind), string(r.State), r.Name, r.Email, r.About,
					kit.Stamp(&r.CreatedAt), kit.Stamp(&r.DueAt), kit.Stamp(r.AnsweredAt), kit.Stamp(r.ClosedAt), r.Outcome)
				if err != nil {
					return err
				}
			}
			if len(rows) < f.Limit {
				return nil
			}
			f.After = rows[len(rows)-1].ID
		}
	})
}

func (h *handler) getAdmin(c echo.Context) error { return h.renderAdmin(c, nil, kit.NewForm()) }

func (h *handler) renderAdmin(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	r, msgs, err := h.Support.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	info, _ := r.Kind.Info()
	page := requestPage{Request: r, Info: info, Messages: msgs, Overdue: r.Overdue(h.Now()), names: map[string]string{}, courseTitles: map[string]string{}}
	if page.Courses, err = h.Courses(ctx); err != nil {
		return err
	}
	for _, course := range page.Courses {
		page.courseTitles[course.ID] = course.Title
	}
	if r.PersonID != nil {
		if page.Accommodations, err = h.Support.Accommodations(ctx, *r.PersonID); err != nil {
			return err
		}
	}
	for _, m := range msgs {
		if m.AuthorID != nil && page.names[*m.AuthorID] == "" {
			p, err := h.People.Get(ctx, *m.AuthorID)
			if err != nil {
				return err
			}
			page.names[*m.AuthorID] = p.Name
		}
	}
	return kit.Render(c, kit.Status(formErr), "support/admin_show", kit.View{Title: "Request " + r.Reference, Form: f, Data: page})
}

func (h *handler) postReply(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	err = h.Support.Reply(c.Request().Context(), id, support.Answer{By: kit.ViewerOf(c).PersonID, Body: f.Get("body"),
		Outcome: f.Str("outcome"), Internal: f.Bool("internal"), Close: f.Bool("close")})
	if f.Merge(err) {
		return h.renderAdmin(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/requests/"+id, replied)
}

func (h *handler) postGrant(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request().Context(), c.Param("id")
	r, _, err := h.Support.Get(ctx, id)
	if err != nil {
		return err
	}
	if r.PersonID == nil {
		return apperr.New(apperr.Conflict, "This request came from a visitor. An accommodation needs an account.")
	}
	a := support.Accommodation{PersonID: *r.PersonID, RequestID: &r.ID, Reason: f.Str("reason"), GrantedBy: kit.ViewerOf(c).PersonID,
		ExtraTimePercent: f.Int("extra_time_percent", 0, 300), ExtraAttempts: f.Int("extra_attempts", 0, 10)}
	if course := f.Str("course"); course != "" {
		a.CourseID = &course
	}
	if f.Bad() {
		return h.renderAdmin(c, apperr.New(apperr.Invalid, ""), f)
	}
	_, err = h.Support.Grant(ctx, a)
	if f.Merge(err) {
		return h.renderAdmin(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/requests/"+id, granted)
}

func (h *handler) postEnd(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Support.End(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	to := kit.SafeNext(f.Str("back"))
	if to == "" {
		to = "/admin/requests"
	}
	return kit.Redirect(c, to, ended)
}

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
