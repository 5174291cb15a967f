package exam

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
)

// savedAnswer is what a script is told of an answer that is on disk.
type savedAnswer struct {
	Revision int64  `json:"revision"`
	SavedAt  string `json:"saved_at"`
	Clock    string `json:"clock,omitempty"` // in the learner's zone
	State    string `json:"state"`           // as mapEntry.State
	Flagged  bool   `json:"flagged"`
}

// newerAnswer refuses one: it names what would be overwritten, for a learner who
// wants that.
type newerAnswer struct {
	Error    string `json:"error"`
	Revision int64  `json:"revision"`
}

// postAnswer saves one answer, for a script or for the form's buttons.
func (h *handler) postAnswer(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if kit.WantsJSON(c) {
		return h.autosave(c, form)
	}
	sit, f, over, err := h.open(c)
	switch {
	case err != nil:
		return err
	case over:
		return kit.Redirect(c, f.Base+"/result", nil)
	}
	item, known := sit.Item(c.Param("question"))
	if !known {
		return exam.ErrNoQuestion
	}
	typed := formOf(sit, item)
	var r question.Response
	if typed.Response, r, err = item.Sheet().Parse(form.Values, field); err == nil {
		a := answer(form, item.Question, r)
		a.Bump = true
		_, err = h.Exams.SaveAnswer(c.Request().Context(), sit.PersonID, sit.ID, a)
	}
	bad := typed.Fail(err)
	switch {
	case errors.Is(err, exam.ErrSubmitted), errors.Is(err, exam.ErrTimeUp):
		return kit.Redirect(c, f.Base+"/result", nil)
	case h.timeUp(sit) && (err == nil || bad || errors.Is(err, exam.ErrNewer)):
		return h.finish(c, sit, f) // what cannot be taken can no longer be mended
	case err == nil:
		return h.onward(c, sit, f, item.Position, form.Get("go"))
	case bad:
		name := field
		if typed.BadItem != "" {
			name = typed.ItemName(typed.BadItem)
		}
		form.Fail(name, typed.Error)
		return h.question(c, sit, f, item.Position, http.StatusUnprocessableEntity, form, &typed)
	case errors.Is(err, exam.ErrNewer):
		form.Fail("", "A newer answer to this question was saved from another page or device. Below is what you sent just now: save it again to keep it, or open the question anew to see the other.")
		return h.question(c, sit, f, item.Position, kit.Status(err), form, &typed)
	}
	return err
}

// autosave answers a script. The address names the question, so that nothing
// but the answer and what it belongs to is read.
func (h *handler) autosave(c echo.Context, form *kit.Form) error {
	ctx, viewer := c.Request().Context(), kit.ViewerOf(c)
	q, order, err := h.Exams.Question(ctx, viewer.PersonID, c.Param("attempt"), c.Param("question"))
	if err != nil {
		return err
	}
	_, r, err := question.NewSheet(q, order).Parse(form.Values, field)
	if err != nil {
		return inWords(err)
	}
	saved, err := h.Exams.SaveAnswer(ctx, viewer.PersonID, c.Param("attempt"), answer(form, q, r))
	if errors.Is(err, exam.ErrNewer) {
		return c.JSON(kit.Status(err), newerAnswer{Error: fmt.Sprintf("A newer answer to question %d was saved from another page or device.", saved.Position), Revision: saved.Revision})
	}
	if err != nil {
		return inWords(err)
	}
	ack := savedAnswer{
		Revision: saved.Revision, SavedAt: saved.At.Format(time.RFC3339), Flagged: form.Bool("flagged"),
		State: stateWords(question.Answered(q, r), question.Complete(q, r)),
	}
	if viewer.Zone != nil {
		ack.Clock = kit.Clock(viewer.Zone, saved.At)
	}
	return c.JSON(http.StatusOK, ack)
}

// inWords makes the mistake itself the message that the page shows.
func inWords(err error) error {
	if bad, ok := errors.AsType[*question.InputError](err); ok {
		return apperr.New(apperr.Invalid, bad.Msg)
	}
	if fields := apperr.FieldsOf(err); len(fields) > 0 {
		return apperr.New(apperr.Invalid, fields[0].Msg)
	}
	return err
}

// answer is what a page sends. One that says nothing of what it saw overwrites
// nothing.
func answer(form *kit.Form, q *question.Question, r question.Response) exam.Answer {
	seen := revision(form, "seen")
	return exam.Answer{
		QuestionID: q.ID, Response: r, Flagged: form.Bool("flagged"), Page: form.Get("page"), Revision: revision(form, "revision"), Seen: &seen,
	}
}

func revision(form *kit.Form, name string) int64 {
	n, err := strconv.ParseInt(form.Get(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
