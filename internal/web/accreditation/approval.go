package accreditation

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

// showPage is everything about an approval.
type showPage struct {
	approval
	history
	Name         string        // of the accreditor
	Sums         []courseEarns // of each published course that it is about
	Beside       beside
	Certificates resting
	Open         bool   // it can be ended
	Void         bool   // it has ended and can still be made void
	Days         string // today, for the form
}

// resting are the certificates that name an approval. Over: there are more than N.
type resting struct {
	ID   string
	N    int64
	Over bool
}

// courseEarns is what a course earns from an approval while it is live.
type courseEarns struct {
	Title, Slug string
	Sum         accreditation.Sum
	Front       *approval // of the course itself, which counts in the place of this one
}

func (h *handler) getApproval(c echo.Context) error { return h.showApproval(c, nil, nil) }

func (h *handler) showApproval(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	a, err := h.Accreditation.Approval(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	r, err := h.reader(ctx)
	if err != nil {
		return err
	}
	p, err := h.Accreditation.Pack(ctx, a.Accreditor)
	if err != nil {
		return err
	}
	page := showPage{approval: r.read(a), Name: p.Name, Open: a.EndedOn == "" && !a.Voided, Void: a.EndedOn != "" && !a.Voided, Days: r.today.Format(time.DateOnly)}
	if page.Sums, err = h.sums(ctx, r, a, r.today); err != nil {
		return err
	}
	all, err := h.Accreditation.Together(ctx, a)
	if err != nil {
		return err
	}
	page.Beside, page.Certificates.ID = r.beside(all, p.Unit), a.ID
	if page.Certificates.N, page.Certificates.Over, err = h.Certificates(ctx, a.ID); err != nil {
		return err
	}
	if page.history, err = h.history(ctx, "approval", a.ID, a.CreatedBy); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(formErr), "accreditation/approval", kit.View{Title: "Approval by " + p.Short, Form: f, Data: page})
}

func (h *handler) sums(ctx context.Context, r reader, a accreditation.Approval, day time.Time) (list []courseEarns, err error) {
	courses, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	on := day.Format(time.DateOnly)
	for _, ed := range courses {
		if !a.Covers(ed.CourseID) {
			continue
		}
		one := courseEarns{Title: r.titles[ed.CourseID], Slug: ed.Slug}
		if one.Sum, err = h.Accreditation.Earns(ctx, a, day, ed.Measures(day)); err != nil {
			return nil, err
		}
		if !a.Live(on) {
			one.Sum.Lines, one.Sum.Blocked = nil, nil
		}
		front, there, err := h.Accreditation.InFront(ctx, a, ed.CourseID, on)
		if err != nil {
			return nil, err
		}
		if there {
			shown := r.read(front)
			one.Front = &shown
		}
		list = append(list, one)
	}
	return list, nil
}

var ended = kit.NewFlash("approval.ended", kit.Success, "The end of the approval is recorded.")

func (h *handler) postEnd(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if !f.Bad() {
		if err = h.end(c.Request().Context(), c.Param("id"), f); err == nil {
			return kit.Redirect(c, "/admin/approvals/"+c.Param("id"), ended)
		}
	}
	return h.again(err, f, func(err error) error { return h.showApproval(c, err, f) })
}

// end is as the form says. Where it says nothing of how, an approval that is over
// has no such choice any more.
func (h *handler) end(ctx context.Context, id string, f *kit.Form) error {
	how, day := f.Str("how"), f.Str("ended_on")
	known := how == "early" || how == "void"
	if !known {
		day = "" // so that nothing ends
	}
	err := h.Accreditation.End(ctx, id, day, how == "void", f.Str("reason"))
	if !known && apperr.Is(err, apperr.Invalid) {
		err = apperr.InvalidField("how", "Choose whether it ends early or never counted.")
	}
	return err
}

// again shows a page once more with what is wrong in its form; other errors
// stay errors.
func (h *handler) again(err error, f *kit.Form, show func(err error) error) error {
	if err != nil && !f.Merge(err) {
		return err
	}
	if err == nil {
		err = errForm
	}
	return show(err)
}
