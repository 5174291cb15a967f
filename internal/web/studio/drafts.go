package studio

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

func (h *handler) getDrafts(c echo.Context) error {
	list, err := h.Courses.Drafts(c.Request().Context())
	if err != nil {
		return err
	}
	visible := func(string) bool { return true }
	if h.Visible != nil {
		if visible, err = h.Visible(c.Request().Context(), kit.ViewerOf(c)); err != nil {
			return err
		}
	}
	var rows []place
	for _, d := range list {
		if visible(d.Slug) {
			rows = append(rows, place{d})
		}
	}
	page := listPage{Rows: rows, Hears: true}
	if h.Hears != nil {
		if page.Hears, err = h.Hears(c.Request().Context(), kit.ViewerOf(c)); err != nil {
			return err
		}
	}
	return kit.Render(c, http.StatusOK, "studio/list", kit.View{Data: page})
}

// listPage lists the drafts that the viewer may open.
type listPage struct {
	Rows  []place
	Hears bool // what learners ask
}

// draftPage is a draft with its parts and what is wrong with it.
type draftPage struct {
	place
	Modules  []modulePart
	Parts    []part
	Errors   findings
	Warnings findings
	Changes  []change
}

// modulePart is a module with its lessons and its other files.
type modulePart struct {
	Title string
	Files []fileRow
}

// part is a group of files that belong together.
type part struct {
	Title string
	Files []fileRow
	Begin []kit.Link // what is not there yet
}

// fileRow is a file in a list. Bad counts its mistakes.
type fileRow struct {
	Title, Path string
	Bad, Warn   int
	People      []person // who has it open
}

// HasForm reports whether the file can be edited in a form.
func (r fileRow) HasForm() bool {
	_, ok := sheetOf(r.Path)
	return ok
}

// finding is a problem with the place to click.
type finding struct {
	course.Problem
	Title, Href string // of its file, and where it is mended
	AsText      string // the line in the file's text
	Says        string // what the line says
}

// ByForm reports whether it leads to something else than the text.
func (f finding) ByForm() bool { return f.Href != f.AsText }

// shownFindings bounds a list on the draft's page; the files show the rest.
const shownFindings = 30

func (h *handler) getDraft(c echo.Context) error {
	ctx := c.Request().Context()
	slug, err := slugOf(c)
	if err != nil {
		return err
	}
	d, parsed, files, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return err
	}
	p := draftPage{place: place{d}}
	l := newLister(parsed, files, d.Problems)
	l.reads = !kit.ViewerOf(c).CourseWrite
	if _, err := h.withRemoved(ctx, slug, l); err != nil {
		return err
	}
	there, err := h.Courses.Present(ctx, slug)
	if err != nil {
		return err
	}
	if l.people, err = h.people(ctx, kit.ViewerOf(c), there); err != nil {
		return err
	}
	p.Modules, p.Parts = l.modules(), l.parts(p.place)
	p.Errors, p.Warnings = p.findings(l, course.Error, ""), p.findings(l, course.Warning, "")
	list, _, err := h.Courses.Changes(ctx, slug, "", 0, 5)
	if err != nil {
		return err
	}
	if p.Changes, err = h.changes(ctx, p.place, l, "", list); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/show", kit.View{Title: p.Title, Data: p})
}

// MoreErrors are those that the page does not list.
func (p draftPage) MoreErrors() int { return len(p.Errors) - len(p.FirstErrors()) }

// MoreWarnings are those that the page does not list.
func (p draftPage) MoreWarnings() int { return len(p.Warnings) - len(p.FirstWarnings()) }

// FirstErrors are those that the page lists.
func (p draftPage) FirstErrors() findings { return p.Errors[:min(len(p.Errors), shownFindings)] }

// FirstWarnings are those that the page lists.
func (p draftPage) FirstWarnings() findings {
	return p.Warnings[:min(len(p.Warnings), shownFindings)]
}

// findings are the problems of one severity, of one file or of all.
func (p place) findings(l *lister, s course.Severity, file string) (out []finding) {
	for _, pr := range p.Problems {
		if pr.Severity != s || file != "" && pr.File != file {
			continue
		}
		f := finding{Problem: pr, Title: "The course as a whole"}
		if pr.File != "" {
			f.Title = l.title(pr.File)
		}
		l.lead(p, &f)
		out = append(out, f)
	}
	return out
}

// lister names the files of a course.
type lister struct {
	files     course.Files
	bad, warn map[string]int
	titles    course.FileNames
	people    map[string][]person
	forms     map[string]openedForm // those that were opened
	reads     bool                  // the viewer writes nothing
}

// words name the files that every course has.
var words = course.FileWords

func newLister(c *course.Course, files course.Files, problems []course.Problem) *lister {
	l := &lister{files: files, bad: map[string]int{}, warn: map[string]int{}, titles: course.NamesOf(c)}
	for _, p := range problems {
		if p.Severity == course.Error {
			l.bad[p.File]++
		} else {
			l.warn[p.File]++
		}
	}
	return l
}

// title names a file for people; what has no name goes by its path.
func (l *lister) title(file string) string { return l.titles.Of(file) }

func orPath(title, file string) string {
	if title == "" {
		return file
	}
	return title
}

func (l *lister) row(file string) fileRow {
	return fileRow{Title: l.title(file), Path: file, Bad: l.bad[file], Warn: l.warn[file], People: l.people[file]}
}

func (l *lister) modules() (out []modulePart) {
	for _, g := range l.titles.Modules(l.files) {
		out = append(out, modulePart{Title: g.Title, Files: l.rows(g.Paths)})
	}
	return out
}

func (l *lister) rows(files []string) (out []fileRow) {
	for _, file := range files {
		out = append(out, l.row(file))
	}
	return out
}

// parts are the groups of files; place leads to what can be begun.
func (l *lister) parts(at place) (out []part) {
	for _, g := range l.titles.Parts(l.files) {
		p := part{Title: g.Title, Files: l.rows(g.Paths)}
		switch _, terms := l.files["glossary.yaml"]; {
		case p.Title == "Figures":
			p.Begin = append(p.Begin, kit.Link{Label: "Add a drawing …", Href: at.At("/drawing")})
		case p.Title == "Sources" && !terms:
			p.Begin = append(p.Begin, kit.Link{Label: "Begin a glossary …", Href: at.Form("glossary.yaml", "")})
		}
		if len(p.Files)+len(p.Begin) > 0 {
			out = append(out, p)
		}
	}
	return out
}
