package catalog

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	corrected = kit.NewFlash("erratum.added", kit.Success, "The correction is published. Every learner of the editions that you chose sees it.")
	withdrawn = kit.NewFlash("lesson.withdrawn", kit.Success, "The lesson is withdrawn. It is no longer required, and later certificates count without it.")
)

const noEdition = "Tick the editions in which it is recorded."

// lessonOptions lists the lessons for a select; those withdrawn already only
// where they may still be named.
func lessonOptions(ed *course.Edition, first string, all bool) []kit.Option {
	out := []kit.Option{{Value: "", Label: first}}
	list := ed.RequiredLessons()
	if all {
		list = ed.Course.Lessons()
	}
	for _, l := range list {
		out = append(out, kit.Option{Value: l.ID, Label: l.Title})
	}
	return out
}

func (h *handler) postErratum(c echo.Context) error {
	return h.correct(c, corrected, func(at place, f *kit.Form, p *signoffPage) error {
		p.Erratum = f
		ctx, by := c.Request().Context(), kit.ViewerOf(c).PersonID
		if root := f.Str("again"); root != "" {
			ids := at.ids(f.All("editions"))
			if len(ids) == 0 { // nothing would be recorded, and it would be said that it was
				f.Fail("editions", noEdition)
				return nil
			}
			return h.Courses.RepeatErratum(ctx, at.Slug, root, ids, by)
		}
		e := course.Erratum{LessonID: f.Str("lesson"), Text: f.Str("text"), Safety: f.Bool("safety")}
		ids, err := h.chosen(c, at, f, p, e.LessonID, false)
		if err != nil || f.Bad() {
			return err
		}
		return h.Courses.AddErrata(ctx, ids, e, by)
	})
}

func (h *handler) postWithdrawal(c echo.Context) error {
	return h.correct(c, withdrawn, func(at place, f *kit.Form, p *signoffPage) error {
		p.Withdrawal = f
		if f.Str("withdraw") == "" {
			f.Fail("withdraw", "Choose the lesson.")
		}
		if !f.Bool("certain") {
			f.Fail("certain", "Confirm that the lesson is to be withdrawn for good.")
		}
		var ids []string
		if lesson := f.Str("withdraw"); lesson != "" {
			var err error
			if ids, err = h.chosen(c, at, f, p, lesson, true); err != nil {
				return err
			}
		}
		if f.Bad() {
			return nil
		}
		w := course.Withdrawing{LessonID: f.Str("withdraw"), Reason: f.Str("reason"), Hollows: hollows(f)}
		err := h.Courses.WithdrawLessons(c.Request().Context(), ids, w, kit.ViewerOf(c).PersonID)
		if hollowed, is := errors.AsType[*course.HollowsError](err); is {
			askOnceMore(f, p, hollowed.Numbers)
			return nil
		}
		return err
	})
}

// hollows are the editions of which the form said that nobody could complete them without
// this very lesson, if that was confirmed.
func hollows(f *kit.Form) (numbers []int) {
	said := strings.Fields(f.Str("hollowed"))
	if len(said) == 0 || said[0] != f.Str("withdraw") || !f.Bool("hollow") {
		return nil
	}
	for _, text := range said[1:] {
		if n, err := strconv.Atoi(text); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// askOnceMore names the editions that nobody could complete without the lesson.
func askOnceMore(f *kit.Form, p *signoffPage, numbers []int) {
	p.Hollowed, p.HollowedBy = numbers, f.Str("withdraw")
	for _, n := range numbers {
		p.HollowedBy += " " + strconv.Itoa(n)
	}
	f.Values.Del("hollow")
	f.Fail("hollow", "Without this lesson nobody can complete the course. Confirm it, or publish an edition without the lesson first.")
}

// correct runs one of the two forms and shows the page again with what is
// wrong.
func (h *handler) correct(c echo.Context, done *kit.Flash, act func(place, *kit.Form, *signoffPage) error) error {
	at, err := h.place(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.signoffPage(c.Request().Context(), at, "")
	if err != nil {
		return err
	}
	err = act(at, f, &p)
	switch {
	case err == nil && !f.Bad():
		return kit.Redirect(c, at.URL(""), done)
	case err != nil && !f.Merge(err):
		return err
	case err != nil:
		return kit.Render(c, kit.Status(err), "catalog/signoff", kit.View{NoIndex: true, Form: f, Data: p})
	}
	return kit.Render(c, http.StatusUnprocessableEntity, "catalog/signoff", kit.View{NoIndex: true, Form: f, Data: p})
}
