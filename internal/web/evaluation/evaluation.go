// Package evaluation has the pages on which evaluations are read: the
// administrator's summaries, and the follow-up in which a learner says 60 days
// later what became of their plans. The form itself is the learner's, in package
// learn.
package evaluation

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Enrollments *enrollment.Service
	Courses     *course.Service
	Audit       *audit.Log
	// Fresh demands a second factor given in the last minutes, for exports. nil
	// demands nothing.
	Fresh echo.MiddlewareFunc
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	h := &handler{d}
	const one, followUp = "/admin/evaluations/:edition", "/learn/:slug/follow-up"
	return []kit.Route{
		{Method: http.MethodGet, Path: "/admin/evaluations", Name: "admin.evaluation.list", Role: kit.Administrator, Handler: h.getList},
		{Method: http.MethodPost, Path: "/admin/evaluations.csv", Name: "admin.evaluation.list_csv", Role: kit.Administrator, Handler: h.postListCSV},
		{Method: http.MethodGet, Path: one, Name: "admin.evaluation.show", Role: kit.Administrator, Handler: h.getSummary},
		{Method: http.MethodPost, Path: one + "/summary.csv", Name: "admin.evaluation.csv", Role: kit.Administrator, Handler: h.postSummaryCSV},
		{Method: http.MethodPost, Path: one + "/reviewer.csv", Name: "admin.evaluation.reviewer_csv", Role: kit.Administrator, Handler: h.postReviewerCSV},
		{Method: http.MethodPost, Path: one + "/follow-up.csv", Name: "admin.evaluation.followup_csv", Role: kit.Administrator, Handler: h.postFollowUpCSV},
		{Method: http.MethodGet, Path: followUp, Name: "followup.show", Role: kit.SignedIn, Handler: h.getFollowUp},
		{Method: http.MethodPost, Path: followUp, Name: "followup.answer", Role: kit.SignedIn, Handler: h.postFollowUp},
		{Method: http.MethodGet, Path: followUp + "/withdraw", Name: "followup.withdraw_page", Role: kit.SignedIn, Handler: h.getWithdraw},
		{Method: http.MethodPost, Path: followUp + "/withdraw", Name: "followup.withdraw", Role: kit.SignedIn, Handler: h.postWithdraw},
	}
}

// monthWords says a month as people do; what is no month stays as it is.
func monthWords(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}
