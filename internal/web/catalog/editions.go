package catalog

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/kit"
)

// place is the edition that a page of reviews and corrections is about, among
// those of its course: each record stands beside one edition.
type place struct {
	*course.Edition
	Editions []sibling // the newest first
	suffix   string    // "?edition=n", "" for the current one
}

// sibling is an edition with how many people learn in it: exactly for who may write the
// course, 0 for others, who read it in fives.
type sibling struct {
	course.Published
	People int
	Told   string // how many, in words
	Chosen bool
	Href   string
}

// IsCurrent reports whether it is the edition that people enroll in.
func (p place) IsCurrent() bool { return p.suffix == "" }

// URL is the address of a page or a door of this edition.
func (p place) URL(rest string) string { return "/teach/" + p.Slug + "/signoff" + rest + p.suffix }

// Door is URL of the two doors beside the page.
func (p place) Door(name string) string { return "/teach/" + p.Slug + "/" + name + p.suffix }

// Review is the address of the form for a review.
func (p place) Review(id string) string {
	if p.suffix == "" {
		return "?review=" + id
	}
	return p.suffix + "&review=" + id
}

// Others are the other editions that people learn in.
func (p place) Others() (out []sibling) {
	for _, e := range p.Editions {
		if !e.Chosen && e.People > 0 {
			out = append(out, e)
		}
	}
	return out
}

// place reads ?edition=n, without which it is the current one.
func (h *handler) place(c echo.Context) (p place, err error) {
	ctx := c.Request().Context()
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return p, err
	}
	list, err := h.Courses.Editions(ctx, slug)
	if err != nil {
		return p, err
	}
	asked := c.QueryParam("edition")
	for _, e := range list {
		s := sibling{Published: e, Href: "/teach/" + slug + "/signoff"}
		number := strconv.Itoa(e.Number)
		if !e.Current {
			s.Href += "?edition=" + number
		}
		if s.Chosen = asked == number || asked == "" && e.Current; s.Chosen {
			if p.Edition, err = h.Courses.Edition(ctx, e.ID); err != nil {
				return p, err
			}
			if !e.Current {
				p.suffix = "?edition=" + number
			}
		}
		p.Editions = append(p.Editions, s)
	}
	if p.Edition == nil {
		return p, apperr.New(apperr.NotFound, "This course has no such edition.")
	}
	people, err := h.Enrollments.ActiveByEdition(ctx, p.CourseID)
	exact := kit.ViewerOf(c).CourseWrite
	for i := range p.Editions {
		s, n := &p.Editions[i], people[p.Editions[i].ID]
		if s.Told = veil.People(n) + " people"; exact {
			s.People, s.Told = n, inIt(n)
		}
	}
	return p, err
}
