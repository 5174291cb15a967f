package scaffold_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/course/scaffold"
)

func begun() scaffold.Beginning {
	return scaffold.Beginning{Slug: "grief-in-groups", Title: `Grief: "in" groups — & more`, Author: "Ira Stone", Currency: "USD",
		Today: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)}
}

// TestANewCourseAsksForItsWords: every error is about a placeholder or what follows
// from it, and each place is named.
func TestANewCourseAsksForItsWords(t *testing.T) {
	files := scaffold.Course(begun())
	for p, data := range files {
		if problems := content.CheckFile(p, data); len(problems) > 0 {
			t.Errorf("%s: %v", p, problems)
		}
	}
	c, problems := content.Parse(files)
	if c.Card.Title != begun().Title || c.Card.Slug != begun().Slug || len(c.Modules) != 1 || len(c.Modules[0].Lessons) != 1 || len(c.Bank) != 1 {
		t.Errorf("read as %+v", c.Card)
	}
	if day := c.Card.Authors[0].DisclosedOn; day != "" {
		t.Errorf("a day of disclosure is made up: %s", day)
	}
	places := map[string]bool{}
	for _, p := range content.Errors(problems) {
		places[p.File] = true
		t.Log(p)
	}
	for _, file := range []string{"course.yaml", "objectives.yaml", "disclosure.md", "evaluation.yaml", "exam/lo1.yaml", "modules/01-first/01-first-lesson.md", "modules/01-first/module.yaml"} {
		if !places[file] {
			t.Errorf("nothing asks for the words of %s", file)
		}
	}
	for _, q := range c.Bank {
		for _, o := range q.Options {
			if o.Correct {
				t.Errorf("%s: that option %s is right is made up", q.ID, o.ID)
			}
		}
	}
	if places[""] {
		t.Error("something is wrong with the course as a whole")
	}
}

func TestWhatABeginningRefuses(t *testing.T) {
	for field, change := range map[string]func(b *scaffold.Beginning){
		"title": func(b *scaffold.Beginning) { b.Title = " " },
		"slug":  func(b *scaffold.Beginning) { b.Slug = "Grief in groups" },
	} {
		b := begun()
		change(&b)
		if fields := apperr.FieldsOf(b.Check()); len(fields) != 1 || fields[0].Name != field {
			t.Errorf("%s: %v", field, fields)
		}
	}
	if err := begun().Check(); err != nil {
		t.Error(err)
	}
}

// TestWhatIsAddedIsReadAsPartOfTheCourse adds everything to the bundled course.
func TestWhatIsAddedIsReadAsPartOfTheCourse(t *testing.T) {
	files, problems := content.ReadFiles(courses.Bundled()["tms-ketamine"])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c, _ := content.Parse(files)
	before := len(c.Modules)
	add := func(more content.Files, file string, err error) {
		t.Helper()
		if err != nil || more[file] == nil {
			t.Fatalf("%s: %v", file, err)
		}
		for p, data := range more {
			if files[p] != nil {
				t.Errorf("%s is written over", p)
			}
			if problems := content.CheckFile(p, data); len(problems) > 0 {
				t.Errorf("%s: %v", p, problems)
			}
		}
		maps.Copy(files, more)
		c, _ = content.Parse(files)
	}
	for _, title := range []string{"Ein Titel: „Öl“ & so", "What the trials found", "試験"} {
		more, file, err := scaffold.Lesson(c, "m2", title)
		add(more, file, err)
		m := c.Modules[1]
		if l := m.Lessons[len(m.Lessons)-1]; l.Title != title || l.File != file {
			t.Errorf("the last lesson is %q in %s", l.Title, l.File)
		}
	}
	more, file, err := scaffold.Module(c, "Seventh")
	add(more, file, err)
	last := c.Modules[len(c.Modules)-1]
	if len(c.Modules) != before+1 || last.Title != "Seventh" || len(last.Lessons) != 1 {
		t.Errorf("%d modules, the last is %q", len(c.Modules), last.Title)
	}
	more, file, err = scaffold.Check(c, last.ID)
	add(more, file, err)
	if last = c.Modules[len(c.Modules)-1]; len(last.Check) != 1 {
		t.Errorf("%d practice questions", len(last.Check))
	}
	for range 2 {
		more, file, err = scaffold.Case(c, "2 Ways to Marisol")
		add(more, file, err)
	}
	_, problems = content.Parse(files)
	for _, p := range content.Errors(problems) {
		if strings.Contains(p.Msg, "id") && strings.Contains(p.Msg, "used already") || strings.Contains(p.Msg, "no usable id") || strings.Contains(p.Msg, "slug is") {
			t.Error(p)
		}
	}
}

func TestWhatCannotBeAdded(t *testing.T) {
	c, _ := content.Load(courses.Bundled()["tms-ketamine"])
	if _, _, err := scaffold.Lesson(c, "m99", "X"); !errors.Is(err, scaffold.ErrNoModule) {
		t.Errorf("no module: %v", err)
	}
	if _, _, err := scaffold.Check(c, "m99"); !errors.Is(err, scaffold.ErrNoModule) {
		t.Errorf("no module: %v", err)
	}
	if _, _, err := scaffold.Check(c, "m1"); !errors.Is(err, scaffold.ErrThere) {
		t.Errorf("questions that are there: %v", err)
	}
	full := &content.Course{Modules: []*content.Module{{ID: "m1", File: "modules/99-last/module.yaml", Lessons: []*content.Lesson{{File: "modules/99-last/99-last.md"}}}}}
	if _, _, err := scaffold.Lesson(full, "m1", "X"); !errors.Is(err, scaffold.ErrFull) {
		t.Errorf("a hundredth lesson: %v", err)
	}
	if _, _, err := scaffold.Module(full, "X"); !errors.Is(err, scaffold.ErrFull) {
		t.Errorf("a hundredth module: %v", err)
	}
}

func TestSlugs(t *testing.T) {
	for title, want := range map[string]string{"What the trials found": "what-the-trials-found", "  Öl & “Wasser”: it’s 1st ": "ol-wasser-its-1st", "試験": "", "--": "",
		strings.Repeat("long words ", 9): "long-words-long-words-long-words-long-words-long"} {
		if got := scaffold.Slug(title); got != want || got != "" && !content.Slug(got) {
			t.Errorf("%q: %q", title, got)
		}
	}
}
