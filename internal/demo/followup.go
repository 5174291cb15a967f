package demo

import (
	"context"
	"errors"

	"github.com/atmacena/cocare/internal/enrollment"
)

// silent agrees to a follow-up and leaves it to the visitor to answer.
const silent = "certified@example.org"

// followUp answers what the learner was asked after 60 days, if they agreed to
// that; not everybody does.
func (l *learner) followUp(ctx context.Context) error {
	ctx = l.as(ctx, l.email)
	f, err := l.Enrollments.FollowUpOf(ctx, l.people[l.email], l.slug)
	if errors.Is(err, enrollment.ErrNoFollowUp) {
		return nil
	}
	luck := share(l.email + l.slug + "follow-up")
	if err != nil || f.State() != enrollment.FollowUpOpen || l.email == silent || luck < 0.3 {
		return err
	}
	form := map[string][]string{}
	for _, q := range f.Questions {
		form[q.ID] = []string{changes[int(luck*float64(len(changes)))%len(changes)]}
	}
	return l.Enrollments.AnswerFollowUp(ctx, l.people[l.email], l.slug, form)
}
