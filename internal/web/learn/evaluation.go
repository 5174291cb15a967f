package learn

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// evaluationPage is the form, or once it was sent what comes of it.
type evaluationPage struct {
	frame
	Items       []evaluationItem
	Sent        bool
	Awaiting    bool // people still grade the exam
	Preparing   bool // the certificate is on its way
	Waiting     bool // for an administrator to issue it
	Certificate Certificate
	GradingDays int
	Printed     kit.Printed // before it was sent
}

// evaluationItem is an item with its controls.
type evaluationItem struct {
	course.EvaluationItem
	Scale   []kit.Option
	Choices []kit.Option
	Minutes []kit.Link // label and field name of each part
}

// ToReviewer reports whether the answer goes to the clinical reviewer.
func (i evaluationItem) ToReviewer() bool { return i.To == "reviewer" }

func (h *handler) getEvaluation(c echo.Context) error {
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	p := newEvaluation(l, f)
	if !p.Sent {
		err := mayEvaluate(l)
		if errors.Is(err, enrollment.ErrExamFirst) {
			return h.evaluationLater(c, l, f)
		}
		if err != nil {
			return err
		}
		return h.renderEvaluation(c, http.StatusOK, nil, p)
	}
	if p.Certificate, err = h.certificate(c, l.Enrollment); err != nil {
		return err
	}
	p.Preparing, p.Waiting = p.Certificate.preparing(l.Enrollment), p.Certificate.waiting(l.Enrollment)
	v := kit.View{Data: p}
	if p.Preparing {
		v.Refresh = refreshSeconds
	}
	return kit.Render(c, http.StatusOK, "learn/evaluation_sent", v)
}

// evaluationLater says what comes before the form.
func (h *handler) evaluationLater(c echo.Context, l enrollment.Learning, f frame) error {
	st, err := h.standing(c, l)
	if err != nil {
		return err
	}
	p := outlinePage{card: h.card(l, st, 0), Steps: steps(l, Certificate{}, examNote(c, l, st)), Hollow: hollow(l)}
	p.frame = f
	return kit.Render(c, http.StatusConflict, "learn/evaluation_later", p)
}

func (h *handler) renderEvaluation(c echo.Context, status int, form *kit.Form, p evaluationPage) (err error) {
	if p.Printed, err = h.Prints(c.Request().Context(), p.E, p.Base+"/evaluation"); err != nil {
		return err
	}
	return kit.Render(c, status, "learn/evaluation", kit.View{Form: form, Data: p})
}

// mayEvaluate refuses the form where sending it would be refused.
func mayEvaluate(l enrollment.Learning) error {
	switch l.State {
	case enrollment.Expired:
		return enrollment.ErrExpired
	case enrollment.Completed:
		return enrollment.ErrCompleted
	}
	return enrollment.MayEvaluate(l.Edition, l.Enrollment)
}

func newEvaluation(l enrollment.Learning, f frame) evaluationPage {
	ev := l.Edition.Course.Evaluation
	p := evaluationPage{frame: f, Sent: l.EvaluatedAt != nil, Awaiting: l.Exam.Awaiting(), GradingDays: f.Card.GradingDays}
	for _, item := range ev.Items {
		v := evaluationItem{EvaluationItem: item}
		v.Text = strings.TrimSuffix(item.Text, " (optional)") // the form says it itself
		if item.Kind == "scale" {
			for i, label := range ev.Scale {
				v.Scale = append(v.Scale, kit.Option{Value: string(rune('1' + i)), Label: label})
			}
		}
		for _, o := range item.Options {
			v.Choices = append(v.Choices, kit.Option{Value: o.ID, Label: o.Text})
		}
		for _, part := range item.Parts {
			v.Minutes = append(v.Minutes, kit.Link{Label: enrollment.MinutesLabel(part), Href: enrollment.EvaluationField(item, part)})
		}
		p.Items = append(p.Items, v)
	}
	return p
}

func (h *handler) postEvaluation(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	l, f, err := h.learning(c, true)
	if err != nil {
		return err
	}
	if f.outdated(form) && l.EvaluatedAt == nil {
		form.Merge(errShownAnew)
		return h.renderEvaluation(c, http.StatusConflict, form, newEvaluation(l, f))
	}
	err = h.Enrollments.SubmitEvaluation(c.Request().Context(), l.Enrollment, form.Values)
	switch {
	case err == nil, errors.Is(err, enrollment.ErrEvaluationSent): // the second of two clicks
		return kit.Redirect(c, f.Base+"/evaluation", nil)
	case kit.Status(err) == http.StatusUnprocessableEntity && form.Merge(err):
		return h.renderEvaluation(c, http.StatusUnprocessableEntity, form, newEvaluation(l, f))
	}
	return err
}
