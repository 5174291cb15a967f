// Package admin has the administrator's pages that belong to no other area: the
// overview, enrollments, the audit log and the jobs. Other lists lie where their
// subject does and are linked from here.
//
// Every administrator's page, in whatever area, shows the same navigation: it
// begins its content with {{template "admin-nav" "orders"}}, naming the entry
// that it belongs to (see templates/partials/admin_nav.html).
package admin

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/witness"
)

// Deps are what the pages need. Every field is required but Fresh and Zone.
type Deps struct {
	Accounts      *account.Service
	Accreditation *accreditation.Service
	Audit         *audit.Log
	Certificates  *certificate.Service
	Courses       *course.Service
	Enrollments   *enrollment.Service
	Exams         *exam.Service
	Jobs          *job.Queue
	Mail          *mail.Log
	Payments      *payment.Service
	Support       *support.Service
	// Asked counts the questions and reports of learners that wait. nil: none.
	Asked     func(ctx context.Context) (int, error)
	Witnesses func(ctx context.Context) ([]witness.Standing, error)
	// RetryJob makes a dead job ready again and records it, in one transaction.
	RetryJob func(ctx context.Context, id string) error
	// DismissJob forgets a dead job and records it with the reason, in one
	// transaction.
	DismissJob func(ctx context.Context, id, reason string) error
	// Fresh demands a second factor given in the last minutes, for exports. nil
	// demands nothing.
	Fresh echo.MiddlewareFunc
	Zone  *time.Location // the provider's, in which days and months begin; nil: UTC
	Now   func() time.Time
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	h := &handler{d}
	routes := []kit.Route{
		{Method: http.MethodGet, Path: "/admin", Name: "admin.home", Handler: h.getHome},
		{Method: http.MethodGet, Path: "/admin/enrollments", Name: "admin.enrollment.list", Handler: h.getEnrollments},
		{Method: http.MethodPost, Path: "/admin/enrollments.csv", Name: "admin.enrollment.csv", Handler: h.postEnrollmentsCSV},
		{Method: http.MethodGet, Path: "/admin/enrollments/new", Name: "admin.enrollment.new", Handler: h.getNew},
		{Method: http.MethodPost, Path: "/admin/enrollments/new", Name: "admin.enrollment.create", Handler: h.postNew},
		{Method: http.MethodGet, Path: "/admin/enrollments/:id", Name: "admin.enrollment.show", Handler: h.getEnrollment},
		{Method: http.MethodGet, Path: "/admin/audit", Name: "admin.audit.list", Handler: h.getAudit},
		{Method: http.MethodPost, Path: "/admin/audit.csv", Name: "admin.audit.csv", Handler: h.postAuditCSV},
		{Method: http.MethodGet, Path: "/admin/audit/verify", Name: "admin.audit.verify_page", Handler: h.getVerify},
		{Method: http.MethodPost, Path: "/admin/audit/verify", Name: "admin.audit.verify", Handler: h.postVerify},
		{Method: http.MethodGet, Path: "/admin/mail", Name: "admin.mail.list", Handler: h.getMail},
		{Method: http.MethodPost, Path: "/admin/mail.csv", Name: "admin.mail.csv", Handler: h.postMailCSV},
		{Method: http.MethodGet, Path: "/admin/jobs", Name: "admin.job.list", Handler: h.getJobs},
		{Method: http.MethodPost, Path: "/admin/jobs.csv", Name: "admin.job.csv", Handler: h.postJobsCSV},
		{Method: http.MethodPost, Path: "/admin/jobs/:id/retry", Name: "admin.job.retry", Handler: h.postRetry},
		{Method: http.MethodGet, Path: "/admin/jobs/:id/dismiss", Name: "admin.job.dismiss_page", Handler: h.getDismiss},
		{Method: http.MethodPost, Path: "/admin/jobs/:id/dismiss", Name: "admin.job.dismiss", Handler: h.postDismiss},
	}
	for _, a := range acts {
		path, name := "/admin/enrollments/:id/"+a.Key, "admin.enrollment."+a.Key
		routes = append(routes,
			kit.Route{Method: http.MethodGet, Path: path, Name: name + "_page", Handler: h.getAct(a)},
			kit.Route{Method: http.MethodPost, Path: path, Name: name, Handler: h.postAct(a)})
	}
	for i := range routes {
		routes[i].Role = kit.Administrator
	}
	return routes
}

// who is a person as lists name them; without an ID there is no page of theirs.
type who struct{ ID, Name string }

// people names everybody in a list by one query. An account that is not there
// any more keeps its place.
func (h *handler) people(ctx context.Context, ids []string) (func(id string) who, error) {
	ids = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(ids))), func(id string) bool { return id == "" })
	names, err := h.Accounts.Names(ctx, ids)
	return func(id string) who {
		name, known := names[id]
		switch standing := audit.ActorName(id); {
		case standing != "":
			return who{Name: standing}
		case id == account.Nobody:
			return who{Name: "No account with that address"}
		case !known:
			return who{Name: "An account that is gone"}
		}
		return who{ID: id, Name: name}
	}, err
}

// exported records that somebody took a list away.
func (h *handler) exported(c echo.Context, list string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		return h.Audit.Record(ctx, audit.Event{Action: list + ".export", ObjectKind: "list", ObjectID: list,
			Details: map[string]any{"filter": c.QueryString()}})
	}
}

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")
