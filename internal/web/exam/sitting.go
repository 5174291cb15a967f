package exam

import (
	"crypto/rand"
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
	"github.com/atmacena/cocare/internal/web/questionview"
)

// field is the form field of the one question on a page.
const field = "answer"

// questionPage is one question of an attempt in progress.
type questionPage struct {
	frame
	Number   int
	Of       int
	Item     exam.Item
	Question questionview.Form
	Page     string // this and the next two: see exam.Answer
	Seen     int64
	Revision int64
	Timer    *timer
	Map      []mapEntry
	Answered int
	Last     bool
}

// mapEntry is a question in the overview.
type mapEntry struct {
	Number                      int
	Prompt, Href                string
	SaveTo                      string // where its answer is sent
	Answered, Complete, Flagged bool
	Current                     bool
}

// State says in words what the colors show.
func (m mapEntry) State() string {
	return stateWords(m.Answered, m.Complete)
}

func stateWords(answered, complete bool) string {
	switch {
	case complete:
		return "answered"
	case answered:
		return "partly answered"
	default:
		return "not answered"
	}
}

func (h *handler) getQuestion(c echo.Context) error {
	sit, f, over, err := h.open(c)
	switch {
	case err != nil:
		return err
	case over:
		return kit.Redirect(c, f.Base+"/result", nil)
	}
	n := firstOpen(sit)
	if v := c.QueryParam("q"); v != "" {
		n = atoi(v)
	}
	if n < 1 || n > len(sit.Items) {
		return exam.ErrNoQuestion
	}
	return h.question(c, sit, f, n, http.StatusOK, nil, nil)
}

// firstOpen is where to go on: the first question that is not fully answered.
func firstOpen(sit exam.Sitting) int {
	for _, i := range sit.Items {
		if !i.Complete() {
			return i.Position
		}
	}
	return 1
}

// question shows one; typed replaces what is saved, after a mistake, and so does
// the flag of the form that was sent.
func (h *handler) question(c echo.Context, sit exam.Sitting, f frame, n, status int, form *kit.Form, typed *questionview.Form) error {
	item := sit.Items[n-1]
	if typed != nil {
		item.Flagged = form.Bool("flagged")
	}
	p := questionPage{
		frame: f, Number: n, Of: len(sit.Items), Item: item, Last: n == len(sit.Items),
		Page: rand.Text(), Seen: item.Revision, Revision: h.Now().UnixMilli(), Timer: timerOf(sit.Attempt, h.Now()),
		Question: formOf(sit, item),
	}
	if typed != nil {
		p.Question.Response, p.Question.Error, p.Question.BadItem = typed.Response, typed.Error, typed.BadItem
	}
	if typed != nil && typed.Error != "" { // nothing was saved, and no other answer was seen
		p.Page, p.Seen, p.Revision = form.Get("page"), revision(form, "seen"), max(p.Revision, revision(form, "revision")+1)
	}
	p.Map = questionMap(sit, f, n)
	for _, m := range p.Map {
		if m.Complete {
			p.Answered++
		}
	}
	return kit.Render(c, status, "exam/question", kit.View{Form: form, Data: p})
}

func formOf(sit exam.Sitting, item exam.Item) questionview.Form {
	return questionview.Form{
		Name: field, Number: item.Position, Of: len(sit.Items), Question: item.Sheet().Public(),
		Response: item.Sheet().Shown(item.Response), Case: questionview.CaseOf(sit.Edition, item.Question),
	}
}

func questionMap(sit exam.Sitting, f frame, current int) []mapEntry {
	list := make([]mapEntry, len(sit.Items))
	for k, i := range sit.Items {
		list[k] = mapEntry{
			Number: i.Position, Prompt: i.Question.Prompt, Href: f.Base + "?q=" + strconv.Itoa(i.Position),
			SaveTo: f.Base + "/answers/" + i.Question.ID, Answered: i.Answered(), Complete: i.Complete(), Flagged: i.Flagged, Current: i.Position == current,
		}
	}
	return list
}

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
		ack.Clock = saved.At.In(viewer.Zone).Format("15:04")
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

// timeUp reports whether the deadline has passed; until the grace is over, what
// was under way is saved all the same.
func (h *handler) timeUp(sit exam.Sitting) bool {
	return sit.DeadlineAt != nil && !h.Now().Before(*sit.DeadlineAt)
}

// finish submits the attempt and shows the result.
func (h *handler) finish(c echo.Context, sit exam.Sitting, f frame) error {
	if _, err := h.Exams.Submit(c.Request().Context(), sit.PersonID, sit.ID); err != nil {
		return err
	}
	return kit.Redirect(c, f.Base+"/result", nil)
}

// onward goes where the button says.
func (h *handler) onward(c echo.Context, sit exam.Sitting, f frame, n int, to string) error {
	switch {
	case to == "previous" && n > 1:
		n--
	case to == "stay":
	case to == "review" || n == len(sit.Items):
		return kit.Redirect(c, f.Base+"/review", nil)
	default:
		n++
	}
	return kit.Redirect(c, f.Base+"?q="+strconv.Itoa(n), nil)
}

// reviewPage is the overview before the submit.
type reviewPage struct {
	frame
	Map               []mapEntry
	Open, Flagged, Of int
	Timer             *timer
}

func (h *handler) getReview(c echo.Context) error {
	sit, f, over, err := h.open(c)
	switch {
	case err != nil:
		return err
	case over:
		return kit.Redirect(c, f.Base+"/result", nil)
	}
	p := reviewPage{frame: f, Map: questionMap(sit, f, 0), Of: len(sit.Items), Timer: timerOf(sit.Attempt, h.Now())}
	for _, m := range p.Map {
		if !m.Complete {
			p.Open++
		}
		if m.Flagged {
			p.Flagged++
		}
	}
	return kit.Render(c, http.StatusOK, "exam/review", p)
}

func (h *handler) postSubmit(c echo.Context) error {
	sit, f, err := h.sitting(c)
	if err != nil {
		return err
	}
	return h.finish(c, sit, f)
}
