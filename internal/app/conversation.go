package app

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

func (a *App) wireConversation() {
	a.Conversation = conversation.New(conversation.Deps{DB: a.DB, Now: a.Now, Audit: a.Audit, Mail: a.Mail, Editions: a.Courses, Lessons: a.Enrollments,
		Person: a.Accounts.Get, Staff: a.courseStaff, Keys: a.Keys, BaseURL: a.baseURL()})
}

// conversationReach is what a viewer sees of what learners say.
func (a *App) conversationReach(ctx context.Context, v *kit.Viewer) (conversation.Reach, error) {
	return a.reachOf(ctx, teamViewer(v))
}

// hears reports whether a viewer sees anything of what learners ask.
func (a *App) hears(ctx context.Context, v *kit.Viewer) (bool, error) {
	r, err := a.conversationReach(ctx, v)
	return r.Any(), err
}

// reachOf: authors answer what is asked about their courses, their reviewers look into
// reports, and administrators do both everywhere.
func (a *App) reachOf(ctx context.Context, v team.Viewer) (conversation.Reach, error) {
	if v.Administrator {
		return conversation.Reach{All: true}, nil
	}
	rights, err := a.Team.RightsByCourse(ctx, v)
	var r conversation.Reach
	for id, may := range rights {
		switch {
		case may.Write:
			r.Answers = append(r.Answers, id)
		case may.Comment:
			r.Reports = append(r.Reports, id)
		}
	}
	return r, err
}

// courseStaff are those who work on courses, with an account that is in use and an
// address that is theirs.
func (a *App) courseStaff(ctx context.Context) (list []conversation.Staff, err error) {
	for _, role := range []account.Role{account.Instructor, account.Administrator, account.Guest} {
		err := a.Accounts.Each(ctx, account.Filter{Role: role, State: account.StateActive}, func(p account.Person) error {
			if slices.ContainsFunc(list, func(s conversation.Staff) bool { return s.ID == p.ID }) {
				return nil
			}
			r, err := a.reachOf(ctx, team.Viewer{PersonID: p.ID, Instructor: p.Has(account.Instructor), Administrator: p.Has(account.Administrator), Guest: p.Has(account.Guest)})
			if err == nil && r.Any() {
				list = append(list, conversation.Staff{Person: p, Reach: r})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}
