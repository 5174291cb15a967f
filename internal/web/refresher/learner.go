package refresher

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// page is how the viewer stands, with the question that is asked now, if any is.
type page struct {
	refresher.Standing
	Slug, Base, Title string
	Form              *questionview.Form
	Reps              int // of the question asked
}

// Crumbs lead from the dashboard to the course.
func (p page) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: p.Title, Href: "/learn/" + p.Slug}}
}

// Number and Of count the questions of the day.
func (p page) Number() int { return p.Done + 1 }

// Of is how many there are today, with those that were answered.
func (p page) Of() int { return p.Done + p.Due }

// Most is how many there are on a day at most.
func (page) Most() int { return refresher.SessionMax }

// Over says why a plan does not run.
func (p page) Over() string {
	if p.Plan.StoppedAt != nil {
		return "You stopped these questions. You can begin them anew, where you left off."
	}
	return "Your year of practice questions is over. You can begin another one, where you left off."
}

// field is the one in which an answer is sent.
const field = "answer"

// own is how the viewer stands after the course that the address names.
func (h *handler) own(c echo.Context) (page, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return page{}, err
	}
	st, err := h.Refreshers.Standing(c.Request().Context(), kit.ViewerOf(c).PersonID, slug)
	if err != nil {
		return page{}, err
	}
	p := page{Standing: st, Slug: slug, Base: "/learn/" + slug + "/refresh", Title: st.Edition.Course.Card.Title}
	if ask, ok := st.Next(); ok {
		p.Reps = ask.Reps
		p.Form = &questionview.Form{Name: field, Question: ask.Public, Practice: true, Case: questionview.CaseOf(st.Edition, ask.Question)}
	}
	return p, nil
}

func (h *handler) getShow(c echo.Context) error {
	p, err := h.own(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "refresher/show", p)
}

var (
	planMail = kit.NewFlash("refresher.mail", kit.Success, "We write to you when questions are due. Each mail has a link that ends this.")
	planPage = kit.NewFlash("refresher.page", kit.Success, "Questions stand on this page when they are due.")
	stopped  = kit.NewFlash("refresher.stopped", kit.Success, "Your practice questions of this course have ended.")
)

var errHow = apperr.New(apperr.Invalid, "Choose whether we ask by mail or only on the page.")

func (h *handler) postPlan(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	by := form.Get("by")
	if by != "mail" && by != "page" {
		return errHow
	}
	if err := h.Refreshers.Start(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, by == "mail"); err != nil {
		return err
	}
	flash := planPage
	if by == "mail" {
		flash = planMail
	}
	return kit.Redirect(c, "/learn/"+slug+"/refresh", flash)
}

func (h *handler) postStop(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	if err := h.Refreshers.Stop(c.Request().Context(), kit.ViewerOf(c).PersonID, slug); err != nil {
		return err
	}
	return kit.Redirect(c, "/learn/"+slug+"/refresh", stopped)
}

// postAnswer takes the answer to the question that the form names and leads to its
// review; sent twice, to the same one.
func (h *handler) postAnswer(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.own(c)
	if err != nil {
		return err
	}
	q, ok := p.Edition.Question(form.Get("question"))
	reps, err := strconv.Atoi(form.Get("reps"))
	if !ok || err != nil {
		return refresher.ErrNotDue
	}
	r, err := question.ParseResponse(q, form.Values, field)
	id := ""
	if err == nil {
		id, err = h.Refreshers.Answer(c.Request().Context(), kit.ViewerOf(c).PersonID, p.Slug,
			refresher.Answer{QuestionID: q.ID, Reps: reps, Response: r, Unsure: form.Get("sure") == "no"})
	}
	if err != nil {
		return h.again(c, p, form, q.ID, r, err)
	}
	return kit.Redirect(c, p.Base+"/reviews/"+id, nil)
}

// again shows the question with what was typed and what is wrong with it. If another
// one is asked by now, what is wrong no longer matters.
func (h *handler) again(c echo.Context, p page, form *kit.Form, id string, r question.Response, cause error) error {
	if _, bad := errors.AsType[*question.InputError](cause); !bad {
		return cause
	}
	if p.Form == nil || p.Form.Question.ID != id || !p.Form.Fail(cause) {
		return refresher.ErrNotDue
	}
	p.Form.Response = r
	name := p.Form.Name
	if p.Form.BadItem != "" {
		name = p.Form.ItemName(p.Form.BadItem)
	}
	form.Fail(name, p.Form.Error)
	return kit.Render(c, http.StatusUnprocessableEntity, "refresher/show", kit.View{Form: form, Data: p})
}

// reviewPage is an answer with its feedback.
type reviewPage struct {
	page
	Review   refresher.Review
	Feedback questionview.Feedback
}

func (h *handler) getReview(c echo.Context) error {
	p, err := h.own(c)
	if err != nil {
		return err
	}
	r, err := h.Refreshers.Review(c.Request().Context(), kit.ViewerOf(c).PersonID, p.Slug, c.Param("review"))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "refresher/review", reviewPage{page: p, Review: r,
		Feedback: questionview.Feedback{Feedback: r.Feedback, Practice: true, Case: questionview.CaseOf(p.Edition, r.Question)}})
}

// stopPage is what the link of a mail leads to.
type stopPage struct {
	refresher.Stopping
	Path string
}

// private keeps an address that acts out of other sites, caches and search engines.
func private(c echo.Context) {
	header := c.Response().Header()
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Robots-Tag", "noindex")
}

func (h *handler) getStopByLink(c echo.Context) error {
	private(c)
	p, err := h.Refreshers.ByLink(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "refresher/stop", kit.View{NoIndex: true, Data: stopPage{p, c.Request().URL.Path}})
}

func (h *handler) postStopByLink(c echo.Context) error {
	private(c)
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Refreshers.StopByLink(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	if form.Get("List-Unsubscribe") != "" { // a mail program, which follows no redirect
		return h.getStopByLink(c)
	}
	return kit.Redirect(c, c.Request().URL.Path, nil)
}
