package evaluation

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// followUpPage is a learner's own follow-up.
type followUpPage struct {
	enrollment.FollowUp
	Base string // /learn/{slug}/follow-up
	Days int
}

// Is reports whether the follow-up is in a state.
func (p followUpPage) Is(state string) bool { return string(p.State()) == state }

// Crumbs lead from the dashboard to the course.
func (p followUpPage) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: p.Title, Href: "/learn/" + p.Slug}}
}

var (
	followUpAnswered  = kit.NewFlash("followup.answered", kit.Success, "Thank you. Your answer is saved.")
	followUpWithdrawn = kit.NewFlash("followup.withdrawn", kit.Success, "We will not write to you about this again.")
)

// own reads the viewer's follow-up of the course that the address names.
func (h *handler) own(c echo.Context) (followUpPage, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return followUpPage{}, err
	}
	f, err := h.Enrollments.FollowUpOf(c.Request().Context(), kit.ViewerOf(c).PersonID, slug)
	return followUpPage{f, "/learn/" + slug + "/follow-up", enrollment.FollowUpDays}, err
}

func (h *handler) getFollowUp(c echo.Context) error {
	p, err := h.own(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "evaluation/follow_up", p)
}

func (h *handler) postFollowUp(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.own(c)
	if err != nil {
		return err
	}
	err = h.Enrollments.AnswerFollowUp(c.Request().Context(), p.PersonID, p.Slug, form.Values)
	if form.Merge(err) {
		again, readErr := h.own(c) // it may have been answered or taken back meanwhile
		if readErr != nil {
			return readErr
		}
		return kit.Render(c, kit.Status(err), "evaluation/follow_up", kit.View{Form: form, Data: again})
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.Base, followUpAnswered)
}

func (h *handler) getWithdraw(c echo.Context) error {
	p, err := h.own(c)
	if err != nil {
		return err
	}
	if p.Is("withdrawn") {
		return kit.Redirect(c, p.Base, nil)
	}
	return kit.Render(c, http.StatusOK, "evaluation/withdraw", p)
}

func (h *handler) postWithdraw(c echo.Context) error {
	p, err := h.own(c)
	if err != nil {
		return err
	}
	if err := h.Enrollments.WithdrawFollowUp(c.Request().Context(), p.PersonID, p.Slug); err != nil {
		return err
	}
	return kit.Redirect(c, p.Base, followUpWithdrawn)
}
