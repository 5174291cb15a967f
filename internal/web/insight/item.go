package insight

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/chart"
	"github.com/atmacena/cocare/internal/web/kit"
)

// itemPage is one question with its key and what else was answered.
type itemPage struct {
	place
	insight.Item
	Right, Share, Figure, Tells string
	KeyRest                     string
	Key                         []string // what is right, in words
	Answers                     []answerRow
	Marked                      bool // several answers could be given
	Least                       int  // people whom a question needs
}

// Number is the question's in the bank, Title the course's.
func (p itemPage) Number() int { return p.Item.Number }

// Crumbs lead to the list.
func (p itemPage) Crumbs() []kit.Link {
	return append(p.place.Crumbs(), kit.Link{Label: "Exam questions", Href: p.At("/items")})
}

// Objectives are those that the question serves.
func (p itemPage) Objectives() string { return strings.Join(p.Question.Objectives, ", ") }

// answerRow is an answer with how many gave it.
type answerRow struct {
	insight.Answer
	People, Share, Rest string
	Bar                 chart.Bar
}

var errNoQuestion = apperr.New(apperr.NotFound, "The exam of this edition has no such question.")

func (h *handler) getItem(c echo.Context) error {
	pl, err := h.place(c, tabItems)
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "question")
	if err != nil {
		return err
	}
	e, err := h.Insight.Exam(c.Request().Context(), pl.ID)
	if err != nil {
		return err
	}
	i, found := itemOf(pl, e, id)
	if !found {
		return errNoQuestion
	}
	return kit.Render(c, http.StatusOK, "insight/item", kit.View{Title: "Question " + id + ": " + pl.Title(), Data: newItemPage(pl, i)})
}

// itemOf finds a question of the bank, also where too few sat the exam to say
// anything of it.
func itemOf(pl place, e insight.Exam, id string) (insight.Item, bool) {
	for _, i := range e.Items {
		if i.Question.ID == id {
			return i, true
		}
	}
	for n, q := range pl.Course.Bank {
		if q.ID == id {
			return insight.Item{Question: q, Number: n + 1}, true
		}
	}
	return insight.Item{}, false
}

func newItemPage(pl place, i insight.Item) itemPage {
	p := itemPage{place: pl, Item: i, Key: keyOf(i.Question), Least: veil.Enough}
	if !i.Known() {
		return p
	}
	p.Right, p.Share, p.Figure, p.Tells = parts(i.Right), veil.Percents(i.Low, i.High), figure(i.Discrimination), tells(i.Discrimination)
	p.KeyRest = rest(i.RightRest)
	p.Marked = len(i.Rows) > 0 && i.Rows[0].Marked
	if len(i.Rows) > 0 && !p.Marked {
		p.Answers = append(p.Answers, keyRow(p, i))
	}
	for _, r := range i.Rows {
		p.Answers = append(p.Answers, newAnswerRow(r.Answer, r.People, rest(r.Rest)))
	}
	return p
}

// rest is what people earned on the rest.
func rest(v analysis.Value) string {
	if !v.Known() {
		return "–"
	}
	return "about " + percent(v.V)
}

func keyRow(p itemPage, i insight.Item) answerRow {
	key := insight.Answer{Text: strings.Join(p.Key, ", "), Key: true}
	for n, o := range question.Public(i.Question, nil).Options {
		if i.Question.Options[n].Correct {
			key.Letter, key.Text = o.Letter, o.Text
		}
	}
	return newAnswerRow(key, i.Right, p.KeyRest)
}

func newAnswerRow(a insight.Answer, people veil.Range, rest string) answerRow {
	r := answerRow{Answer: a, People: number(people), Share: shareOf(people), Rest: rest}
	r.Bar = chart.NewBar(strings.TrimSpace(a.Letter+" "+a.Text)+": "+parts(people), middle(people))
	return r
}

// keyOf says what is right, in words.
func keyOf(q *question.Question) (list []string) {
	switch q.Kind {
	case question.Numeric:
		if q.Answer != nil && q.Answer.Numeric != nil {
			return []string{strings.TrimSpace(q.Answer.Numeric.Value + " " + q.Answer.Numeric.Unit)}
		}
	case question.Ordering:
		texts := map[string]string{}
		for _, it := range q.Items {
			texts[it.ID] = it.Text
		}
		if q.Answer != nil {
			for _, id := range q.Answer.Order {
				list = append(list, texts[id])
			}
		}
	case question.Matching:
		texts := map[string]string{}
		for _, r := range q.Right {
			texts[r.ID] = r.Text
		}
		for _, l := range q.Left {
			list = append(list, l.Text+": "+texts[l.Match])
		}
	case question.ShortAnswer:
		return []string{q.Model}
	default:
		for n, o := range question.Public(q, nil).Options {
			if q.Options[n].Correct {
				list = append(list, strings.TrimSpace(o.Letter+" "+o.Text))
			}
		}
	}
	return list
}
