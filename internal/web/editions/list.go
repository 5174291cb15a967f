package editions

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/veil"
	"github.com/atmacena/cocare/internal/web/kit"
)

func isNone(err error) bool { return apperr.Is(err, apperr.NotFound) }

// editionRow is an edition in the list.
type editionRow struct {
	course.Published
	People string // how many learn in it, in words
	Before int    // the number of the edition before it, 0 for the first
	Errata []erratumRow
}

// erratumRow is a correction with how many have read it, and the title of its lesson, ""
// for the whole course. Told: the viewer reads how many.
type erratumRow struct {
	course.Erratum
	Lesson   string
	Told     bool
	Read, Of int
}

type listPage struct {
	place
	Rows []editionRow
}

// Crumbs lead to the draft.
func (p listPage) Crumbs() []kit.Link { return p.crumbs() }

func (h *handler) getEditions(c echo.Context) error {
	ctx := c.Request().Context()
	at, err := h.place(c)
	if err != nil {
		return err
	}
	list, err := h.published(ctx, at.Slug)
	if err != nil {
		return err
	}
	p, exact := listPage{place: at}, kit.ViewerOf(c).CourseWrite
	for i, ed := range list {
		row := editionRow{Published: ed}
		if i+1 < len(list) {
			row.Before = list[i+1].Number
		}
		if row.Errata, err = h.errata(ctx, ed, list[0], exact); err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	if len(list) > 0 {
		people, err := h.Enrollments.ActiveByEdition(ctx, list[0].CourseID)
		if err != nil {
			return err
		}
		for i := range p.Rows {
			p.Rows[i].People = learn(people[p.Rows[i].ID], exact)
		}
	}
	return kit.Render(c, http.StatusOK, "editions/list", kit.View{Title: "Editions", Data: p})
}

// learn says how many learn in an edition: to who may not write the course, in fives.
func learn(n int, exact bool) string {
	switch {
	case !exact:
		return veil.People(n) + " people learn"
	case n == 1:
		return "1 person learns"
	}
	return veil.Thousands(n) + " people learn"
}

// errata are the corrections of an edition; newest is that of the course. How many have
// read one is for who may write the course.
func (h *handler) errata(ctx context.Context, ed, newest course.Published, told bool) (out []erratumRow, err error) {
	if len(ed.Overlays.Errata) == 0 {
		return nil, nil
	}
	read, of := map[string]int(nil), 0
	if told {
		if read, of, err = h.Enrollments.CountReaders(ctx, ed.ID); err != nil {
			return nil, err
		}
	}
	for _, x := range ed.Overlays.Errata {
		row := erratumRow{x, x.LessonTitle, told, read[x.ID], of}
		if row.Lesson == "" && x.LessonID != "" {
			if row.Lesson, err = h.titleIn(ctx, newest, x.LessonID); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// titleIn is what the newest edition, which is at hand, calls the lesson of a correction
// that was recorded without its title.
func (h *handler) titleIn(ctx context.Context, newest course.Published, lessonID string) (string, error) {
	ed, err := h.Courses.Edition(ctx, newest.ID)
	if err != nil {
		return "", err
	}
	if l, ok := ed.LessonByID(lessonID); ok {
		return l.Title, nil
	}
	return lessonID, nil
}

// byNumber finds an edition that a query names.
func byNumber(list []course.Published, asked string) (course.Published, bool) {
	for _, ed := range list {
		if strconv.Itoa(ed.Number) == asked {
			return ed, true
		}
	}
	return course.Published{}, false
}
