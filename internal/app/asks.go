package app

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/enrollment"
)

// creditDay is the day for which credit is asked, in the provider's zone: that of the
// last act in an online course, and the one on which a live event ended, however late
// its list or an evaluation comes.
func (a *App) creditDay(at *enrollment.Attendance, last time.Time) time.Time {
	if at != nil {
		last = at.EndsAt
	}
	return last.In(a.Config.Location())
}

// asks is what the accreditors ask for by whose approval an enrollment earns credit,
// if its last act was at an instant.
func (a *App) asks(ctx context.Context, e enrollment.Enrollment, ed *course.Edition, at time.Time) (enrollment.Asks, error) {
	day := a.creditDay(e.Attendance, at)
	lines, _, err := a.Accreditation.Lines(ctx, ed.CourseID, day, measures(ed, e.Attendance, day))
	return asked(lines), err
}

// measures are what the rules of accreditors look at: of the edition as it is taken
// online, or of a live event of the course that somebody attended.
func measures(ed *course.Edition, at *enrollment.Attendance, day time.Time) pack.Measures {
	m := ed.Measures(day)
	if at == nil {
		return m
	}
	m.Live = &pack.Attended{Minutes: at.Minutes, Of: at.Of, Exam: at.Exam && ed.ExamQuestions() > 0}
	m.Evaluation, m.Disclosure = at.Evaluation != enrollment.NoEvaluation, at.Disclosed
	return m
}

// asked is what these lines earn, and what the accreditors behind them ask for.
func asked(lines []accreditation.Line) (out enrollment.Asks) {
	for _, l := range lines {
		out.Earns = append(out.Earns, enrollment.Earning{ApprovalID: l.ApprovalID, Accreditor: l.Accreditor, By: l.Short, Unit: l.Unit, Centihours: l.Centihours})
		if l.License {
			out.License = append(out.License, enrollment.LicenseAsk{Accreditor: l.Accreditor, Credit: l.Amount() + " by " + l.Short})
		}
		if l.Time.Policy != "" {
			out.AddTime(l.Short, enrollment.TimePolicy(l.Time.Policy), l.Time.Requests)
		}
	}
	return out
}

// hasLicense says whether a certificate of that instant would print a license.
func (a *App) hasLicense(ctx context.Context, personID string, at time.Time) (bool, error) {
	p, err := a.Accounts.Get(ctx, personID)
	if err != nil {
		return false, err
	}
	list, err := a.liveLicenses(ctx, personID, at.In(p.Location()))
	return len(list) > 0, err
}

// wanted leaves out the credit that the learner does not need for want of a
// license.
func (a *App) wanted(ctx context.Context, e enrollment.Enrollment, lines []accreditation.Line) ([]accreditation.Line, error) {
	if !slices.ContainsFunc(lines, func(l accreditation.Line) bool { return l.License }) {
		return lines, nil
	}
	off, err := a.Enrollments.LeftOff(ctx, e.ID)
	return slices.DeleteFunc(lines, func(l accreditation.Line) bool { return slices.Contains(off, l.Accreditor) }), err
}

// eventCredit is what attending so many minutes of a live event earns, as a list says
// them, and which approvals of live events earn nothing by it.
func (a *App) eventCredit(ctx context.Context, e attendance.Event, minutes string) ([]accreditation.Line, []accreditation.Blocked, error) {
	at, ok := e.Attended(minutes)
	if !ok {
		return nil, nil, nil
	}
	ed, err := a.Courses.Edition(ctx, e.EditionID)
	if err != nil {
		return nil, nil, err
	}
	day := a.creditDay(&at, e.EndsAt)
	return a.Accreditation.Lines(ctx, e.CourseID, day, measures(ed, &at, day))
}
