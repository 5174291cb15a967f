package learn

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// licensePage is the last gate: the license that credit is reported for.
type licensePage struct {
	frame
	Credits string
	Printed kit.Printed
	Met     bool
	Last    bool // nothing else is open, so the credit can be left off
}

func (h *handler) getLicense(c echo.Context) error {
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	return h.showLicense(c, http.StatusOK, nil, l, f)
}

func (h *handler) showLicense(c echo.Context, status int, form *kit.Form, l enrollment.Learning, f frame) error {
	p := licensePage{frame: f, Credits: l.Asks.Credits(), Last: true}
	if p.Credits == "" {
		return errNothing
	}
	for _, q := range l.Requirements() {
		if q.Kind == enrollment.NeedLicense {
			p.Met = q.Done
		} else if !q.Done {
			p.Last = false
		}
	}
	if f.Live {
		var err error
		if p.Printed, err = h.Prints(c.Request().Context(), l.Enrollment, f.Base); err != nil {
			return err
		}
	}
	return kit.Render(c, status, "learn/license", kit.View{Form: form, Data: p})
}

var leftOff = kit.NewFlash("learn.credit_left_off", kit.Success, "Your certificate comes without that credit. Everything is done.")

func (h *handler) postLicense(c echo.Context) error {
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if !form.Bool("not_needed") {
		form.Fail("not_needed", "Tick the box to say that you do not need this credit, or add a license.")
		return h.showLicense(c, http.StatusUnprocessableEntity, form, l, f)
	}
	if err := h.Enrollments.LeaveCreditOff(c.Request().Context(), l.Enrollment); err != nil {
		return err
	}
	return kit.Redirect(c, f.Base, leftOff)
}
