package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/team"
)

// guestYears are those for which the guests' accounts are some, after the end.
const guestYears = 5

// named is how many days before the end the clinical course got its team.
const named = 30

// parts are who works on the clinical course. From its author on it is there for them
// alone.
var parts = []struct {
	email string
	role  team.Role
	years int // after the end; 0: without one
}{
	{instructor, team.Author, 0}, {editor, team.Editor, 0}, {reviewer, team.Clinician, 0}, {accreditor, team.Accreditor, 4},
}

// remark is what a reviewer says of a lesson, with what others answer, a day later each.
type remark struct {
	days                  int
	email, lesson, anchor string
	body                  string
	answers               [][2]string // who, and what
	close                 bool
}

var remarks = []remark{
	{days: 12, email: reviewer, lesson: "what-the-trials-found", anchor: "s-where-ninety-percent-comes-from",
		body:    "The sentence about hope, attention, and the passing of time is what a client will recognize. Could it stand above the table?",
		answers: [][2]string{{instructor, "Above it nobody has seen the figure yet. Would a first sentence do that names the missing comparison group?"}, {reviewer, "Yes, with the number of people beside it."}}},
	{days: 9, email: editor, lesson: "diminishing-returns", anchor: "s-four-steps-down",
		body: "The shares of the four steps could be a list.", answers: [][2]string{{instructor, "The figure above the sentence has them. I leave the text as it is."}}, close: true},
}

// team names who works on the clinical course, and lets them talk.
func (w *world) team() {
	w.desk(named, 9, func(ctx context.Context) error {
		for _, p := range parts {
			a := team.Adding{Slug: clinical, Email: p.email, Role: p.role}
			if p.years > 0 {
				a.Until = w.now.AddDate(p.years, 0, 0).Format(time.DateOnly)
			}
			if err := w.Team.Add(ctx, a, w.people[admin]); err != nil {
				return fmt.Errorf("%s: %w", p.email, err)
			}
		}
		return nil
	})
	for _, r := range remarks {
		id := new(string)
		w.at(w.daysAgo(r.days, 13, 40, time.UTC), func(ctx context.Context) error { return w.remark(ctx, r, id) })
		for i, a := range r.answers {
			w.at(w.daysAgo(r.days-1-i, 15, 10, time.UTC), func(ctx context.Context) error {
				if r.close && i == len(r.answers)-1 {
					return w.Team.Close(w.as(ctx, a[0]), clinical, *id, a[1], w.people[a[0]])
				}
				return w.Team.Answer(w.as(ctx, a[0]), clinical, *id, a[1], w.people[a[0]])
			})
		}
	}
}

// remark says something of a heading of the draft.
func (w *world) remark(ctx context.Context, r remark, id *string) error {
	_, c, _, err := w.Courses.CheckDraft(ctx, clinical)
	if err != nil {
		return err
	}
	l, there := c.Lesson(r.lesson)
	if !there {
		return fmt.Errorf("no lesson %s", r.lesson)
	}
	quote := ""
	for _, h := range l.Headings {
		if h.ID == r.anchor {
			quote = h.Text
		}
	}
	if quote == "" {
		return fmt.Errorf("no heading %s in %s", r.anchor, r.lesson)
	}
	if err := w.Team.Say(w.as(ctx, r.email), clinical, l.File, quote, r.body, w.people[r.email]); err != nil {
		return err
	}
	list, err := w.Team.Comments(ctx, clinical, team.CommentFilter{Path: l.File, Limit: 1})
	if err == nil && len(list.Rows) > 0 {
		*id = list.Rows[0].ID
	}
	return err
}
