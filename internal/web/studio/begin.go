package studio

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/scaffold"
	"github.com/atmacena/cocare/internal/web/kit"
)

func (h *handler) getNewCourse(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "studio/new_course", kit.View{Form: kit.NewForm(), Data: place{}})
}

var (
	courseBegun     = kit.NewFlash("studio.begun", kit.Success, "The course is begun. What stops its publishing leads to what has to be written.")
	fileAddedBefore = kit.NewFlash("studio.added_before", kit.Success, "It is added.")
	fileAdded       = kit.NewFlash("studio.added", kit.Success, "It is added. Write it here.")
)

func (h *handler) postNewCourse(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	v := kit.ViewerOf(c)
	b := scaffold.Beginning{Slug: f.Str("slug"), Title: tidyLine(f.Get("title")), Author: v.Name, Currency: h.Currency, Today: h.Now().In(h.Zone)}
	named := b.Slug != ""
	if !named {
		b.Slug = scaffold.Slug(b.Title)
	}
	if err = b.Check(); err != nil && !named && b.Title == "" { // the short name comes from the title
		err = apperr.InvalidField("title", "Give the course a title.")
	}
	if err == nil {
		_, err = h.Courses.Create(c.Request().Context(), scaffold.Course(b), v.PersonID)
	}
	switch {
	case apperr.Is(err, apperr.Conflict):
		f.Fail("slug", apperr.Message(err))
	case err != nil && !f.Merge(err):
		return err
	}
	if err != nil {
		return kit.Render(c, kit.Status(err), "studio/new_course", kit.View{Form: f, Data: place{}})
	}
	return kit.Redirect(c, root+"/"+b.Slug, courseBegun)
}

// newFilePage asks what is added to a draft.
type newFilePage struct {
	place
	Modules []kit.Option
}

// Crumbs lead to the draft.
func (p newFilePage) Crumbs() []kit.Link { return p.crumbs() }

// Kinds are what can be added.
func (newFilePage) Kinds() []kit.Option {
	return []kit.Option{{Value: "lesson", Label: "A lesson", Hint: "At the end of the module that you choose."}, {Value: "module", Label: "A module", Hint: "At the end of the course, with its first lesson."},
		{Value: "check", Label: "Practice questions", Hint: "Of the module that you choose; it has none yet."}, {Value: "case", Label: "A fictional case"}}
}

func (h *handler) newFilePage(c echo.Context) (newFilePage, *course.Course, error) {
	slug, err := slugOf(c)
	if err != nil {
		return newFilePage{}, nil, err
	}
	d, parsed, _, err := h.Courses.CheckDraft(c.Request().Context(), slug)
	if err != nil {
		return newFilePage{}, nil, err
	}
	p := newFilePage{place: place{d}, Modules: []kit.Option{{Label: "Choose the module"}}}
	for _, m := range parsed.Modules {
		p.Modules = append(p.Modules, kit.Option{Value: m.ID, Label: m.Title})
	}
	return p, parsed, nil
}

func (h *handler) getNewFile(c echo.Context) error {
	p, _, err := h.newFilePage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/new_file", kit.View{Form: kit.NewForm(), Data: p})
}

func (h *handler) postNewFile(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, file, again, err := h.addFile(c, f)
	if again { // the second click
		return kit.Redirect(c, p.At(""), fileAddedBefore)
	}
	if f.Merge(err) {
		return kit.Render(c, kit.Status(err), "studio/new_file", kit.View{Form: f, Data: p})
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.written(file), fileAdded)
}

var errAddedBeside = apperr.New(apperr.Conflict, "Somebody else is adding to this course at the same moment. Press the button once more.")

// addFile stores what a form adds, at a place that nobody else has taken meanwhile.
func (h *handler) addFile(c echo.Context, f *kit.Form) (p newFilePage, file string, again bool, err error) {
	for range 3 {
		page, parsed, err := h.newFilePage(c)
		if err != nil {
			return p, "", false, err
		}
		p = page
		files, name, err := added(parsed, f)
		if err != nil {
			return p, "", false, err
		}
		var edits []course.FileEdit
		for _, path := range files.Paths() {
			edits = append(edits, course.FileEdit{Path: path, Content: files[path]})
		}
		saved, err := h.save(c, p.place, edits...)
		if !errors.Is(err, course.ErrClash) {
			return p, name, saved.Again, err
		}
	}
	return p, "", false, errAddedBeside
}

// added is what a form adds. Errors: Invalid (kind, module, title).
func added(c *course.Course, f *kit.Form) (course.Files, string, error) {
	kind, title := f.Str("kind"), tidyLine(f.Get("title"))
	var check apperr.Check
	known := slices.ContainsFunc(newFilePage{}.Kinds(), func(o kit.Option) bool { return o.Value == kind })
	check.Require(known, "kind", "Choose what you add.")
	if kind != "check" {
		check.Name("title", title, course.MaxTitle, "Give it a title.")
	}
	if err := check.Err(); err != nil {
		return nil, "", err
	}
	files, name, err := scaffolded(c, kind, f.Str("module"), title)
	if apperr.Is(err, apperr.NotFound) {
		err = apperr.InvalidField("module", "Choose the module.")
	}
	return files, name, err
}

// scaffolded is what is added, of a kind that there is. Errors: those of package
// scaffold.
func scaffolded(c *course.Course, kind, module, title string) (course.Files, string, error) {
	switch kind {
	case "lesson":
		return scaffold.Lesson(c, module, title)
	case "module":
		return scaffold.Module(c, title)
	case "check":
		return scaffold.Check(c, module)
	}
	return scaffold.Case(c, title)
}
