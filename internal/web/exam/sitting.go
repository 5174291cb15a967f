package exam

import (
	crypto "crypto/rand"
	"math/rand/v2"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/exam"
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
		Page: crypto.Text(), Seen: item.Revision, Revision: firstRevision(), Timer: timerOf(sit.Attempt, h.Now()),
		Question: formOf(sit, item),
	}
	if typed != nil {
		p.Question.Response, p.Question.Error, p.Question.BadItem = typed.Response, typed.Error, typed.BadItem
	}
	if typed != nil && typed.Error != "" { // nothing was saved, and no other answer was seen
		p.Page, p.Seen, p.Revision = form.Get("page"), revision(form, "seen"), revision(form, "revision")+1
	}
	p.Map = questionMap(sit, f, n)
	for _, m := range p.Map {
		if m.Complete {
			p.Answered++
		}
	}
	return kit.Render(c, status, "exam/question", kit.View{Form: form, Data: p})
}

// firstRevision is where a page begins to count: at random, so that a revision
// means one answer of one page. What a script can count exactly ends at 2^53.
func firstRevision() int64 { return 1 + rand.Int64N(1<<52) } // #nosec G404 -- no secret

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
