package team

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

type peoplePage struct {
	place
	Members   []member
	Roles     []kit.Option
	Today     string
	Addresses bool                 // guests see none
	Other     *team.OtherPartError // whom the form names has another part
}

type member struct {
	team.Member
	Over    bool
	LastDay time.Time
	Named   time.Time // the last day as a member, where the account ends before; zero otherwise
}

func (h *handler) peoplePage(c echo.Context) (p peoplePage, err error) {
	if p.place, err = h.place(c); err != nil {
		return p, err
	}
	list, err := h.Team.Members(c.Request().Context(), p.Slug)
	for _, m := range list {
		one := member{Member: m, Over: m.Ended(h.Now())}
		if end := m.EndsAt(); end != nil {
			one.LastDay = team.LastDay(*end, h.Zone)
		}
		if m.ByAccount() && m.UntilAt != nil {
			one.Named = team.LastDay(*m.UntilAt, h.Zone)
		}
		p.Members = append(p.Members, one)
	}
	p.Roles = []kit.Option{{Value: "", Label: "Choose"}}
	for _, r := range team.Roles {
		p.Roles = append(p.Roles, kit.Option{Value: string(r), Label: r.Words()})
	}
	p.Today = h.Now().In(h.Zone).Format(time.DateOnly)
	p.Addresses = kit.ViewerOf(c).Is("instructor", "administrator")
	return p, err
}

const peopleTitle = "Who works on this course"

func (h *handler) getPeople(c echo.Context) error {
	p, err := h.peoplePage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "team/people", kit.View{Title: peopleTitle, Form: kit.NewForm(), Data: p})
}

var (
	named   = kit.NewFlash("team.named", kit.Success, "They are named for this course.")
	changed = kit.NewFlash("team.changed", kit.Success, "Their part in this course is changed.")
	taken   = kit.NewFlash("team.removed", kit.Success, "They no longer work on this course.")
)

func (h *handler) postPeople(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	a := team.Adding{Slug: at.Slug, Email: f.Str("email"), Role: team.Role(f.Str("role")), Until: f.Str("until"), From: team.Role(f.Str("from"))}
	err = h.Team.Add(c.Request().Context(), a, kit.ViewerOf(c).PersonID)
	done := named
	if a.From != "" {
		done = changed
	}
	return h.peopleChanged(c, f, at, err, done)
}

func (h *handler) postRemove(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	person, err := kit.PathParam(c, "person")
	if err != nil {
		return err
	}
	return h.peopleChanged(c, f, at, h.Team.Remove(c.Request().Context(), at.Slug, person), taken)
}

func (h *handler) peopleChanged(c echo.Context, f *kit.Form, at place, err error, done *kit.Flash) error {
	if err == nil {
		return kit.Redirect(c, at.At("/people"), done)
	}
	if !f.Merge(err) {
		return err
	}
	p, whole := h.peoplePage(c)
	if whole != nil {
		return whole
	}
	errors.As(err, &p.Other)
	return kit.Render(c, kit.Status(err), "team/people", kit.View{Title: peopleTitle, Form: f, Data: p})
}
