// Package media has the pages on which authors bring pictures, handouts, audio and
// video into a course, and hands out the files to those who may read the course.
//
// An upload is one form without scripts. With them (static/js/media) it goes in parts
// that say where they belong, as the IETF's resumable uploads and tus do, so that it
// goes on after a broken connection:
//
//	POST  …/media/uploads            name, bytes → 201, Location, Upload-Offset
//	GET   …/media/uploads/{id}       Upload-Offset; for scripts also as JSON
//	PATCH …/media/uploads/{id}       Upload-Offset, Content-Digest (may be missing) → 204, Upload-Offset
//	POST  …/media/uploads/{id}/finish
//
// Only whoever began an upload finds it there.
package media

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Media   *media.Service
	Courses interface {
		Draft(ctx context.Context, slug string) (course.Draft, error)
		Drafts(ctx context.Context) ([]course.Draft, error)
		CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
		DraftFile(ctx context.Context, slug, path string) (course.DraftFile, error)
		DraftFileAt(ctx context.Context, slug, path string, seq int64) ([]byte, error)
		EditDraft(ctx context.Context, e course.Edit) (course.Saved, error)
		MediaListsOf(ctx context.Context, slug string) ([][]byte, error)
		Download(ctx context.Context, slug string, number int, media bool) (course.Files, error)
	}
	// Editions are those of a course that a person may read, the one that they learn
	// from first.
	Editions func(ctx context.Context, personID, slug string) ([]*course.Edition, error)
	// MayRead refuses whoever does not work on a course.
	MayRead func(ctx context.Context, v *kit.Viewer, slug string) error
	Now     func() time.Time
}

type handler struct {
	Deps
	uploads *kit.Places // requests that send bytes, by person: each has a part in memory
}

// Routes returns the area's routes.
func Routes(d Deps) []kit.Route {
	h := &handler{Deps: d, uploads: &kit.Places{All: 8, Each: 2}}
	route := func(method, path, name string, handle echo.HandlerFunc) kit.Route {
		return kit.Route{Method: method, Path: "/teach/:slug/media" + path, Name: name, Role: kit.Instructor | kit.Administrator, Handler: handle}
	}
	whole := route(http.MethodPost, "", "media.send", h.postFile)
	whole.Uploads = true
	return []kit.Route{
		route(http.MethodGet, "", "media.list", h.getList),
		whole,
		route(http.MethodPost, "/course.zip", "media.zip", h.postZIP),
		route(http.MethodPost, "/uploads", "media.upload.begin", h.postUpload),
		route(http.MethodGet, "/uploads/:id", "media.upload.show", h.getUpload),
		route(http.MethodPatch, "/uploads/:id", "media.upload.append", h.patchUpload),
		route(http.MethodPost, "/uploads/:id/finish", "media.upload.finish", h.postFinish),
		route(http.MethodPost, "/uploads/:id/go-on", "media.upload.go_on", h.postGoOn),
		route(http.MethodPost, "/uploads/:id/discard", "media.upload.discard", h.postDiscard),
		route(http.MethodPost, "/uploads/:id", "media.add", h.postAdd),
		route(http.MethodGet, "/items/:medium", "media.show", h.getItem),
		route(http.MethodPost, "/items/:medium", "media.save", h.postItem),
		route(http.MethodPost, "/items/:medium/remove", "media.remove", h.postRemove),
		{Method: http.MethodGet, Path: "/media/:slug/:file", Name: "media.file", Role: kit.SignedIn, Handler: h.getFile},
	}
}

// place is a draft with its addresses.
type place struct{ course.Draft }

// At is an address below that of its media.
func (p place) At(rest string) string { return "/teach/" + p.Slug + "/media" + rest }

// Crumbs lead to the media.
func (p place) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: "/teach/" + p.Slug}, {Label: "Media", Href: p.At("")}}
}

func (h *handler) place(c echo.Context) (place, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return place{}, err
	}
	d, err := h.Courses.Draft(c.Request().Context(), slug)
	return place{d}, err
}

// upload is the viewer's upload of the address; those of another course are not here.
func (h *handler) upload(c echo.Context) (place, media.Upload, error) {
	p, err := h.place(c)
	if err != nil {
		return p, media.Upload{}, err
	}
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return p, media.Upload{}, err
	}
	u, err := h.Media.Upload(c.Request().Context(), kit.ViewerOf(c).PersonID, id)
	if err == nil && u.CourseID != p.CourseID {
		err = media.ErrNotFound
	}
	return p, u, err
}
