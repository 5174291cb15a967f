package learn

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
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
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	if l.DisclosedAt == nil && l.State == enrollment.Active {
		return kit.Redirect(c, f.Base+"/disclosure", nil)
	}
	p, err := h.check(c, l, f, c.QueryParam("again"), nil)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "learn/check", p)
}

// check builds the page; the answered question again is shown open once more, and
// so is what is typed.
func (h *handler) check(c echo.Context, l enrollment.Learning, f frame, again string, typed map[string]question.Response) (checkPage, error) {
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
		r, kept := typed[q.ID]
		switch {
		case answered && (q.ID != again && !kept || !f.Live):
			card.Tries = a.Tries
			card.Feedback = &questionview.Feedback{Number: i + 1, Feedback: a.Feedback, Practice: true}
		default:
			card.Form = &questionview.Form{
				Name: fieldOf(q), Number: i + 1, Of: len(l.Edition.Check(m.ID)), Question: enrollment.PublicCheck(l.Enrollment, q), Practice: true,
				Case: questionview.CaseOf(l.Edition, q), Disabled: !f.Live, Response: r,
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

// postCheck takes the answer to one question, named by the field "question", or
// opens the answered one named by "again". All questions stand in one form: what
// is typed at the others stays.
func (h *handler) postCheck(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	if l.DisclosedAt == nil && l.State == enrollment.Active {
		return kit.Redirect(c, f.Base+"/disclosure", nil)
	}
	list := l.Edition.Check(c.Param("module"))
	typed := typedAnswers(list, form)
	if f.outdated(form) {
		// What a letter stands for may have changed; own words are kept.
		maps.DeleteFunc(typed, func(_ string, r question.Response) bool { return r.Text == "" })
		return h.checkAgain(c, l, f, form, "", typed, errShownAnew)
	}
	if again := form.Get("again"); again != "" {
		return h.checkOn(c, l, f, "?again="+url.QueryEscape(again), again, typed)
	}
	asked, err := askedOf(list, form, typed)
	if err != nil {
		return h.checkAgain(c, l, f, form, "", typed, err)
	}
	r, err := question.ParseResponse(asked, form.Values, fieldOf(asked))
	if err == nil {
		_, err = h.Enrollments.SaveCheckAnswer(c.Request().Context(), l.Enrollment, asked.ID, r)
	}
	if err != nil {
		typed[asked.ID] = r
		return h.checkAgain(c, l, f, form, asked.ID, typed, err)
	}
	delete(typed, asked.ID)
	if len(typed) > 0 {
		if l, err = h.Enrollments.Learning(c.Request().Context(), l.Enrollment); err != nil {
			return err
		}
	}
	return h.checkOn(c, l, f, "", asked.ID, typed)
}

// typedAnswers are those of a form that hold anything.
func typedAnswers(list []*question.Question, form *kit.Form) map[string]question.Response {
	typed := map[string]question.Response{}
	for _, q := range list {
		// What is wrong with it is said when it is sent.
		if r, _ := question.ParseResponse(q, form.Values, fieldOf(q)); question.Answered(q, r) {
			typed[q.ID] = r
		}
	}
	return typed
}

var errWhich = apperr.New(apperr.Invalid, "Press Answer below the question that you want to answer.")

// askedOf is the question that is answered. The return key names none: then it is
// the only one that something is typed at.
func askedOf(list []*question.Question, form *kit.Form, typed map[string]question.Response) (*question.Question, error) {
	id := form.Get("question")
	if id == "" && len(typed) != 1 {
		return nil, errWhich
	}
	for _, q := range list {
		if _, only := typed[q.ID]; q.ID == id || id == "" && only {
			return q, nil
		}
	}
	return nil, enrollment.ErrNoCheck
}

// checkOn shows the page after an act, at the question at: another address leads
// there, but where something is typed that it would lose.
func (h *handler) checkOn(c echo.Context, l enrollment.Learning, f frame, query, at string, typed map[string]question.Response) error {
	if len(typed) == 0 {
		return kit.Redirect(c, f.Base+"/checks/"+c.Param("module")+query+"#q-"+url.PathEscape(at), nil)
	}
	again := ""
	if query != "" {
		again = at
	}
	p, err := h.check(c, l, f, again, typed)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "learn/check", p)
}

// checkAgain shows the page with what was typed and what is wrong with it, at the
// question at, or in general.
func (h *handler) checkAgain(c echo.Context, l enrollment.Learning, f frame, form *kit.Form, at string, typed map[string]question.Response, cause error) error {
	p, err := h.check(c, l, f, at, typed)
	if err != nil {
		return err
	}
	if !p.fail(form, at, cause) {
		return cause
	}
	status := http.StatusUnprocessableEntity
	if apperr.Is(cause, apperr.Conflict) {
		status = http.StatusConflict
	}
	return kit.Render(c, status, "learn/check", kit.View{Form: form, Data: p})
}

// fail marks a question with what is wrong with its answer and reports whether the
// page can say it.
func (p *checkPage) fail(form *kit.Form, at string, cause error) bool {
	if at == "" {
		return form.Merge(cause)
	}
	i := slices.IndexFunc(p.Cards, func(k checkCard) bool { return k.ID == at && k.Form != nil })
	if i < 0 || !p.Cards[i].Form.Fail(cause) {
		return false
	}
	v := p.Cards[i].Form
	name := v.Name
	if v.BadItem != "" {
		name = v.ItemName(v.BadItem)
	}
	form.Fail(name, v.Error)
	return true
}
