// Package insight has the pages on which instructors see how a course does:
// how far people come and how long they take, how the exam and each of its
// questions do, what the evaluation says, and two editions side by side. What may
// be told of small groups is decided by package insight of the domain; these pages
// add nothing up that it did not hand out.
package insight

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Insight interface {
		PeopleIn(ctx context.Context, courseID string) (map[string]int, error)
		Way(ctx context.Context, editionID string) (insight.Way, error)
		Exam(ctx context.Context, editionID string) (insight.Exam, error)
	}
	Evaluations interface {
		EvaluationSummary(ctx context.Context, editionID string) (enrollment.Summary, error)
		EachComment(ctx context.Context, editionID, itemID string, fn func(text string) error) error
	}
	Courses interface {
		Editions(ctx context.Context, slug string) ([]course.Published, error)
		Edition(ctx context.Context, id string) (*course.Edition, error)
	}
	Audit interface {
		Record(ctx context.Context, e audit.Event) error
	}
	// Fresh demands a second factor given in the last minutes, for exports. nil
	// demands nothing.
	Fresh echo.MiddlewareFunc
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	h := &handler{d}
	const base, role = "/teach/:slug/insight", kit.Instructor | kit.Administrator
	return []kit.Route{
		{Method: http.MethodGet, Path: base, Name: "insight.show", Role: role, Handler: h.getOverview},
		{Method: http.MethodGet, Path: base + "/items", Name: "insight.items", Role: role, Handler: h.getItems},
		{Method: http.MethodPost, Path: base + "/items.csv", Name: "insight.items_csv", Role: role, Handler: h.postItemsCSV},
		{Method: http.MethodGet, Path: base + "/items/:question", Name: "insight.item", Role: role, Handler: h.getItem},
		{Method: http.MethodGet, Path: base + "/evaluation", Name: "insight.evaluation", Role: role, Handler: h.getEvaluation},
		{Method: http.MethodGet, Path: base + "/compare", Name: "insight.compare", Role: role, Handler: h.getCompare},
	}
}

// place is the edition that a page is about, among those of its course.
type place struct {
	*course.Edition
	Editions []edition // the newest first
	tab      string
}

// edition is one to choose, with how many people are in it, in steps of five.
type edition struct {
	course.Published
	People  int
	Default bool // shown because none was asked for: the newest with something to tell
}

// The tabs, as their addresses end.
const (
	tabOverview   = ""
	tabItems      = "/items"
	tabEvaluation = "/evaluation"
	tabCompare    = "/compare"
)

var errNoEdition = apperr.New(apperr.NotFound, "This course has no such edition.")

// place reads ?edition=n.
func (h *handler) place(c echo.Context, tab string) (p place, err error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	p.tab = tab
	list, err := h.Courses.Editions(ctx, slug)
	if err != nil {
		return p, err
	}
	if p.Edition, err = h.Courses.Edition(ctx, list[0].ID); err != nil {
		return p, err
	}
	in, err := h.Insight.PeopleIn(ctx, p.CourseID)
	if err != nil {
		return p, err
	}
	for _, e := range list {
		p.Editions = append(p.Editions, edition{Published: e, People: in[e.ID]})
	}
	asked := c.QueryParam("edition")
	if asked == "" {
		chosen, err := h.toOpen(ctx, p.Editions, tab)
		if err != nil {
			return p, err
		}
		p.Editions[chosen].Default = true
	}
	e, err := p.find(asked)
	if err != nil {
		return p, err
	}
	p.Edition, err = h.Courses.Edition(ctx, e.ID)
	return p, err
}

// toOpen is the place of the newest edition with a figure to show on a tab; without one
// the newest that enough people began, or the newest.
func (h *handler) toOpen(ctx context.Context, list []edition, tab string) (int, error) {
	begun := -1
	for i, e := range list {
		if e.People == 0 {
			continue
		}
		if begun < 0 {
			begun = i
		}
		if tells, err := h.tells(ctx, e.ID, tab); err != nil || tells {
			return i, err
		}
	}
	return max(begun, 0), nil
}

// tells reports whether an edition has a figure to show on a tab: the overview has those of
// the way through it and of its exam, and where editions are compared is everything.
func (h *handler) tells(ctx context.Context, id, tab string) (ok bool, err error) {
	if tab == tabOverview || tab == tabCompare {
		if ok, err = h.wayTells(ctx, id); err != nil || ok {
			return ok, err
		}
	}
	if tab != tabEvaluation {
		x, err := h.Insight.Exam(ctx, id)
		if err != nil || x.Known() {
			return x.Known(), err
		}
	}
	if tab == tabEvaluation || tab == tabCompare {
		sum, err := h.Evaluations.EvaluationSummary(ctx, id)
		return enough(sum), err
	}
	return false, nil
}

// wayTells reports whether there is a figure of the way through an edition.
func (h *handler) wayTells(ctx context.Context, id string) (bool, error) {
	way, err := h.Insight.Way(ctx, id)
	if err != nil || way.Known() {
		return err == nil, err
	}
	_, longest := lessonRows(way)
	return longest > 0, nil
}

// Waits is the number of a newer edition that people began, and of which there is nothing
// to tell yet on this page, so that it opened with an older one; 0 for none.
func (p place) Waits() int {
	newer := 0
	for _, e := range p.Editions {
		switch {
		case e.Default:
			return newer
		case e.People > 0 && newer == 0:
			newer = e.Number
		}
	}
	return 0 // the edition was asked for
}

// find returns an edition by its number, the one with which the page opens for "".
func (p place) find(number string) (edition, error) {
	for _, e := range p.Editions {
		if number == strconv.Itoa(e.Number) || number == "" && e.Default {
			return e, nil
		}
	}
	return edition{}, errNoEdition
}

// Title is that of the course.
func (p place) Title() string { return p.Course.Card.Title }

// At is an address of the area about the same edition; where the page chose it, the other
// one chooses too.
func (p place) At(rest string) string {
	at := "/teach/" + p.Slug + "/insight" + rest
	for _, e := range p.Editions {
		if e.Default && e.ID == p.ID {
			return at
		}
	}
	return at + "?edition=" + strconv.Itoa(p.Number)
}

// Item is the address of a question.
func (p place) Item(id string) string { return p.At("/items/" + url.PathEscape(id)) }

// Here is the page's own address, without the edition.
func (p place) Here() string { return "/teach/" + p.Slug + "/insight" + p.tab }

// Crumbs lead to the draft.
func (p place) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title(), Href: "/teach/" + p.Slug}}
}

// Tabs are the pages about an edition.
func (p place) Tabs() map[string]any {
	return map[string]any{"Label": "Insight", "Current": p.At(p.tab), "Links": []kit.Link{
		{Label: "Overview", Href: p.At(tabOverview)}, {Label: "Exam questions", Href: p.At(tabItems)},
		{Label: "Evaluation", Href: p.At(tabEvaluation)}, {Label: "Compare editions", Href: p.At(tabCompare)},
	}}
}

// Options are the editions to choose from.
func (p place) Options() []kit.Option {
	list := make([]kit.Option, 0, len(p.Editions))
	for _, e := range p.Editions {
		o := kit.Option{Value: strconv.Itoa(e.Number), Label: "Edition " + strconv.Itoa(e.Number), Checked: e.Number == p.Number}
		if e.Current {
			o.Label += ", current"
		}
		if e.People > 0 {
			o.Label += ": " + veil.People(e.People) + " people began it"
		}
		list = append(list, o)
	}
	return list
}

// Chosen is the number of the edition, for the form that chooses.
func (p place) Chosen() string { return strconv.Itoa(p.Number) }
