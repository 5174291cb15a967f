package compare_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/compare"
	"github.com/atmacena/cocare/internal/course/content"
)

const root = "../../../courses/how-learning-is-recorded"

// changed is the bundled course with some files changed: path, old, new.
func changed(t testing.TB, changes ...[3]string) *content.Course {
	t.Helper()
	files, problems := content.ReadFiles(os.DirFS(root))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range changes {
		was := string(files[c[0]])
		now := strings.Replace(was, c[1], c[2], 1)
		if now == was {
			t.Fatalf("%s: nothing changed by %q", c[0], c[1])
		}
		files[c[0]] = []byte(now)
	}
	return content.Build(files)
}

// of is what differs in a part.
func of(c compare.Comparison, part string) []compare.Change {
	for _, p := range c.Parts {
		if p.ID == part {
			return p.Changes
		}
	}
	return nil
}

// tells reports whether a change shows a word that differs.
func tells(c compare.Change) bool {
	return slices.ContainsFunc(c.Spans(), func(s compare.Span) bool { return s.Sign != compare.Both })
}

func TestNothingDiffersFromItself(t *testing.T) {
	if got := compare.Courses(changed(t), changed(t)); !got.Same() {
		t.Errorf("%+v", got)
	}
}

// TestWhatDiffers: one change, one entry, of the part that was changed.
func TestWhatDiffers(t *testing.T) {
	first := changed(t).Modules[0].Lessons[0]
	got := compare.Courses(changed(t), changed(t,
		[3]string{first.File, "\n\n", "\n\nA sentence more. {.plain}\n\n"},
		[3]string{"course.yaml", "pass_percent: 80", "pass_percent: 70"},
		[3]string{"objectives.yaml", "Test a certificate", "Judge a certificate"},
		[3]string{"disclosure.md", "\n", "\nNew.\n"},
	))
	if len(got.Lessons) != 1 || got.Lessons[0].Kind != compare.Changed || got.Lessons[0].ID != first.ID || got.Lessons[0].Around {
		t.Errorf("lessons %+v", got.Lessons)
	}
	if len(got.Rules) != 1 || got.Rules[0].Title != "Pass mark" || got.Rules[0].After != "70 percent" {
		t.Errorf("rules %+v", got.Rules)
	}
	if list := of(got, "objectives"); len(list) != 1 || list[0].ID != "LO3" || got.Disclosure == nil || len(got.Questions) != 0 || len(got.Parts) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestAFactBehindALesson: the lesson's own text is the same, what it cites is not.
func TestAFactBehindALesson(t *testing.T) {
	got := compare.Courses(changed(t), changed(t, [3]string{"facts.yaml", "opening or scrolling it does not finish it", "opening it does not finish it"}))
	if list := of(got, "facts"); len(list) != 1 || list[0].ID != "P-01" || len(got.Lessons) == 0 || !got.Lessons[0].Around || !tells(got.Lessons[0].Change) {
		t.Errorf("%+v", got)
	}
}

// TestQuestions: a changed word is no changed key, a moved key is.
func TestQuestions(t *testing.T) {
	c := changed(t)
	q := c.Bank[0]
	id := "id: " + q.ID + "\n"
	file := ""
	files, _ := content.ReadFiles(os.DirFS(root))
	for _, path := range files.Paths() {
		if strings.HasPrefix(path, "exam/") && strings.Contains(string(files[path]), id) {
			file = path
		}
	}
	got := compare.Courses(c, changed(t, [3]string{file, q.Prompt, "Another prompt?"}))
	if len(got.Questions) != 1 || !got.Questions[0].Exam || got.Questions[0].Graded || got.Questions[0].Kind != compare.Changed {
		t.Errorf("another prompt: %+v", got.Questions)
	}
	got = compare.Courses(c, changed(t, [3]string{file, "      correct: true\n", ""}))
	if len(got.Questions) != 1 || !got.Questions[0].Graded {
		t.Errorf("another key: %+v", got.Questions)
	}
	got = compare.Courses(c, changed(t, [3]string{file, id, "id: E99\n"}))
	if len(got.Questions) != 2 || got.Questions[0].Kind != compare.Added || got.Questions[1].Kind != compare.Removed || got.Questions[1].ID != q.ID {
		t.Errorf("another id: %+v", got.Questions)
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          []compare.Span
	}{
		{"", "", nil},
		{"a b c", "a b c", []compare.Span{{Text: "a b c"}}},
		{"", "new words", []compare.Span{{"+", "new words"}}},
		{"gone", "", []compare.Span{{"−", "gone"}}},
		{"one two three", "one 2 three", []compare.Span{{Text: "one "}, {"−", "two "}, {"+", "2 "}, {Text: "three"}}},
		{"né à\nParis", "né à\nLyon", []compare.Span{{Text: "né à\n"}, {"−", "Paris"}, {"+", "Lyon"}}},
	} {
		if got := compare.Words(tt.before, tt.after); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q → %q: %+v", tt.before, tt.after, got)
		}
	}
}

// FuzzWords: what is common and gone is the earlier text, what is common and new the
// later.
func FuzzWords(f *testing.F) {
	f.Add("one two three", "one 2 three four")
	f.Add(" leading", "trailing ")
	f.Add("x\n\ny", "x y\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		var a, b strings.Builder
		for _, s := range compare.Words(before, after) {
			if s.Sign != compare.New {
				a.WriteString(s.Text)
			}
			if s.Sign != compare.Gone {
				b.WriteString(s.Text)
			}
		}
		if a.String() != before || b.String() != after {
			t.Errorf("%q, %q came back as %q, %q", before, after, a.String(), b.String())
		}
	})
}
