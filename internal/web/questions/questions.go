// Package questions is where instructors look at all questions of a draft, take them
// away in the formats of other systems, and bring in those that they have elsewhere.
package questions

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Intake interface {
		Draft(ctx context.Context, slug string) (course.Draft, error)
		Questions(ctx context.Context, slug string) (course.Draft, *intake.Questions, error)
		All(ctx context.Context, slug string, keep func(intake.Line) bool) ([]question.Question, error)
		Upload(ctx context.Context, slug, name string, body []byte, by string) (intake.Import, error)
		Get(ctx context.Context, slug, id, by string) (intake.Import, error)
		List(ctx context.Context, slug, by string) ([]intake.Import, error)
		Counts(ctx context.Context, id string) (intake.Counts, error)
		Added(ctx context.Context, id string) (int, error)
		Items(ctx context.Context, id string, f intake.Filter) (list []intake.Item, earlier, more bool, err error)
		Each(ctx context.Context, id string, fn func(intake.Item) error) error
		Confirm(ctx context.Context, slug, id, by, target, objective string) error
		Discard(ctx context.Context, slug, id, by string) error
		Stopped(ctx context.Context, i intake.Import) (bool, error)
		GoOn(ctx context.Context, slug, id, by string) error
		RecordExport(ctx context.Context, d course.Draft, f exchange.Format, n int) error
	}
}

type handler struct {
	Deps
	uploads *kit.Places // files that are read, by person: each is in memory
}

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{Deps: d, uploads: &kit.Places{All: 3, Each: 1}}
	get := func(path, name string, handle echo.HandlerFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: path, Name: name, Role: kit.Instructor | kit.Administrator, Handler: leading(handle)}
	}
	post := func(path, name string, handle echo.HandlerFunc) kit.Route {
		r := get(path, name, handle)
		r.Method = http.MethodPost
		return r
	}
	const all, one = "/teach/:slug/questions", "/teach/:slug/questions/import/:id"
	upload := post(all+"/import", "questions.upload", h.postUpload)
	upload.Uploads = true
	return []kit.Route{
		get(all, "questions.list", h.getQuestions),
		get(all+"/export", "questions.export_page", h.getExport),
		post(all+"/export", "questions.export", h.postExport),
		get(all+"/import", "questions.import_page", h.getUpload),
		upload,
		get(one, "questions.import", h.getImport),
		post(one, "questions.confirm", h.postConfirm),
		post(one+"/delete", "questions.delete", h.postDelete),
		post(one+"/go-on", "questions.go_on", h.postGoOn),
		post(one+"/report.csv", "questions.report", h.postReport),
	}
}

// leading gives what an import refuses a link to it: it is not as the page that asked
// had it.
func leading(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := handle(c)
		if id := c.Param("id"); id != "" && apperr.Is(err, apperr.Conflict) {
			return kit.WithLink(err, "Open the import", "/teach/"+url.PathEscape(c.Param("slug"))+"/questions/import/"+url.PathEscape(id))
		}
		return err
	}
}

// place is a draft with its addresses.
type place struct{ course.Draft }

// At is an address below the draft's questions.
func (p place) At(rest string) string { return "/teach/" + p.Slug + "/questions" + rest }

// File is where a file of the draft is edited.
func (p place) File(path string) string {
	return "/teach/" + p.Slug + "/file?" + url.Values{"path": {path}}.Encode()
}

// Form is where a question of the draft is edited in a form.
func (p place) Form(path, id string) string {
	return "/teach/" + p.Slug + "/form?" + url.Values{"path": {path}, "id": {id}}.Encode()
}

// Preview is where a question of the draft is read with its key.
func (p place) Preview(id string) string {
	if id == "" {
		return ""
	}
	return "/teach/" + p.Slug + "/preview/questions/" + url.PathEscape(id)
}

// Crumbs lead to the draft.
func (p place) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: "/teach/" + p.Slug}}
}

// Inner lead to the questions.
func (p place) Inner() []kit.Link {
	return append(p.Crumbs(), kit.Link{Label: "Questions", Href: p.At("")})
}

// perPage is how many questions or items a page lists.
const perPage = 50

// filter is what of the questions is asked for.
type filter struct{ Objective, Kind, In string }

// The places that questions stand in.
const (
	inExam   = "exam"
	inChecks = "checks"
)

func filterOf(c echo.Context) filter {
	return filter{Objective: c.QueryParam("objective"), Kind: c.QueryParam("kind"), In: c.QueryParam("in")}
}

// wants reports whether a question is asked for.
func (f filter) wants(l intake.Line) bool {
	exam := len(l.File) > 5 && l.File[:5] == "exam/"
	return (f.Objective == "" || slices.Contains(l.Objectives, f.Objective)) && (f.Kind == "" || string(l.Kind) == f.Kind) &&
		(f.In == "" || f.In == inExam && exam || f.In == inChecks && !exam)
}

// query is the filter as a part of an address.
func (f filter) query() string {
	v := url.Values{}
	for name, value := range map[string]string{"objective": f.Objective, "kind": f.Kind, "in": f.In} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

// line is a question in the list.
type line struct {
	intake.Line
	Kind string
	Href string // of the text of its file
	Form string // of the question
	Read string // where it is read as people do, "" for one without a name
}

// listPage lists the questions of a draft.
type listPage struct {
	place
	Total, Bad int
	Rows       []line
	Pager      kit.Pager
	Objectives []kit.Option
	Kinds      []kit.Option
	Export     string
}

func (h *handler) getQuestions(c echo.Context) error {
	d, all, err := h.bank(c)
	if err != nil {
		return err
	}
	q, err := kit.ParseList(c, perPage, 1)
	if err != nil {
		return err
	}
	f := filterOf(c)
	page := listPage{place: place{d}, Total: len(all.Lines), Objectives: objectiveOptions(all, "All"), Kinds: kindOptions(), Export: place{d}.At("/export")}
	if part := f.query(); part != "" {
		page.Export += "?" + part
	}
	var found []intake.Line
	for _, l := range all.Lines {
		if f.wants(l) {
			found = append(found, l)
		}
		if l.Problems > 0 {
			page.Bad++
		}
	}
	from, to, err := window(q, len(found))
	if err != nil {
		return err
	}
	for _, l := range found[from:to] {
		page.Rows = append(page.Rows, line{Line: l, Kind: l.Kind.Words(), Href: page.File(l.File), Form: page.Form(l.File, l.ID), Read: page.Preview(l.ID)})
	}
	page.Pager = pagerOf(c, len(found), from, to)
	return kit.Render(c, http.StatusOK, "questions/list", kit.View{Title: "Questions of " + d.Title, Data: page})
}

// draft is the draft of the address.
func (h *handler) draft(c echo.Context) (course.Draft, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return course.Draft{}, err
	}
	return h.Intake.Draft(c.Request().Context(), slug)
}

// bank is the draft of the address with its questions, which are read anew after each
// change of the draft.
func (h *handler) bank(c echo.Context) (course.Draft, *intake.Questions, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return course.Draft{}, nil, err
	}
	return h.Intake.Questions(c.Request().Context(), slug)
}

var errPlace = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// window is the part of a list of n that an address asks for. The places are numbers:
// the list does not change while the draft does not.
func window(q kit.ListQuery, n int) (from, to int, err error) {
	after, before := q.Neighbor()
	switch {
	case before != "":
		if to, err = strconv.Atoi(before); err != nil || to < 0 {
			return 0, 0, errPlace
		}
		to = min(to, n)
		return max(0, to-q.Limit), to, nil
	case after != "":
		if from, err = strconv.Atoi(after); err != nil || from < 0 {
			return 0, 0, errPlace
		}
		from = min(from, n)
	}
	return from, min(from+q.Limit, n), nil
}

func pagerOf(c echo.Context, n, from, to int) kit.Pager {
	prev, next := "", ""
	if from > 0 {
		prev = kit.Cursor(strconv.Itoa(from))
	}
	if to < n {
		next = kit.Cursor(strconv.Itoa(to))
	}
	return kit.NewPager(c, n, to-from, prev, next)
}

func objectiveOptions(all *intake.Questions, first string) []kit.Option {
	out := []kit.Option{{Value: "", Label: first}}
	for _, o := range all.Objectives {
		out = append(out, kit.Option{Value: o.ID, Label: o.ID + ": " + o.Text})
	}
	return out
}

func kindOptions() []kit.Option {
	out := []kit.Option{{Value: "", Label: "All"}}
	for _, k := range question.Kinds() {
		out = append(out, kit.Option{Value: string(k), Label: k.Words()})
	}
	return out
}
