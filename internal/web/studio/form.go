package studio

import (
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"
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
	Whole           string // what the file is called
	Base            int64
	Typed           bool // what is shown is not stored
	Fresh           bool // the file is not there yet
	Drawing         template.HTML
	Inputs          []input
	Lists           []formList
	Offers          []pickList
	Errors          []finding
	Warnings        []finding
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
func (p formPage) Action() string { return p.Form(p.Path, p.ID) }

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
	p, err := h.formPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/form", kit.View{Title: p.Title, Form: kit.NewForm(), Data: p})
}

func (h *handler) formPage(c echo.Context) (p formPage, err error) {
	slug, err := slugOf(c)
	if err != nil {
		return p, err
	}
	p.Path, p.ID = c.QueryParam("path"), c.QueryParam("id")
	v, err := h.viewForm(c, slug, p.Path)
	if err != nil {
		return p, err
	}
	p.place, p.Base, p.Fresh = place{v.Draft}, v.File.Seq, v.File.Seq == 0
	o, err := openForm(p.Path, p.ID, v.File.Content)
	if apperr.Is(err, apperr.Invalid) {
		return p, kit.WithLink(err, "Edit as text", p.File(p.Path))
	}
	if err != nil {
		return p, err
	}
	o.course = v.Course
	if _, _, o.all, err = h.Courses.CheckDraft(c.Request().Context(), slug); err != nil {
		return p, err
	}
	l := newLister(v.Course, course.Files{p.Path: v.File.Content}, v.Problems)
	p.titles(l, o)
	p.Errors, p.Warnings = o.findings(p.findings(l, course.Error, p.Path)), o.findings(p.findings(l, course.Warning, p.Path))
	p.Inputs = o.inputs("", o.sheet.Asks, v.Problems)
	for _, r := range o.sheet.Lists {
		p.Lists = append(p.Lists, o.list(p.place, r, v.Problems))
	}
	p.Offers, p.Drawing = o.offers(), o.drawing()
	if p.Fresh {
		return p, nil
	}
	list, err := h.Courses.Arrive(c.Request().Context(), slug, p.Path, kit.ViewerOf(c).PersonID)
	if err != nil {
		return p, err
	}
	people, err := h.people(c.Request().Context(), kit.ViewerOf(c), list)
	p.People = people[p.Path]
	return p, err
}

// viewForm opens a file; one that a course may lack and that a form can begin is an
// empty list.
func (h *handler) viewForm(c echo.Context, slug, file string) (course.FileView, error) {
	ctx := c.Request().Context()
	v, err := h.Courses.ViewFile(ctx, slug, file, nil)
	if !apperr.Is(err, apperr.NotFound) || !slices.Contains(beginnable, file) {
		return v, err
	}
	v = course.FileView{File: course.DraftFile{Path: file, Content: []byte(emptyList)}}
	v.Draft, v.Course, _, err = h.Courses.CheckDraft(ctx, slug)
	v.Problems = nil
	return v, err
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
	at := o.place(r.Key)
	n := o.entries(r)
	for i := range n {
		e := entry{Title: fmt.Sprintf("%s %d", r.One, i+1), First: i == 0, Last: i == n-1}
		id, named := o.doc.Get(append(slices.Clip(at), i, "id"))
		if named {
			e.Title = r.One + " " + id
			e.Note = refers(o.course, o.path, id)
		}
		if r.Counted {
			e.Note = o.counted(append(slices.Clip(at), i))
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
			return named(id, words).Label
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
