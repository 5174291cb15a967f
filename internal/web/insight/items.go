package insight

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/chart"
	"github.com/atmacena/cocare/internal/web/kit"
)

// itemsPage lists the questions of an exam.
type itemsPage struct {
	place
	Exam    insight.Exam
	Whole   coefficient // of whole forms
	Machine coefficient // of their questions that are right or wrong
	Written bool        // forms have others besides, so that Machine says something of its own
	Rows    []itemRow
	Unmet   []itemRow // questions that too few met
	Least   int       // people whom a question needs
	Scatter *chart.Scatter
	From    int // first attempts that a coefficient needs
	FlagMin int // people that a remark needs
}

// coefficient is a reliability in words.
type coefficient struct {
	analysis.Reliability
	Value, SEM, Meaning string
}

// Pairs says which pairs it rests on.
func (c coefficient) Pairs() string { return percent(c.UsedShare) }

// Questions is how many a form has.
func (c coefficient) Questions() string { return strconv.FormatFloat(c.Items, 'f', -1, 64) }

// itemRow is a question in the list.
type itemRow struct {
	insight.Item
	Href, Right, Tells, Figure string
	Bar                        chart.Bar
}

// Objectives are those that the question serves.
func (r itemRow) Objectives() string { return strings.Join(r.Question.Objectives, ", ") }

// Short is the beginning of the question.
func (r itemRow) Short() string {
	const most = 90
	words := []rune(strings.Join(strings.Fields(r.Question.Prompt), " "))
	if len(words) <= most {
		return string(words)
	}
	return strings.TrimRight(string(words[:most]), " ,;:") + " …"
}

// itemSorts are the orders of the list; its own is by remarks, the gravest first.
var itemSorts = map[string]func(a, b itemRow) int{
	"question": func(a, b itemRow) int { return a.Number - b.Number },
	"people":   func(a, b itemRow) int { return a.Takers - b.Takers },
	"right":    func(a, b itemRow) int { return cmp.Compare(a.Middle(), b.Middle()) },
	"tells":    func(a, b itemRow) int { return cmp.Compare(a.Discrimination.V, b.Discrimination.V) },
}

// items reads the questions as the address asks for them; those that too few met
// stand apart, in the order of the bank.
func (h *handler) items(c echo.Context) (p itemsPage, err error) {
	if p.place, err = h.place(c, tabItems); err != nil {
		return p, err
	}
	q, err := kit.ParseList(c, 1, 1)
	if err != nil {
		return p, err
	}
	if p.Exam, err = h.Insight.Exam(c.Request().Context(), p.ID); err != nil {
		return p, err
	}
	for _, i := range p.Exam.Items {
		if r := p.row(i); i.Known() {
			p.Rows = append(p.Rows, r)
		} else {
			p.Unmet = append(p.Unmet, r)
		}
	}
	sortItems(p.Rows, q.Sort)
	return p, nil
}

func sortItems(rows []itemRow, by string) {
	slices.SortStableFunc(rows, func(a, b itemRow) int { return a.Gravity() - b.Gravity() })
	order := itemSorts[strings.TrimPrefix(by, "-")]
	if order == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b itemRow) int {
		if strings.HasSuffix(by, "tells") && a.Discrimination.Known() != b.Discrimination.Known() {
			return cmp.Compare(a.Discrimination.Why, b.Discrimination.Why) // what is undefined comes last
		}
		if strings.HasPrefix(by, "-") {
			return order(b, a)
		}
		return order(a, b)
	})
}

func (p itemsPage) row(i insight.Item) itemRow {
	r := itemRow{Item: i, Href: p.Item(i.Question.ID), Right: veil.Percents(i.Low, i.High), Tells: tells(i.Discrimination), Figure: figure(i.Discrimination)}
	r.Bar = chart.NewBar(i.Question.ID+": "+r.Right, i.Middle())
	return r
}

func (h *handler) getItems(c echo.Context) error {
	p, err := h.items(c)
	if err != nil {
		return err
	}
	p.From, p.FlagMin, p.Least = insight.ReliabilityFrom, insight.FlagFrom, veil.Enough
	if p.Exam.Enough {
		p.Whole, p.Machine = newCoefficient(p.Exam.Alpha), newCoefficient(p.Exam.KR20)
		p.Written = p.Exam.Alpha.Items != p.Exam.KR20.Items
	}
	p.Scatter = scatter(p.Rows)
	return kit.Render(c, http.StatusOK, "insight/items", kit.View{Title: "Exam questions: " + p.Title(), Data: p})
}

func newCoefficient(r analysis.Reliability) coefficient {
	c := coefficient{Reliability: r, Value: figure(r.Alpha)}
	switch a := r.Alpha; {
	case !a.Known():
		c.Meaning = why(a)
	case a.V < 0:
		c.Meaning = "The questions do not measure one thing, or far too few people sat the exam."
	case a.V < .5:
		c.Meaning = "The order of people by score is largely chance."
	case a.V < .7:
		c.Meaning = "Enough to see how a group does; little to tell two people apart."
	case a.V < .9:
		c.Meaning = "Usual for a good test of this length."
	default:
		c.Meaning = "Scores put people in order reliably."
	}
	if r.SEM.Known() {
		c.SEM = strconv.FormatFloat(100*r.SEM.V, 'f', 1, 64)
	}
	return c
}

// scatter shows all questions at a glance; nil if fewer than three have both figures.
func scatter(rows []itemRow) *chart.Scatter {
	var points []chart.Point
	var loud []string
	for _, r := range rows {
		if !r.Discrimination.Known() {
			continue
		}
		p := chart.Point{X: r.Middle(), Y: r.Discrimination.V, Name: r.Question.ID, Loud: r.Gravity() == 0}
		if p.Loud {
			loud = append(loud, p.Name)
		}
		points = append(points, p)
	}
	if len(points) < 3 {
		return nil
	}
	title := fmt.Sprintf("%d questions by how many got them right and how well they tell people apart", len(points))
	if len(loud) > 0 {
		title += "; to look at: " + strings.Join(loud, ", ")
	}
	s := chart.NewScatter(title, "Right, in percent", "Correlation with the rest", points)
	return &s
}

func (h *handler) postItemsCSV(c echo.Context) error {
	p, err := h.items(c)
	if err != nil {
		return err
	}
	record := func(ctx context.Context) error {
		return h.Audit.Record(ctx, audit.Event{Action: "insight.export", ObjectKind: "edition", ObjectID: p.ID, Details: map[string]any{"course": p.Slug, "edition": p.Number}})
	}
	header := []string{"course", "edition", "edition_hash", "question", "kind", "objectives", "people", "right_from", "right_to", "discrimination", "remarks"}
	return kit.Export(c, h.Fresh, record, "questions-"+p.Slug+"-"+p.Chosen()+".csv", header, func(write func(...string) error) error {
		for _, r := range append(slices.Clone(p.Rows), p.Unmet...) {
			cells := []string{p.Slug, p.Chosen(), p.Hash, r.Question.ID, string(r.Question.Kind), r.Objectives(), strconv.Itoa(r.Takers), "", "", "", ""}
			if r.Known() {
				cells[7], cells[8] = strconv.FormatFloat(r.Low, 'f', 3, 64), strconv.FormatFloat(r.High, 'f', 3, 64)
				if r.Discrimination.Known() {
					cells[9] = strconv.FormatFloat(r.Discrimination.V, 'f', 2, 64)
				}
				cells[10] = remarks(r.Item)
			}
			if err := write(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}

func remarks(i insight.Item) string {
	words := make([]string, len(i.Flags))
	for n, f := range i.Flags {
		words[n] = f.Text
	}
	return strings.Join(words, " ")
}
