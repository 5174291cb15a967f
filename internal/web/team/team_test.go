package team_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
	webteam "github.com/atmacena/cocare/internal/web/team"
)

const (
	slug    = "how-learning-is-recorded"
	at      = "/teach/" + slug
	passage = "Nothing is sold here." // of the disclosure
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "team", "team-") }

// newBase is a database with ann and ed, at the beginning of a day in UTC.
func newBase(t *testing.T) (*db.DB, func() time.Time, *audit.Log) {
	t.Helper()
	d := dbtest.New(t)
	clock := time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)
	now := func() time.Time { clock = clock.Add(time.Second); return clock }
	for _, id := range []string{"ann", "ed"} {
		area.AddPerson(t, d, id, "Name of "+id, clock)
	}
	return d, now, audit.New(d, now)
}

// newCourses has the small course, published once.
func newCourses(t *testing.T, d *db.DB, now func() time.Time, log *audit.Log) *course.Service {
	t.Helper()
	c := course.New(course.Deps{DB: d, Now: now, Audit: log, Demo: true})
	if _, err := c.Import(t.Context(), courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Publish(t.Context(), slug, "", "test"); err != nil {
		t.Fatal(err)
	}
	return c
}

// zone is the provider's: five hours behind.
var zone = time.FixedZone("provider", -5*60*60)

func newTeam(d *db.DB, now func() time.Time, log *audit.Log) *team.Service {
	return team.New(team.Deps{DB: d, Now: now, Audit: log, Zone: zone, FindAccount: func(_ context.Context, email string) (team.Account, error) {
		switch email {
		case "ann@example.org":
			return team.Account{PersonID: "ann", Instructor: true}, nil
		case "ed@example.org":
			return team.Account{PersonID: "ed", Guest: true}, nil
		}
		return team.Account{}, apperr.New(apperr.NotFound, "Nobody.")
	}})
}

// serve is the area: ann writes, ed is a guest who comments.
func serve(t *testing.T, now func() time.Time, s *team.Service, c counted) *area.Server {
	t.Helper()
	return area.Serve(t, area.Options{Name: "team", Now: now, Viewer: func(name string) *kit.Viewer {
		v := &kit.Viewer{PersonID: name, Name: name, Roles: kit.Guest, CourseComment: true}
		if name == "ann" {
			v.Roles, v.CourseWrite = kit.Instructor, true
		}
		return v
	}}, webteam.Guard(func(_ context.Context, _ string, v *kit.Viewer) (team.Rights, error) {
		return team.Rights{Read: true, Comment: true, Write: v.CourseWrite}, nil
	}, webteam.Routes(webteam.Deps{Team: s, Courses: c, Zone: zone, Now: now}))...)
}

// newWorld is the area with the small course.
func newWorld(t *testing.T) (*area.Server, *team.Service, *course.Service) {
	t.Helper()
	d, now, log := newBase(t)
	c, s := newCourses(t, d, now, log), newTeam(d, now, log)
	return serve(t, now, s, counted{c, map[string]int{}}), s, c
}

func TestNamingPeople(t *testing.T) {
	w, _, _ := newWorld(t)
	w.Get("ann", at+"/people").Is(http.StatusOK, "Nobody is named yet", "Name for this course")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "editor").Is(http.StatusUnprocessableEntity, "Name an author first", `value="ed@example.org"`)
	w.Post("ann", at+"/people", "email", "ann@example.org", "role", "author", "until", "2026-12-24").Is(http.StatusUnprocessableEntity, "leave out the last day").Lacks("Name an author first")
	w.Post("ann", at+"/people", "email", "nobody@example.org", "role", "author").Is(http.StatusUnprocessableEntity, "Nobody can be named for this by that address")
	w.Post("ann", at+"/people", "email", "ann@example.org", "role", "author").Says(at+"/people", "team.named")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "author").Is(http.StatusUnprocessableEntity, "Nobody can be named for this by that address")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "accreditor", "until", "2026-12-24").Says(at+"/people", "team.named")
	w.Get("ann", at+"/people").Is(http.StatusOK, "Name of ann", "Author", "no end", "Accreditor guest", "December 24, 2026", "ann@example.org")
	w.Get("ed", at+"/people").Is(http.StatusOK, "Name of ann").Lacks("Take off", "Name for this course", "@example.org")
	w.Post("ann", at+"/people/ann/remove").Is(http.StatusConflict, "A course keeps an author")
	w.Post("ann", at+"/people/ed/remove").Says(at+"/people", "team.removed")
	w.Post("ann", at+"/people/ed/remove").Is(http.StatusNotFound)
	w.Get("ann", "/teach/none/people").Is(http.StatusNotFound)
}

// TestAnotherPartIsConfirmed before it takes the place of the one that somebody has.
func TestAnotherPartIsConfirmed(t *testing.T) {
	w, s, _ := newWorld(t)
	w.Post("ann", at+"/people", "email", "ann@example.org", "role", "author").Says(at+"/people", "team.named")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "editor").Says(at+"/people", "team.named")
	again := w.Post("ann", at+"/people", "email", "ed@example.org", "role", "clinician")
	again.Is(http.StatusConflict, "Confirm that their part changes", "Change their part from Editorial reviewer to Clinical reviewer", `name="from" value="editor"`, `value="ed@example.org"`)
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "clinician", "from", "author").Is(http.StatusConflict, `value="editor"`)
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "clinician", "from", "editor").Says(at+"/people", "team.changed")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "clinician", "until", "2026-12-24").Says(at+"/people", "team.named")
	list, err := s.Members(t.Context(), slug)
	if err != nil || len(list) != 2 || list[1].Role != team.Clinician || list[1].UntilAt == nil {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestDaysAreThoseOfTheProvider: today and the last day.
func TestDaysAreThoseOfTheProvider(t *testing.T) {
	w, _, _ := newWorld(t)
	w.Get("ann", at+"/people").Is(http.StatusOK, `min="2026-11-30"`) // early on December 1 in UTC
	w.Post("ann", at+"/people", "email", "ann@example.org", "role", "author").Says(at+"/people", "team.named")
	w.Post("ann", at+"/people", "email", "ed@example.org", "role", "accreditor", "until", "2026-11-30").Says(at+"/people", "team.named")
	w.Get("ann", at+"/people").Is(http.StatusOK, "November 30, 2026").Lacks("Over")
}

func comments(t *testing.T, s *team.Service, f team.CommentFilter) []team.Comment {
	t.Helper()
	p, err := s.Comments(t.Context(), slug, f)
	if err != nil {
		t.Fatal(err)
	}
	return p.Rows
}

// TestAPassageThatNeverStoodThereIsRefused, at its field, with everything that was typed.
func TestAPassageThatNeverStoodThereIsRefused(t *testing.T) {
	w, s, _ := newWorld(t)
	page := w.Post("ed", at+"/comments", "path", "disclosure.md", "quote", "no such words", "body", "").
		Is(http.StatusUnprocessableEntity, "These words do not stand there", "Write what you have to say", "no such words", `<option value="disclosure.md" selected>Disclosure`, `<optgroup label="About the course">`)
	if !strings.Contains(page.Body, `id="f-quote-error"`) {
		t.Error("it is not said at the field")
	}
	w.Post("ed", at+"/comments", "path", "disclosure.md", "quote", "no such words", "body", "Is it so?").Is(http.StatusUnprocessableEntity, "Is it so?")
	w.Post("ed", at+"/comments", "path", "objectives.yaml", "quote", passage, "body", "It is of another file.").Is(http.StatusUnprocessableEntity, "These words do not stand there")
	if got := comments(t, s, team.CommentFilter{}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestACommentFromThePreview leads back there; a heading stands for a passage.
func TestACommentFromThePreview(t *testing.T) {
	w, s, c := newWorld(t)
	ed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	l := ed.Course.Lessons()[0]
	heading := l.Headings[0].Text
	w.Post("ed", at+"/comments", "path", l.File, "heading", heading, "quote", "", "body", "Too long.", "lesson", l.Slug).Says(at+"/preview/lessons/"+l.Slug, "comment.added")
	w.Post("ed", at+"/comments", "path", l.File, "heading", heading, "quote", "no such words", "body", "Too long.", "lesson", l.Slug).Is(http.StatusUnprocessableEntity, "no such words", "Too long.")
	w.Post("ed", at+"/comments", "path", l.File, "body", "Too long.", "lesson", "/elsewhere.example").Says(at+"/comments", "comment.added")
	if got := comments(t, s, team.CommentFilter{}); len(got) != 2 || got[1].Quote != heading || got[1].Path != l.File {
		t.Errorf("%+v", got)
	}
}

func TestTalkingOfPassages(t *testing.T) {
	w, s, c := newWorld(t)
	w.Get("ann", at+"/comments").Is(http.StatusOK, "No comment is open")
	w.Get("ann", at+"/comments?state=closed").Is(http.StatusOK, "No comment is closed").Lacks("Comment on a passage")
	w.Get("ann", at+"/comments?state=lost").Is(http.StatusUnprocessableEntity)
	w.Post("ed", at+"/comments", "path", "disclosure.md", "quote", passage, "body", "").Is(http.StatusUnprocessableEntity, "Write what you have to say", passage)
	w.Post("ed", at+"/comments", "path", "nowhere.md", "body", "x").Is(http.StatusUnprocessableEntity, "Choose what it is about")
	w.Post("ed", at+"/comments", "path", "disclosure.md", "quote", strings.ReplaceAll(passage, " ", "\n "), "body", "Where is <this>?").Says(at+"/comments", "comment.added")
	w.Get("ann", at+"/comments").Is(http.StatusOK, "Where is &lt;this&gt;?", "Close", ">Disclosure</a>").Lacks("The draft no longer says so", "Open again")
	w.Get("ed", at+"/comments?path=disclosure.md").Is(http.StatusOK, "Comments on “Disclosure”", "Where is", "Answer").Lacks("Close<")
	id := comments(t, s, team.CommentFilter{})[0].ID
	for _, act := range []string{"close", "answer", "reopen"} {
		w.Post("ann", at+"/comments/none/"+act, "answer", "x").Is(http.StatusNotFound)
	}
	w.Post("ed", at+"/comments/"+id+"/close").Is(http.StatusForbidden)
	w.Post("ed", at+"/comments/"+id+"/answer", "answer", "Or is it me?").Says(at+"/comments", "comment.answered")
	w.Post("ann", at+"/comments/"+id+"/answer").Is(http.StatusUnprocessableEntity, "Write an answer.", "Where is")
	w.Post("ann", at+"/comments/"+id+"/reopen").Is(http.StatusConflict, "open already")
	w.Get("ann", at+"/comments").Is(http.StatusOK, "Or is it me?", "Name of ed")
	w.Post("ann", at+"/comments/"+id+"/close", "answer", "Gone by now.").Says(at+"/comments", "comment.closed")
	w.Get("ann", at+"/comments").Is(http.StatusOK, "No comment is open").Lacks("Gone by now.")
	w.Get("ann", at+"/comments?state=closed").Is(http.StatusOK, "Or is it me?", "Gone by now.", "Closed by Name of ann", "Open again").Lacks("no longer says so")
	w.Get("ed", at+"/comments?state=closed").Is(http.StatusOK, "Gone by now.").Lacks("Open again")
	w.Post("ed", at+"/comments/"+id+"/reopen").Is(http.StatusForbidden)
	list := "?path=disclosure.md&state=closed"
	w.Get("ann", at+"/comments"+list).Is(http.StatusOK, `action="`+at+"/comments/"+id+`/reopen?path=disclosure.md&amp;state=closed"`)
	w.Post("ann", at+"/comments/"+id+"/reopen"+list).Says(at+"/comments"+list, "comment.reopened")
	w.Get("ann", at+"/comments?path=disclosure.md").Is(http.StatusOK, "/close?path=disclosure.md", "/answer?path=disclosure.md")
	w.Get("ann", at+"/comments").Is(http.StatusOK, "Gone by now.").Lacks("Closed by")
	w.Post("ann", at+"/comments/"+id+"/close").Says(at+"/comments", "comment.closed")

	// A file that is removed since.
	f, err := c.DraftFile(t.Context(), slug, "disclosure.md")
	if err != nil {
		t.Fatal(err)
	}
	w.Post("ed", at+"/comments", "path", "disclosure.md", "body", "All of it.").Says(at+"/comments", "comment.added")
	if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ann", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Remove: true}}}); err != nil {
		t.Fatal(err)
	}
	w.Get("ann", at+"/comments").Is(http.StatusOK, "Disclosure, which is removed")
	// A link by the name that a file had before it moved.
	const from, to = "cases/before.md", "cases/after.md"
	for _, e := range []course.Edit{
		{Files: []course.FileEdit{{Path: from, Content: []byte("x\n")}}},
		{Files: []course.FileEdit{{Path: from, Base: f.Seq + 2, Remove: true}, {Path: to, Content: []byte("x\n")}}, Names: map[string]string{from: to}},
	} {
		e.Slug, e.By, e.Kind = slug, "ann", course.ChangeSave
		if _, err := c.EditDraft(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	w.Get("ann", at+"/comments?path="+from).Is(http.StatusOK, "Comments on “"+to+"”")
}

// TestAnAnswerIsNotLost that is too long, or comes after another.
func TestAnAnswerIsNotLost(t *testing.T) {
	w, s, _ := newWorld(t)
	for _, body := range []string{"First.", "Second."} {
		w.Post("ed", at+"/comments", "path", "course.yaml", "body", body).Says(at+"/comments", "comment.added")
	}
	id := comments(t, s, team.CommentFilter{})[1].ID
	long := strings.Repeat("Long words. ", 200)
	page := w.Post("ann", at+"/comments/"+id+"/close", "answer", long).Is(http.StatusUnprocessableEntity, "Use at most 2000 characters", "Long words. Long words.", "First.", "Second.")
	if strings.Count(page.Body, at+"/comments/"+id+"/close") != 1 {
		t.Error("the comment stands there twice")
	}
	w.Post("ann", at+"/comments/"+id+"/close", "answer", "Done.").Says(at+"/comments", "comment.closed")
	w.Post("ann", at+"/comments/"+id+"/close", "answer", "I had more to say.").Is(http.StatusConflict, "closed already", "I had more to say.", "Done.", "Closed by Name of ann").
		Lacks(at + "/comments/" + id + "/close")
}

// TestEveryOpenCommentHasAPage: a list that is longer than one goes on.
func TestEveryOpenCommentHasAPage(t *testing.T) {
	w, s, _ := newWorld(t)
	for i := range 52 {
		if err := s.Say(t.Context(), slug, "course.yaml", "", fmt.Sprintf("Remark %02d.", i), "ed"); err != nil {
			t.Fatal(err)
		}
	}
	first := w.Get("ann", at+"/comments").Is(http.StatusOK, "50 of 52 shown", "Remark 51.", "Remark 02.").Lacks("Remark 01.")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(first.Body))
	if err != nil {
		t.Fatal(err)
	}
	w.Get("ann", doc.Find("a[rel=next]").AttrOr("href", "")).Is(http.StatusOK, "Remark 01.", "Remark 00.").Lacks("Remark 02.")
}

// counted counts how often drafts and their files are read.
type counted struct {
	*course.Service
	reads map[string]int
}

func (c counted) CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error) {
	c.reads["draft"]++
	return c.Service.CheckDraft(ctx, slug)
}

// TestAPassageIsFoundAsItIsRead: with bold words, a citation and a term it is another
// text than its Markdown.
func TestAPassageIsFoundAsItIsRead(t *testing.T) {
	d, now, log := newBase(t)
	c := counted{newCourses(t, d, now, log), map[string]int{}}
	s := newTeam(d, now, log)
	w := serve(t, now, s, c)
	parsed, err := c.Current(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	l := parsed.Course.Lessons()[0]
	f, err := c.DraftFile(t.Context(), slug, l.File)
	if err != nil {
		t.Fatal(err)
	}
	facts := parsed.Course.Facts[0].ID
	text := fmt.Sprintf("%s\n\nHalf of **all adults** respond [@%s], and a [strange word](term:strange) follows.\n", f.Content, facts)
	if _, err := c.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ann", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: f.Path, Base: f.Seq, Content: []byte(text)},
		{Path: "glossary.yaml", Content: []byte("- {id: strange, term: Strange, meaning: Not known.}\n")}}}); err != nil {
		t.Fatal(err)
	}
	_, drafted, _, err := c.Service.CheckDraft(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	l, _ = drafted.Lesson(l.Slug)
	for _, x := range l.Citations {
		if x.Fact.ID == facts {
			number = x.Number
		}
	}
	for _, quote := range []string{"Half of **all adults** respond", "Half of all adults respond, and", fmt.Sprintf("all\nadults respond%d, and a strange word follows.", number)} {
		if err := s.Say(t.Context(), slug, l.File, quote, "Is it so?", "ed"); err != nil {
			t.Fatal(err)
		}
	}
	w.Get("ann", at+"/comments").Is(http.StatusOK, "all adults").Lacks("no longer says so")
	if c.reads["draft"] != 1 {
		t.Errorf("three comments read %v", c.reads)
	}
	if err := s.Say(t.Context(), slug, l.File, "Half of some adults respond", "Is it so?", "ed"); err != nil {
		t.Fatal(err)
	}
	w.Get("ann", at+"/comments").Is(http.StatusOK, "no longer says so")
}
