package attendance

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

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
