package team_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/team"
)

func (w *world) comments(f team.CommentFilter) team.CommentPage {
	w.t.Helper()
	p, err := w.Comments(w.t.Context(), "one", f)
	w.must(err)
	return p
}

func TestComments(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Say(ctx, "one", "modules/01-a/01-b.md", " Half respond. ", "Of whom? ", "ann"))
	w.at = w.at.Add(time.Hour)
	w.must(w.Say(ctx, "one", "course.yaml", "", "A clearer title?", "ben"))
	list := w.comments(team.CommentFilter{Path: "modules/01-a/01-b.md"}).Rows
	if len(list) != 1 || list[0].Quote != "Half respond." || list[0].Body != "Of whom?" || list[0].Author != "ann" || list[0].ClosedAt != nil {
		t.Fatalf("%+v", list)
	}
	id := list[0].ID
	for _, of := range [][2]string{{"two", id}, {"one", "none"}} {
		_, unread := w.Comment(ctx, of[0], of[1])
		if err := w.Close(ctx, of[0], of[1], "", "ann"); !errors.Is(err, team.ErrNoComment) || !errors.Is(unread, team.ErrNoComment) {
			t.Errorf("%v: %v, %v", of, err, unread)
		}
	}
	w.must(w.Close(ctx, "one", id, "Of the adults.", "ann"))
	if err := w.Close(ctx, "one", id, "", "ann"); !errors.Is(err, team.ErrClosed) {
		t.Errorf("twice: %v", err)
	}
	open, closed := w.comments(team.CommentFilter{}), w.comments(team.CommentFilter{Closed: true})
	if len(open.Rows) != 1 || open.Rows[0].Path != "course.yaml" || len(closed.Rows) != 1 || closed.Rows[0].Answer != "Of the adults." || closed.Rows[0].Closer != "ann" {
		t.Errorf("open %+v, closed %+v", open.Rows, closed.Rows)
	}
	for _, bad := range [][3]string{{"course.yaml", "", ""}, {"", "", "x"}, {"course.yaml", "", string(make([]byte, 3000))}} {
		if err := w.Say(ctx, "one", bad[0], bad[1], bad[2], "ann"); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%q: %v", bad[0], err)
		}
	}
	if err := w.Say(ctx, "none", "x", "", "x", "ann"); !errors.Is(err, team.ErrNoCourse) {
		t.Errorf("on no course: %v", err)
	}
}

// TestNothingHiddenIsSaid: what is said and answered reads as it is stored.
func TestNothingHiddenIsSaid(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Say(ctx, "one", "course.yaml", "Half\u200b \u0645\u06cc\u200c\u062e", "Whom\u202e?\u2069\r\n\U0001f469\u200d\u2695", "ann"))
	w.must(w.Close(ctx, "one", w.comments(team.CommentFilter{}).Rows[0].ID, "\ufeffAll\u202d of them.", "ann"))
	got := w.comments(team.CommentFilter{Closed: true}).Rows[0]
	if got.Quote != "Half \u0645\u06cc\u200c\u062e" || got.Body != "Whom?\n\U0001f469\u200d\u2695" || got.Answer != "All of them." {
		t.Errorf("%+q, %+q, %+q", got.Quote, got.Body, got.Answer)
	}
	if err := w.Say(ctx, "one", "course.yaml", "", "\u202e\u200b", "ann"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("nothing but what nobody sees: %v", err)
	}
}

// TestEveryCommentIsReached, however many there are: page after page, and back.
func TestEveryCommentIsReached(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 7 {
		w.at = w.at.Add(time.Second)
		w.must(w.Say(t.Context(), "one", "course.yaml", "", fmt.Sprint(i), "ann"))
		want = append([]string{fmt.Sprint(i)}, want...)
	}
	bodies := func(p team.CommentPage) (out []string) {
		for _, c := range p.Rows {
			out = append(out, c.Body)
		}
		return out
	}
	var got []string
	f, pages := team.CommentFilter{Limit: 3}, []team.CommentPage{}
	for more := true; more; {
		p := w.comments(f)
		if p.Total != 7 || len(p.Rows) == 0 || p.Earlier != (len(pages) > 0) {
			t.Fatalf("%+v", p)
		}
		got, pages, more = append(got, bodies(p)...), append(pages, p), p.More
		f.After = p.Rows[len(p.Rows)-1].ID
	}
	if !slices.Equal(got, want) || len(pages) != 3 {
		t.Errorf("%q on %d pages", got, len(pages))
	}
	back := w.comments(team.CommentFilter{Limit: 3, Before: pages[2].Rows[0].ID})
	if !slices.Equal(bodies(back), bodies(pages[1])) || !back.Earlier || !back.More {
		t.Errorf("back: %+v", back)
	}
}

// TestTheCopyHoldsWhatCoursesKeepOfSomebody, and nobody else's words.
func TestTheCopyHoldsWhatCoursesKeepOfSomebody(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.add("ann@example.org", team.Author, ""))
	w.must(w.add("ben@example.org", team.Clinician, "2027-01-31"))
	w.must(w.Opened(ctx, "one", "ben"))
	w.must(w.Say(ctx, "one", "course.yaml", "A title", "Clearer?", "ben"))
	w.must(w.Say(ctx, "one", "course.yaml", "", "Said by ann", "ann"))
	for _, c := range w.comments(team.CommentFilter{}).Rows {
		w.must(w.Close(ctx, "one", c.ID, "Answer by "+map[string]string{"ann": "ben", "ben": "ann"}[c.AuthorID], map[string]string{"ann": "ben", "ben": "ann"}[c.AuthorID]))
	}
	w.must(w.Remove(ctx, "one", "ben"))
	c, err := w.CopyOf(ctx, "ben")
	w.must(err)
	if len(c.Parts) != 1 || c.Parts[0].Course != "one" || c.Parts[0].Role != team.Clinician || c.Parts[0].RemovedAt == nil || c.Parts[0].UntilAt == nil {
		t.Errorf("%+v", c.Parts)
	}
	if len(c.Opened) != 1 || c.Opened[0].Course != "one" || !c.Opened[0].FirstAt.Equal(w.at) {
		t.Errorf("%+v", c.Opened)
	}
	if len(c.Comments) != 1 || c.Comments[0].Body != "Clearer?" || c.Comments[0].Quote != "A title" || c.Comments[0].Answer != "Answer by ann" {
		t.Errorf("%+v", c.Comments)
	}
	if len(c.Answers) != 1 || c.Answers[0].Answer != "Answer by ben" || c.Answers[0].Path != "course.yaml" {
		t.Errorf("%+v", c.Answers)
	}
}
