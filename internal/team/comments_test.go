package team_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
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
	if len(open.Rows) != 1 || open.Rows[0].Path != "course.yaml" || len(closed.Rows) != 1 || len(closed.Rows[0].Answers) != 1 || closed.Rows[0].Answers[0].Body != "Of the adults." || closed.Rows[0].Closer != "ann" {
		t.Errorf("open %+v, closed %+v", open.Rows, closed.Rows)
	}
	for _, bad := range [][3]string{{"course.yaml", "", ""}, {"", "", "x"}, {"/comments/x", "", "x"}, {"course.yaml", "", string(make([]byte, 3000))}} {
		if err := w.Say(ctx, "one", bad[0], bad[1], bad[2], "ann"); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%q: %v", bad[0], err)
		}
	}
	if err := w.Say(ctx, "none", "x", "", "x", "ann"); !errors.Is(err, team.ErrNoCourse) {
		t.Errorf("on no course: %v", err)
	}
}

// TestAnAnswerClosesNothing: who may comment talks, whoever writes closes and opens again.
func TestAnAnswerClosesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Say(ctx, "one", "course.yaml", "", "A clearer title?", "ben"))
	id := w.comments(team.CommentFilter{}).Rows[0].ID
	w.must(w.Answer(ctx, "one", id, "Which one?", "ann"))
	w.at = w.at.Add(time.Minute)
	w.must(w.Answer(ctx, "one", id, " A shorter one. ", "ben"))
	for _, bad := range []string{"", " ", string(make([]byte, 3000))} {
		if err := w.Answer(ctx, "one", id, bad, "ann"); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%.3q: %v", bad, err)
		}
	}
	list := w.comments(team.CommentFilter{})
	if list.Total != 1 || len(list.Rows) != 1 || list.Rows[0].ClosedAt != nil {
		t.Fatalf("an answer closes it or counts as another: %+v", list)
	}
	said := func(want ...string) {
		t.Helper()
		x, err := w.Comment(ctx, "one", id)
		w.must(err)
		var got []string
		for _, a := range x.Answers {
			got = append(got, a.Author+": "+a.Body)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	}
	said("ann: Which one?", "ben: A shorter one.")
	for _, of := range [][2]string{{"two", id}, {"one", "none"}, {"one", list.Rows[0].Answers[0].ID}} {
		if err := w.Answer(ctx, of[0], of[1], "x", "ann"); !errors.Is(err, team.ErrNoComment) {
			t.Errorf("answered %v: %v", of, err)
		}
		if err := w.Reopen(ctx, of[0], of[1]); !errors.Is(err, team.ErrNoComment) {
			t.Errorf("opened %v: %v", of, err)
		}
		if err := w.Close(ctx, of[0], of[1], "", "ann"); !errors.Is(err, team.ErrNoComment) {
			t.Errorf("closed %v: %v", of, err)
		}
	}
	if err := w.Reopen(ctx, "one", id); !errors.Is(err, team.ErrOpen) {
		t.Errorf("an open one is opened: %v", err)
	}
	w.must(w.Close(ctx, "one", id, "Done.", "ann"))
	if err := w.Answer(ctx, "one", id, "Too late.", "ben"); !errors.Is(err, team.ErrClosed) {
		t.Errorf("answered when closed: %v", err)
	}
	closed, err := w.Comment(ctx, "one", id)
	w.must(err)
	w.must(w.Reopen(audit.WithActor(ctx, audit.Actor{PersonID: "ben"}), "one", id))
	if err := w.Reopen(ctx, "one", id); !errors.Is(err, team.ErrOpen) {
		t.Errorf("opened twice: %v", err)
	}
	events, err := w.Audit.List(ctx, audit.Filter{Action: "comment.reopen"})
	w.must(err)
	if len(events) != 1 || events[0].ActorID != "ben" || events[0].ObjectID != "c-one" || events[0].Details["comment"] != id ||
		events[0].Details["closed_by"] != "ann" || events[0].Details["closed_at"] != closed.ClosedAt.UTC().Format(time.RFC3339Nano) {
		t.Errorf("%+v", events)
	}
	w.must(w.Answer(ctx, "one", id, "Not quite.", "ben"))
	said("ann: Which one?", "ben: A shorter one.", "ann: Done.", "ben: Not quite.")
	if list := w.comments(team.CommentFilter{}); len(list.Rows) != 1 || list.Rows[0].ClosedAt != nil || list.Rows[0].Closer != "" {
		t.Errorf("%+v", list)
	}
	w.must(w.FilesRenamed(ctx, list.Rows[0].CourseID, map[string]string{"course.yaml": "card.yaml"}))
	said("ann: Which one?", "ben: A shorter one.", "ann: Done.", "ben: Not quite.")
	c, err := w.CopyOf(ctx, "ben")
	w.must(err)
	if len(c.Comments) != 1 || !slices.Equal(c.Comments[0].Answers, []string{"Which one?", "A shorter one.", "Done.", "Not quite."}) || len(c.Answers) != 2 ||
		c.Answers[0].Path != "card.yaml" || c.Answers[0].Answer != "A shorter one." || !c.Answers[0].AnsweredAt.Equal(w.at) {
		t.Errorf("%+v", c)
	}
}

// TestTheAnswerOfAnOldClosing stays, and whose it is, when the comment is opened again.
func TestTheAnswerOfAnOldClosing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Say(ctx, "one", "course.yaml", "", "A clearer title?", "ben"))
	id := w.comments(team.CommentFilter{}).Rows[0].ID
	w.must(w.DB.Conn(ctx).Exec("UPDATE course_comments SET answer = 'It is clear.', closed_by = 'ann', closed_at = ? WHERE id = ?", w.at, id).Error)
	for range 2 {
		x, err := w.Comment(ctx, "one", id)
		w.must(err)
		if len(x.Answers) != 1 || x.Answers[0].Body != "It is clear." || x.Answers[0].Author != "ann" || !x.Answers[0].CreatedAt.Equal(w.at) {
			t.Errorf("%+v", x)
		}
		if x.ClosedAt != nil {
			w.must(w.Reopen(ctx, "one", id))
		}
	}
}

// TestNothingHiddenIsSaid: what is said and answered reads as it is stored.
func TestNothingHiddenIsSaid(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Say(ctx, "one", "course.yaml", "Half\u200b \u0645\u06cc\u200c\u062e", "Whom\u202e?\u2069\r\n\U0001f469\u200d\u2695", "ann"))
	w.must(w.Close(ctx, "one", w.comments(team.CommentFilter{}).Rows[0].ID, "\ufeffAll\u202d of them.", "ann"))
	got := w.comments(team.CommentFilter{Closed: true}).Rows[0]
	if got.Quote != "Half \u0645\u06cc\u200c\u062e" || got.Body != "Whom?\n\U0001f469\u200d\u2695" || len(got.Answers) != 1 || got.Answers[0].Body != "All of them." {
		t.Errorf("%+q, %+q, %+q", got.Quote, got.Body, got.Answers)
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
	if len(c.Comments) != 1 || c.Comments[0].Body != "Clearer?" || c.Comments[0].Quote != "A title" || len(c.Comments[0].Answers) != 1 || c.Comments[0].Answers[0] != "Answer by ann" {
		t.Errorf("%+v", c.Comments)
	}
	if len(c.Answers) != 1 || c.Answers[0].Answer != "Answer by ben" || c.Answers[0].Path != "course.yaml" {
		t.Errorf("%+v", c.Answers)
	}
}
