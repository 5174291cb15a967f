package learn

import (
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

type disclosurePage struct {
	frame
	Disclosure course.Disclosure
	Time       timing
	Credits    string // that are reported for a license
	To         string // the slug of the lesson that was asked for, "" for none
}

// newDisclosure reads ?lesson=…, where the learner goes on afterward.
func newDisclosure(c echo.Context, l enrollment.Learning, f frame) disclosurePage {
	p := disclosurePage{frame: f, Disclosure: l.Edition.Course.Disclosure, Time: newTiming(l), Credits: l.Asks.Credits()}
	if lesson, ok := l.Edition.Lesson(c.QueryParam("lesson")); ok && !enrollment.Locked(l.Edition, l.Record, lesson.ID) {
		p.To = lesson.Slug
	}
	return p
}

var disclosed = kit.NewFlash("learn.disclosed", kit.Success, "Thank you. That you read the disclosure is recorded. You can begin.")

func (h *handler) getDisclosure(c echo.Context) error {
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	return kit.Render(c, 200, "learn/disclosure", newDisclosure(c, l, f))
}

func (h *handler) postDisclosure(c echo.Context) error {
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if f.outdated(form) {
		return h.disclosureAnew(c, l, f)
	}
	if !form.Bool("acknowledged") {
		form.Fail("acknowledged", "Tick the box to say that you have read the disclosure and the pass mark.")
		return kit.Render(c, 422, "learn/disclosure", kit.View{Form: form, Data: newDisclosure(c, l, f)})
	}
	if err := h.Enrollments.AcknowledgeDisclosure(c.Request().Context(), l.Enrollment); err != nil {
		return err
	}
	if to := newDisclosure(c, l, f).To; to != "" {
		return kit.Redirect(c, f.Base+"/lessons/"+to, disclosed)
	}
	return kit.Redirect(c, f.Base, disclosed)
}

// disclosureAnew shows the page as the learner's edition has it, with an empty box.
func (h *handler) disclosureAnew(c echo.Context, l enrollment.Learning, f frame) error {
	form := kit.NewForm()
	form.Merge(errShownAnew)
	return kit.Render(c, 409, "learn/disclosure", kit.View{Form: form, Data: newDisclosure(c, l, f)})
}
