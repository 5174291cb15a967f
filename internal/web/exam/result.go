package exam

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// resultPage is a submitted attempt.
type resultPage struct {
	frame
	exam.Result
	Final, Awaiting bool
	Score           string
	Need, Max       string
	PromisedAt      time.Time
	Rows            []objectiveRow
	Feedback        []feedback
	LastTry, Ask    bool
	Certified       bool // nothing is left to be done
	Evaluate        bool // the evaluation can be sent meanwhile
}

// objectiveRow is the score of one objective in words.
type objectiveRow struct {
	exam.ObjectiveScore
	Points, Of string
}

// feedback is one question after the end, with the grader's comment.
type feedback struct {
	questionview.Feedback
	Comment string
}

func (h *handler) getResult(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	ctx, viewer := c.Request().Context(), kit.ViewerOf(c)
	r, err := h.Exams.Result(ctx, viewer.PersonID, c.Param("attempt"))
	switch {
	case errors.Is(err, exam.ErrInProgress):
		return kit.Redirect(c, "/learn/"+c.Param("slug")+"/exam/"+c.Param("attempt")+"/review", nil)
	case err != nil:
		return err
	case r.Overview.Edition.Slug != c.Param("slug"):
		return exam.ErrNotFound
	}
	e, err := h.Enrollments.Get(ctx, r.EnrollmentID)
	if err != nil {
		return err
	}
	st := r.Standing()
	p := resultPage{
		frame: newFrame(r.Overview.Edition), Result: r, Final: r.FinalAt != nil, Awaiting: st.Open > 0,
		Score: score(r.Attempt), Need: marks(st.Need()), Max: marks(st.Max),
		PromisedAt: r.Promised(),
		LastTry:    r.Overview.Left() == 0 && r.Overview.Open == nil,
	}
	p.Certified, p.Evaluate = e.State == enrollment.Completed, e.State == enrollment.Active && e.EvaluatedAt == nil
	p.Ask = p.Final && !r.Overview.Passed && p.LastTry
	for _, o := range r.Objectives {
		p.Rows = append(p.Rows, objectiveRow{ObjectiveScore: o, Points: marks(o.Points), Of: marks(o.Max)})
	}
	for _, i := range r.Review {
		p.Feedback = append(p.Feedback, feedback{
			Feedback: questionview.Feedback{Number: i.Position, Feedback: i.Feedback, Case: questionview.CaseOf(r.Overview.Edition, i.Question)},
			Comment:  i.Comment,
		})
	}
	return kit.Render(c, http.StatusOK, "exam/result", p)
}
