// Package refresher has the pages of the practice after a course: the learner's, the
// one behind a mail's link that stops it, and the instructor's on what is remembered.
//
// Key and rationales of a question leave the server with its review alone. A GET
// writes nothing, also behind a mail's link: programs that look through mails follow
// links.
package refresher

import (
	"context"
	"net/http"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Refreshers  *refresher.Service
	Enrollments *enrollment.Service
	Courses     interface {
		Editions(ctx context.Context, slug string) ([]course.Published, error)
	}
}

type handler struct{ Deps }

// stopPath is what the mails of package refresher lead to.
const stopPath = "/refreshers/stop/:token"

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	const base = "/learn/:slug/refresh"
	return []kit.Route{
		{Method: http.MethodGet, Path: base, Name: "refresher.show", Role: kit.SignedIn, Handler: h.getShow},
		{Method: http.MethodPost, Path: base, Name: "refresher.answer", Role: kit.SignedIn, Handler: h.postAnswer},
		{Method: http.MethodGet, Path: base + "/reviews/:review", Name: "refresher.review", Role: kit.SignedIn, Handler: h.getReview},
		{Method: http.MethodPost, Path: base + "/plan", Name: "refresher.start", Role: kit.SignedIn, Handler: h.postPlan},
		{Method: http.MethodPost, Path: base + "/stop", Name: "refresher.stop", Role: kit.SignedIn, Handler: h.postStop},
		{Method: http.MethodGet, Path: stopPath, Name: "refresher.stop_page", Role: kit.Anyone, Handler: h.getStopByLink},
		{Method: http.MethodPost, Path: stopPath, Name: "refresher.stop_link", Role: kit.Anyone, Handler: h.postStopByLink},
		{Method: http.MethodGet, Path: "/teach/:slug/retention", Name: "refresher.retention", Role: kit.Instructor | kit.Administrator, Handler: h.getRetention},
	}
}

// Of is what other pages tell of the practice after an enrollment.
func Of(ctx context.Context, s *refresher.Service, e enrollment.Enrollment) (kit.Practice, error) {
	if e.State != enrollment.Completed || e.Attendance != nil {
		return kit.Practice{}, nil
	}
	st, err := s.Of(ctx, e)
	if err != nil || st.Questions == 0 {
		return kit.Practice{}, err
	}
	return kit.Practice{Base: "/learn/" + e.Slug + "/refresh", Running: st.Running, Due: st.Due, NextAt: st.NextAt}, nil
}
