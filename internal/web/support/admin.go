package support

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

const pageSize = 50

// listPage is the administrator's list of requests.
type listPage struct {
	Kinds []kit.Option
	Rows  []listRow
	Pager kit.Pager
}

type listRow struct {
	support.Request
	Overdue bool
}

// readFilter reads the address of the list.
func readFilter(c echo.Context) (support.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return support.Filter{}, err
	}
	f := support.Filter{Q: q.Q, Kind: support.Kind(c.QueryParam("kind")), State: support.RequestState(q.State), PersonID: q.Person, Sort: q.SortOf(support.Sorts), Limit: q.Limit}
	_, known := f.Kind.Info()
	if f.Kind != "" && !known || f.State != "" && !slices.Contains(support.States, f.State) {
		return f, errFilter
	}
	f.After, f.Before = q.Neighbor()
	return f, nil
}

func (h *handler) getList(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	list, err := h.Support.Requests(c.Request().Context(), f)
	if err != nil {
		return err
	}
	page := listPage{Kinds: []kit.Option{{Label: "All"}}}
	for _, k := range support.Kinds {
		page.Kinds = append(page.Kinds, kit.Option{Value: string(k.Kind), Label: k.Title})
	}
	for _, r := range list.Rows {
		page.Rows = append(page.Rows, listRow{r, r.Overdue(h.Now())})
	}
	prev, next := kit.Ends(list.Rows, func(r support.Request) string { return r.ID }, list.Earlier, list.More)
	page.Pager = kit.NewPager(c, int(list.Total), len(list.Rows), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "support/admin", page)
}

func (h *handler) postCSV(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	header := []string{"reference", "kind", "state", "name", "email", "about", "filed_at", "due_at", "answered_at", "closed_at", "outcome"}
	record := func(ctx context.Context) error { return h.Support.RecordExport(ctx, f) }
	return kit.Export(c, h.Fresh, record, "requests.csv", header, func(write func(...string) error) error {
		return h.Support.Each(c.Request().Context(), f, func(r support.Request) error {
			return write(r.Reference, string(r.Kind), string(r.State), r.Name, r.Email, r.About,
				kit.Stamp(&r.CreatedAt), kit.Stamp(&r.DueAt), kit.Stamp(r.AnsweredAt), kit.Stamp(r.ClosedAt), r.Outcome)
		})
	})
}

func (h *handler) getAdmin(c echo.Context) error { return h.renderAdmin(c, nil, kit.NewForm()) }

func (h *handler) renderAdmin(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	r, msgs, err := h.Support.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	info, _ := r.Kind.Info()
	page := requestPage{Request: r, Info: info, Messages: msgs, Overdue: r.Overdue(h.Now()), AboutHref: aboutHref(r.About)}
	name, email, err := h.Support.Addressee(ctx, r)
	if err != nil {
		return err
	}
	if name != r.Name || email != r.Email {
		page.Now = &addressee{name, email}
	}
	titles, err := h.addCourses(ctx, &page)
	if err != nil {
		return err
	}
	if r.PersonID != nil {
		list, err := h.Support.Accommodations(ctx, *r.PersonID)
		if err != nil {
			return err
		}
		for _, a := range list {
			page.Accommodations = append(page.Accommodations, grant{a, where(a, titles)})
		}
	}
	var authors []string
	for _, m := range msgs {
		if m.AuthorID != nil {
			authors = append(authors, *m.AuthorID)
		}
	}
	if page.names, err = h.People.Names(ctx, authors); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(formErr), "support/admin_show", kit.View{Title: "Request " + r.Reference, Form: f, Data: page})
}

// What the pages of an order and a certificate write into "about", and the reference
// of an earlier request. People type them too, so that the lists are asked and not
// an address of one.
var numbered = []struct {
	number *regexp.Regexp
	list   string
}{
	{regexp.MustCompile(`\bR-[A-Z2-7]{10}\b`), "/admin/requests"},
	{regexp.MustCompile(`(?i)\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b`), "/admin/certificates"},
	{regexp.MustCompile(`(?i)\b[0-9A-Z]{5}-[0-9A-Z]{5}\b`), "/admin/orders"},
}

// aboutHref leads to what a request says that it is about.
func aboutHref(about string) string {
	for _, n := range numbered {
		if found := n.number.FindString(about); found != "" {
			return n.list + "?q=" + url.QueryEscape(found)
		}
	}
	return ""
}

// addCourses lists what an accommodation can be limited to, and returns the
// titles by ID.
func (h *handler) addCourses(ctx context.Context, page *requestPage) (map[string]string, error) {
	courses, err := h.Courses(ctx)
	titles, untimed := make(map[string]string, len(courses)), []string{}
	page.Courses = []kit.Option{{Label: everyCourse}}
	for _, course := range courses {
		titles[course.ID] = course.Title
		page.Courses = append(page.Courses, kit.Option{Value: course.ID, Label: course.Title})
		if !course.Timed {
			untimed = append(untimed, course.Title)
		}
	}
	switch len(untimed) {
	case 0:
	case len(courses):
		page.Untimed = "No exam has a time limit now, so that more time changes nothing."
	default:
		page.Untimed = "It changes nothing where the exam has no time limit: " + strings.Join(untimed, "; ") + "."
	}
	return titles, err
}

const everyCourse = "Every course"

// where says for which course an accommodation holds.
func where(a support.Accommodation, titles map[string]string) string {
	if a.CourseID == nil {
		return everyCourse
	}
	return titles[*a.CourseID]
}

func (h *handler) postReply(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	a := support.Answer{By: kit.ViewerOf(c).PersonID, Body: f.Get("body"),
		Outcome: f.Str("outcome"), Internal: f.Bool("internal"), Close: f.Bool("close")}
	err = h.Support.Reply(c.Request().Context(), id, a)
	if f.Merge(err) {
		return h.renderAdmin(c, err, f)
	}
	if err != nil {
		return err
	}
	if f.Str("body") == "" {
		return kit.Redirect(c, "/admin/requests/"+id, closed)
	}
	if a.Internal {
		return kit.Redirect(c, "/admin/requests/"+id, noted)
	}
	return kit.Redirect(c, "/admin/requests/"+id, replied)
}

func (h *handler) postGrant(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request().Context(), c.Param("id")
	r, _, err := h.Support.Get(ctx, id)
	if err != nil {
		return err
	}
	if r.PersonID == nil {
		return apperr.New(apperr.Conflict, "This request came from a visitor. An accommodation needs an account.")
	}
	a := support.Accommodation{PersonID: *r.PersonID, RequestID: &r.ID, Reason: f.Str("reason"), GrantedBy: kit.ViewerOf(c).PersonID,
		ExtraTimePercent: f.Int("extra_time_percent", 0, 300), ExtraAttempts: f.Int("extra_attempts", 0, 10)}
	if course := f.Str("course"); course != "" {
		a.CourseID = &course
	}
	if f.Bad() {
		return h.renderAdmin(c, apperr.New(apperr.Invalid, ""), f)
	}
	err = h.Support.Grant(ctx, a)
	if f.Merge(err) {
		return h.renderAdmin(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/requests/"+id, granted)
}
