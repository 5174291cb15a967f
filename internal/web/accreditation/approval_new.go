package accreditation

import (
	"context"
	"errors"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/web/kit"
)

var added = kit.NewFlash("approval.added", kit.Success, "The approval is recorded.")

// errForm stands for what the form itself found wrong.
var errForm = apperr.New(apperr.Invalid, "")

// newPage has the choices of the form.
type newPage struct {
	Accreditors, Courses, Places []kit.Option
	Some                         bool      // places were chosen
	Other                        *approval // that grants the same on some of the same days
}

func (h *handler) newPage(ctx context.Context, f *kit.Form) (p newPage, err error) {
	packs, err := h.Accreditation.Packs(ctx)
	if err != nil {
		return p, err
	}
	p.Accreditors = []kit.Option{{Label: "Choose the accreditor"}}
	for _, a := range packs {
		if a.Approves() {
			p.Accreditors = append(p.Accreditors, kit.Option{Value: a.Code, Label: a.Short + ": " + a.Name})
		}
	}
	p.Courses = []kit.Option{{Label: "Choose the course, or every course"}, {Value: every, Label: everyCourse}}
	courses, err := h.Courses.List(ctx)
	for i, label := range course.Labels(courses) {
		p.Courses = append(p.Courses, kit.Option{Value: courses[i].CourseID, Label: label})
	}
	for _, j := range lists.Jurisdictions {
		if j.Code != "other" {
			p.Places = append(p.Places, kit.Option{Value: j.Code, Label: j.Name})
		}
	}
	p.Some = len(f.All("jurisdictions")) > 0
	return p, err
}

func (h *handler) getNew(c echo.Context) error { return h.showNew(c, nil, kit.NewForm()) }

func (h *handler) showNew(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	page, err := h.newPage(ctx, f)
	if err != nil {
		return err
	}
	if over, ok := errors.AsType[*accreditation.OverlapError](formErr); ok {
		r, err := h.reader(ctx)
		if err != nil {
			return err
		}
		other := r.read(over.Other)
		page.Other = &other
	}
	return kit.Render(c, kit.Status(formErr), "accreditation/approval_new", kit.View{Form: f, Data: page})
}

// every is the choice of an approval of the provider: no course has such an ID.
const every = "every"

func (h *handler) postNew(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	again := func(err error) error { return h.showNew(c, err, f) }
	if f.Str(stepField) == stepBack {
		return again(nil)
	}
	ctx := c.Request().Context()
	a, err := h.approvalOf(ctx, f)
	if err != nil {
		return err
	}
	if seen(f) && !f.Bad() {
		return h.record(c, a, f)
	}
	a, err = h.Accreditation.Review(ctx, a)
	if err != nil || f.Bad() {
		return h.again(err, f, again)
	}
	p, err := h.review(ctx, a, f)
	if err != nil {
		return err
	}
	return h.showReview(c, nil, p, f)
}

// record stores an approval that was shown, or shows once more what about it is in
// doubt.
func (h *handler) record(c echo.Context, a accreditation.Approval, f *kit.Form) error {
	ctx := c.Request().Context()
	err := h.Accreditation.Approve(ctx, a, accreditation.Sure{Hours: f.Bool(sureField)}, kit.ViewerOf(c).PersonID)
	switch {
	case err == nil:
		return kit.Redirect(c, "/admin/approvals", added)
	case errors.Is(err, accreditation.ErrDoubt):
		p, reading := h.review(ctx, a, f)
		if reading != nil {
			return reading
		}
		return h.again(err, f, func(err error) error { return h.showReview(c, err, p, f) })
	}
	return h.again(err, f, func(err error) error { return h.showNew(c, err, f) })
}

// approvalOf reads an approval from its form, and marks a course that was not
// chosen; what else is wrong with it is the service's to say.
func (h *handler) approvalOf(ctx context.Context, f *kit.Form) (accreditation.Approval, error) {
	a := accreditation.Approval{Accreditor: f.Str("accreditor"), CourseID: f.Str("course"), ProviderNumber: f.Str("provider_number"),
		CourseNumber: f.Str("course_number"), FromOn: f.Str("from_on"), UntilOn: f.Str("until_on"), Statement: f.Str("statement"),
		Category: f.Str("category"), Jurisdictions: f.All("jurisdictions"), OfEvents: f.Bool("live_events"), Note: f.Str("note")}
	var ok bool
	if a.Centihours, ok = centihours(f.Str("hours")); !ok {
		f.Fail("hours", "Enter hours as 1.5, with two decimals at most, or nothing.")
	}
	if a.CourseID == every {
		a.CourseID = ""
		return a, nil
	}
	courses, err := h.Courses.List(ctx)
	if !slices.ContainsFunc(courses, func(ed *course.Edition) bool { return ed.CourseID == a.CourseID }) {
		f.Fail("course", "Choose the course, or every course.")
	}
	return a, err
}

// centihours reads hours: nothing is 0, and a typed 0 is -1, which the service does not
// take. false for what is no number.
func centihours(s string) (int64, bool) {
	n, ok := credit.ParseHours(s)
	if s != "" && n == 0 {
		n = -1
	}
	return n, ok
}

// approvedHours are hours as the accreditor approved them, "" where it did not
// say.
func approvedHours(c int64) string {
	if c == 0 {
		return ""
	}
	return credit.Hours(c)
}
