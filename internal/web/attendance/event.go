package attendance

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/web/kit"
)

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
