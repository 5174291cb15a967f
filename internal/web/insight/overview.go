package insight

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/chart"
	"github.com/atmacena/cocare/internal/web/kit"
)

// overviewPage is how far people come, how long they take and how the exam goes.
type overviewPage struct {
	place
	Way     insight.Way
	Steps   []stepRow
	Days    int // of everybody's way that are told
	Lessons []lessonRow
	Timed   bool // of some lesson a time is told
	timeWords
	Longest int // minutes, the end of the charts' scale
	HasExam bool
	Exam    examPart
}

// timeWords are the ways in which times stand on the page, which it explains.
type timeWords struct {
	Spans    bool // a time lies between two
	Halves   bool // the times of at least half of the people
	NoHalves bool // not everywhere
}

func (t *timeWords) add(v veil.Values) {
	from, to, ok := v.Median()
	if !ok {
		return
	}
	_, _, half := v.Half()
	t.Spans, t.Halves, t.NoHalves = t.Spans || to > from, t.Halves || half, t.NoHalves || !half
}

// Known reports whether there is anything to tell.
func (p overviewPage) Known() bool { return p.Way.Known() || p.Timed || p.Exam.Known() }

// stepRow is a step with its bar.
type stepRow struct {
	Title, Note, People, Share string
	Bar                        chart.Bar
}

var stepTitles = map[insight.StepKind]string{
	insight.StepDisclosed: "Disclosure acknowledged", insight.StepLesson: "Lesson finished", insight.StepCheck: "Practice questions answered",
	insight.StepBegun: "Exam begun", insight.StepPassed: "Exam passed", insight.StepEvaluated: "Evaluation sent", insight.StepCompleted: "Course completed",
}

// lessonRow is the time on a lesson.
type lessonRow struct {
	Title             string
	Planned           int
	Browser, Requests string
	Chart             *chart.Range // of those whom a browser measured; nil: too few
}

// examPart is how the exam goes.
type examPart struct {
	insight.Exam
	Scores    []scoreRow
	Histogram chart.Histogram
	Attempts  []triesRow
}

// PassedShare, PassedWords, MeanWords and TimeWords are the figures in words.
func (e examPart) PassedShare() string { return shareOf(e.Passed) }

// PassedWords is how many of how many.
func (e examPart) PassedWords() string { return parts(e.Passed) }

// MeanWords is the mean score.
func (e examPart) MeanWords() string { return veil.Percents(e.Mean()) }

// TimeWords is the time taken.
func (e examPart) TimeWords() string { return minutesOf(e.Minutes) }

type scoreRow struct{ Range, Note, People string }

type triesRow struct{ Title, Counted, Passed string }

func (h *handler) getOverview(c echo.Context) error {
	pl, err := h.place(c, tabOverview)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p := overviewPage{place: pl, HasExam: pl.Course.Exam.Draw() > 0}
	if p.Way, err = h.Insight.Way(ctx, pl.ID); err != nil {
		return err
	}
	p.Steps, p.Days = stepRows(p.Way), insight.Window
	p.Lessons, p.Longest = lessonRows(p.Way)
	p.Timed = p.Longest > 0
	for _, l := range p.Way.Lessons {
		p.add(l.Browser)
		p.add(l.Requests)
	}
	if p.HasExam {
		e, err := h.Insight.Exam(ctx, pl.ID)
		if err != nil {
			return err
		}
		p.Exam = newExamPart(e)
	}
	return kit.Render(c, http.StatusOK, "insight/show", kit.View{Title: "Insight: " + pl.Title(), Data: p})
}

func stepRows(w insight.Way) []stepRow {
	list := make([]stepRow, 0, len(w.Steps))
	for _, s := range w.Steps {
		r := stepRow{Title: stepTitles[s.Kind], Note: s.Of, People: number(s.People), Share: shareOf(s.People)}
		what := strings.TrimSuffix(r.Title+": "+r.Note, ": ")
		r.Bar = chart.NewBar(what+": "+parts(s.People), middle(s.People))
		list = append(list, r)
	}
	return list
}

// lessonRows are the times; most is the end of their scale, 0 if none is told.
func lessonRows(w insight.Way) (list []lessonRow, most int) {
	planned := 0
	for _, l := range w.Lessons {
		_, to, ok := l.Browser.Median()
		_, high, _ := l.Browser.Half()
		_, _, requests := l.Requests.Median()
		if planned = max(planned, l.Planned, to, high); ok || requests {
			most = 1
		}
	}
	if most == 0 {
		return nil, 0
	}
	most = max(most, planned)
	for _, l := range w.Lessons {
		r := lessonRow{Title: l.Title, Planned: l.Planned, Browser: minutesOf(l.Browser), Requests: minutesOf(l.Requests)}
		if from, to, ok := l.Browser.Median(); ok {
			low, high, half := l.Browser.Half()
			ch := chart.NewRange(fmt.Sprintf("%s: %s, planned %d min", l.Title, r.Browser, l.Planned), float64(low), float64(from+to)/2, float64(high), float64(l.Planned), float64(most), half)
			r.Chart = &ch
		}
		list = append(list, r)
	}
	return list, most
}

func newExamPart(e insight.Exam) examPart {
	p := examPart{Exam: e}
	if !e.Known() {
		return p
	}
	bins := make([]chart.Bin, len(e.Bars))
	words := make([]string, len(e.Bars))
	for i, b := range e.Bars {
		r := scoreRow{Range: strconv.Itoa(b.From) + "–" + strconv.Itoa(b.To) + "%", People: number(b.People)}
		switch {
		case b.Mixed:
			r.Note = "On both sides of the pass mark"
		case b.Pass:
			r.Note = "Passed"
		default:
			r.Note = "Not passed"
		}
		bins[i] = chart.Bin{From: b.From, To: b.To, Count: b.About}
		words[i] = r.Range + " " + r.People
		p.Scores = append(p.Scores, r)
	}
	pass := e.Edition.Course.Card.PassPercent
	p.Histogram = chart.NewHistogram("First attempts by score: "+strings.Join(words, ", "), bins, pass, "Pass "+strconv.Itoa(pass))
	for i, t := range e.Tries {
		r := triesRow{Title: attemptTitles[i], Counted: "Fewer than " + strconv.Itoa(veil.Enough), Passed: "–"}
		if t.Passed.Known() {
			r.Counted, r.Passed = veil.Thousands(t.Counted), number(t.Passed)+", "+shareOf(t.Passed)
		}
		p.Attempts = append(p.Attempts, r)
	}
	return p
}

var attemptTitles = [insight.Tries]string{"First attempt", "Second attempt", "Third attempt"}
