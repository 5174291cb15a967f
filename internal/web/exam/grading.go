package exam

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

const queueLimit = 50

type queuePage struct {
	Rows  []queueRow
	Pager kit.Pager
}

type queueRow struct {
	exam.Waiting
	Late bool
}

func (h *handler) getQueue(c echo.Context) error {
	l, err := kit.ParseList(c, queueLimit, 2)
	if err != nil {
		return err
	}
	q, err := h.Exams.Queue(c.Request().Context(), kit.ViewerOf(c).PersonID, exam.QueueFilter{After: l.After, Limit: queueLimit})
	if err != nil {
		return err
	}
	next := ""
	if q.Next != nil {
		next = kit.Cursor(q.Next...)
	}
	p := queuePage{Pager: kit.NewPager(c, q.Total, len(q.Waiting), "", next)}
	for _, w := range q.Waiting {
		p.Rows = append(p.Rows, queueRow{Waiting: w, Late: h.Now().After(w.PromisedAt)})
	}
	return kit.Render(c, http.StatusOK, "exam/queue", p)
}

// gradePage is one answer with the rubric.
type gradePage struct {
	exam.Waiting
	Case       *questionview.Case
	Lines      []rubricLine
	Deductions []kit.Option
	Objectives []string
	Late       bool
	MaxComment int
}

type rubricLine struct {
	Name, Text string
	Options    []kit.Option
}

func (h *handler) getGrade(c echo.Context) error {
	return h.gradePage(c, http.StatusOK, nil)
}

func (h *handler) gradePage(c echo.Context, status int, form *kit.Form) error {
	w, err := h.Exams.Waiting(c.Request().Context(), kit.ViewerOf(c).PersonID, c.Param("id"))
	if err != nil {
		return err
	}
	p := gradePage{Waiting: w, Case: caseOf(w.Edition, w.Question), Late: h.late(w), MaxComment: exam.MaxComment}
	for i, line := range w.Question.Rubric {
		p.Lines = append(p.Lines, rubricLine{Name: lineName(i), Text: line.Text, Options: points(line.Points)})
	}
	if n := len(w.Question.LoseIf); n > 0 {
		p.Deductions = points(n)
	}
	for _, id := range w.Question.Objectives {
		if o, ok := w.Edition.Course.Objective(id); ok {
			p.Objectives = append(p.Objectives, o.Text)
		}
	}
	return kit.Render(c, status, "exam/grade", kit.View{Form: form, Data: p})
}

func (h *handler) late(w exam.Waiting) bool {
	return w.GradedAt == nil && h.Now().After(w.PromisedAt.Add(time.Second))
}

func lineName(i int) string { return "line" + strconv.Itoa(i+1) }

// points are the choices 0 … n.
func points(n int) []kit.Option {
	list := make([]kit.Option, n+1)
	for i := range list {
		list[i] = kit.Option{Value: strconv.Itoa(i), Label: strconv.Itoa(i)}
	}
	return list
}

var graded = kit.NewFlash("exam.graded", kit.Success, "The marks are stored. If they settled the result, the learner gets a mail.")

func (h *handler) postGrade(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, viewer := c.Request().Context(), kit.ViewerOf(c)
	w, err := h.Exams.Waiting(ctx, viewer.PersonID, c.Param("id"))
	if err != nil {
		return err
	}
	m := exam.Marks{Zero: form.Bool("zero"), Comment: form.Str("comment")}
	for i, line := range w.Question.Rubric {
		if m.Zero && form.Get(lineName(i)) == "" {
			m.Awarded = append(m.Awarded, 0)
			continue
		}
		m.Awarded = append(m.Awarded, form.Int(lineName(i), 0, line.Points))
	}
	if n := len(w.Question.LoseIf); n > 0 {
		m.Deductions = form.Int("deductions", 0, n)
	}
	if form.Bad() {
		return h.gradePage(c, http.StatusUnprocessableEntity, form)
	}
	err = h.Exams.Grade(ctx, viewer.PersonID, w.ItemID, m)
	if form.Merge(err) {
		return h.gradePage(c, kit.Status(err), form)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/teach/grading", graded)
}
