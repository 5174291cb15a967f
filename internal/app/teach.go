package app

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
	webteam "github.com/atmacena/cocare/internal/web/team"
)

// courseRights are what a viewer may do with a course.
func (a *App) courseRights(ctx context.Context, slug string, v *kit.Viewer) (team.Rights, error) {
	return a.Team.Rights(ctx, slug, teamViewer(v))
}

// openedRights are courseRights of whoever opens the course's pages, which are on record
// from then on as who could read the keys of its exam.
func (a *App) openedRights(ctx context.Context, slug string, v *kit.Viewer) (team.Rights, error) {
	r, err := a.courseRights(ctx, slug, v)
	if errors.Is(err, team.ErrNoCourse) { // to whom it was never open, there is none
		if was, failed := a.Team.Ended(ctx, slug, v.PersonID); was || failed != nil {
			return r, cmp.Or(failed, error(team.ErrEnded))
		}
	}
	if err == nil {
		err = a.Team.Opened(ctx, slug, v.PersonID)
	}
	return r, err
}

func teamViewer(v *kit.Viewer) team.Viewer {
	return team.Viewer{PersonID: v.PersonID, Instructor: v.Is("instructor"), Administrator: v.Is("administrator"), Guest: v.Is("guest")}
}

// closedToGrader are the courses whose answers somebody may not grade: those that they
// may not write.
func (a *App) closedToGrader(ctx context.Context, personID string) ([]string, error) {
	p, err := a.Accounts.Get(ctx, personID)
	if err != nil {
		return nil, err
	}
	return a.Team.Unwritable(ctx, accountViewer(p))
}

// examInsider says what somebody can know of the keys of a course's exam.
func (a *App) examInsider(ctx context.Context, personID, courseID string) (exam.Insider, error) {
	p, err := a.Accounts.Get(ctx, personID)
	if err != nil {
		return exam.Outsider, err
	}
	tie, err := a.Team.Tie(ctx, courseID, accountViewer(p))
	switch tie {
	case team.Works:
		return exam.KeyReader, err
	case team.Oversees:
		return exam.Overseer, err
	}
	return exam.Outsider, err
}

// keyReader reports whether somebody could read the keys of a course's exam and so takes
// none of it.
func (a *App) keyReader(ctx context.Context, personID, courseID string) (bool, error) {
	i, err := a.examInsider(ctx, personID, courseID)
	return i == exam.KeyReader, err
}

// accountViewer is somebody who is not there to ask.
func accountViewer(p account.Person) team.Viewer {
	return team.Viewer{PersonID: p.ID, Instructor: p.Has(account.Instructor), Administrator: p.Has(account.Administrator), Guest: p.Has(account.Guest)}
}

// teamAccount finds who is to be named for a course; an account that is blocked is not
// there.
func (a *App) teamAccount(ctx context.Context, email string) (team.Account, error) {
	p, err := a.Accounts.FindByEmail(ctx, email)
	if err != nil {
		return team.Account{}, err
	}
	if p.State() == account.StateBlocked {
		return team.Account{}, team.ErrNoMember
	}
	return team.Account{PersonID: p.ID, Instructor: p.Has(account.Instructor), Guest: p.Has(account.Guest)}, nil
}

// courseCreated names an instructor who begins a course as its author. What an
// administrator or an operator brings in is open to every instructor, until somebody is
// named.
func (a *App) courseCreated(ctx context.Context, courseID, by string) error {
	if a.Team == nil { // a command
		return nil
	}
	p, err := a.Accounts.Get(ctx, by)
	switch {
	case apperr.Is(err, apperr.NotFound):
		return nil
	case err != nil:
		return err
	case !p.Has(account.Instructor) || p.Has(account.Administrator):
		return nil
	}
	return a.Team.Begin(ctx, courseID, by)
}

// visibleCourses tells which courses a viewer may open.
func (a *App) visibleCourses(ctx context.Context, v *kit.Viewer) (func(slug string) bool, error) {
	return a.Team.Visible(ctx, teamViewer(v))
}

// mayRead refuses whoever does not work on a course.
func (a *App) mayRead(ctx context.Context, v *kit.Viewer, slug string) error {
	_, err := a.courseRights(ctx, slug, v)
	return err
}

// mayWrite refuses whoever may not write a course.
func (a *App) mayWrite(ctx context.Context, v *kit.Viewer, slug string) error {
	r, err := a.courseRights(ctx, slug, v)
	if err == nil && !r.Write {
		err = webteam.ErrNotYourPart
	}
	return err
}

// mayDiscard refuses whoever is neither an author of a course nor an administrator: of a
// course that names nobody, only administrators discard the draft.
func (a *App) mayDiscard(ctx context.Context, v *kit.Viewer, slug string) error {
	if err := a.mayWrite(ctx, v, slug); err != nil || v.Is("administrator") {
		return err
	}
	members, err := a.Team.Members(ctx, slug)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(members, func(m team.Member) bool { return m.PersonID == v.PersonID && m.Role == team.Author }) {
		return webteam.ErrNotYourPart
	}
	return nil
}

// filesRenamed lets what people said of a file go along with it.
func (a *App) filesRenamed(ctx context.Context, courseID string, names map[string]string) error {
	if a.Team == nil { // a command
		return nil
	}
	return a.Team.FilesRenamed(ctx, courseID, names)
}

// namedForCourse tells somebody of their part in a course, where to look, and that the
// attempt at its exam that they have open counts for nothing.
func (a *App) namedForCourse(ctx context.Context, slug string, m team.Member) error {
	d, err := a.Courses.Draft(ctx, slug)
	if err != nil {
		return err
	}
	n := mail.NamedForCourse{CourseTitle: d.Title, Part: m.Role.Words(), Link: a.baseURL() + "/teach/" + slug}
	if end := m.EndsAt(); end != nil {
		n.LastDay = team.LastDay(*end, a.Config.Location())
	}
	if n.Underway, err = a.sits(ctx, m.PersonID, slug); err != nil {
		return err
	}
	return a.Mail.Queue(ctx, mail.Address{Name: m.Name, Email: m.Email}, n)
}

// sits reports whether somebody has an attempt at a course's exam open.
func (a *App) sits(ctx context.Context, personID, slug string) (bool, error) {
	e, err := a.Enrollments.Find(ctx, personID, slug, 0)
	if apperr.Is(err, apperr.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	attempts, err := a.attemptsOf(ctx, e)
	return slices.ContainsFunc(attempts, func(t exam.Attempt) bool { return t.State == exam.InProgress }), err
}
