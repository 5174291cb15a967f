package preview

import (
	"crypto/rand"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// card is a question to be answered, or its feedback.
type card struct {
	ID       string
	Form     *questionview.Form
	Feedback *questionview.Feedback

	question *question.Question
	order    []string
}

func fieldOf(q *question.Question) string { return "answer-" + q.ID }

// checkPage is a module's practice.
type checkPage struct {
	place
	Module *course.Module
	Cards  []card
}

func (h *handler) getCheck(c echo.Context) error { return h.check(c, nil) }

func (h *handler) postCheck(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	return h.check(c, f)
}

// check shows each question, and of those that were answered why every option is
// right or wrong.
func (h *handler) check(c echo.Context, f *kit.Form) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	m, ok := p.Module(c.Param("module"))
	if !ok {
		return errNoCheck
	}
	asked := p.Check(m.ID)
	if len(asked) == 0 {
		return errNoCheck
	}
	page, shown := checkPage{place: p, Module: m}, kit.NewForm()
	for i, q := range asked {
		one := newCard(p, q, i+1, len(asked), question.DefaultOrder(q), true)
		if f != nil && one.answer(f, shown) && question.Complete(q, one.Form.Response) {
			one.judge()
		}
		page.Cards = append(page.Cards, one)
	}
	return kit.Render(c, statusOf(shown), "preview/check", kit.View{Title: "Practice questions: " + m.Title, Form: shown, Data: page})
}

var errNoCheck = apperr.New(apperr.NotFound, "There are no such practice questions.")

// statusOf is that of a page with what is wrong in a form.
func statusOf(f *kit.Form) int {
	if f.Bad() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// newCard is a question that is not answered yet.
func newCard(p place, q *question.Question, n, of int, order []string, practice bool) card {
	return card{ID: q.ID, question: q, order: order,
		Form: &questionview.Form{Name: fieldOf(q), Number: n, Of: of, Question: question.Public(q, order), Case: questionview.CaseOf(p.Edition, q), Practice: practice}}
}

// answer reads what was sent; where it cannot be read, the question says so, and so does
// the form that is shown.
func (k *card) answer(sent, shown *kit.Form) bool {
	r, err := question.ParseResponse(k.question, sent.Values, k.Form.Name)
	k.Form.Response = r
	if k.Form.Fail(err) {
		shown.Fail(k.Form.Name, "Question "+strconv.Itoa(k.Form.Number)+": "+k.Form.Error)
		return false
	}
	return err == nil
}

// judge puts the feedback in the place of the controls.
func (k *card) judge() {
	f := k.Form
	result := question.Grade(k.question, f.Response)
	k.Form, k.Feedback = nil, &questionview.Feedback{Number: f.Number, Practice: f.Practice, Case: f.Case, Feedback: question.Explain(k.question, k.order, f.Response, result)}
}

// examPage is a form of the exam, or its result.
type examPage struct {
	place
	Seed    string
	Cards   []card
	Problem string // why no form can be drawn
	Last    bool   // as after the last attempt
	Done    bool
	Passed  bool
	Score   string
	Need    string
	Rows    []objectiveRow
}

// objectiveRow is what was earned for an objective.
type objectiveRow struct {
	Objective  course.Objective
	Earned, Of int
}

// Review are the cards of a result that the learner may see: after a pass, or the
// last attempt (DECISIONS 4).
func (p examPage) Review() []card {
	if p.Done && (p.Passed || p.Last) {
		return p.Cards
	}
	return nil
}

func (h *handler) getExam(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	seed := c.QueryParam("form")
	if seed == "" || len(seed) > 64 {
		return kit.Redirect(c, p.At("/exam", "form", rand.Text()), nil)
	}
	page, err := drawn(p, seed)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "preview/exam", kit.View{Title: "The exam", Form: kit.NewForm(), Data: page})
}

// postExam shows the result as a learner sees it; it is kept nowhere.
func (h *handler) postExam(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page, err := drawn(p, f.Str("form"))
	if err != nil {
		return err
	}
	page.Last = f.Str("attempt") == "last"
	shown := kit.NewForm()
	for i := range page.Cards {
		page.Cards[i].answer(f, shown)
	}
	if page.Problem == "" && !shown.Bad() {
		page.grade()
	}
	return kit.Render(c, statusOf(shown), "preview/exam", kit.View{Title: "The exam", Form: shown, Data: page})
}

// drawn is a form of the exam, as a learner gets it.
func drawn(p place, seed string) (page examPage, err error) {
	page = examPage{place: p, Seed: seed, Need: strconv.Itoa(p.Course.Card.PassPercent) + " percent"}
	if p.Hollow() {
		page.Problem = apperr.Message(exam.ErrHollow)
		return page, nil
	}
	form, err := exam.Draw(p.Edition, seed, nil)
	if err != nil {
		page.Problem = apperr.Message(err)
		return page, nil
	}
	for i, d := range form {
		q, ok := p.Question(d.QuestionID)
		if !ok {
			return page, errNoCheck
		}
		page.Cards = append(page.Cards, newCard(p, q, i+1, len(form), d.Order, false))
	}
	return page, nil
}

// grade makes the result of a form that was answered.
func (p *examPage) grade() {
	rows, earned, most := map[string]*objectiveRow{}, 0, 0
	for i := range p.Cards {
		one := &p.Cards[i]
		one.judge()
		points := one.Feedback.Feedback.Result.Points
		earned, most = earned+points, most+question.Mark
		if len(one.question.Objectives) > 0 {
			r := rows[one.question.Objectives[0]]
			if r == nil {
				r = &objectiveRow{}
				rows[one.question.Objectives[0]] = r
			}
			r.Earned, r.Of = r.Earned+points, r.Of+question.Mark
		}
	}
	p.Done, p.Passed, p.Score = true, earned*100 >= most*p.Course.Card.PassPercent, share(earned, most)
	for _, o := range p.Course.Objectives {
		if r := rows[o.ID]; r != nil {
			p.Rows = append(p.Rows, objectiveRow{o, r.Earned / question.Mark, r.Of / question.Mark})
		}
	}
}

func share(earned, most int) string {
	if most == 0 {
		return "0 percent"
	}
	return strconv.Itoa(earned*100/most) + " percent"
}
