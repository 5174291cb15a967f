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
