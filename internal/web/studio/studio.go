// Package studio is where instructors write courses in the browser: the drafts,
// their files with what is wrong in them, their history, and what two people made
// of one file. It edits the same files that a folder holds (docs/course-format.md),
// byte for byte, so that whoever works with Git loses nothing by it.
package studio

import (
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Courses interface {
		Current(ctx context.Context, slug string) (*course.Edition, error)
		Drafts(ctx context.Context) ([]course.Draft, error)
		Draft(ctx context.Context, slug string) (course.Draft, error)
		CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
		FileNow(ctx context.Context, slug, path string, seq int64) (string, error)
		Clash(ctx context.Context, slug string, f course.FileEdit) (*course.ClashError, error)
		ViewFile(ctx context.Context, slug, path string, typed []byte) (course.FileView, error)
		DraftFile(ctx context.Context, slug, path string) (course.DraftFile, error)
		Insertables(ctx context.Context, slug string) (*course.Insertables, error)
		Arrive(ctx context.Context, slug, path, personID string) ([]course.Present, error)
		Present(ctx context.Context, slug string) ([]course.Present, error)
		DraftFileAt(ctx context.Context, slug, path string, seq int64) ([]byte, error)
		DraftFiles(ctx context.Context, slug string) ([]course.FileInfo, int64, error)
		Changes(ctx context.Context, slug, path string, before int64, limit int) ([]course.Change, bool, error)
		ChangeOf(ctx context.Context, slug string, seq int64) (course.Change, error)
		DraftDiff(ctx context.Context, slug string, seq int64, paths []string) (map[string]course.FileDiff, error)
		ImportIf(ctx context.Context, folder fs.FS, by string, may func(ctx context.Context, was course.Draft) error) (course.Draft, error)
		Create(ctx context.Context, files course.Files, by string) (course.Draft, error)
		EditDraft(ctx context.Context, e course.Edit) (course.Saved, error)
		RestoreDraft(ctx context.Context, slug, path string, seq int64, by string) error
		Removed(ctx context.Context, slug string, limit int) ([]course.RemovedFile, error)
		BringBack(ctx context.Context, slug, path string, seq int64, by string) ([]string, error)
		Discard(ctx context.Context, slug string, seen int64) error
		Export(ctx context.Context, slug string, number int) (course.Files, error)
		Download(ctx context.Context, slug string, number int, media bool) (course.Files, error)
		Lacking(ctx context.Context, slug string) ([]course.Carry, error)
		Carries(ctx context.Context, slug string, into *course.Course) ([]course.Carry, error)
		PublishSeen(ctx context.Context, slug, hash, note, by string, made course.Decisions) (*course.Edition, error)
	}
	People interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Visible tells which courses a viewer may open; MayWrite refuses whoever may not
	// write one, as NotFound or Forbidden. nil: every course, and nobody.
	Visible  func(ctx context.Context, v *kit.Viewer) (func(slug string) bool, error)
	MayWrite func(ctx context.Context, v *kit.Viewer, slug string) error
	// Hears reports whether a viewer sees anything of what learners ask; nil: everybody.
	Hears func(ctx context.Context, v *kit.Viewer) (bool, error)
	// MayDiscard refuses whoever is neither an author of a course nor an administrator;
	// nil: nobody may.
	MayDiscard func(ctx context.Context, v *kit.Viewer, slug string) error
	Currency   string         // in which the site sells
	Zone       *time.Location // the provider's, for days; nil: UTC
	Now        func() time.Time
}

type handler struct {
	Deps
	uploads  *kit.Places // folders that are read, by person: each is in memory
	previews turns
}

// Routes returns the area's routes.
func Routes(d Deps) []kit.Route {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	h := &handler{Deps: d, uploads: &kit.Places{All: 3, Each: 1}}
	get := func(path, name string, handle echo.HandlerFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: path, Name: name, Role: kit.Instructor | kit.Administrator, Handler: handle}
	}
	post := func(path, name string, handle echo.HandlerFunc) kit.Route {
		r := get(path, name, handle)
		r.Method = http.MethodPost
		return r
	}
	return []kit.Route{
		get(root, "studio.list", h.getDrafts),
		post(root, "studio.discard", h.postDiscard),
		get("/teach/:slug/discard", "studio.discard_page", h.getDiscard),
		get("/teach/:slug/module/remove", "studio.module_remove_page", h.getRemoveModule),
		post("/teach/:slug/module/remove", "studio.module_remove", h.postRemoveModule),
		get("/teach/new", "studio.new_course_page", h.getNewCourse),
		post("/teach/new", "studio.new_course", h.postNewCourse),
		get("/teach/import", "studio.import_page", h.getImport),
		uploads(post("/teach/import", "studio.import", h.postImport)),
		get("/teach/:slug", "studio.show", h.getDraft),
		get("/teach/:slug/new", "studio.new_file_page", h.getNewFile),
		post("/teach/:slug/new", "studio.new_file", h.postNewFile),
		post("/teach/:slug/course.zip", "studio.zip", h.postZIP),
		get("/teach/:slug/file", "studio.file", h.getFile),
		post("/teach/:slug/file", "studio.file_save", h.postFile),
		post("/teach/:slug/preview", "studio.preview", h.postPreview),
		post("/teach/:slug/here", "studio.here", h.postHere),
		get("/teach/:slug/find", "studio.find", h.getFind),
		get("/teach/:slug/outline", "studio.outline", h.getOutline),
		post("/teach/:slug/outline", "studio.outline_save", h.postOutline),
		get("/teach/:slug/form", "studio.form", h.getForm),
		post("/teach/:slug/form", "studio.form_save", h.postForm),
		get("/teach/:slug/drawing", "studio.drawing_page", h.getDrawing),
		post("/teach/:slug/drawing", "studio.drawing", h.postDrawing),
		get("/teach/:slug/paste", "studio.paste_page", h.getPaste),
		post("/teach/:slug/paste", "studio.paste", h.postPaste),
		uploads(post("/teach/:slug/paste/file", "studio.paste_file", h.postPasteFile)),
		post("/teach/:slug/merge", "studio.merge", h.postMerge),
		get("/teach/:slug/history", "studio.history", h.getHistory),
		get("/teach/:slug/history/:seq", "studio.change", h.getChange),
		post("/teach/:slug/history/:seq", "studio.restore", h.postRestore),
		get("/teach/:slug/publish", "studio.publish_page", h.getPublish),
		post("/teach/:slug/publish", "studio.publish", h.postPublish),
	}
}

// uploads marks a route whose handler bounds the file itself.
func uploads(r kit.Route) kit.Route {
	r.Uploads = true
	return r
}

const root = "/teach"

// place is a draft with its addresses.
type place struct{ course.Draft }

// MaxTitle bounds a title that is typed, in characters.
func (place) MaxTitle() int { return course.MaxTitle }

// At is an address below the draft's.
func (p place) At(rest string) string { return root + "/" + p.Slug + rest }

// File is where a file is edited.
func (p place) File(path string) string {
	return p.At("/file?" + url.Values{"path": {path}}.Encode())
}

// For is an address below the draft's that is about one file.
func (p place) For(rest, path string) string {
	return p.At(rest + "?" + url.Values{"path": {path}}.Encode())
}

// History is that of the draft, or of one file.
func (p place) History(path string) string {
	if path == "" {
		return p.At("/history")
	}
	return p.At("/history?" + url.Values{"path": {path}}.Encode())
}

// crumbs lead back to the draft.
func (p place) crumbs(more ...kit.Link) []kit.Link {
	return append([]kit.Link{{Label: "Your courses", Href: root}, {Label: p.Title, Href: p.At("")}}, more...)
}

// Crumbs lead to the draft.
func (p place) Crumbs() []kit.Link { return p.crumbs() }

func slugOf(c echo.Context) (string, error) { return kit.PathParam(c, "slug") }

func (h *handler) place(c echo.Context) (place, error) {
	slug, err := slugOf(c)
	if err != nil {
		return place{}, err
	}
	d, err := h.Courses.Draft(c.Request().Context(), slug)
	return place{d}, err
}

// sent reads a form that was sent to a draft.
func (h *handler) sent(c echo.Context) (*kit.Form, place, error) {
	f, err := kit.BindForm(c)
	if err != nil {
		return nil, place{}, err
	}
	p, err := h.place(c)
	return f, p, err
}

// save changes files of a draft in the viewer's name.
func (h *handler) save(c echo.Context, p place, files ...course.FileEdit) (course.Saved, error) {
	return h.Courses.EditDraft(c.Request().Context(), course.Edit{Slug: p.Slug, Files: files, Kind: course.ChangeSave, By: kit.ViewerOf(c).PersonID})
}

// named returns who made changes, by the ID.
func (h *handler) named(ctx context.Context, by ...string) (map[string]string, error) {
	names, err := h.People.Names(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, id := range by {
		if names[id] == "" {
			names[id] = actor(id)
		}
	}
	return names, nil
}

const uuidForm = "00000000-0000-0000-0000-000000000000"

// actor names who is no person with an account; programs sign with a word.
func actor(id string) string {
	if name := audit.ActorName(id); name != "" {
		return name
	}
	switch {
	case id == "command line": // as imports sign
		return audit.ActorName(audit.CommandLine)
	case len(id) < len(uuidForm): // no ID of a person
		return "The program “" + id + "”"
	}
	return "Somebody whose account is gone"
}
