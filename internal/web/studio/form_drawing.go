package studio

import (
	"bytes"
	"errors"
	"html/template"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/drawing"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

const figuresFile = "figures.yaml"

// drawing is what the form of a figure is about.
func (o openedForm) drawing() template.HTML {
	if o.path != figuresFile || o.at == nil {
		return ""
	}
	id, _ := o.doc.Get(append(slices.Clip(o.at), "id"))
	for _, f := range o.course.Figures {
		if f.ID == id {
			return f.SVG
		}
	}
	return ""
}

// undrawn are the removals of drawings that no figure names any more: a drawing
// without a record is a mistake.
func (h *handler) undrawn(c echo.Context, slug string, was, is *edit.Doc) (gone []course.FileEdit, err error) {
	named := func(d *edit.Doc) (list []string) {
		for i := range d.Len(nil) {
			file, _ := d.Get(edit.At(i, "file"))
			list = append(list, file)
		}
		return list
	}
	left := named(is)
	files, _, err := h.Courses.DraftFiles(c.Request().Context(), slug)
	for _, f := range files {
		if path.Dir(f.Path) == "figures" && slices.Contains(named(was), f.Path) && !slices.Contains(left, f.Path) {
			gone = append(gone, course.FileEdit{Path: f.Path, Base: f.Seq, Remove: true})
		}
	}
	return gone, err
}

// drawingPage takes a drawing: a new one, or one in the place of a figure's.
type drawingPage struct {
	place
	ID    string // of the figure
	Base  int64
	Facts []kit.Option
	Wrong flaws
}

// Crumbs lead to the figures.
func (p drawingPage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: words[figuresFile], Href: p.Form(figuresFile, "")})
}

// Head says what the page does.
func (p drawingPage) Head() string {
	if p.ID != "" {
		return "Replace the drawing of " + p.ID
	}
	return "Add a drawing"
}

// Action is where the form posts to.
func (p drawingPage) Action() string {
	if p.ID != "" {
		return withQuery(p.At("/drawing"), "id", p.ID)
	}
	return p.At("/drawing")
}

// MaxCaption and MaxAlt bound what is typed, in characters.
func (drawingPage) MaxCaption() int { return course.MaxParagraph }
func (drawingPage) MaxAlt() int     { return course.MaxLong }

// Replace is where a figure gets another drawing.
func (p formPage) Replace() string { return drawingPage{place: p.place, ID: p.ID}.Action() }

func (h *handler) getDrawing(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page := drawingPage{place: p, ID: c.QueryParam("id")}
	f, err := h.drawingBegins(c, page)
	if err != nil {
		return err
	}
	page.Base = f.Seq
	return h.showDrawing(c, http.StatusOK, kit.NewForm(), page)
}

// drawingBegins is what the page changes: the list of figures, or the drawing of one.
// Its Seq is 0 where it is not there yet.
func (h *handler) drawingBegins(c echo.Context, page drawingPage) (f course.DraftFile, err error) {
	f.Path = figuresFile
	if page.ID != "" {
		if f.Path, err = h.fileOf(c, page.place, page.ID); err != nil {
			return f, err
		}
	}
	now, err := h.Courses.DraftFile(c.Request().Context(), page.Slug, f.Path)
	if apperr.Is(err, apperr.NotFound) {
		return f, nil
	}
	return now, err
}

func (h *handler) showDrawing(c echo.Context, status int, f *kit.Form, p drawingPage) error {
	_, about, _, err := h.Courses.CheckDraft(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	all := ofCourse(about, facts)
	p.Facts = short(all[:min(len(all), shownPicks)])
	return kit.Render(c, status, "studio/drawing", kit.View{Title: p.Head(), Form: f, Data: p})
}

var (
	drawingAdded    = kit.NewFlash("studio.drawing_added", kit.Success, "The drawing is added. Name the facts that it shows, if you have not, and show it in a lesson.")
	drawingReplaced = kit.NewFlash("studio.drawing_replaced", kit.Success, "The drawing is replaced. See whether its texts still say what it shows.")
)

// postDrawing stores a drawing with what is said of it. The same form sent twice adds
// one: everything comes of the change that the list was opened at.
func (h *handler) postDrawing(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	base, err := baseOf(f)
	if err != nil {
		return err
	}
	page := drawingPage{place: p, ID: c.QueryParam("id"), Base: base}
	svg, wrong, problems := drawn(c)
	page.Wrong = problems
	id, flash := page.ID, drawingReplaced
	if page.ID != "" {
		err = h.replaceDrawing(c, page, svg, wrong)
	} else {
		id, err = h.addDrawing(c, p, f, base, svg, wrong)
		flash = drawingAdded
	}
	if _, met := errors.AsType[*course.ClashError](err); met {
		err = errDrawingOn
	}
	if errors.Is(err, errDrawingOn) {
		if now, failed := h.drawingBegins(c, page); failed == nil {
			page.Base = now.Seq
		}
	}
	if f.Merge(err) {
		return h.showDrawing(c, kit.Status(err), f, page)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.Form(figuresFile, id), flash)
}

var errDrawingOn = apperr.New(apperr.Conflict, "The figures were changed elsewhere meanwhile. Choose the file again, and send it once more.")

// replaceDrawing gives a figure another drawing, in the file that it names. Two drawings
// are not brought together as two texts are.
func (h *handler) replaceDrawing(c echo.Context, page drawingPage, svg []byte, wrong string) error {
	if wrong != "" {
		return apperr.InvalidField("file", "%s", wrong)
	}
	was, err := h.drawingBegins(c, page)
	if err != nil {
		return err
	}
	if was.Seq != page.Base && !bytes.Equal(was.Content, svg) {
		return errDrawingOn
	}
	_, err = h.save(c, page.place, course.FileEdit{Path: was.Path, Base: was.Seq, Content: svg})
	return err
}

// fileOf is the file of a figure's drawing.
func (h *handler) fileOf(c echo.Context, p place, id string) (string, error) {
	list, err := h.Courses.DraftFile(c.Request().Context(), p.Slug, figuresFile)
	if err != nil {
		return "", err
	}
	o, err := openForm(figuresFile, id, list.Content)
	if err != nil {
		return "", err
	}
	file, _ := o.doc.Get(append(slices.Clip(o.at), "file"))
	if path.Dir(file) != "figures" || path.Ext(file) != ".svg" {
		return "", apperr.InvalidField("file", "The figure names no drawing that could be replaced. Choose one in its form first.")
	}
	return file, nil
}

func (h *handler) addDrawing(c echo.Context, p place, f *kit.Form, base int64, svg []byte, wrong string) (id string, err error) {
	for _, name := range []string{"title", "caption", "alt", "facts"} {
		f.Values.Set(name, cleaned(f.Str(name), name == "caption" || name == "alt"))
	}
	var check apperr.Check
	check.Name("title", f.Str("title"), course.MaxTitle, "Give the drawing a title.")
	check.Text("caption", f.Str("caption"), course.MaxParagraph, "Write the caption.")
	check.Text("alt", f.Str("alt"), course.MaxLong, "Describe the drawing for somebody who cannot see it.")
	check.Require(wrong == "", "file", wrong)
	was, err := h.listAt(c, p, figuresFile, base)
	if err != nil {
		return "", err
	}
	o, err := openForm(figuresFile, "", was.Content)
	if err != nil {
		return "", err
	}
	if err := h.withCourse(c, p, &o); err != nil {
		return "", err
	}
	named, unknown := o.added("facts", facts, f.Str("facts"))
	for _, w := range apperr.FieldsOf(unknown) {
		check.Field(w.Name, "%s", w.Msg)
	}
	if err := check.Err(); err != nil {
		return "", err
	}
	id, file, err := h.freeFigure(c, p.Slug, o.doc, svg)
	if err != nil {
		return "", err
	}
	n := max(o.doc.Len(nil), 0)
	if err := o.doc.Insert(nil, n, edit.Map{{Key: "id", Value: id}, {Key: "number", Value: n + 1}, {Key: "file", Value: file}, {Key: "title", Value: f.Str("title")},
		{Key: "caption", Value: f.Str("caption")}, {Key: "alt", Value: f.Str("alt")}, {Key: "facts", Value: append([]string{}, named...)}}); err != nil {
		return "", errFormKept.Because(err)
	}
	_, err = h.save(c, p, course.FileEdit{Path: figuresFile, Base: was.Seq, Content: o.doc.Bytes()}, course.FileEdit{Path: file, Content: svg})
	return id, err
}

// drawn reads and checks the drawing that was sent; wrong says that something is not
// right, problems everything that is not.
func drawn(c echo.Context) (svg []byte, wrong string, problems []drawing.Problem) {
	header, err := c.FormFile("file")
	if err != nil {
		return nil, "Choose the SVG file of the drawing.", nil
	}
	in, err := header.Open()
	if err != nil {
		return nil, "The file did not arrive whole. Choose it again.", nil
	}
	defer func() { _ = in.Close() }() // it is in memory
	if svg, err = io.ReadAll(in); err != nil {
		return nil, "The file did not arrive whole. Choose it again.", nil
	}
	switch _, problems = drawing.Parse(svg, "new-"); len(problems) {
	case 0:
		return svg, "", nil
	case 1:
		return nil, "Line " + strconv.Itoa(problems[0].Line) + " of the drawing: " + problems[0].Msg + "; " + problems[0].Fix + ".", nil
	}
	return nil, "The drawing has " + several(len(problems), "mistake") + ", which stand below. Correct them and choose the file again.", problems
}

// freeFigure is the next figure's ID, and the file for its drawing: one that is not
// there, or has this drawing already.
func (h *handler) freeFigure(c echo.Context, slug string, doc *edit.Doc, svg []byte) (id, file string, err error) {
	taken := idsOf(doc, nil)
	last := "fig-00"
	if len(taken) > 0 && strings.HasPrefix(taken[len(taken)-1], "fig-") {
		last = taken[len(taken)-1]
	}
	id = nextID(last, func(id string) bool {
		f, failed := h.Courses.DraftFile(c.Request().Context(), slug, "figures/"+id+".svg")
		if failed != nil && !apperr.Is(failed, apperr.NotFound) {
			err = failed
		}
		return slices.Contains(taken, id) || failed == nil && string(f.Content) != string(svg)
	})
	return id, "figures/" + id + ".svg", err
}

// listAt is what a form began as, also of a file that was not there yet.
func (h *handler) listAt(c echo.Context, p place, file string, base int64) (course.DraftFile, error) {
	if base == 0 && slices.Contains(beginnable, file) {
		return course.DraftFile{Path: file, Content: []byte(emptyList)}, nil
	}
	return h.began(c.Request().Context(), p, file, base)
}
