package exam

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// gradePage is one answer with the rubric.
type gradePage struct {
	exam.Waiting
	Earned     string // by a graded one
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
	w, err := h.waiting(c)
	if err != nil {
		return err
	}
	return h.gradePage(c, w, http.StatusOK, stored(w))
}

// waiting is the answer of the address.
func (h *handler) waiting(c echo.Context) (exam.Waiting, error) {
	return h.Exams.Waiting(c.Request().Context(), kit.ViewerOf(c).PersonID, c.Param("id"))
}

// stored fills the form with the marks of a graded answer, to be corrected.
func stored(w exam.Waiting) *kit.Form {
	if w.GradedAt == nil {
		return kit.NewForm()
	}
	form := kit.NewForm("comment", w.Marks.Comment, "deductions", strconv.Itoa(w.Marks.Deductions))
	for i, n := range w.Marks.Awarded {
		form.Values.Set(lineName(i), strconv.Itoa(n))
	}
	if w.Marks.Zero {
		form.Values.Set("zero", kit.Ticked)
	}
	return form
}

func (h *handler) gradePage(c echo.Context, w exam.Waiting, status int, form *kit.Form) error {
	p := gradePage{Waiting: w, Earned: marks(w.Result.Points), Case: questionview.CaseOf(w.Edition, w.Question), Late: h.late(w), MaxComment: exam.MaxComment}
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

var (
	graded    = kit.NewFlash("exam.graded", kit.Success, "The marks are stored. If they settled the result, the learner gets a mail.")
	corrected = kit.NewFlash("exam.corrected", kit.Success, "The corrected marks are stored. If the exam is passed with them, the learner gets a mail.")
)

func (h *handler) postGrade(c echo.Context) error {
	return h.mark(c, waitingListAt, graded, func(ctx context.Context, grader string, w exam.Waiting, m exam.Marks, _ *kit.Form) error {
		return h.Exams.Grade(ctx, grader, w.ItemID, m)
	})
}

func (h *handler) postCorrect(c echo.Context) error {
	return h.mark(c, gradedListAt, corrected, func(ctx context.Context, grader string, w exam.Waiting, m exam.Marks, form *kit.Form) error {
		return h.Exams.Correct(ctx, grader, w.ItemID, m, form.Str("reason"))
	})
}

// mark reads the marks of a form and stores them.
func (h *handler) mark(c echo.Context, list string, done *kit.Flash, store func(ctx context.Context, grader string, w exam.Waiting, m exam.Marks, form *kit.Form) error) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	w, err := h.waiting(c)
	if err != nil {
		return err
	}
	m := readMarks(form, w.Question)
	if form.Bad() {
		return h.gradePage(c, w, http.StatusUnprocessableEntity, form)
	}
	err = store(c.Request().Context(), kit.ViewerOf(c).PersonID, w, m, form)
	if errors.Is(err, exam.ErrAlreadyGraded) { // show the marks that stand, not those just typed
		if w, err = h.waiting(c); err != nil {
			return err
		}
		form, err = stored(w), exam.ErrAlreadyGraded
	}
	if form.Merge(err) {
		return h.gradePage(c, w, kit.Status(err), form)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, list, done)
}

// readMarks reads the points of each line and marks what is missing. Where the
// whole answer earns nothing, the lines may stay open.
func readMarks(form *kit.Form, q *question.Question) exam.Marks {
	m := exam.Marks{Zero: form.Bool("zero"), Comment: form.Str("comment")}
	for i, line := range q.Rubric {
		n := 0
		if !m.Zero || form.Get(lineName(i)) != "" {
			n = choose(form, lineName(i), line.Points, fmt.Sprintf("Choose the points for line %d, %s.", i+1, kit.Quote(clip(line.Text))))
		}
		m.Awarded = append(m.Awarded, n)
	}
	if n := len(q.LoseIf); n > 0 {
		m.Deductions = choose(form, "deductions", n, "Choose how many points to deduct, 0 for none.")
	}
	return m
}

// clip keeps the beginning of a text, by which it is known again.
func clip(text string) string {
	r := []rune(strings.TrimSuffix(text, "."))
	if len(r) <= maxNamed {
		return string(r)
	}
	return strings.TrimSpace(string(r[:maxNamed])) + "…"
}

const maxNamed = 60 // characters of a line that a message names

// choose reads one of the choices 0 … most, or marks the field.
func choose(form *kit.Form, name string, most int, missing string) int {
	n, err := strconv.Atoi(form.Str(name))
	if err != nil || n < 0 || n > most {
		form.Fail(name, missing)
		return 0
	}
	return n
}
