package editions

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// theDraft stands in an address for the draft.
const theDraft = "draft"

var errNoSuch = apperr.New(apperr.NotFound, "This course has no such edition.")

// figure is a number of both sides.
type figure struct{ Title, Before, After string }

type comparePage struct {
	place
	compare.Comparison
	Before, After string // names of both
	A, B          []kit.Option
	ChosenA       string
	ChosenB       string
	Figures       []figure
}

// Crumbs lead to the list of editions.
func (p comparePage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: "Editions", Href: p.At("/editions")})
}

// getCompare reads ?a= and ?b=, numbers of editions or “draft”. Without them it is the
// newest edition and the draft.
func (h *handler) getCompare(c echo.Context) error {
	at, err := h.place(c)
	if err != nil {
		return err
	}
	list, err := h.published(c.Request().Context(), at.Slug)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errNoSuch
	}
	a, b := c.QueryParam("a"), c.QueryParam("b")
	if a == "" {
		a = strconv.Itoa(list[0].Number)
	}
	if b == "" {
		b = theDraft
	}
	before, err := h.side(c, at.Slug, list, a)
	if err != nil {
		return err
	}
	after, err := h.side(c, at.Slug, list, b)
	if err != nil {
		return err
	}
	p := comparePage{place: at, Comparison: compare.Courses(before.Course, after.Course), Before: sideName(a), After: sideName(b),
		A: options(list), B: options(list), ChosenA: a, ChosenB: b, Figures: figures(before, after)}
	return kit.Render(c, http.StatusOK, "editions/compare", kit.View{Title: "What differs", Form: kit.NewForm("a", a, "b", b), Data: p})
}

// side is an edition, or the draft as one that was not published.
func (h *handler) side(c echo.Context, slug string, list []course.Published, asked string) (*course.Edition, error) {
	if asked == theDraft {
		_, parsed, _, err := h.Courses.CheckDraft(c.Request().Context(), slug)
		return &course.Edition{Slug: slug, Course: parsed}, err
	}
	if ed, ok := byNumber(list, asked); ok {
		return h.Courses.Edition(c.Request().Context(), ed.ID)
	}
	return nil, errNoSuch
}

func sideName(asked string) string {
	if asked == theDraft {
		return "the draft"
	}
	return "edition " + asked
}

func options(list []course.Published) (out []kit.Option) {
	out = append(out, kit.Option{Value: theDraft, Label: "The draft"})
	for _, ed := range list {
		n := strconv.Itoa(ed.Number)
		out = append(out, kit.Option{Value: n, Label: "Edition " + n})
	}
	return out
}

// figures are what both sides measure.
func figures(a, b *course.Edition) []figure {
	hours := func(ed *course.Edition) string { return credit.Hours(ed.EstimatedHours().Centihours) + " h" }
	minutes := func(ed *course.Edition) (n int) {
		for _, l := range ed.RequiredLessons() {
			n += l.Minutes
		}
		return n
	}
	row := func(title string, of func(*course.Edition) int) figure {
		return figure{title, strconv.Itoa(of(a)), strconv.Itoa(of(b))}
	}
	return []figure{
		{"Lessons", a.LessonWords(), b.LessonWords()},
		row("Words that count for credit, of lessons that are not withdrawn", func(ed *course.Edition) int { return ed.Words() }),
		row("Planned minutes of the lessons", minutes),
		row("Questions of an exam", func(ed *course.Edition) int { return ed.ExamQuestions() }),
		row("Questions in the bank", func(ed *course.Edition) int { return len(ed.Bank()) }),
		{"Estimated learning time", hours(a), hours(b)},
	}
}
