package insight

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/kit"
)

// comparePage sets two editions side by side. It shows of each what its own pages
// show, and counts nothing from both together.
type comparePage struct {
	place
	A, B   string // numbers of the editions
	Tables []compareTable
	Small  bool // one of the two has so few people that chance rules
	Loners int  // questions of one of them alone
}

// Alone reports whether there is nothing to compare with.
func (p comparePage) Alone() bool { return len(p.Editions) < 2 }

// FewPeople is from how many first attempts on differences are worth a thought.
func (p comparePage) FewPeople() int { return steady }

// steady is how many people a share needs to be within about ten points of what
// many more would give.
const steady = 100

// compareTable is one kind of figures.
type compareTable struct {
	ID, Title, First string // First heads the first column
	Rows             []compareRow
}

// compareRow is a figure in both editions.
type compareRow struct {
	Title, Note, A, B, Href string
}

// sides is everything about one edition.
type side struct {
	*course.Edition
	way  insight.Way
	exam insight.Exam
	sum  enrollment.Summary
}

func (h *handler) getCompare(c echo.Context) error {
	pl, err := h.place(c, tabCompare)
	if err != nil {
		return err
	}
	p := comparePage{place: pl, A: pl.Chosen()}
	if p.Alone() {
		return kit.Render(c, http.StatusOK, "insight/compare", kit.View{Title: "Compare editions: " + pl.Title(), Data: p})
	}
	if v := c.QueryParam("a"); v != "" {
		p.A = v
	}
	if p.B = c.QueryParam("b"); p.B == "" {
		p.B = p.other()
	}
	a, err := h.side(c.Request().Context(), p, p.A)
	if err != nil {
		return err
	}
	b, err := h.side(c.Request().Context(), p, p.B)
	if err != nil {
		return err
	}
	p.fill(a, b)
	return kit.Render(c, http.StatusOK, "insight/compare", kit.View{Title: "Compare editions: " + pl.Title(), Data: p})
}

// other is the edition before the first one, or else the one behind it.
func (p comparePage) other() string {
	for i, e := range p.Editions {
		if strconv.Itoa(e.Number) == p.A {
			if i+1 < len(p.Editions) {
				return strconv.Itoa(p.Editions[i+1].Number)
			}
			return strconv.Itoa(p.Editions[i-1].Number)
		}
	}
	return p.A
}

func (h *handler) side(ctx context.Context, p comparePage, number string) (s side, err error) {
	e, err := p.find(number)
	if err != nil {
		return s, err
	}
	if s.Edition, err = h.Courses.Edition(ctx, e.ID); err != nil {
		return s, err
	}
	if s.way, err = h.Insight.Way(ctx, e.ID); err != nil {
		return s, err
	}
	if s.exam, err = h.Insight.Exam(ctx, e.ID); err != nil {
		return s, err
	}
	s.sum, err = h.Evaluations.EvaluationSummary(ctx, e.ID)
	return s, err
}

func (p *comparePage) fill(a, b side) {
	p.Small = a.exam.Counted < steady || b.exam.Counted < steady
	add := func(t compareTable) {
		if len(t.Rows) > 0 {
			p.Tables = append(p.Tables, t)
		}
	}
	add(compareTable{"steps", "How far people come", "Step", compareSteps(a.way, b.way)})
	add(compareTable{"times", "Median time on lessons, measured by the browser", "Lesson", compareTimes(a.way, b.way)})
	add(compareTable{"exam", "Exam, first attempts", "Figure", compareExams(a.exam, b.exam)})
	add(compareTable{"objectives", "Evaluation, mean answers", "Statement", compareEvaluations(a.sum, b.sum)})
	questions, alone := p.compareItems(a, b)
	p.Loners = alone
	add(compareTable{"questions", "Questions, share of right answers and correlation with the rest", "Question", questions})
}

// stepKey tells the steps of an edition apart; a lesson is known by its title.
type stepKey struct {
	kind insight.StepKind
	of   string
}

func compareSteps(a, b insight.Way) (rows []compareRow) {
	other := map[stepKey]insight.Step{}
	for _, s := range b.Steps {
		other[stepKey{s.Kind, s.Of}] = s
	}
	words := func(r veil.Range) string { return shareOf(r) + " of " + veil.Thousands(r.Of) }
	for _, s := range a.Steps {
		row := compareRow{Title: stepTitles[s.Kind], Note: s.Of, A: words(s.People), B: "–"}
		if o, both := other[stepKey{s.Kind, s.Of}]; both {
			row.B = words(o.People)
		}
		rows = append(rows, row)
	}
	return rows
}

func compareTimes(a, b insight.Way) (rows []compareRow) {
	other := map[string]insight.LessonTime{}
	for _, l := range b.Lessons {
		other[l.Title] = l
	}
	for _, l := range a.Lessons {
		o, both := other[l.Title]
		if !both || l.Browser.Of() < spreadFrom && o.Browser.Of() < spreadFrom {
			continue
		}
		rows = append(rows, compareRow{Title: l.Title, A: minutesOf(l.Browser), B: minutesOf(o.Browser)})
	}
	return rows
}

func compareExams(a, b insight.Exam) []compareRow {
	if !a.Known() && !b.Known() {
		return nil
	}
	row := func(title string, words func(e insight.Exam) string) compareRow {
		of := func(e insight.Exam) string {
			if !e.Known() {
				return "Too few people"
			}
			return words(e)
		}
		return compareRow{Title: title, A: of(a), B: of(b)}
	}
	return []compareRow{
		row("First attempts counted", func(e insight.Exam) string { return veil.Thousands(e.Counted) }),
		row("Passed with the first", func(e insight.Exam) string { return shareOf(e.Passed) }),
		row("Mean score", func(e insight.Exam) string { return veil.Percents(e.Mean()) }),
		row("Time taken, median", func(e insight.Exam) string { return minutesOf(e.Minutes) }),
		row("Cronbach’s alpha", func(e insight.Exam) string {
			if !e.Enough {
				return "Too few people"
			}
			return figure(e.Alpha.Alpha)
		}),
	}
}

func compareEvaluations(a, b enrollment.Summary) (rows []compareRow) {
	other := map[string]scaleRow{}
	for _, i := range b.Items {
		if i.Kind == "scale" {
			other[i.ID] = newScaleRow(i, b.Counted)
		}
	}
	for _, i := range a.Items {
		o, both := other[i.ID]
		if i.Kind != "scale" || !both || o.Text != i.Text {
			continue
		}
		rows = append(rows, compareRow{Title: i.Text, Note: i.Objective, A: newScaleRow(i, a.Counted).Mean, B: o.Mean})
	}
	return rows
}

// compareItems sets questions side by side that both editions ask alike; alone counts
// the others.
func (p comparePage) compareItems(a, b side) (rows []compareRow, alone int) {
	other := map[string]insight.Item{}
	for _, i := range b.exam.Items {
		other[i.Question.ID] = i
	}
	words := func(i insight.Item) string {
		if !i.Known() {
			return "Too few people"
		}
		return veil.Percents(i.Low, i.High) + ", " + figure(i.Discrimination)
	}
	there := p.place
	there.Edition = a.Edition
	for _, i := range a.exam.Items {
		o, both := other[i.Question.ID]
		if !both || !compare.SameQuestion(a.Course, b.Course, i.Question, o.Question) {
			alone++
			continue
		}
		if i.Known() || o.Known() {
			rows = append(rows, compareRow{Title: i.Question.ID, Note: apart(i.Right, o.Right), A: words(i), B: words(o), Href: there.Item(i.Question.ID)})
		}
	}
	return rows, alone
}

// apartFrom is how many people a difference needs on each side.
const apartFrom = 20

// apart remarks on a difference that is larger than twice its standard error, by Agresti
// and Caffo (The American Statistician 54, 2000), whatever of the possible numbers are
// the true ones.
func apart(a, b veil.Range) string {
	if a.From < b.From {
		a, b = b, a
	}
	if min(a.Of, b.Of) < apartFrom || a.From <= b.To {
		return ""
	}
	adjusted := func(n, of int) (share, variance float64) {
		share = float64(n+1) / float64(of+2)
		return share, share * (1 - share) / float64(of+2)
	}
	high, v := adjusted(a.From, a.Of)
	low, w := adjusted(b.To, b.Of)
	if high-low > 2*math.Sqrt(v+w) {
		return "More than chance explains"
	}
	return ""
}
