package admin

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// act is something that an administrator does to an enrollment, always with a
// reason. do marks what else is wrong in the form and acts only if nothing is.
// Attempts are granted and voided where exams are.
type act struct {
	Key, Label string
	Danger     bool
	can        func(p enrollmentPage) bool
	done       func(p enrollmentPage) bool // it has been done: a repetition succeeds
	do         func(h *handler, c echo.Context, p enrollmentPage, f *kit.Form, reason string) error
	flash      *kit.Flash
}

// Flashes of this area.
var (
	extended    = kit.NewFlash("enrollment.extended", kit.Success, "Access is extended.")
	reinstated  = kit.NewFlash("enrollment.reinstated", kit.Success, "The withdrawal is taken back.")
	withdrawn   = kit.NewFlash("enrollment.withdrawn", kit.Success, "The enrollment is withdrawn.")
	enrolled    = kit.NewFlash("enrollment.by_hand", kit.Success, "Enrolled. A mail with the link is on its way.")
	wasEnrolled = kit.NewFlash("enrollment.was", kit.Info, "This person was enrolled already, so nothing was changed.")
	changed     = kit.NewFlash("enrollment.changed", kit.Warning, "That is not possible as the enrollment stands now. Nothing was changed.")
)

var acts = []act{
	{
		Key: "extend", Label: "Extend access", flash: extended, do: (*handler).extend,
		can: func(p enrollmentPage) bool { return p.State == enrollment.Active || p.State == enrollment.Expired },
	},
	{
		Key: "withdraw", Label: "Withdraw", Danger: true, flash: withdrawn, do: (*handler).withdraw,
		can:  func(p enrollmentPage) bool { return p.State == enrollment.Pending || p.State == enrollment.Active },
		done: func(p enrollmentPage) bool { return p.State == enrollment.Withdrawn },
	},
	{
		Key: "reinstate", Label: "Reinstate", flash: reinstated, do: (*handler).reinstate,
		can:  func(p enrollmentPage) bool { return p.State == enrollment.Withdrawn },
		done: func(p enrollmentPage) bool { return p.State.Readable() },
	},
}

// actPage is the form of an act.
type actPage struct {
	enrollmentPage
	Act    act
	Latest string // the day on which access ends now, for the date field
	Ends   string // the same, with its time
	Zone   string // the provider's: days of administrators' forms are days there
}

func (h *handler) getAct(a act) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := h.enrollmentPage(c)
		if err != nil {
			return err
		}
		if !a.can(p) {
			return kit.Redirect(c, "/admin/enrollments/"+p.ID, changed)
		}
		return h.showAct(c, a, p, nil, nil)
	}
}

func (h *handler) showAct(c echo.Context, a act, p enrollmentPage, f *kit.Form, failure error) error {
	return kit.Render(c, kit.Status(failure), "admin/act", kit.View{Title: a.Label, Form: f,
		Data: actPage{p, a, p.ExpiresAt.In(h.Zone).Format(time.DateOnly), kit.In(h.Zone, p.ExpiresAt), kit.ZoneWords(h.Zone)}})
}

func (h *handler) postAct(a act) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := h.enrollmentPage(c)
		if err != nil {
			return err
		}
		f, err := kit.BindForm(c)
		if err != nil {
			return err
		}
		back := "/admin/enrollments/" + p.ID
		switch {
		case a.done != nil && a.done(p):
			return kit.Redirect(c, back, a.flash)
		case !a.can(p):
			return kit.Redirect(c, back, changed)
		}
		reason, err := apperr.Reason("reason", f.Get("reason"), apperr.WhyForTheRecord)
		f.Merge(err)
		// Everything that is wrong is shown at once, so a bad reason is no reason
		// to look no further.
		if err = a.do(h, c, p, f, reason); f.Merge(err) || f.Bad() {
			if err == nil {
				err = apperr.New(apperr.Invalid, "")
			}
			return h.showAct(c, a, p, f, err)
		}
		if err != nil {
			return err
		}
		return kit.Redirect(c, back, a.flash)
	}
}

// longest is how far access can be extended at once, in years.
const longest = 5

func (h *handler) extend(c echo.Context, p enrollmentPage, f *kit.Form, reason string) error {
	day, err := time.ParseInLocation(time.DateOnly, f.Str("until"), h.Zone)
	until := day.AddDate(0, 0, 1).Add(-time.Second)
	switch {
	case err != nil:
		f.Fail("until", "Enter a day, such as "+h.Now().In(h.Zone).AddDate(0, 3, 0).Format(time.DateOnly)+".")
	case until.After(h.Now().AddDate(longest, 0, 0)):
		f.Fail("until", "Choose a day within the next five years.")
	case until.Before(p.ExpiresAt):
		f.Fail("until", "Choose a day after the one on which access ends now.")
	}
	if f.Bad() {
		return nil
	}
	return h.Enrollments.Extend(c.Request().Context(), p.ID, until, reason)
}

func (h *handler) withdraw(c echo.Context, p enrollmentPage, f *kit.Form, reason string) error {
	if f.Bad() {
		return nil
	}
	return h.Enrollments.End(c.Request().Context(), p.ID, enrollment.Withdrawn, reason)
}

var errBegunAnew = apperr.New(apperr.Conflict, "This person has begun the course anew since, so the withdrawal stays.")

func (h *handler) reinstate(c echo.Context, p enrollmentPage, f *kit.Form, reason string) error {
	if f.Bad() {
		return nil
	}
	err := h.Enrollments.Reinstate(c.Request().Context(), p.ID, reason)
	if errors.Is(err, enrollment.ErrNewerCycle) {
		return errBegunAnew
	}
	return err
}

func (h *handler) getNew(c echo.Context) error {
	return h.showNew(c, kit.NewForm("email", c.QueryParam("email"), "course", c.QueryParam("course")), nil)
}

func (h *handler) showNew(c echo.Context, f *kit.Form, failure error) error {
	options, err := h.courseOptions(c.Request().Context(), "Choose one")
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "admin/enrollment_new", kit.View{Form: f, Data: options})
}

func (h *handler) postNew(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	personID, err := h.candidate(ctx, f)
	if err != nil {
		return err
	}
	editionID, err := h.open(ctx, f)
	if err != nil {
		return err
	}
	_, err = apperr.Reason("reason", f.Get("reason"), apperr.WhyForTheRecord)
	f.Merge(err)
	if f.Bad() {
		return h.showNew(c, f, apperr.New(apperr.Invalid, ""))
	}
	e, err := h.Enrollments.EnrollByHand(ctx, personID, editionID, f.Get("reason"))
	switch {
	case errors.Is(err, enrollment.ErrAlreadyEnrolled):
		if e, err = h.Enrollments.Find(ctx, personID, f.Str("course"), 0); err != nil {
			return err
		}
		return kit.Redirect(c, "/admin/enrollments/"+e.ID, wasEnrolled)
	case errors.Is(err, enrollment.ErrNotRepeatable):
		f.Fail("course", "This person has completed this course, and it cannot be taken again.")
	case errors.Is(err, enrollment.ErrTooEarly):
		f.Fail("course", "This person has completed this course. It can be taken again, but not yet.")
	case err == nil:
		return kit.Redirect(c, "/admin/enrollments/"+e.ID, enrolled)
	}
	if f.Bad() || f.Merge(err) {
		return h.showNew(c, f, err)
	}
	return err
}

// candidate finds the person by the address typed and marks what is wrong.
func (h *handler) candidate(ctx context.Context, f *kit.Form) (id string, err error) {
	email := f.Str("email")
	if email == "" {
		f.Fail("email", "Enter the address of the person's account.")
		return "", nil
	}
	p, err := h.Accounts.FindByEmail(ctx, email)
	switch {
	case apperr.Is(err, apperr.NotFound) || apperr.Is(err, apperr.Invalid):
		f.Fail("email", "Nobody here has this address. Ask the person to register first.")
		return "", nil
	case err == nil && (p.BlockedAt != nil || p.ErasedAt != nil):
		f.Fail("email", "This account is blocked or erased, so it cannot be enrolled.")
	}
	return p.ID, err
}

// open finds the edition that people may enroll in now and marks what is wrong.
func (h *handler) open(ctx context.Context, f *kit.Form) (id string, err error) {
	ed, err := h.Courses.Current(ctx, f.Str("course"))
	if apperr.Is(err, apperr.NotFound) {
		f.Fail("course", "Choose a course.")
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if err := h.Courses.OpenForEnrollment(ctx, ed); apperr.Is(err, apperr.Conflict) {
		f.Fail("course", apperr.Message(err))
	} else if err != nil {
		return "", err
	}
	return ed.ID, nil
}
