package insight

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/chart"
	"github.com/atmacena/cocare/internal/web/kit"
)

// pageComments is how many comments to a question the page shows.
const pageComments = 100

// evaluationPage is what an edition's learners said, as far as package veil lets it be
// told of the answers that the summary covers: it grows by whole batches.
type evaluationPage struct {
	place
	Counted    int
	Objectives []scaleRow
	Others     []scaleRow
	Choices    []choiceTable
	Minutes    []minutesRow
	Comments   []comments
	FollowUp   bool // the form asks whether people may be asked again
	Days       int
}

// Known reports whether there are enough answers to say anything.
func (p evaluationPage) Known() bool { return p.Counted >= veil.Enough }

// enough reports that of what the page is made from.
func enough(sum enrollment.Summary) bool { return sum.Counted >= veil.Enough }

// Retention is where the answers to the follow-up stand.
func (p evaluationPage) Retention() string {
	return "/teach/" + p.Slug + "/retention?edition=" + p.Chosen()
}

// scaleRow is a statement with how far people agree.
type scaleRow struct {
	Objective, Text string
	Answers, Mean   string
	Bar             chart.Bar // the mean on the scale
	Agree           string    // who chose one of the two highest steps, of all
}

// choiceTable is an item of which people chose answers.
type choiceTable struct {
	ID, Text string
	Rows     []choiceRow // none where they would say too much
}

type choiceRow struct {
	Text, People, Share string
	Bar                 chart.Bar
}

type minutesRow struct{ Part, Answers, Median string }

// comments are the texts that answer an item, mixed anew at every look.
type comments struct {
	Text  string
	Texts []string
	More  bool // there are more than the page shows
}

func (h *handler) getEvaluation(c echo.Context) error {
	pl, err := h.place(c, tabEvaluation)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	sum, err := h.Evaluations.EvaluationSummary(ctx, pl.ID)
	if err != nil {
		return err
	}
	p := newEvaluationPage(pl, sum)
	if p.Known() {
		if p.Comments, err = h.comments(ctx, sum); err != nil {
			return err
		}
	}
	return kit.Render(c, http.StatusOK, "insight/evaluation", kit.View{Title: "Evaluation: " + pl.Title(), Data: p})
}

func newEvaluationPage(pl place, sum enrollment.Summary) evaluationPage {
	p := evaluationPage{place: pl, Counted: sum.Counted, Days: enrollment.FollowUpDays}
	p.FollowUp = slices.ContainsFunc(pl.Course.Evaluation.Items, func(i course.EvaluationItem) bool { return i.Kind == "consent" })
	if !p.Known() {
		return p
	}
	for _, item := range sum.Items {
		switch item.Kind {
		case "scale":
			row := newScaleRow(item, sum.Counted)
			if row.Objective != "" {
				p.Objectives = append(p.Objectives, row)
			} else {
				p.Others = append(p.Others, row)
			}
		case "single", "multiple":
			p.Choices = append(p.Choices, newChoiceTable(item, sum.Counted))
		case "minutes":
			for _, m := range item.Minutes {
				p.Minutes = append(p.Minutes, minutesOfPart(m, sum.Counted))
			}
		}
	}
	return p
}

// meanFrom is how many people a mean or a median needs: of fewer its bounds say little.
const meanFrom = 20

// newScaleRow tells of a statement on which some of all who are counted answered.
func newScaleRow(item enrollment.ItemSummary, counted int) scaleRow {
	r := scaleRow{Objective: item.Objective, Text: item.Text, Answers: "–", Mean: "–", Agree: "–"}
	steps := len(item.Counts)
	if counted < veil.Enough || steps < 2 {
		return r
	}
	// who answered at all, and then by step who chose it or a higher one
	least := make([]veil.Range, steps)
	below := counted - item.Answers
	for i, n := range item.Counts {
		least[i] = veil.Count(below, counted).Rest()
		below += n
	}
	high := steps - 1
	if steps > 3 {
		high--
	}
	r.Answers, r.Agree = number(least[0]), shareOf(least[high])
	if counted < meanFrom || least[0].From == 0 {
		return r
	}
	from, to := 1.0, 1.0
	for _, l := range least[1:] {
		from += float64(l.From) / float64(least[0].To)
		to += float64(l.To) / float64(least[0].From)
	}
	to = min(to, float64(steps))
	one := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
	if r.Mean = one(from) + "–" + one(to); one(from) == one(to) {
		r.Mean = one(from)
	}
	r.Mean += " of " + strconv.Itoa(steps)
	r.Bar = chart.NewBar(item.Text+" "+r.Mean, ((from+to)/2-1)/float64(steps-1))
	return r
}

func newChoiceTable(item enrollment.ItemSummary, counted int) choiceTable {
	t := choiceTable{ID: item.ID, Text: item.Text}
	for i, r := range choices(item, counted) {
		row := choiceRow{Text: item.Options[i].Text, People: number(r), Share: shareOf(r)}
		row.Bar = chart.NewBar(row.Text+": "+parts(r), middle(r))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// choices is how many chose each option; nil if that cannot be told.
func choices(item enrollment.ItemSummary, counted int) []veil.Range {
	if item.Kind == "single" {
		return veil.Cells(append(slices.Clone(item.Counts), counted-item.Answers))[:len(item.Counts)]
	}
	each := make([]veil.Range, len(item.Counts))
	for i, n := range item.Counts {
		each[i] = veil.Count(n, counted)
	}
	if item.Required && !veil.Loose(veil.Range{From: counted, To: counted, Of: counted}, each) {
		return nil
	}
	return each
}

// medianStep is to which minutes a median is rounded: it is what one person wrote, or
// lies between two.
const medianStep = 5

func minutesOfPart(m enrollment.PartSummary, counted int) minutesRow {
	answered := veil.Count(counted-m.Answers, counted).Rest()
	r := minutesRow{m.Part, number(answered), "–"}
	if answered.From >= meanFrom {
		r.Median = "about " + strconv.Itoa(medianStep*int(math.Round(m.Median/medianStep)))
	}
	return r
}

var errEnough = errors.New("enough")

// comments reads the texts that the page shows. What the form promises to the
// clinical reviewer alone is left out.
func (h *handler) comments(ctx context.Context, sum enrollment.Summary) (out []comments, err error) {
	for _, item := range sum.Items {
		if item.Kind != "text" || item.ToReviewer() {
			continue
		}
		list := comments{Text: item.Text}
		err := h.Evaluations.EachComment(ctx, sum.EditionID, item.ID, func(text string) error {
			if list.More = len(list.Texts) == pageComments; list.More {
				return errEnough
			}
			list.Texts = append(list.Texts, text)
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
		out = append(out, list)
	}
	return out, nil
}
