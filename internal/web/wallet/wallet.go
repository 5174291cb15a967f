// Package wallet has the pages of the license wallet: hours for each license, what
// is missing, certificates from elsewhere, and the calendar.
package wallet

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Wallet *wallet.Service
	// Wrong counts calendar addresses that do not exist, by network, and refuses
	// whoever tried too many; Asked does so for those that do, by address.
	Wrong, Asked func(ctx context.Context, who string) error
	// Fresh demands a second factor given in the last minutes, before hours leave
	// as a file. nil demands nothing.
	Fresh echo.MiddlewareFunc
}

type handler struct {
	Deps
	uploads kit.Places // files that are read, by person: each is in memory
}

// The addresses. /account/licenses/{id} is the form that changes a license, so all
// of the wallet has a root of its own.
const (
	root         = "/wallet"
	licensePath  = root + "/licenses/:id"
	recordsPath  = root + "/records"
	recordPath   = recordsPath + "/:id"
	calendarPath = root + "/calendar"
)

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	h := &handler{Deps: d, uploads: kit.Places{All: 6, Each: 2}}
	return []kit.Route{
		{Method: http.MethodGet, Path: root, Name: "wallet.show", Role: kit.SignedIn, Handler: h.getOverview},
		{Method: http.MethodGet, Path: licensePath, Name: "wallet.license", Role: kit.SignedIn, Handler: h.getLicense},
		{Method: http.MethodGet, Path: licensePath + "/print", Name: "wallet.license.print", Role: kit.SignedIn, Handler: h.getPrint},
		{Method: http.MethodPost, Path: licensePath + "/hours.csv", Name: "wallet.license.csv", Role: kit.SignedIn, Handler: h.postCSV},
		{Method: http.MethodPost, Path: licensePath + "/reminders", Name: "wallet.reminders", Role: kit.SignedIn, Handler: h.postReminders},
		{Method: http.MethodGet, Path: licensePath + "/periods/new", Name: "wallet.period.new", Role: kit.SignedIn, Handler: h.getPeriod},
		{Method: http.MethodPost, Path: licensePath + "/periods/new", Name: "wallet.period.create", Role: kit.SignedIn, Handler: h.postPeriod},
		{Method: http.MethodGet, Path: licensePath + "/periods/:period", Name: "wallet.period.edit", Role: kit.SignedIn, Handler: h.getPeriod},
		{Method: http.MethodPost, Path: licensePath + "/periods/:period", Name: "wallet.period.update", Role: kit.SignedIn, Handler: h.postPeriod},
		{Method: http.MethodGet, Path: licensePath + "/periods/:period/remove", Name: "wallet.period.remove_page", Role: kit.SignedIn, Handler: h.getRemovePeriod},
		{Method: http.MethodPost, Path: licensePath + "/periods/:period/remove", Name: "wallet.period.remove", Role: kit.SignedIn, Handler: h.postRemovePeriod},
		{Method: http.MethodGet, Path: licensePath + "/certificates/:number", Name: "wallet.choice", Role: kit.SignedIn, Handler: h.getChoice},
		{Method: http.MethodPost, Path: licensePath + "/certificates/:number", Name: "wallet.choose", Role: kit.SignedIn, Handler: h.postChoice},
		{Method: http.MethodGet, Path: recordsPath + "/new", Name: "wallet.record.new", Role: kit.SignedIn, Handler: h.getNewRecord},
		{Method: http.MethodPost, Path: recordsPath + "/new", Name: "wallet.record.create", Role: kit.SignedIn, Handler: h.postRecord},
		{Method: http.MethodGet, Path: recordPath, Name: "wallet.record.edit", Role: kit.SignedIn, Handler: h.getRecord},
		{Method: http.MethodPost, Path: recordPath, Name: "wallet.record.update", Role: kit.SignedIn, Handler: h.postRecord},
		{Method: http.MethodGet, Path: recordPath + "/remove", Name: "wallet.record.remove_page", Role: kit.SignedIn, Handler: h.getRemoveRecord},
		{Method: http.MethodPost, Path: recordPath + "/remove", Name: "wallet.record.remove", Role: kit.SignedIn, Handler: h.postRemoveRecord},
		{Method: http.MethodGet, Path: recordPath + "/file", Name: "wallet.file", Role: kit.SignedIn, Handler: h.getFile},
		{Method: http.MethodPost, Path: recordPath + "/file", Name: "wallet.file.attach", Role: kit.SignedIn, Handler: h.postFile, Uploads: true},
		{Method: http.MethodGet, Path: recordPath + "/file/remove", Name: "wallet.file.remove_page", Role: kit.SignedIn, Handler: h.getRemoveFile},
		{Method: http.MethodPost, Path: recordPath + "/file/remove", Name: "wallet.file.remove", Role: kit.SignedIn, Handler: h.postRemoveFile},
		{Method: http.MethodGet, Path: calendarPath, Name: "wallet.calendar", Role: kit.SignedIn, Handler: h.getCalendar},
		{Method: http.MethodPost, Path: calendarPath, Name: "wallet.calendar.make", Role: kit.SignedIn, Handler: h.postCalendar},
		{Method: http.MethodPost, Path: calendarPath + "/off", Name: "wallet.calendar.off", Role: kit.SignedIn, Handler: h.postCalendarOff},
		{Method: http.MethodGet, Path: calendarPath + "/:token", Name: "wallet.feed", Role: kit.Anyone, Handler: h.getFeed},
	}
}

// person is whose wallet it is, and ctx what acts on it run in; after BindForm the
// latter knows the form.
func person(c echo.Context) (ctx context.Context, id string) {
	return c.Request().Context(), kit.ViewerOf(c).PersonID
}

// again shows a form again with what was typed if err is about it, and returns err
// otherwise.
func again(c echo.Context, f *kit.Form, err error, page string, data any) error {
	if !f.Merge(err) {
		return err
	}
	return kit.Render(c, kit.Status(err), page, kit.View{Form: f, Data: data})
}

// on reads a stored day; the zero time for none.
func on(day string) time.Time {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return d
}

func licenseHref(id string) string { return root + "/licenses/" + id }

// crumbs lead to a page of the wallet; the last one leads back.
func crumbs(more ...kit.Link) []kit.Link {
	return append([]kit.Link{{Label: "Licenses", Href: "/account/licenses"}, {Label: "License wallet", Href: root}}, more...)
}

func licenseCrumb(l wallet.License) kit.Link {
	return kit.Link{Label: l.ProfessionName + ", " + l.JurisdictionName, Href: licenseHref(l.ID)}
}

// act is the question before something that cannot be taken back.
type act struct {
	Question, Text, Post, Label string
	Crumbs                      []kit.Link
}

// Back is where nothing happens.
func (a act) Back() string { return a.Crumbs[len(a.Crumbs)-1].Href }

func ask(c echo.Context, a act) error {
	return kit.Render(c, http.StatusOK, "wallet/remove", kit.View{Title: a.Question, Data: a})
}
