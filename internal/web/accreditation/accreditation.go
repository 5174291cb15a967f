// Package accreditation has the administrator's pages of what accreditors
// approve: the approvals, and the rule packs that credit is worked out by.
package accreditation

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/facts"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Accreditation *accreditation.Service
	Audit         *audit.Log
	Courses       interface {
		List(ctx context.Context) ([]*course.Edition, error)
	}
	People interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Certificates counts those that rest on an approval; over says that there are
	// more.
	Certificates func(ctx context.Context, approvalID string) (n int64, over bool, err error)
	// Fresh demands a second factor of the last ten minutes, for the file.
	Fresh echo.MiddlewareFunc
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	routes := []kit.Route{
		{Method: http.MethodGet, Path: "/admin/approvals", Name: "admin.approval.list", Handler: h.getApprovals},
		{Method: http.MethodPost, Path: "/admin/approvals.csv", Name: "admin.approval.csv", Handler: h.postApprovalsCSV},
		{Method: http.MethodGet, Path: "/admin/approvals/new", Name: "admin.approval.new", Handler: h.getNew},
		{Method: http.MethodPost, Path: "/admin/approvals/new", Name: "admin.approval.create", Handler: h.postNew},
		{Method: http.MethodGet, Path: "/admin/approvals/:id", Name: "admin.approval.show", Handler: h.getApproval},
		{Method: http.MethodPost, Path: "/admin/approvals/:id/end", Name: "admin.approval.end", Handler: h.postEnd},
		{Method: http.MethodGet, Path: "/admin/rules", Name: "admin.rules.list", Handler: h.getRules},
		{Method: http.MethodGet, Path: "/admin/rules/new", Name: "admin.rules.new", Handler: h.getNewPack},
		{Method: http.MethodPost, Path: "/admin/rules/new", Name: "admin.rules.create", Handler: h.postNewPack},
		{Method: http.MethodGet, Path: "/admin/rules/:code", Name: "admin.rules.show", Handler: h.getPack},
		{Method: http.MethodGet, Path: "/admin/rules/:code/yaml", Name: "admin.rules.yaml", Handler: h.getYAML},
		{Method: http.MethodPost, Path: "/admin/rules/:code/confirm", Name: "admin.rules.confirm", Handler: h.postConfirm},
		{Method: http.MethodGet, Path: "/admin/rules/:code/edit", Name: "admin.rules.edit", Handler: h.getEdit},
		{Method: http.MethodPost, Path: "/admin/rules/:code/edit", Name: "admin.rules.save", Handler: h.postEdit},
		{Method: http.MethodPost, Path: "/admin/rules/:code/shipped", Name: "admin.rules.shipped", Handler: h.postShipped},
	}
	for i := range routes {
		routes[i].Role = kit.Administrator
	}
	return routes
}

// history is what was done about something, newest first, and by whom.
type history struct {
	Trail []facts.Entry
	names map[string]string
}

// Who names whoever acted.
func (h history) Who(id string) string {
	if name := audit.ActorName(id); name != "" {
		return name
	}
	if name, known := h.names[id]; known {
		return name
	}
	return "An account that is gone"
}

// history also looks up the names of others.
func (h *handler) history(ctx context.Context, kind, id string, others ...string) (out history, err error) {
	list, err := h.Audit.List(ctx, audit.Filter{ObjectKind: kind, ObjectID: id, Limit: 200})
	if err != nil {
		return out, err
	}
	for _, e := range list {
		told, err := facts.Tell(e, "", nil)
		if err != nil {
			return out, err
		}
		out.Trail, others = append(out.Trail, told), append(others, e.ActorID)
	}
	out.names, err = h.People.Names(ctx, others)
	return out, err
}

// date reads a stored day; the zero time for none.
func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
