package studio

import (
	"fmt"
	"html/template"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// formPage is a file, or one entry of it, as a form.
type formPage struct {
	place
	Path, Title, ID string // ID is of the entry
	From            string // what the file was called at Base, by which the form names it
	Whole           string // what the file is called
	Base            int64
	Typed           bool // what is shown is not stored
	Fresh           bool // the file is not there yet
	Drawing         template.HTML
	Inputs          []input
	Lists           []formList
	Kinds           []kit.Option // that the entry can become
	Offers          []pickList
	Errors          findings
	Warnings        findings
	People          []person
}

// input is one value in a form.
type input struct {
	Name, Label, Hint, Value, Type string
	Options                        []kit.Option
	Checked                        bool
	List                           string // what it offers while somebody adds to it
	First                          string // asks which of the boxes comes first; FirstOf are the choices
	FirstOf                        []kit.Option
}

// formList is a list in a form.
type formList struct {
	rows
	Name    string // "." for the file itself
	Entries []entry
}

// entry is one of a list.
type entry struct {
	Title, Note, Href string // Href of its own page
	I                 int    // where it stands in the file
	Inputs            []input
	First, Last       bool
}

// Crumbs lead to the draft, or to the file's form.
func (p formPage) Crumbs() []kit.Link {
	if p.ID == "" {
		return p.crumbs()
	}
	return p.crumbs(kit.Link{Label: p.Whole, Href: p.Form(p.Path, "")})
}

// Form is where a file, or one entry of it, is a form.
func (p place) Form(path, id string) string {
	href := p.For("/form", path)
	if id != "" {
		href = withQuery(href, "id", id)
	}
	return href
}

// Action is where the form posts to.
func (p formPage) Action() string { return p.Form(p.From, p.ID) }

// Text reports whether learners read the file.
func (p formPage) Text() bool { return path.Ext(p.Path) == ".md" }

// Saves reports whether there is something to fill in.
func (p formPage) Saves() bool {
	return len(p.Inputs) > 0 || slices.ContainsFunc(p.Lists, func(l formList) bool { return !l.Apart })
}

// Drawn reports whether the entries begin with a drawing that is uploaded.
func (p formPage) Drawn() bool { return p.Path == figuresFile && p.ID == "" }

// KindOptions are the kinds of a new entry.
func (l formList) KindOptions() []kit.Option { return ask{Options: l.Kinds}.options() }

// Grows reports whether a button adds an entry.
func (l formList) Grows() bool { return l.Fresh != nil }

func (h *handler) getForm(c echo.Context) error {
	p, err := h.formPage(c, nil)
	if err != nil {
		return err
	}
	if p.Path != c.QueryParam("path") {
		return kit.Redirect(c, p.Form(p.Path, p.ID), fileMoved)
	}
	return kit.Render(c, http.StatusOK, "studio/form", kit.View{Title: p.Title, Form: kit.NewForm(), Data: p})
}

// formPage opens the form of the address: of the file as it is now, or as a form that
// was sent began, for nil as it is now.
func (h *handler) formPage(c echo.Context, began *course.DraftFile) (p formPage, err error) {
	slug, err := slugOf(c)
	if err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	p.ID = c.QueryParam("id")
	p.From = c.QueryParam("path")
	if began != nil {
		p.From, p.Base = began.Path, began.Seq
	}
	if p.Path, err = h.Courses.FileNow(ctx, slug, p.From, p.Base); err != nil {
		return p, err
	}
	v, gone, err := h.viewForm(c, slug, p.Path, began)
	if err != nil {
		return p, err
	}
	p.place, p.Base, p.Fresh = place{v.Draft}, v.File.Seq, gone
	if began == nil {
		p.From = p.Path
	}
	o, err := openForm(p.Path, p.ID, v.File.Content)
	if apperr.Is(err, apperr.Invalid) {
		return p, p.unread(err, v.File.Content)
	}
	if err != nil {
		return p, err
	}
	o.course = v.Course
	if _, _, o.all, err = h.Courses.CheckDraft(ctx, slug); err != nil {
		return p, err
	}
	if err := h.withRecords(ctx, slug, &o); err != nil {
		return p, err
	}
	l := newLister(v.Course, course.Files{p.Path: v.File.Content}, v.Problems)
	p.titles(l, o)
	p.Errors, p.Warnings = o.findings(p.findings(l, course.Error, p.Path)), o.findings(p.findings(l, course.Warning, p.Path))
	p.Inputs = o.inputs("", o.sheet.Asks, v.Problems)
	for _, r := range o.sheet.Lists {
		p.Lists = append(p.Lists, o.list(p.place, r, v.Problems))
	}
	p.Kinds, p.Offers, p.Drawing = o.otherKinds(), o.offers(), o.drawing()
	if p.Fresh {
		return p, nil
	}
	list, err := h.Courses.Arrive(ctx, slug, p.Path, kit.ViewerOf(c).PersonID)
	if err != nil {
		return p, err
	}
	people, err := h.people(ctx, kit.ViewerOf(c), list)
	p.People = people[p.Path]
	return p, err
}

// viewForm opens a file, or what a form of it began as; gone says that it is not
// there. One that a course may lack and that a form can begin is an empty list.
func (h *handler) viewForm(c echo.Context, slug, file string, began *course.DraftFile) (v course.FileView, gone bool, err error) {
	ctx := c.Request().Context()
	v, err = h.Courses.ViewFile(ctx, slug, file, nil)
	gone = apperr.Is(err, apperr.NotFound)
	switch {
	case gone && began == nil && slices.Contains(beginnable, file):
		began = &course.DraftFile{Path: file, Content: []byte(emptyList)}
	case err != nil && !gone, began == nil, !gone && v.File.Seq == began.Seq:
		return v, gone, err
	}
	if gone {
		v = course.FileView{}
		v.Draft, v.Course, _, err = h.Courses.CheckDraft(ctx, slug)
		v.Problems = nil
	} else {
		v, err = h.Courses.ViewFile(ctx, slug, file, began.Content)
	}
	v.File = *began
	return v, gone, err
}

var aLinesKey = regexp.MustCompile(`^(?:- )?([A-Za-z_]+):`)

// unread is the error of a file that no form can show: where it breaks off, by the
// field that stands there, with the way to that line of its text.
func (p formPage) unread(err error, data []byte) error {
	bad := course.Unreadable(p.Path, data)
	if len(bad) == 0 || bad[0].Line == 0 {
		return kit.WithLink(err, "Edit as text", p.File(p.Path))
	}
	first, field := bad[0], ""
	s, _ := sheetOf(p.Path) // it has a form
	if m := aLinesKey.FindStringSubmatch(lineOfText(string(data), first.Line)); m != nil {
		field = openedForm{sheet: s}.labelOf(m[1], "")
	}
	if field != "" {
		field = ", at " + field
	}
	return kit.WithLink(apperr.Newf(apperr.Invalid, "The file cannot be read as it stands. Line %d%s: %s; %s.", first.Line, field, first.Msg, first.Fix).Because(err),
		fmt.Sprintf("Edit line %d as text", first.Line), withQuery(p.File(p.Path), "line", strconv.Itoa(first.Line)))
}

// beginnable are the files that a form begins.
var beginnable = []string{figuresFile, "glossary.yaml"}

const emptyList = "[]\n"

// titles names the page.
func (p *formPage) titles(l *lister, o openedForm) {
	p.Whole = l.title(p.Path)
	switch {
	case p.ID != "":
		p.Title = o.rows.One + " " + p.ID
	case p.Text():
		p.Title = "About “" + p.Whole + "”"
	default:
		p.Title = p.Whole
	}
}

// findings are those of the page, in its words.
func (o openedForm) findings(all []finding) (out []finding) {
	for _, f := range all {
		if o.holds(f.Line) {
			f.Problem = o.plainly(f.Problem)
			out = append(out, f)
		}
	}
	return out
}

// list is a list with its entries.
func (o openedForm) list(p place, r rows, problems []course.Problem) formList {
	out := formList{rows: r, Name: r.Key}
	if r.Key == "" {
		out.Name = "."
	}
	list := o.ordered(r)
	for k, i := range list {
		e := entry{Title: o.titleOf(r, i), I: i, First: k == 0, Last: k == len(list)-1}
		at := append(o.place(r.Key), i)
		id, named := o.doc.Get(append(slices.Clip(at), "id"))
		if named {
			e.Note = refers(o.course, o.path, id)
		}
		if r.Counted {
			e.Note = o.counted(at)
		}
		if !r.Apart {
			e.Inputs = o.inputs(r.field(i, ""), r.Asks, problems)
		} else if e.Href = p.Form(o.path, id); named {
			e.Title = r.One + " " + o.words(r, i, id)
		}
		out.Entries = append(out.Entries, e)
	}
	return out
}

// words are the first words of an entry that has a page of its own.
func (o openedForm) words(r rows, i int, id string) string {
	for _, key := range []string{"prompt", "title", "term", "text"} {
		if words, ok := o.doc.Get(append(o.place(r.Key), i, key)); ok && words != "" {
			return apperr.Clip(named(id, words).Label, shownInOne)
		}
	}
	return id
}

// refers says what of a course names an objective or a fact, "" for nothing.
func refers(c *course.Course, path, id string) string {
	lessons, questions := 0, 0
	all := slices.Clone(c.Bank)
	for _, m := range c.Modules {
		all = append(all, m.Check...)
		for _, l := range m.Lessons {
			cited := slices.ContainsFunc(l.Citations, func(x course.Citation) bool { return x.Fact != nil && x.Fact.ID == id })
			if path == "objectives.yaml" && slices.Contains(l.Objectives, id) || path == "facts.yaml" && cited {
				lessons++
			}
		}
	}
	for _, q := range all {
		if path == "objectives.yaml" && slices.Contains(q.Objectives, id) || path == "facts.yaml" && slices.Contains(q.Facts, id) {
			questions++
		}
	}
	var out []string
	if lessons > 0 {
		out = append(out, several(lessons, "lesson"))
	}
	if questions > 0 {
		out = append(out, several(questions, "question"))
	}
	if len(out) == 0 {
		return ""
	}
	return "Named by " + strings.Join(out, " and ") + "."
}

func several(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
