package catalog

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

var taken = kit.NewFlash("signoff.retracted", kit.Success, "The record is retracted. It stays in the history with your reason.")

// retractPage asks why a record is taken back, and names it.
type retractPage struct {
	place
	Record record
}

// errNotRecorder keeps a reviewer from taking back what others recorded: with it an
// edition can lose the review without which nobody enrolls.
var errNotRecorder = apperr.New(apperr.Forbidden, "Only who recorded this review, an author of the course or an administrator can retract it.")

func mayRetract(v *kit.Viewer, s course.SignedOff) bool {
	return v.CourseWrite || v.CourseSign && s.By == v.PersonID
}

// retractPage finds the record among those that stand. gone reports one that
// was retracted before.
func (h *handler) retractPage(c echo.Context) (p retractPage, gone bool, err error) {
	if p.place, err = h.place(c); err != nil {
		return p, false, err
	}
	id, err := kit.PathParam(c, "record")
	if err != nil {
		return p, false, err
	}
	for _, s := range p.Overlays.Signoffs {
		if s.ID == id {
			by, err := h.recorders(c.Request().Context(), p.Edition)
			if err != nil {
				return p, false, err
			}
			p.Record = told(p.Edition, s, by)
			if !mayRetract(kit.ViewerOf(c), s) {
				err = errNotRecorder
			}
			return p, false, err
		}
	}
	if slices.ContainsFunc(p.Overlays.Retracted, func(t course.Retraction) bool { return t.RecordID == id }) {
		return p, true, nil
	}
	return p, false, course.ErrNoRecord
}

func (h *handler) getRetract(c echo.Context) error {
	p, gone, err := h.retractPage(c)
	if err != nil {
		return err
	}
	if gone {
		return kit.Redirect(c, p.URL(""), taken)
	}
	return kit.Render(c, http.StatusOK, "catalog/retract", kit.View{NoIndex: true, Data: p})
}

func (h *handler) postRetract(c echo.Context) error {
	p, gone, err := h.retractPage(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if !gone {
		err = h.Courses.RetractSignoff(c.Request().Context(), p.ID, p.Record.ID, f.Str("reason"), kit.ViewerOf(c).PersonID)
		if f.Merge(err) {
			return kit.Render(c, kit.Status(err), "catalog/retract", kit.View{NoIndex: true, Form: f, Data: p})
		}
		if err != nil {
			return err
		}
	}
	return kit.Redirect(c, p.URL(""), taken)
}
