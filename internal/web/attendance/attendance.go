// Package attendance has the administrator's pages of live events: the events, and
// the attendance lists that certificates are issued by.
package attendance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	events    = "/admin/certificates/events"
	eventPath = events + "/:id"
	listPath  = eventPath + "/lists/:list"
)

const pageSize = 50

// Deps are what the pages need.
type Deps struct {
	Attendance   *attendance.Service
	Certificates interface {
		OfEnrollments(ctx context.Context, ids []string) (map[string]certificate.Certificate, error)
	}
	Courses interface {
		Edition(ctx context.Context, id string) (*course.Edition, error)
		List(ctx context.Context) ([]*course.Edition, error)
		Editions(ctx context.Context, slug string) ([]course.Published, error)
	}
	People interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Credit is what attending so many minutes of an event earns, as a list says them,
	// and what stands against it.
	Credit func(ctx context.Context, e attendance.Event, minutes string) ([]accreditation.Line, []accreditation.Blocked, error)
	// Tabs lead to the other lists of certificates.
	Tabs func(ctx context.Context) ([]kit.Link, error)
	// Fresh demands a second factor given in the last minutes, for issuing and for what
	// leaves as a file.
	Fresh echo.MiddlewareFunc
	Now   func() time.Time
	Zone  *time.Location // where the provider is
}

type handler struct {
	Deps
	uploads kit.Places // lists that are read, by person: each is in memory; the second click is one too
}

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{Deps: d, uploads: kit.Places{All: 4, Each: 2}}
	get := func(path, name string, f echo.HandlerFunc, use ...echo.MiddlewareFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: path, Name: name, Role: kit.Administrator, Handler: leading(f), Use: use}
	}
	post := func(path, name string, f echo.HandlerFunc, use ...echo.MiddlewareFunc) kit.Route {
		return kit.Route{Method: http.MethodPost, Path: path, Name: name, Role: kit.Administrator, Handler: leading(f), Use: use}
	}
	upload := post(eventPath+"/lists", "admin.event.upload", h.postUpload)
	upload.Uploads = true
	return []kit.Route{
		get(events, "admin.event.list", h.getEvents),
		get(events+"/new", "admin.event.new", h.getNew),
		post(events+"/new", "admin.event.create", h.postNew),
		get(events+"/template.csv", "admin.event.template", h.getTemplate),
		get(eventPath, "admin.event.show", h.getEvent),
		get(eventPath+"/edit", "admin.event.edit", h.getEdit),
		post(eventPath+"/edit", "admin.event.change", h.postEdit),
		post(eventPath+"/remove", "admin.event.remove", h.postRemove),
		upload,
		get(listPath, "admin.event.check", h.getList),
		post(listPath+"/check", "admin.event.check_again", h.postCheck),
		post(listPath+"/discard", "admin.event.discard", h.postDiscard),
		get(listPath+"/issue", "admin.event.issue_page", h.getIssue, d.Fresh),
		post(listPath+"/issue", "admin.event.issue", h.postIssue, d.Fresh),
		post(listPath+"/go-on", "admin.event.go_on", h.postGoOn),
		post(listPath+"/report.csv", "admin.event.report", h.postReport),
		post(listPath+"/upload.csv", "admin.event.file", h.postFile, d.Fresh),
	}
}

// leading gives what an event or a list refuses a link to it: it is not as the page
// that asked had it.
func leading(f echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := f(c)
		if !apperr.Is(err, apperr.Conflict) {
			return err
		}
		path, label := events+"/"+url.PathEscape(c.Param("id")), "Open the event"
		if list := c.Param("list"); list != "" {
			path, label = path+"/lists/"+url.PathEscape(list), "Open the attendance list"
		}
		return kit.WithLink(err, label, path)
	}
}

// event is an event as pages tell it.
type event struct {
	attendance.Event
	Edition *course.Edition
}

// Path is its page.
func (e event) Path() string { return events + "/" + e.ID }

// Held is when it was held, where it was held.
func (e event) Held() string { return e.live().HeldOn() }

// Where is the place, or that it was held online.
func (e event) Where() string {
	where := e.live().Where()
	if e.Online {
		where = strings.Replace(where, "online", "Online", 1)
	}
	return where
}

func (e event) live() certificate.LiveEvent {
	return certificate.LiveEvent{StartsAt: e.StartsAt, EndsAt: e.EndsAt, Zone: e.TimeZone, Online: e.Online, Place: e.Place}
}

// Asks say what is asked for besides the attendance.
func (e event) Asks() (list []string) {
	if e.Exam {
		list = append(list, fmt.Sprintf("The exam of the course, with %d%% or more", e.Edition.Course.Card.PassPercent))
	}
	if e.Evaluation {
		list = append(list, "The evaluation, online or on paper")
	}
	return list
}

func (h *handler) event(c echo.Context) (event, error) {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return event{}, err
	}
	e, err := h.Attendance.Event(c.Request().Context(), id)
	if err != nil {
		return event{}, err
	}
	return h.withEdition(c.Request().Context(), e)
}

func (h *handler) withEdition(ctx context.Context, e attendance.Event) (event, error) {
	ed, err := h.Courses.Edition(ctx, e.EditionID)
	return event{e, ed}, err
}

// list finds a list by the address: NotFound if it is one of another event.
func (h *handler) list(c echo.Context) (event, attendance.List, error) {
	e, err := h.event(c)
	if err != nil {
		return e, attendance.List{}, err
	}
	id, err := kit.PathParam(c, "list")
	if err != nil {
		return e, attendance.List{}, err
	}
	l, err := h.Attendance.List(c.Request().Context(), id)
	if err == nil && l.EventID != e.ID {
		err = attendance.ErrNoList
	}
	return e, l, err
}

// eventsPage is the list of events.
type eventsPage struct {
	Tabs  []kit.Link
	Rows  []eventRow
	Pager kit.Pager
}

type eventRow struct {
	event
	Certificates int64
}

func (h *handler) getEvents(c echo.Context) error {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return err
	}
	f := attendance.Filter{Limit: q.Limit}
	f.After, f.Before = q.Neighbor()
	ctx := c.Request().Context()
	list, err := h.Attendance.Events(ctx, f)
	if err != nil {
		return err
	}
	var p eventsPage
	if p.Tabs, err = h.Tabs(ctx); err != nil {
		return err
	}
	for _, e := range list.Events {
		row, err := h.withEdition(ctx, e.Event)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, eventRow{row, e.Certificates})
	}
	prev, next := kit.Ends(list.Events, func(e attendance.Held) string { return e.ID }, list.Earlier, list.More)
	p.Pager = kit.NewPager(c, int(list.Total), len(p.Rows), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "attendance/events", p)
}

// eventForm asks what an event is. ID is "" for a new one.
type eventForm struct {
	ID       string
	Editions []kit.Option
	Zones    []kit.Option
	Today    string
}

var (
	created = kit.NewFlash("event.created", kit.Success, "The event is recorded. Upload its attendance list below.")
	ahead   = kit.NewFlash("event.ahead", kit.Success, "The event is recorded. Upload its attendance list when it has been held.")
	removed = kit.NewFlash("event.removed", kit.Success, "The event is removed, with its lists. Nothing was issued by it.")
	changed = kit.NewFlash("event.changed", kit.Success, "The event is changed. Lists that were checked before are to be checked again.")
)

func (h *handler) getNew(c echo.Context) error {
	return h.renderForm(c, nil, kit.NewForm("time_zone", h.Zone.String(), "evaluation", kit.Ticked), "")
}

func (h *handler) getEdit(c echo.Context) error {
	e, err := h.event(c)
	if err != nil {
		return err
	}
	if e.Used {
		return attendance.ErrUsed
	}
	return h.renderForm(c, nil, formOf(e.Event), e.ID)
}

// formOf is the form of an event as it is.
func formOf(e attendance.Event) *kit.Form {
	d := e.Draft()
	f := kit.NewForm("edition", d.EditionID, "title", d.Title, "time_zone", d.TimeZone, "starts_on", d.StartsOn, "starts_at", d.StartsAt, "ends_on", d.EndsOn,
		"ends_at", d.EndsAt, "minutes", d.Minutes, "least_minutes", d.LeastMinutes, "place", d.Place, "presenters", d.Presenters, "version", fmt.Sprint(e.Version))
	for name, on := range map[string]bool{"online": d.Online, "disclosed": d.Disclosed, "evaluation": d.Evaluation, "exam": d.Exam} {
		if on {
			f.Values.Set(name, kit.Ticked)
		}
	}
	return f
}

func (h *handler) renderForm(c echo.Context, failure error, f *kit.Form, id string) error {
	p := eventForm{ID: id, Today: h.Now().In(h.Zone).Format(time.DateOnly)}
	var err error
	if p.Editions, err = h.editions(c.Request().Context()); err != nil {
		return err
	}
	for _, z := range lists.Zones {
		p.Zones = append(p.Zones, kit.Option{Value: z.Code, Label: z.Name})
	}
	return kit.Render(c, kit.Status(failure), "attendance/event_form", kit.View{Form: f, Data: p})
}

// editions are those of every course that is published, the newest first.
func (h *handler) editions(ctx context.Context) ([]kit.Option, error) {
	courses, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	var all []*course.Edition
	for _, ed := range courses {
		list, err := h.Courses.Editions(ctx, ed.Slug)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			one, err := h.Courses.Edition(ctx, p.ID)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	options := []kit.Option{{Label: "Choose the course"}}
	for i, label := range course.Labels(all) {
		options = append(options, kit.Option{Value: all[i].ID, Label: fmt.Sprintf("%s, edition %d, published %s", label, all[i].Number, kit.Day(h.Zone, all[i].PublishedAt))})
	}
	return options, nil
}

// draft reads the form of an event.
func draft(f *kit.Form) attendance.Draft {
	return attendance.Draft{EditionID: f.Str("edition"), Title: f.Str("title"), TimeZone: f.Str("time_zone"), StartsOn: f.Str("starts_on"), StartsAt: f.Str("starts_at"),
		EndsOn: f.Str("ends_on"), EndsAt: f.Str("ends_at"), Minutes: f.Str("minutes"), LeastMinutes: f.Str("least_minutes"), Place: f.Str("place"), Presenters: f.Str("presenters"),
		Online: f.Bool("online"), Disclosed: f.Bool("disclosed"), Evaluation: f.Bool("evaluation"), Exam: f.Bool("exam")}
}

func (h *handler) postNew(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	e, err := h.Attendance.Create(c.Request().Context(), draft(f), kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderForm(c, err, f, "")
	}
	if err != nil {
		return err
	}
	if !e.Over(h.Now()) {
		return kit.Redirect(c, events+"/"+e.ID, ahead)
	}
	return kit.Redirect(c, events+"/"+e.ID, created)
}

// postRemove finds an event that is gone already removed.
func (h *handler) postRemove(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	if err := h.Attendance.Remove(c.Request().Context(), id); err != nil {
		return err
	}
	return kit.Redirect(c, events, removed)
}

func (h *handler) postEdit(c echo.Context) error {
	e, err := h.event(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	version := f.Int("version", 1, 1<<30)
	if f.Bad() {
		return h.renderForm(c, apperr.New(apperr.Invalid, ""), f, e.ID)
	}
	err = h.Attendance.Change(c.Request().Context(), e.ID, version, draft(f))
	if f.Merge(err) {
		return h.renderForm(c, err, f, e.ID)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, e.Path(), changed)
}

// eventPage is one event.
type eventPage struct {
	event
	Over    bool
	Remove  bool // nothing is recorded by it
	Credit  []accreditation.Line
	Blocked []accreditation.Blocked
	Lists   []listRow
	Pager   kit.Pager // of the lists
	Hours   int64     // centihours of all of it
	MaxRows int
	MaxFile int // MB
}

type listRow struct {
	attendance.List
	By string
}

func (h *handler) getEvent(c echo.Context) error { return h.renderEvent(c, nil, nil) }

func (h *handler) renderEvent(c echo.Context, failure error, f *kit.Form) error {
	e, err := h.event(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p := eventPage{event: e, Over: e.Over(h.Now()), Hours: hours(e.Minutes), MaxRows: attendance.MaxRows, MaxFile: attendance.MaxFile >> 20}
	if p.Credit, p.Blocked, err = h.Credit(ctx, e.Event, attendance.All); err != nil {
		return err
	}
	if p.Remove, err = h.Attendance.Removable(ctx, e.ID); err != nil {
		return err
	}
	if err := h.addLists(c, &p); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "attendance/event", kit.View{Title: e.Title, Form: f, Data: p})
}

// addLists adds a page of the lists; the newest where a form came back.
func (h *handler) addLists(c echo.Context, p *eventPage) error {
	f := attendance.Filter{Limit: pageSize}
	if c.Request().Method != http.MethodPost {
		q, err := kit.ParseList(c, pageSize, 1)
		if err != nil {
			return err
		}
		f.Limit = q.Limit
		f.After, f.Before = q.Neighbor()
	}
	ctx := c.Request().Context()
	page, err := h.Attendance.Lists(ctx, p.ID, f)
	if err != nil {
		return err
	}
	ids := make([]string, len(page.Lists))
	for i, l := range page.Lists {
		ids[i] = l.UploadedBy
	}
	names, err := h.People.Names(ctx, ids)
	if err != nil {
		return err
	}
	for _, l := range page.Lists {
		p.Lists = append(p.Lists, listRow{l, names[l.UploadedBy]})
	}
	if c.Request().Method != http.MethodPost { // the links lead to the address of this page
		prev, next := kit.Ends(page.Lists, func(l attendance.List) string { return l.ID }, page.Earlier, page.More)
		p.Pager = kit.NewPager(c, int(page.Total), len(p.Lists), prev, next)
	}
	return nil
}
