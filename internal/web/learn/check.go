package learn

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// checkPage shows a module's questions: each answered one with its feedback,
// each open one with its controls.
type checkPage struct {
	frame
	Module   *course.Module
	Cards    []checkCard
	Answered int
	Next     kit.Link
}

// checkCard is one question; one of Form and Feedback is set.
type checkCard struct {
	ID       string
	Form     *questionview.Form
	Feedback *questionview.Feedback
	Tries    int
}

// fieldOf names the form field of a check question: several stand on a page.
func fieldOf(q *question.Question) string { return "answer-" + q.ID }

func (h *handler) getCheck(c echo.Context) error {
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	if l.DisclosedAt == nil && l.State == enrollment.Active {
		return kit.Redirect(c, f.Base+"/disclosure", nil)
	}
	p, err := h.check(c, l, f, c.QueryParam("again"))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "learn/check", p)
}

// check builds the page; the answered question again is shown open once more.
func (h *handler) check(c echo.Context, l enrollment.Learning, f frame, again string) (checkPage, error) {
	m, ok := l.Edition.Module(c.Param("module"))
	if !ok {
		return checkPage{}, enrollment.ErrNoCheck
	}
	answers, err := h.Enrollments.CheckAnswers(c.Request().Context(), l.Enrollment, m.ID)
	if err != nil {
		return checkPage{}, err
	}
	st, err := h.standing(c, l)
	if err != nil {
		return checkPage{}, err
	}
	p := checkPage{frame: f, Module: m, Answered: len(answers), Next: afterCheck(l, st, m, f)}
	for i, q := range l.Edition.Check(m.ID) {
		card := checkCard{ID: q.ID}
		a, answered := answers[q.ID]
		switch {
		case answered && (q.ID != again || !f.Live):
			card.Tries = a.Tries
			card.Feedback = &questionview.Feedback{Number: i + 1, Feedback: a.Feedback, Practice: true}
		default:
			card.Form = &questionview.Form{
				Name: fieldOf(q), Number: i + 1, Of: len(l.Edition.Check(m.ID)), Question: enrollment.PublicCheck(l.Enrollment, q), Practice: true,
				Case: questionview.CaseOf(l.Edition, q), Disabled: !f.Live,
			}
		}
		p.Cards = append(p.Cards, card)
	}
	return p, nil
}

// afterCheck is the first lesson of the next module, after the last one what is
// left; its Label is "" where only the outline remains.
func afterCheck(l enrollment.Learning, st ExamStanding, m *course.Module, f frame) kit.Link {
	for _, n := range l.Edition.Course.Modules {
		if n.Number == m.Number+1 && len(n.Lessons) > 0 {
			return kit.Link{Label: n.Lessons[0].Title, Href: f.URL("/lessons/" + n.Lessons[0].Slug)}
		}
	}
	if left := next(l, st); f.Live && left.Href != f.Base+"/checks/"+m.ID {
		return left
	}
	return kit.Link{}
}

// postCheck takes the answer to one question, named by the field "question".
func (h *handler) postCheck(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	var asked *question.Question
	for _, q := range l.Edition.Check(c.Param("module")) {
		if q.ID == form.Get("question") {
			asked = q
		}
	}
	if asked == nil {
		return enrollment.ErrNoCheck
	}
	r, err := question.ParseResponse(asked, form.Values, fieldOf(asked))
	if err == nil {
		_, err = h.Enrollments.SaveCheckAnswer(c.Request().Context(), l.Enrollment, asked.ID, r)
	}
	if err == nil {
		return kit.Redirect(c, f.Base+"/checks/"+c.Param("module")+"#q-"+asked.ID, nil)
	}
	return h.checkAgain(c, l, f, form, asked, r, err)
}

// checkAgain shows the page with what was typed and what is wrong with it.
func (h *handler) checkAgain(c echo.Context, l enrollment.Learning, f frame, form *kit.Form, asked *question.Question, r question.Response, cause error) error {
	p, err := h.check(c, l, f, asked.ID)
	if err != nil {
		return err
	}
	for i := range p.Cards {
		if v := p.Cards[i].Form; v != nil && p.Cards[i].ID == asked.ID {
			v.Response = r
			if !v.Fail(cause) {
				return cause
			}
			name := v.Name
			if v.BadItem != "" {
				name = v.ItemName(v.BadItem)
			}
			form.Fail(name, v.Error)
			return kit.Render(c, http.StatusUnprocessableEntity, "learn/check", kit.View{Form: form, Data: p})
		}
	}
	return cause
}
