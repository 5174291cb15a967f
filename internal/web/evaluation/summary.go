package evaluation

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	// pageComments is how many comments to a question a page shows; the file has
	// them all.
	pageComments = 200
	// pageSize is how many people's follow-ups a page shows.
	pageSize = 50

	// columnStep is a column of a chart with the gap behind it.
	columnStep, columnGap = 24, 4
)

// summaryPage is what an edition's learners said.
type summaryPage struct {
	enrollment.Summary
	Title      string
	Base       string // of the page's forms
	Latest     string
	Least      int       // answers that a summary needs
	Objectives []scaled  // scale items that ask about an objective
	Course     []scaled  // the other scale items
	Choices    []chosen  // single and multiple
	Minutes    []minutes // of each part
	Reviewer   []comments
	Comments   []comments
	FollowUps  []enrollment.NamedAnswer
	Days       int // until the follow-up
	Pager      kit.Pager
}

// Asks reports whether the form offers a follow-up.
func (p summaryPage) Asks() bool { return asks(p.Edition) }

// Waiting is how many answers wait for others to be added to the summary.
func (p summaryPage) Waiting() int { return p.Responses - p.Counted }

// scaled is a scale item with its chart.
type scaled struct {
	enrollment.ItemSummary
	Steps []bar
}

// MeanText is the mean with one decimal.
func (s scaled) MeanText() string { return strconv.FormatFloat(s.Mean(), 'f', 1, 64) }

// ChartWidth is that of the chart's columns with the gaps between them.
func (s scaled) ChartWidth() int { return max(len(s.Steps), 1)*columnStep - columnGap }

// ChartTitle says what the chart shows.
func (s scaled) ChartTitle() string {
	words := make([]string, len(s.Steps))
	for i, b := range s.Steps {
		words[i] = b.Label + " " + strconv.Itoa(b.Count)
	}
	return strings.Join(words, ", ")
}

// chosen is a single or multiple item with its chart.
type chosen struct {
	enrollment.ItemSummary
	Options []bar
}

// bar is a count with its size in a chart: of 100 for the largest (scale) or for
// everybody (choices). Place counts from 0.
type bar struct {
	Label              string
	Count, Size, Place int
}

// X is where the bar stands in a chart of columns, Y its upper edge.
func (b bar) X() int { return b.Place * columnStep }

// Y is where the bar begins in a chart of columns.
func (b bar) Y() int { return 100 - b.Size }

type minutes struct {
	Part    string
	Answers int
	Median  string
}

// comments are the texts that answer an item, mixed.
type comments struct {
	enrollment.ItemSummary
	Texts []string
}

func (h *handler) getSummary(c echo.Context) error {
	sum, err := h.summary(c)
	if err != nil {
		return err
	}
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page := newSummaryPage(sum)
	if page.Reviewer, page.Comments, err = h.comments(ctx, sum); err != nil {
		return err
	}
	f := enrollment.FollowUpFilter{EditionID: sum.EditionID, Limit: q.Limit}
	if len(q.After) == 1 {
		f.After = q.After[0]
	}
	if len(q.Before) == 1 {
		f.Before = q.Before[0]
	}
	list, more, earlier, err := h.Enrollments.FollowUpAnswers(ctx, f)
	if err != nil {
		return err
	}
	page.FollowUps = list
	prev, next := kit.Ends(list, func(a enrollment.NamedAnswer) string { return a.EnrollmentID }, earlier, more)
	page.Pager = kit.NewPager(c, sum.Answered, len(list), prev, next)
	return kit.Render(c, http.StatusOK, "evaluation/show", kit.View{Title: "Evaluation: " + page.Title, Data: page})
}

// summary reads the edition that the address names.
func (h *handler) summary(c echo.Context) (enrollment.Summary, error) {
	id, err := kit.PathParam(c, "edition")
	if err != nil {
		return enrollment.Summary{}, err
	}
	return h.Enrollments.EvaluationSummary(c.Request().Context(), id)
}

func newSummaryPage(sum enrollment.Summary) summaryPage {
	p := summaryPage{Summary: sum, Title: sum.Edition.Course.Card.Title, Base: "/admin/evaluations/" + sum.EditionID,
		Latest: monthWords(sum.LastMonth), Least: enrollment.SummaryMin, Days: enrollment.FollowUpDays}
	for _, item := range sum.Items {
		switch item.Kind {
		case "scale":
			s := scaled{item, columns(sum.Edition.Course.Evaluation.Scale, item.Counts)}
			if item.Objective != "" {
				p.Objectives = append(p.Objectives, s)
			} else {
				p.Course = append(p.Course, s)
			}
		case "single", "multiple":
			list := chosen{ItemSummary: item}
			for i, o := range item.Options {
				list.Options = append(list.Options, bar{o.Text, item.Counts[i], item.Counts[i] * 100 / sum.Counted, i})
			}
			p.Choices = append(p.Choices, list)
		case "minutes":
			for _, part := range item.Minutes {
				p.Minutes = append(p.Minutes, minutes{part.Part, part.Answers, decimal(part.Median)})
			}
		}
	}
	return p
}

// columns are the steps of a scale, the largest count as high as the chart.
func columns(scale []string, counts []int) []bar {
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	list := make([]bar, len(scale))
	for i, label := range scale {
		list[i] = bar{label, counts[i], counts[i] * 100 / most, i}
	}
	return list
}

// decimal writes a number with one decimal, without an idle one.
func decimal(v float64) string {
	return strconv.FormatFloat(float64(int(v*10+0.5))/10, 'f', -1, 64)
}

var errEnough = errors.New("enough")

// comments reads the texts that a page shows: those for the clinical reviewer
// and the others.
func (h *handler) comments(ctx context.Context, sum enrollment.Summary) (reviewer, others []comments, err error) {
	for _, item := range sum.Items {
		if item.Kind != "text" {
			continue
		}
		list := comments{ItemSummary: item}
		err := h.Enrollments.EachComment(ctx, sum.EditionID, item.ID, func(text string) error {
			if len(list.Texts) == pageComments {
				return errEnough
			}
			list.Texts = append(list.Texts, text)
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, nil, err
		}
		if item.ToReviewer() {
			reviewer = append(reviewer, list)
		} else {
			others = append(others, list)
		}
	}
	return reviewer, others, nil
}
