package refresher

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/kit"
)

// retentionPage is what is remembered of an edition.
type retentionPage struct {
	Slug, Title                  string
	Number                       int
	Editions                     []course.Published
	Spans, Objectives, Questions []row
	FollowUp                     followUp
}

// Tabs lead to the editions, the newest first.
func (p retentionPage) Tabs() map[string]any {
	links := make([]kit.Link, 0, len(p.Editions))
	current := ""
	for _, ed := range p.Editions {
		l := kit.Link{Label: "Edition " + strconv.Itoa(ed.Number), Href: "/teach/" + p.Slug + "/retention?edition=" + strconv.Itoa(ed.Number)}
		if links = append(links, l); ed.Number == p.Number {
			current = l.Href
		}
	}
	return map[string]any{"Label": "Editions", "Links": links, "Current": current}
}

// row is a figure with its name.
type row struct {
	Label string
	refresher.Figure
}

// Share says between which bounds it lies.
func (r row) Share() string { return veil.Percents(r.Low, r.High) }

// Percent is in the middle of them, to draw it.
func (r row) Percent() int { return int(math.Round(100 * r.Middle())) }

// followUp is what is told of the question that the evaluation asked leave for. It
// grows by as many answers as a batch has.
type followUp struct {
	Days, Answered   int
	More             bool // the page shows the newest of them
	Questions, Texts []string
}

// Newest is how many the page shows.
func (followUp) Newest() int { return maxTexts }

// maxEditions is among how many, the newest, the page looks for one with figures.
const maxEditions = 100

// maxTexts is of how many people, the newest, a page shows what they said.
const maxTexts = 50

func (h *handler) getRetention(c echo.Context) error {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := h.Courses.Editions(ctx, slug)
	if err != nil {
		return err
	}
	ed, err := h.chosen(ctx, list, c.QueryParam("edition"))
	if err != nil {
		return err
	}
	r, err := h.Refreshers.Retention(ctx, ed.ID)
	if err != nil {
		return err
	}
	p := retentionPage{Slug: slug, Title: r.Edition.Course.Card.Title, Number: ed.Number, Editions: list}
	for _, s := range r.Spans {
		p.Spans = append(p.Spans, row{days(s), s.Figure})
	}
	for _, o := range r.Objectives {
		p.Objectives = append(p.Objectives, row{o.ID + ". " + o.Text, o.Figure})
	}
	for _, q := range r.Questions {
		p.Questions = append(p.Questions, row{q.Question.ID + ". " + q.Question.Prompt, q.Figure})
	}
	if p.FollowUp, err = h.followUp(ctx, ed.ID); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "refresher/retention", p)
}

// chosen is the edition of that number; without one the newest that has figures, or
// else the newest.
func (h *handler) chosen(ctx context.Context, list []course.Published, number string) (course.Published, error) {
	if number != "" {
		at := slices.IndexFunc(list, func(ed course.Published) bool { return strconv.Itoa(ed.Number) == number })
		if at < 0 {
			return course.Published{}, refresher.ErrNotFound
		}
		return list[at], nil
	}
	ids := make([]string, 0, len(list))
	for _, ed := range list[:min(len(list), maxEditions)] {
		ids = append(ids, ed.ID)
	}
	told, err := h.Refreshers.Told(ctx, ids)
	at := slices.IndexFunc(list, func(ed course.Published) bool { return slices.Contains(told, ed.ID) })
	return list[max(at, 0)], err
}

func days(s refresher.Span) string { return strconv.Itoa(s.From) + " to " + strconv.Itoa(s.To) }

// followUp reads what was answered, without names. The newest few, which are not yet
// a batch, wait for others.
func (h *handler) followUp(ctx context.Context, editionID string) (followUp, error) {
	f := followUp{Days: enrollment.FollowUpDays}
	list, err := h.Enrollments.EvaluatedEditions(ctx)
	if err != nil {
		return f, err
	}
	at := slices.IndexFunc(list, func(e enrollment.EditionAnswers) bool { return e.EditionID == editionID })
	if at < 0 {
		return f, nil
	}
	if f.Answered = veil.Whole(list[at].Answered); f.Answered == 0 {
		return f, nil
	}
	f.More = f.Answered > maxTexts
	newest := list[at].Answered - f.Answered
	answers, _, _, err := h.Enrollments.FollowUpAnswers(ctx, enrollment.FollowUpFilter{EditionID: editionID, Limit: newest + maxTexts})
	for i, a := range answers {
		if i >= newest {
			f.take(a)
		}
	}
	// #nosec G404 -- an order that says nothing, no secret
	rand.Shuffle(len(f.Texts), func(i, j int) { f.Texts[i], f.Texts[j] = f.Texts[j], f.Texts[i] })
	return f, err
}

// take adds what one person said.
func (f *followUp) take(a enrollment.NamedAnswer) {
	for _, q := range a.Questions {
		if !slices.Contains(f.Questions, q.Text) {
			f.Questions = append(f.Questions, q.Text)
		}
		if text := strings.TrimSpace(a.Answers[q.ID]); text != "" {
			f.Texts = append(f.Texts, text)
		}
	}
}
