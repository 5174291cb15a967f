package cli

import (
	"context"
	"fmt"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/course"
)

// carriedOver says what became of what was withdrawn and corrected in earlier editions:
// the command line asks nobody, so all that may still hold is carried over. Nothing for
// no edition.
func carriedOver(ctx context.Context, a *app.App, ed *course.Edition) (lines []string, err error) {
	if ed == nil {
		return nil, nil
	}
	withdrawn, errata := ed.Carried()
	for _, w := range withdrawn {
		lines = append(lines, fmt.Sprintf("stays withdrawn, as in edition %d: %s (%s)", w.From, lessonTitle(ed, w.LessonID), w.Reason))
	}
	for _, x := range errata {
		lines = append(lines, fmt.Sprintf("correction carried over from edition %d, of %s: %s", x.From, lessonTitle(ed, x.LessonID), x.Text))
	}
	for _, s := range ed.Overlays.Settled {
		lines = append(lines, fmt.Sprintf("not needed any more: what edition %d says of the lesson %s, which is not there", s.From, s.Title))
	}
	left, err := a.Courses.Lacking(ctx, ed.Slug)
	for _, c := range left {
		lines = append(lines, fmt.Sprintf("warning: not carried over from edition %d, because the text has changed since; look whether it still holds: %s", c.Numbers[0], said(c)))
	}
	if err == nil && len(withdrawn)+len(errata)+len(left) > 0 {
		lines = append(lines, fmt.Sprintf("What the new text settles is said at the publish page of the next edition, or recorded at /teach/%s/signoff.", ed.Slug))
	}
	return lines, err
}

func said(c course.Carry) string {
	if c.Withdrawal != nil {
		return c.Title + ", withdrawn: " + c.Withdrawal.Reason
	}
	return c.Erratum.Text
}

func lessonTitle(ed *course.Edition, id string) string {
	if l, ok := ed.LessonByID(id); ok {
		return l.Title
	}
	return "the whole course"
}
