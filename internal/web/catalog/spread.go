package catalog

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/web/kit"
)

// spread offers the editions in which the same can be recorded, of a lesson or, for "",
// of the whole course. Proposed are the one at hand, the current one, and those in which
// people learn. gone: only where the lesson is not withdrawn.
func (h *handler) spread(ctx context.Context, at place, lessonID string, gone bool) (out []kit.Option, err error) {
	here, known := at.LessonByID(lessonID)
	if lessonID != "" && !known {
		return nil, nil
	}
	for _, e := range at.Editions {
		if _, withdrawn := e.Overlays.Withdrawn[lessonID]; gone && withdrawn {
			continue
		}
		var there *course.Lesson
		if lessonID != "" {
			ed, err := h.Courses.Edition(ctx, e.ID)
			if err != nil {
				return nil, err
			}
			if there, known = ed.LessonByID(lessonID); !known {
				continue
			}
		}
		o := kit.Option{Value: strconv.Itoa(e.Number), Label: e.name(), Checked: e.Chosen || e.Current || e.People > 0}
		switch {
		case e.Chosen:
			o.Hint = "The edition that you look at."
		case lessonID == "":
			o.Hint = "Choose the lesson first to see whether it reads the same."
		case compare.SameLesson(here, there):
			o.Hint = "The lesson reads the same."
		default:
			o.Hint = "The lesson reads otherwise: look whether it has the same mistake."
		}
		out = append(out, o)
	}
	return out, nil
}

// name says which edition it is, and whom it reaches.
func (s sibling) name() string {
	name := fmt.Sprintf("Edition %d", s.Number)
	if s.Current {
		name += " (current)"
	}
	return name + ", " + s.Told + " in it"
}

// inIt is an exact number of people.
func inIt(n int) string {
	if n == 1 {
		return "1 person"
	}
	return strconv.Itoa(n) + " people"
}

// choice offers the editions in which something is recorded. Asked says of what.
type choice struct {
	Asked   string
	Options []kit.Option
}

// ofAny is the choice before anybody said of which lesson, which is also that of the whole
// course.
const ofAny = "of-"

// Any reports whether it is not said of which lesson the choice is.
func (c choice) Any() bool { return c.Asked == ofAny }

// anyChoice is offered with the empty forms: none where there is one edition.
func (h *handler) anyChoice(ctx context.Context, at place) (choice, error) {
	list, err := h.spread(ctx, at, "", false)
	if len(list) < 2 {
		list = nil
	}
	return choice{ofAny, list}, err
}

// chosen are the IDs of the editions in which something is to be recorded. Where there
// are several to choose from the form must have offered them for this very lesson, or
// the lesson reads the same in all that were chosen; otherwise it is shown again with
// them, and nothing is recorded.
func (h *handler) chosen(c echo.Context, at place, f *kit.Form, p *signoffPage, lessonID string, gone bool) (ids []string, err error) {
	ctx, asked, field := c.Request().Context(), f.Str("asked"), "editions"
	if gone {
		field = "withdrawn_in"
	}
	p.Choice.Asked = ofAny + lessonID
	if p.Choice.Options, err = h.spread(ctx, at, lessonID, gone); err != nil {
		return nil, err
	}
	if asked == "" && len(p.Choice.Options) < 2 {
		p.Choice.Options = nil
		return []string{at.ID}, nil
	}
	ids = at.ids(f.All(field))
	settled := asked == p.Choice.Asked
	if !settled && asked == ofAny {
		if settled, err = h.alike(ctx, at, lessonID, ids); err != nil {
			return nil, err
		}
	}
	switch {
	case settled && len(ids) == 0:
		f.Fail(field, noEdition)
	case !settled && asked == ofAny:
		f.Values.Del(field)
		f.Fail(field, "The lesson reads otherwise in an edition that you chose, or is not in it. Choose those in which it is recorded.")
	case !settled:
		f.Values.Del(field)
		f.Fail(field, "This course has several editions. Choose those in which it is recorded.")
	}
	if f.Bad() {
		return nil, nil
	}
	return ids, nil
}

// alike reports whether a lesson reads in editions as in the one at hand.
func (h *handler) alike(ctx context.Context, at place, lessonID string, ids []string) (bool, error) {
	here, known := at.LessonByID(lessonID)
	if !known {
		return true, nil // whoever records it says so
	}
	for _, id := range ids {
		ed, err := h.Courses.Edition(ctx, id)
		if err != nil {
			return false, err
		}
		if there, has := ed.LessonByID(lessonID); !has || !compare.SameLesson(here, there) {
			return false, nil
		}
	}
	return true, nil
}

// ids are those of editions by their numbers, the oldest first: the record beside it is
// the one that the others repeat.
func (p place) ids(numbers []string) (ids []string) {
	for _, e := range slices.Backward(p.Editions) {
		if slices.Contains(numbers, strconv.Itoa(e.Number)) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// Newest is the edition that people enroll in.
func (p place) Newest() sibling { return p.Editions[0] }

// lack is what stands beside older editions and not beside the current one.
type lack struct {
	course.Carry
	Numbers string
}

// lacking are those where the current edition reads the same, and those where somebody
// must look whether it still holds.
func (h *handler) lacking(ctx context.Context, slug string) (same, other []lack, err error) {
	list, err := h.Courses.Lacking(ctx, slug)
	for _, x := range list {
		l := lack{Carry: x}
		for i, n := range x.Numbers {
			if i > 0 {
				l.Numbers += ", "
			}
			l.Numbers += strconv.Itoa(n)
		}
		if x.Changed {
			other = append(other, l)
		} else {
			same = append(same, l)
		}
	}
	return same, other, err
}
