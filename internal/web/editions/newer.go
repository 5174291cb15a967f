package editions

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// newerPage tells a learner what is new, and what moving would mean.
type newerPage struct {
	enrollment.Move
	Slug, Title string
	News        []course.Published // newer than theirs, the oldest first
	Changes     compare.Comparison
	Practice    bool     // other practice questions
	Besides     []string // what else differs, by its title
}

// Crumbs lead to the course.
func (p newerPage) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: p.Title, Href: "/learn/" + p.Slug}}
}

// goneLesson is a lesson that is withdrawn in the newer edition.
type goneLesson struct{ Title, Reason string }

// Withdrawn are the lessons that the newer edition does not ask for.
func (p newerPage) Withdrawn() (out []goneLesson) {
	for _, l := range p.To.Course.Lessons() {
		if w, gone := p.To.Withdrawn(l.ID); gone {
			out = append(out, goneLesson{l.Title, w.Reason})
		}
	}
	return out
}

// ClosedWords says why nobody may enter the newer edition.
func (p newerPage) ClosedWords() string { return apperr.Message(p.Closed) }

// mine is an enrollment of the viewer in the course of the address, the newest for
// cycle 0.
func (h *handler) mine(c echo.Context, cycle int) (enrollment.Enrollment, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	return h.Enrollments.Find(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, cycle)
}

func (h *handler) newer(c echo.Context, e enrollment.Enrollment) (p newerPage, err error) {
	ctx := c.Request().Context()
	if p.Move, err = h.Enrollments.MoveOf(ctx, e); err != nil {
		return p, err
	}
	p.Slug, p.Title = e.Slug, p.From.Course.Card.Title
	if p.Closed == nil {
		err = h.addNews(ctx, &p)
	}
	return p, err
}

// addNews adds what is new since the learner's edition.
func (h *handler) addNews(ctx context.Context, p *newerPage) error {
	list, err := h.published(ctx, p.Slug)
	if err != nil {
		return err
	}
	for _, ed := range list {
		if ed.Number > p.From.Number {
			p.News = append([]course.Published{ed}, p.News...)
		}
	}
	p.Changes = compare.Courses(p.From.Course, p.To.Course)
	for _, q := range p.Changes.Questions {
		p.Practice = p.Practice || !q.Exam
	}
	for _, part := range p.Changes.Parts {
		if !part.Authoring {
			p.Besides = append(p.Besides, part.Title)
		}
	}
	return nil
}

func (h *handler) getNewer(c echo.Context) error {
	e, err := h.mine(c, 0)
	if err != nil {
		return err
	}
	p, err := h.newer(c, e)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "editions/newer", kit.View{Title: "A newer edition", Form: kit.NewForm(), Data: p})
}

var moved = kit.NewFlash("edition.moved", kit.Success, "You are in the newest edition now. What you have done is kept.")

func (h *handler) postMove(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	e, err := h.mine(c, 0)
	if err != nil {
		return err
	}
	err = h.Enrollments.MoveTo(c.Request().Context(), e, f.Str("edition"))
	if errors.Is(err, enrollment.ErrLoses) || errors.Is(err, enrollment.ErrUnread) || errors.Is(err, enrollment.ErrMoveShown) {
		p, whole := h.newer(c, e)
		if whole != nil {
			return whole
		}
		f.Merge(err)
		return kit.Render(c, kit.Status(err), "editions/newer", kit.View{Title: "A newer edition", Form: f, Data: p})
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/learn/"+e.Slug, moved)
}

var read = kit.NewFlash("erratum.read", kit.Success, "Thank you. It is on record that you have read the correction.")

// postRead takes that a correction was read, by the field "cycle" of an older time, and
// leads back to the page that showed it.
func (h *handler) postRead(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	cycle := 0
	if f.Str("cycle") != "" {
		if cycle = f.Int("cycle", 1, kit.MaxCycle); f.Bad() {
			return enrollment.ErrNoErratum
		}
	}
	e, err := h.mine(c, cycle)
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "erratum")
	if err != nil {
		return err
	}
	if err := h.Enrollments.ReadErratum(c.Request().Context(), e, id); err != nil {
		return err
	}
	to := "/learn/" + e.Slug
	lesson, fromLesson := strings.CutPrefix(f.Str("back"), "/lessons/")
	if fromLesson {
		to += "/lessons/" + url.PathEscape(lesson)
	}
	switch {
	case f.Str("back") == backToNewer:
		to += backToNewer
	case cycle > 0:
		to += "?cycle=" + strconv.Itoa(cycle)
	}
	return kit.Redirect(c, to, read)
}

// backToNewer is the field "back" of who reads a correction before a move.
const backToNewer = "/newer"
