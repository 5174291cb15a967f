package exam

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

// attemptsPage is an administrator's view of the attempts of one enrollment.
type attemptsPage struct {
	E        enrollment.Enrollment
	Person   account.Person
	Overview exam.Overview
	Grants   []grantRow
	Rows     []pastAttempt
	NoGrant  string // why no attempt can be granted now, "" if one can
}

type grantRow struct {
	exam.Grant
	By string
}

func (h *handler) getAttempts(c echo.Context) error {
	return h.attempts(c, http.StatusOK, nil)
}

func (h *handler) attempts(c echo.Context, status int, form *kit.Form) error {
	ctx := c.Request().Context()
	e, err := h.Enrollments.Get(ctx, c.Param("enrollment"))
	if err != nil {
		return err
	}
	p := attemptsPage{E: e}
	if p.Person, err = h.People.Get(ctx, e.PersonID); err != nil {
		return err
	}
	if p.Overview, err = h.Exams.Overview(ctx, e); err != nil {
		return err
	}
	for _, a := range p.Overview.Attempts {
		row := pastAttempt{Attempt: a}
		if a.SubmittedAt != nil {
			row.Score = score(a)
		}
		p.Rows = append(p.Rows, row)
	}
	grants, err := h.Exams.Grants(ctx, e.ID)
	if err != nil {
		return err
	}
	granters := make([]string, len(grants))
	for i, g := range grants {
		granters[i] = g.GrantedBy
	}
	names, err := h.People.Names(ctx, granters)
	if err != nil {
		return err
	}
	for _, g := range grants {
		row := grantRow{Grant: g, By: names[g.GrantedBy]}
		if row.By == "" {
			row.By = "an account that is gone"
		}
		p.Grants = append(p.Grants, row)
	}
	if err := p.Overview.Grantable(e); err != nil {
		p.NoGrant = apperr.Message(err)
	}
	return kit.Render(c, status, "exam/attempts", kit.View{Form: form, Data: p})
}

var (
	oneMore = kit.NewFlash("exam.granted", kit.Success, "One more attempt is granted.")
	voided  = kit.NewFlash("exam.voided", kit.Success, "The attempt is void. It counts for nothing.")
)

func (h *handler) postGrant(c echo.Context) error {
	return h.act(c, oneMore, func(form *kit.Form, enrollmentID string) error {
		return h.Exams.Grant(c.Request().Context(), kit.ViewerOf(c).PersonID, enrollmentID, form.Str("reason"))
	})
}

func (h *handler) postVoid(c echo.Context) error {
	return h.act(c, voided, func(form *kit.Form, enrollmentID string) error {
		return h.Exams.Void(c.Request().Context(), enrollmentID, form.Str("attempt"), form.Str("void_reason"))
	})
}

func (h *handler) act(c echo.Context, done *kit.Flash, do func(form *kit.Form, enrollmentID string) error) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	id := c.Param("enrollment")
	err = do(form, id)
	if form.Merge(err) {
		return h.attempts(c, kit.Status(err), form)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/exams/"+id, done)
}
