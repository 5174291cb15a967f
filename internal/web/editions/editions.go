// Package editions has the pages about the published states of a course: what
// differs between two of them, who has read a correction, and for learners what a
// newer edition would mean for them.
package editions

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Courses interface {
		Draft(ctx context.Context, slug string) (course.Draft, error)
		CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
		Editions(ctx context.Context, slug string) ([]course.Published, error)
		Edition(ctx context.Context, id string) (*course.Edition, error)
	}
	Enrollments interface {
		ActiveByEdition(ctx context.Context, courseID string) (map[string]int, error)
		CountReaders(ctx context.Context, editionID string) (read map[string]int, of int, err error)
		Readers(ctx context.Context, editionID, erratumID, after string, limit int) ([]enrollment.Reader, bool, error)
		Find(ctx context.Context, personID, slug string, cycle int) (enrollment.Enrollment, error)
		MoveOf(ctx context.Context, e enrollment.Enrollment) (enrollment.Move, error)
		MoveTo(ctx context.Context, e enrollment.Enrollment, editionID string) error
		ReadErratum(ctx context.Context, e enrollment.Enrollment, erratumID string) error
	}
	Audit interface {
		Record(ctx context.Context, e audit.Event) error
	}
	Fresh echo.MiddlewareFunc
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	const teach = kit.Instructor | kit.Administrator
	return []kit.Route{
		{Method: http.MethodGet, Path: "/teach/:slug/editions", Name: "edition.list", Role: teach, Handler: h.getEditions},
		{Method: http.MethodGet, Path: "/teach/:slug/editions/compare", Name: "edition.compare", Role: teach, Handler: h.getCompare},
		{Method: http.MethodGet, Path: "/teach/:slug/errata/:erratum", Name: "erratum.readers", Role: teach, Handler: h.getReaders},
		{Method: http.MethodPost, Path: "/teach/:slug/errata/:erratum/readers.csv", Name: "erratum.readers.csv", Role: teach, Handler: h.postReadersCSV},
		{Method: http.MethodGet, Path: "/learn/:slug/newer", Name: "edition.newer", Role: kit.SignedIn, Handler: h.getNewer},
		{Method: http.MethodPost, Path: "/learn/:slug/newer", Name: "edition.move", Role: kit.SignedIn, Handler: h.postMove},
		{Method: http.MethodPost, Path: "/learn/:slug/errata/:erratum/read", Name: "erratum.read", Role: kit.SignedIn, Handler: h.postRead},
	}
}

// place is a course with the addresses of its pages.
type place struct{ Slug, Title string }

// At is an address below the draft's.
func (p place) At(rest string) string { return "/teach/" + p.Slug + rest }

// crumbs lead to the draft.
func (p place) crumbs(more ...kit.Link) []kit.Link {
	return append([]kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: p.At("")}}, more...)
}

func (h *handler) place(c echo.Context) (place, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return place{}, err
	}
	d, err := h.Courses.Draft(c.Request().Context(), slug)
	return place{slug, d.Title}, err
}

// published are the editions of a course, the newest first, without their content; none
// before the first was published.
func (h *handler) published(ctx context.Context, slug string) ([]course.Published, error) {
	list, err := h.Courses.Editions(ctx, slug)
	if isNone(err) {
		return nil, nil
	}
	return list, err
}
