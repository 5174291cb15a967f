package studio

import (
	"cmp"
	"context"
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
	From              string // what the file was called at Base, by which the form names it
	Base              int64
	Errors, Warnings  findings
	People            []person      // who else has it open
	Readable          bool          // learners read it
	Preview           template.HTML // as they do
	Previewed         bool          // what is shown is not saved
	TooLarge          bool
	Removable         bool
	Unread            bool   // it cannot be read as what it is; its history can help
	Said              string // what was changed in what was typed
	Module            string // whose own file it is, which goes with its lessons
	BadLine           int    // of what cannot be stored
	Drawing           template.HTML
	Figure            string // that shows the drawing
}

// Action is where the form posts to.
func (p filePage) Action() string { return p.File(p.From) }

// HasForm reports whether the file can be edited in a form.
func (p filePage) HasForm() bool {
	_, ok := sheetOf(p.Path)
	return ok
}

// Kinds are what a lesson can show.
func (filePage) Kinds() []kit.Option { return findPage{}.Kinds() }

// Crumbs lead to the draft.
func (p filePage) Crumbs() []kit.Link { return p.crumbs() }

func (h *handler) getFile(c echo.Context) error {
	p, err := h.filePage(c, nil, 0)
	if err != nil {
		return err
	}
	if p.Path != c.QueryParam("path") {
		return kit.Redirect(c, p.File(p.Path), fileMoved)
	}
	if err := h.whoIsThere(c, &p); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/file", kit.View{Title: p.Title, Form: kit.NewForm(), Data: p})
}

// filePage opens the file of the address, as it was called at base; typed is text that
// is not saved, nil for none.
func (h *handler) filePage(c echo.Context, typed []byte, base int64) (p filePage, err error) {
	ctx := c.Request().Context()
	slug, err := slugOf(c)
	if err != nil {
		return p, err
	}
	if p.Path, err = h.Courses.FileNow(ctx, slug, c.QueryParam("path"), base); err != nil {
		return p, err
	}
	p.From = p.Path
	v, err := h.Courses.ViewFile(ctx, slug, p.Path, typed)
	if apperr.Is(err, apperr.NotFound) {
		return p, kit.WithLink(err, "What was removed", root+"/"+slug+"/history#removed")
	}
	if err != nil {
		return p, err
	}
	p.Previewed = typed != nil
	text := v.File.Content
	if p.Previewed {
		text = typed
	}
	p.place, p.Base, p.Text = place{v.Draft}, v.File.Seq, string(text)
	p.TooLarge = len(text) > maxEdited
	l := newLister(v.Course, course.Files{p.Path: text}, v.Problems)
	l.reads = !kit.ViewerOf(c).CourseWrite
	p.Title, p.Removable = l.title(p.Path), p.Path != "course.yaml"
	if path.Base(p.Path) == "module.yaml" {
		p.Removable, p.Module = false, path.Dir(p.Path)
	}
	_, unread := openForm(p.Path, "", text)
	p.Unread = apperr.Is(unread, apperr.Invalid)
	p.Errors, p.Warnings = p.findings(l, course.Error, p.Path), p.findings(l, course.Warning, p.Path)
	p.Readable, p.Preview = v.Preview, v.Glance.HTML
	for _, f := range v.Course.Figures {
		if f.File == p.Path {
			p.Drawing, p.Figure = f.SVG, f.ID
		}
	}
	return p, nil
}

// whoIsThere adds who else has the file open.
func (h *handler) whoIsThere(c echo.Context, p *filePage) error {
	ctx := c.Request().Context()
	list, err := h.Courses.Present(ctx, p.Slug)
	if err != nil {
		return err
	}
	people, err := h.people(ctx, kit.ViewerOf(c), list)
	p.People = people[p.Path]
	return err
}

var (
	fileSaved  = kit.NewFlash("studio.saved", kit.Success, "Saved.")
	fileMerged = kit.NewFlash("studio.merged", kit.Success, "Saved. This file was changed elsewhere meanwhile, in other lines: both changes are in it. Read it once more.")
	fileMoved  = kit.NewFlash("studio.moved", kit.Info, "This file has another name by now: the outline changed.")
	fileHeaded = kit.NewFlash("studio.headed", kit.Warning, "Saved. The lines at the head of the file, by which the course knows it, were gone; they are put back.")
	fileTidied = kit.NewFlash("studio.tidied", kit.Success, "Saved. Characters that nobody can see were left out, as they come along when text is copied.")
)

// savedAs says what became of a text that was saved.
func savedAs(t typedText, merged bool) *kit.Flash {
	switch {
	case t.head:
		return fileHeaded
	case merged:
		return fileMerged
	case t.left > 0:
		return fileTidied
	}
	return fileSaved
}

// postFile saves a file, shows how it would look, or removes it.
func (h *handler) postFile(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	file := c.QueryParam("path")
	base, err := baseOf(f)
	if err != nil {
		return err
	}
	if f.Str("step") == "remove" {
		return h.removeFile(c, p, course.FileEdit{Path: file, Base: base, Remove: true})
	}
	text, err := h.typed(c, p, file, base, f.Get("body"))
	if err != nil {
		return err
	}
	edit := course.FileEdit{Path: file, Base: base, Content: text.data}
	if broken := f.Err("body"); broken != "" {
		return h.showTyped(c, p, f, edit, text.Said(), apperr.InvalidField("body", "%s", broken))
	}
	switch f.Str("step") {
	case "preview":
		return h.showTyped(c, p, f, edit, text.Said(), nil)
	case "autosave":
		return h.autosave(c, p, edit, text)
	}
	saved, err := h.save(c, p, edit)
	file = cmp.Or(saved.Names[file], file)
	var clash *course.ClashError
	switch {
	case errors.As(err, &clash):
		return h.showClash(c, p, clash)
	case apperr.Is(err, apperr.Invalid):
		return h.showTyped(c, p, f, edit, text.Said(), err)
	case err != nil:
		return err
	}
	return kit.Redirect(c, p.File(file), savedAs(text, len(saved.Merged) > 0))
}

// removeFile takes a file out of the draft, and leads to where it can be had back. A
// module does not go without its lessons.
func (h *handler) removeFile(c echo.Context, p place, edit course.FileEdit) error {
	if path.Base(edit.Path) == "module.yaml" {
		return kit.Redirect(c, p.RemoveModule(path.Dir(edit.Path)), nil)
	}
	saved, err := h.save(c, p, edit)
	if clash, ok := errors.AsType[*course.ClashError](err); ok {
		return h.showClash(c, p, clash)
	}
	if err != nil {
		return err
	}
	return h.showRemoved(c, p, cmp.Or(saved.Names[edit.Path], edit.Path))
}

// typed turns the text of a form into a file's: browsers end every line with a
// carriage return, most files do not. Where the text that it began as is no longer
// kept, the present one says.
func (h *handler) typed(c echo.Context, p place, file string, base int64, text string) (typedText, error) {
	was, err := h.began(c.Request().Context(), p, file, base)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return typedText{}, err
	}
	return read(file, text, was.Content), nil
}

// fileNow is a file as it is now, whatever it was called at base.
func (h *handler) fileNow(ctx context.Context, p place, path string, base int64) (f course.DraftFile, err error) {
	if path, err = h.Courses.FileNow(ctx, p.Slug, path, base); err != nil {
		return f, err
	}
	return h.Courses.DraftFile(ctx, p.Slug, path)
}

// began is the text that a form began as, under the name that it had. Where that is no
// longer kept, it is the file as it is now: its Seq is then not base, and what was
// typed is to be saved over it, or shown again with it.
func (h *handler) began(ctx context.Context, p place, path string, base int64) (course.DraftFile, error) {
	data, err := h.Courses.DraftFileAt(ctx, p.Slug, path, base)
	if apperr.Is(err, apperr.NotFound) {
		return h.fileNow(ctx, p, path, base)
	}
	return course.DraftFile{Path: path, Content: data, Seq: base}, err
}

// showTyped shows the editor with what was typed, unsaved; said is what was changed in
// it, why says what is wrong with it. Where the file is gone, it asks what stays.
func (h *handler) showTyped(c echo.Context, at place, f *kit.Form, edit course.FileEdit, said string, why error) error {
	text := edit.Content
	if !utf8.Valid(text) {
		text = nil
	}
	p, err := h.filePage(c, text, edit.Base)
	if apperr.Is(err, apperr.NotFound) {
		clash, err := h.Courses.Clash(c.Request().Context(), at.Slug, edit)
		if err != nil {
			return err
		}
		f.Merge(why)
		return h.renderClash(c, at, clash, f, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	p.From, p.Said = edit.Path, said
	p.Base, p.Text = edit.Base, string(edit.Content)
	status := http.StatusOK
	if why != nil {
		status = kit.Status(why)
		for _, field := range apperr.FieldsOf(why) {
			p.BadLine = lineOf(field.Name)
			f.Fail("body", refusal(field, p.Text))
		}
		f.Merge(apperr.New(apperr.Invalid, apperr.Message(why)))
	}
	return kit.Render(c, status, "studio/file", kit.View{Title: p.Title, Form: f, Data: p})
}

// lineOf is the line of a place such as exam.yaml:12, 0 for none.
func lineOf(where string) int {
	_, n, _ := strings.Cut(path.Base(where), ":")
	line, err := strconv.Atoi(n)
	if err != nil {
		return 0
	}
	return line
}

// refusal says where a text cannot be stored, and why.
func refusal(field apperr.Field, text string) string {
	n := lineOf(field.Name)
	if n == 0 {
		return field.Msg
	}
	out := "Line " + strconv.Itoa(n) + ": " + field.Msg + "."
	if words := lineSaying(text, n); words != "" {
		out += " It stands in: “" + words + "”"
	}
	return out
}
