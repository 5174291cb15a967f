package learn

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// standing is what is left of the exam after a failed attempt, or when one is
// graded; the zero value where nobody asks.
func (h *handler) standing(c echo.Context, l enrollment.Learning) (ExamStanding, error) {
	if l.State != enrollment.Active || !l.Exam.Submitted() || l.Exam.Done() || hollow(l) {
		return ExamStanding{}, nil
	}
	return h.ExamOf(c.Request().Context(), l.Enrollment)
}

// examNote says of an exam that was submitted and is not passed what is left of
// it, "" otherwise.
func examNote(c echo.Context, l enrollment.Learning, st ExamStanding) string {
	zone := kit.ViewerOf(c).Zone
	if zone == nil {
		zone = time.UTC
	}
	switch {
	case l.State != enrollment.Active || !l.Exam.Submitted() || l.Exam.Done() || hollow(l):
		return ""
	case l.Exam.Awaiting() && st.GradedBy.IsZero():
		return ""
	case l.Exam.Awaiting():
		return "Submitted. People grade the short answers by " + kit.Day(zone, st.GradedBy) + "."
	case st.Left == 0:
		return "Not passed, and no attempt is left. The exam page says whom to ask."
	case st.NextAt != nil:
		return "Not passed yet. " + counted(st.Left, "attempt", "attempts") + " left; the next one opens " + kit.In(zone, *st.NextAt) + "."
	}
	return "Not passed yet. " + counted(st.Left, "attempt", "attempts") + " left; you can begin the next one now."
}
