package catalog

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

var recorded = kit.NewFlash("signoff.recorded", kit.Success, "The review is recorded. It stays beside this edition for good.")

// review is a sign-off that the course asks for, with where it stands.
type review struct {
	course.Signoff
	Parts   []part // empty: the review covers the whole
	Open    int
	Done    bool
	Records []course.SignedOff
}

// part is a lesson, or the cases.
type part struct {
	ID, Label string
	Open      bool
}

// Word names the kind of a review.
func (r review) Word() string {
	switch r.Kind {
	case "medical":
		return "Medical review"
	case "therapist":
		return "Therapist review"
	case "legal":
		return "Legal review"
	}
	return "Editorial check"
}

// Reads lists what a record covers, by title.
func (r review) Reads(s course.SignedOff) (out []string) {
	for _, p := range r.Parts {
		if slices.Contains(s.Lessons, p.ID) {
			out = append(out, p.Label)
		}
	}
	return out
}

// signoffPage is the list of reviews, and the form of one of them.
type signoffPage struct {
	*course.Edition
	Reviews []review
	Chosen  *review
	Options []kit.Option
	Today   string

	Standing, All       []kit.Option // lessons that can be withdrawn, and corrected
	Erratum, Withdrawal *kit.Form    // the form that was sent, nil otherwise
}

func (h *handler) signoffPage(ed *course.Edition, chosen string) signoffPage {
	p := signoffPage{
		Edition: ed, Today: h.Now().Format(time.DateOnly),
		Standing: lessonOptions(ed, "Choose a lesson", false), All: lessonOptions(ed, "The whole course", true),
	}
	for _, s := range ed.Course.Signoffs {
		open := ed.OpenParts(s)
		r := review{Signoff: s, Open: len(open), Done: len(open) == 0}
		for _, id := range ed.Scope(s) {
			r.Parts = append(r.Parts, part{ID: id, Label: label(ed, id), Open: slices.Contains(open, id)})
		}
		for _, rec := range ed.Overlays.Signoffs {
			if rec.SignoffID == s.ID {
				r.Records = append(r.Records, rec)
			}
		}
		p.Reviews = append(p.Reviews, r)
	}
	if i := slices.IndexFunc(p.Reviews, func(r review) bool { return r.ID == chosen }); i >= 0 {
		p.Chosen = &p.Reviews[i]
		for _, x := range p.Chosen.Parts {
			p.Options = append(p.Options, kit.Option{Value: x.ID, Label: x.Label, Checked: x.Open})
		}
	}
	return p
}

func label(ed *course.Edition, id string) string {
	if id == course.ScopeCases {
		return "The cases"
	}
	if l, ok := ed.LessonByID(id); ok {
		return l.Title
	}
	return id
}

func (h *handler) signoffEdition(c echo.Context) (*course.Edition, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return nil, err
	}
	return h.Courses.Current(c.Request().Context(), slug)
}

func (h *handler) getSignoff(c echo.Context) error {
	ed, err := h.signoffEdition(c)
	if err != nil {
		return err
	}
	p := h.signoffPage(ed, c.QueryParam("review"))
	if c.QueryParam("review") != "" && p.Chosen == nil {
		return apperr.New(apperr.NotFound, "This course asks for no such review.")
	}
	return kit.Render(c, http.StatusOK, "catalog/signoff", kit.View{NoIndex: true, Data: p})
}

func (h *handler) postSignoff(c echo.Context) error {
	ed, err := h.signoffEdition(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p := h.signoffPage(ed, f.Str("signoff"))
	if p.Chosen == nil {
		return apperr.New(apperr.Invalid, "Choose one of the reviews that this course asks for.")
	}
	if len(p.Chosen.Parts) > 0 && len(f.All("lessons")) == 0 {
		f.Fail("lessons", "Tick what was reviewed.")
	}
	if !f.Bool("sure") {
		f.Fail("sure", "Confirm that the review took place.")
	}
	if !f.Bad() {
		err = h.Courses.RecordSignoff(c.Request().Context(), ed.ID, course.SignedOff{
			SignoffID: p.Chosen.ID, Name: f.Str("name"), License: f.Str("license"), On: f.Str("on"),
			HashSeen: f.Str("hash"), Lessons: f.All("lessons"),
		}, kit.ViewerOf(c).PersonID)
		if err == nil {
			return kit.Redirect(c, "/teach/"+ed.Slug+"/signoff", recorded)
		}
		if !f.Merge(err) {
			return err
		}
	}
	status := http.StatusUnprocessableEntity
	if err != nil {
		status = kit.Status(err)
	}
	return kit.Render(c, status, "catalog/signoff", kit.View{NoIndex: true, Form: f, Data: p})
}
