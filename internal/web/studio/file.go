package studio

import (
	"bytes"
	"errors"
	"html/template"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// maxEdited is how many bytes of text the editor takes: a form holds them with
// some to spare.
const maxEdited = 900 << 10

// filePage is a file in the editor.
type filePage struct {
	place
	Path, Title, Text string
	Base              int64
	Errors, Warnings  []finding
	Preview           template.HTML // of a lesson
	Previewed         bool          // what is shown is not saved
	TooLarge          bool
	Removable         bool
}

// Action is where the form posts to.
func (p filePage) Action() string { return p.File(p.Path) }

// Crumbs lead to the draft.
func (p filePage) Crumbs() []kit.Link { return p.crumbs() }

func (h *handler) getFile(c echo.Context) error {
	p, err := h.filePage(c, nil)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/file", kit.View{Title: p.Title, Form: kit.NewForm(), Data: p})
}

// filePage opens the file of the address; typed is text that is not saved, nil for
// none.
func (h *handler) filePage(c echo.Context, typed []byte) (p filePage, err error) {
	ctx := c.Request().Context()
	slug, err := slugOf(c)
	if err != nil {
		return p, err
	}
	p.Path = c.QueryParam("path")
	f, err := h.Courses.DraftFile(ctx, slug, p.Path)
	if err != nil {
		return p, err
	}
	d, parsed, files, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return p, err
	}
	if p.Previewed = typed != nil; p.Previewed {
		f.Content = typed
		files[p.Path] = typed
		parsed, d.Problems = course.Parse(files)
	}
	p.place, p.Base, p.Text = place{d}, f.Seq, string(f.Content)
	p.TooLarge = len(f.Content) > maxEdited
	l := newLister(parsed, files, d.Problems)
	p.Title, p.Removable = l.title(p.Path), p.Path != "course.yaml"
	p.Errors, p.Warnings = p.findings(l, course.Error, p.Path), p.findings(l, course.Warning, p.Path)
	p.Preview = preview(parsed, p.Path)
	return p, nil
}

// preview is a lesson as learners will read it; nothing for other files.
func preview(c *course.Course, file string) template.HTML {
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			if l.File == file {
				return l.HTML
			}
		}
	}
	return ""
}

var (
	fileSaved   = kit.NewFlash("studio.saved", kit.Success, "Saved.")
	fileMerged  = kit.NewFlash("studio.merged", kit.Success, "Saved. Somebody else changed this file meanwhile, in other lines: both changes are in it. Read it once more.")
	fileRemoved = kit.NewFlash("studio.removed", kit.Success, "The file is removed. Its history keeps it.")
)

// postFile saves a file, shows how it would look, or removes it.
func (h *handler) postFile(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	file := c.QueryParam("path")
	base, err := strconv.ParseInt(f.Str("base"), 10, 64)
	if err != nil {
		return apperr.New(apperr.Invalid, "The form could not be read. Open the file again.")
	}
	edit := course.FileEdit{Path: file, Base: base, Remove: f.Str("step") == "remove"}
	if !edit.Remove {
		if edit.Content, err = h.typed(c, p, file, base, f.Get("body")); err != nil {
			return err
		}
	}
	if f.Str("step") == "preview" {
		return h.showTyped(c, f, edit, nil)
	}
	saved, err := h.save(c, p, edit)
	var clash *course.ClashError
	switch {
	case errors.As(err, &clash):
		return h.showClash(c, p, clash)
	case apperr.Is(err, apperr.Invalid):
		return h.showTyped(c, f, edit, err)
	case err != nil:
		return err
	case edit.Remove:
		return kit.Redirect(c, p.At(""), fileRemoved)
	case len(saved.Merged) > 0:
		return kit.Redirect(c, p.File(file), fileMerged)
	}
	return kit.Redirect(c, p.File(file), fileSaved)
}

// typed turns the text of a form into a file's: browsers end every line with a
// carriage return, most files do not.
func (h *handler) typed(c echo.Context, p place, file string, base int64, text string) ([]byte, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	was, err := h.Courses.DraftFileAt(c.Request().Context(), p.Slug, file, base)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return nil, err
	}
	if bytes.Contains(was, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(text), nil
}

// showTyped shows the editor with what was typed, unsaved; why says what is wrong
// with it.
func (h *handler) showTyped(c echo.Context, f *kit.Form, edit course.FileEdit, why error) error {
	text := edit.Content
	if edit.Remove || !utf8.Valid(text) {
		text = nil
	}
	p, err := h.filePage(c, text)
	if err != nil {
		return err
	}
	p.Base, p.Text = edit.Base, string(edit.Content)
	status := http.StatusOK
	if why != nil {
		status = kit.Status(why)
		for _, field := range apperr.FieldsOf(why) {
			f.Fail("body", line(field.Name)+field.Msg)
		}
		f.Merge(apperr.New(apperr.Invalid, apperr.Message(why)))
	}
	return kit.Render(c, status, "studio/file", kit.View{Title: p.Title, Form: f, Data: p})
}

// line says the line of a place such as exam.yaml:12.
func line(where string) string {
	_, n, found := strings.Cut(path.Base(where), ":")
	if !found {
		return ""
	}
	return "Line " + n + ": "
}
