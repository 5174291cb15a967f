// Package team has the pages on which authors name who works on a course with them,
// and on which reviewers and authors talk about its passages. Who may open them is
// decided before they are asked: see package app.
package team

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Team    *team.Service
	Courses interface {
		Draft(ctx context.Context, slug string) (course.Draft, error)
		CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
		FileNow(ctx context.Context, slug, path string, seq int64) (string, error)
	}
	Zone *time.Location // the provider's, in which a last day is a day; nil: UTC
	Now  func() time.Time
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	h := &handler{d}
	const teach = kit.Instructor | kit.Administrator
	return []kit.Route{
		{Method: http.MethodGet, Path: "/teach/:slug/people", Name: "team.show", Role: teach, Handler: h.getPeople},
		{Method: http.MethodPost, Path: "/teach/:slug/people", Name: "team.add", Role: teach, Handler: h.postPeople},
		{Method: http.MethodPost, Path: "/teach/:slug/people/:person/remove", Name: "team.remove", Role: teach, Handler: h.postRemove},
		{Method: http.MethodGet, Path: "/teach/:slug/comments", Name: "comment.list", Role: teach, Handler: h.getComments},
		{Method: http.MethodPost, Path: "/teach/:slug/comments", Name: "comment.add", Role: teach, Handler: h.postComment},
		{Method: http.MethodPost, Path: "/teach/:slug/comments/:comment/answer", Name: "comment.answer", Role: teach, Handler: h.postAnswer},
		{Method: http.MethodPost, Path: "/teach/:slug/comments/:comment/reopen", Name: "comment.reopen", Role: teach, Handler: h.postReopen},
		{Method: http.MethodPost, Path: "/teach/:slug/comments/:comment/close", Name: "comment.close", Role: teach, Handler: h.postClose},
	}
}

// place is a course with the addresses of its pages.
type place struct{ Slug, Title string }

// At is an address below the draft's.
func (p place) At(rest string) string { return "/teach/" + p.Slug + rest }

// Crumbs lead to the draft.
func (p place) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: p.At("")}}
}

func (h *handler) place(c echo.Context) (place, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return place{}, err
	}
	d, err := h.Courses.Draft(c.Request().Context(), slug)
	return place{slug, d.Title}, err
}
