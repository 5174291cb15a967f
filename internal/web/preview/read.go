package preview

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// readPerPage is how many questions stand on a page with their keys.
const readPerPage = 20

// readPage has questions as those read them who may see their keys.
type readPage struct {
	place
	Label string // of the part that is shown
	Tabs  []kit.Link
	Here  string
	Rows  []readRow
	Pager kit.Pager
}

// readRow is a question with the address of its page. Drafts have questions without an ID,
// and some that share one, of which the address names another: those have none.
type readRow struct {
	Read questionview.Feedback
	Href string
}

var errNoPart = apperr.New(apperr.NotFound, "There are no such questions.")

// parts are the questions of a course as its readers look for them: the exam's by
// objective, then the practice of each module.
func (p place) parts() (out []readPart) {
	asked := map[string][]*question.Question{}
	for _, q := range p.Course.Bank {
		id := ""
		if len(q.Objectives) > 0 {
			id = q.Objectives[0]
		}
		asked[id] = append(asked[id], q)
	}
	for _, o := range p.Course.Objectives {
		if len(asked[o.ID]) > 0 {
			out = append(out, readPart{"exam-" + o.ID, "Exam: " + o.ID, o.Text, asked[o.ID]})
			delete(asked, o.ID)
		}
	}
	for _, q := range p.Course.Bank { // what names an objective that is not there, or none
		id := ""
		if len(q.Objectives) > 0 {
			id = q.Objectives[0]
		}
		if rest := asked[id]; len(rest) > 0 {
			label := "Exam: " + id
			if id == "" {
				label = "Exam: no objective"
			}
			out = append(out, readPart{"exam-" + id, label, "", rest})
			delete(asked, id)
		}
	}
	for _, m := range p.Course.Modules {
		if len(m.Check) > 0 {
			out = append(out, readPart{"practice-" + m.ID, "Practice: module " + strconv.Itoa(m.Number), m.Title, m.Check})
		}
	}
	return out
}

// readPart is questions that stand together.
type readPart struct {
	id, label, about string
	list             []*question.Question
}

// getQuestions reads ?part=; without it, it is the first.
func (h *handler) getQuestions(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	q, err := kit.ParseList(c, readPerPage, 1)
	if err != nil {
		return err
	}
	page := readPage{place: p}
	parts, chosen := p.parts(), c.QueryParam("part")
	if i := slices.IndexFunc(parts, func(one readPart) bool { return chosen == "" || one.id == chosen }); i >= 0 {
		if err := page.fill(c, q, parts[i]); err != nil {
			return err
		}
	} else if chosen != "" {
		return errNoPart
	}
	for _, one := range parts {
		page.Tabs = append(page.Tabs, kit.Link{Label: one.label, Href: p.At("/questions", "part", one.id)})
	}
	return kit.Render(c, http.StatusOK, "preview/questions", kit.View{Title: "Questions with their keys", Data: page})
}

// fill takes the page of a part that was asked for. The places are numbers: an address
// names what is shown.
func (p *readPage) fill(c echo.Context, q kit.ListQuery, part readPart) error {
	from, to := 0, len(part.list)
	after, before := q.Neighbor()
	switch n, err := strconv.Atoi(after + before); {
	case after+before == "":
	case err != nil || n < 0:
		return errNoPart
	case before != "":
		to = min(n, to)
		from = max(0, to-q.Limit)
	default:
		from = min(n, to)
	}
	to = min(from+q.Limit, to)
	p.Label, p.Here = part.about, p.At("/questions", "part", part.id)
	for _, x := range part.list[from:to] {
		one := readRow{Read: questionview.Read(p.Edition, x)}
		one.Read.Number = from + len(p.Rows) + 1
		if named, ok := p.Question(x.ID); ok && named == x && x.ID != "" {
			one.Href = p.QuestionAt(x.ID)
		}
		p.Rows = append(p.Rows, one)
	}
	prev, next := "", ""
	if from > 0 {
		prev = kit.Cursor(strconv.Itoa(from))
	}
	if to < len(part.list) {
		next = kit.Cursor(strconv.Itoa(to))
	}
	p.Pager = kit.NewPager(c, len(part.list), to-from, prev, next)
	return nil
}

// questionPage is one question, as learners meet it and with its key.
type questionPage struct {
	place
	ID   string
	Form questionview.Form
	Key  questionview.Feedback
}

func (h *handler) getQuestion(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "question")
	if err != nil {
		return err
	}
	q, ok := p.Question(id)
	if !ok {
		return errNoPart
	}
	practice := !slices.Contains(p.Course.Bank, q)
	page := questionPage{place: p, ID: id, Key: questionview.Read(p.Edition, q),
		Form: questionview.Form{Name: fieldOf(q), Question: question.Public(q, question.DefaultOrder(q)), Case: questionview.CaseOf(p.Edition, q), Practice: practice}}
	page.Key.Case = nil // it stands above
	return kit.Render(c, http.StatusOK, "preview/question", kit.View{Title: "Question " + id, Data: page})
}

// QuestionAt is the address of a question's page.
func (p place) QuestionAt(id string) string { return p.At("/questions/" + url.PathEscape(id)) }

// cardPage is everything that the course card says.
type cardPage struct {
	place
	Parts []compare.CardPart
}

func (h *handler) getCard(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "preview/card", kit.View{Title: "The course card", Data: cardPage{p, compare.Card(p.Course)}})
}

// evaluationPage is what learners are asked about the course, with the controls that
// they get.
type evaluationPage struct {
	place
	Items []evaluationItem
}

type evaluationItem struct {
	course.EvaluationItem
	Scale, Choices []kit.Option
	Minutes        []kit.Link // label and field name of each part
}

// ToReviewer reports whether the answer goes to the clinical reviewer.
func (i evaluationItem) ToReviewer() bool { return i.To == "reviewer" }

func (h *handler) getEvaluation(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page, ev := evaluationPage{place: p}, p.Course.Evaluation
	for _, item := range ev.Items {
		v := evaluationItem{EvaluationItem: item}
		v.Text = strings.TrimSuffix(item.Text, " (optional)") // the form says it itself
		for i, label := range ev.Scale {
			v.Scale = append(v.Scale, kit.Option{Value: strconv.Itoa(i + 1), Label: label})
		}
		for _, o := range item.Options {
			v.Choices = append(v.Choices, kit.Option{Value: o.ID, Label: o.Text})
		}
		for _, part := range item.Parts {
			v.Minutes = append(v.Minutes, kit.Link{Label: enrollment.MinutesLabel(part), Href: enrollment.EvaluationField(item, part)})
		}
		page.Items = append(page.Items, v)
	}
	return kit.Render(c, http.StatusOK, "preview/evaluation", kit.View{Title: "The evaluation", Form: kit.NewForm(), Data: page})
}
