// Package evaluation has the pages on which evaluations are read: the
// administrator's summaries, and the follow-up in which a learner says 60 days
// later what became of their plans. The form itself is the learner's, in package
// learn.
package evaluation

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
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

// listRow is an edition in the administrator's list.
type listRow struct {
	enrollment.EditionAnswers
	Edition *course.Edition
	Latest  string // the month of the latest response, in words
}

// Asks reports whether the form offers a follow-up.
func (r listRow) Asks() bool { return asks(r.Edition) }

func asks(ed *course.Edition) bool {
	return slices.ContainsFunc(ed.Course.Evaluation.Items, func(i course.EvaluationItem) bool { return i.Kind == "consent" })
}

// getList shows every edition that was evaluated, and the newest of each course
// whether or not it was.
func (h *handler) getList(c echo.Context) error {
	ctx := c.Request().Context()
	evaluated, err := h.Enrollments.EvaluatedEditions(ctx)
	if err != nil {
		return err
	}
	rows := make([]listRow, 0, len(evaluated))
	for _, e := range evaluated {
		ed, err := h.Courses.Edition(ctx, e.EditionID)
		if err != nil {
			return err
		}
		rows = append(rows, listRow{e, ed, monthWords(e.LastMonth)})
	}
	newest, err := h.newest(ctx)
	if err != nil {
		return err
	}
	for _, ed := range newest {
		if !slices.ContainsFunc(rows, func(r listRow) bool { return r.EditionID == ed.ID }) {
			rows = append(rows, listRow{EditionAnswers: enrollment.EditionAnswers{EditionID: ed.ID}, Edition: ed})
		}
	}
	slices.SortFunc(rows, func(a, b listRow) int {
		if a.Edition.Slug != b.Edition.Slug {
			return strings.Compare(a.Edition.Slug, b.Edition.Slug)
		}
		return b.Edition.Number - a.Edition.Number
	})
	return kit.Render(c, http.StatusOK, "evaluation/list", rows)
}

// newest lists the newest edition of each course, if there is one.
func (h *handler) newest(ctx context.Context) ([]*course.Edition, error) {
	list, err := h.Courses.List(ctx)
	if apperr.Is(err, apperr.NotFound) {
		return nil, nil
	}
	return list, err
}

// monthWords says a month as people do; what is no month stays as it is.
func monthWords(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}
