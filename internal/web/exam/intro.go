package exam

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
)

// introPage is what a learner reads before an attempt.
type introPage struct {
	frame
	exam.Overview
	Past        []pastAttempt
	LegalName   string
	Statement   string
	ShortAnswer bool // the bank has answers that people grade
	CanBegin    bool
	Why         string // no attempt can begin now, "" otherwise
	AskForMore  bool
	KeyReader   bool      // the exam is closed to them for what they can know
	PlanMinutes int       // about how long an attempt takes
	ResultFirst time.Time // the day by which the last attempt is graded, zero if it is
	Certified   bool      // nothing is left to be done
	Earned      string    // the address of the passed attempt's result
	Closed      bool      // the enrollment has ended
	NameLocked  bool      // the legal name was attested before
	Hollow      bool      // withdrawals left no form to draw
	AccessEnds  time.Time // and any attempt with it
	CutShort    bool      // the access ends before the time limit
	Printed     kit.Printed
	Asked       []kit.Link // requests for an accommodation without an answer yet
}

type pastAttempt struct {
	exam.Attempt
	Href, Score string
}

func (h *handler) getIntro(c echo.Context) error {
	e, err := h.mine(c)
	if err != nil {
		return err
	}
	return h.intro(c, e, http.StatusOK, nil)
}

// mine finds the viewer's enrollment by the address; ?cycle=n is an older one.
func (h *handler) mine(c echo.Context) (enrollment.Enrollment, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	cycle, err := kit.Cycle(c)
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	e, err := h.Enrollments.Find(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, cycle)
	if err == nil && h.Leave != nil {
		h.Leave(e)
	}
	return e, err
}

func (h *handler) intro(c echo.Context, e enrollment.Enrollment, status int, form *kit.Form) error {
	if e.Attendance != nil && !e.Attendance.Exam { // the edition has one, which is not theirs to take
		return enrollment.ErrNoExam
	}
	ctx := c.Request().Context()
	o, err := h.Exams.Overview(ctx, e)
	if err != nil {
		return err
	}
	p := introPage{frame: newFrame(o.Edition), Overview: o, Statement: exam.Statement, AccessEnds: e.ExpiresAt,
		CutShort: h.Now().Add(time.Duration(o.Minutes) * time.Minute).After(e.ExpiresAt)}
	p.PlanMinutes = planned(o.Questions)
	p.Certified = e.State == enrollment.Completed
	p.Closed = !e.State.Open() && e.State != enrollment.Pending && !p.Certified
	if last, ok := o.Last(); ok && errors.Is(o.Blocked, exam.ErrAwaiting) {
		p.ResultFirst = last.Promised()
	}
	for _, q := range o.Edition.Course.Bank {
		p.ShortAnswer = p.ShortAnswer || q.Kind == question.ShortAnswer
	}
	for _, a := range o.Attempts {
		if a.State != exam.InProgress {
			past := pastAttempt{Attempt: a}
			if a.State != exam.Void {
				past.Href, past.Score = p.Base+"/"+a.ID+"/result", score(a)
			}
			if a.Passed && a.State == exam.Graded {
				p.Earned = past.Href
			}
			p.Past = append(p.Past, past)
		}
	}
	switch {
	case o.KeyReader():
		p.KeyReader, p.Why, p.Open = true, apperr.Message(o.Blocked), nil
	case o.Open != nil:
	case o.Blocked != nil:
		p.Hollow = errors.Is(o.Blocked, exam.ErrHollow)
		p.Why, p.AskForMore = apperr.Message(o.Blocked), o.Left() == 0 && !o.Passed && !p.Hollow && !p.Closed
	default:
		p.CanBegin = true
		person, err := h.People.Get(ctx, e.PersonID)
		if err != nil {
			return err
		}
		if p.LegalName = person.LegalName; p.LegalName == "" {
			p.LegalName = person.Name
		}
		if p.NameLocked, err = h.Exams.Attested(ctx, e.PersonID); err != nil {
			return err
		}
		if p.Asked, err = h.Asked(ctx, e.PersonID); err != nil {
			return err
		}
		if p.Printed, err = h.Prints(ctx, e, p.Base); err != nil {
			return err
		}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return kit.Render(c, status, "exam/intro", kit.View{Form: form, Data: p})
}

// planned is about how long a form takes, in minutes: two a question, in whole
// fives.
func planned(questions int) int { return (2*questions + 4) / 5 * 5 }

// score is "24 of 30 marks", with what is still open.
func score(a exam.Attempt) string {
	s := marks(a.Points) + " of " + marks(a.MaxPoints) + " marks"
	if a.OpenPoints > 0 {
		s += " so far; people grade answers worth " + marks(a.OpenPoints) + " more"
	}
	return s
}

func (h *handler) postBegin(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	e, err := h.mine(c)
	if err != nil {
		return err
	}
	a, err := h.Exams.Begin(c.Request().Context(), exam.Beginning{
		PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: form.Str("legal_name"), Attested: form.Bool("attested"),
	})
	if form.Merge(err) {
		return h.intro(c, e, kit.Status(err), form)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/learn/"+e.Slug+"/exam/"+a.ID, nil)
}
