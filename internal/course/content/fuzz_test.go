package content_test

import (
	"maps"
	"testing"

	"github.com/atmacena/cocare/internal/course/content"
)

// fuzzFile replaces one file of the small course: whatever stands in it, there
// is a course and every problem says where and what to do.
func fuzzFile(f *testing.F, path string, seeds ...string) {
	files := small(f)
	f.Add(string(files[path]))
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > content.MaxFileBytes {
			t.Skip("refused before it is parsed")
		}
		mine := maps.Clone(files)
		mine[path] = []byte(text)
		c, problems := parse(t, mine)
		if c == nil {
			t.Fatal("no course")
		}
		for _, p := range problems {
			if p.Msg == "" || p.Fix == "" || p.Severity == "" || p.Line < 0 {
				t.Errorf("half a problem: %+v", p)
			}
		}
	})
}

func FuzzCourseYAML(f *testing.F) {
	fuzzFile(f, "course.yaml", "slug: [a", "slug: &a {x: *a}", "authors: [{name: 1}]\n---\n", "price: {amount: 1e9}")
}

func FuzzFactsYAML(f *testing.F) { fuzzFile(f, "facts.yaml", "- {id: F-1, references: [a, {}]}", "a") }

func FuzzFiguresYAML(f *testing.F) {
	fuzzFile(f, "figures.yaml", "- {id: fig-01, file: ../course.yaml}", "- marks: [{kind: x}]")
}

func FuzzExamYAML(f *testing.F) {
	fuzzFile(f, "exam.yaml", "blueprint: [{objective: LO1, draw: -1}]\nlimits: [{at_most_percent: 1}]")
}

func FuzzQuestionsYAML(f *testing.F) {
	fuzzFile(f, "exam/bank.yaml", "- {id: K1, kind: numeric, answer: []}", "- id: E1\n- id: E1")
}

func FuzzLesson(f *testing.F) {
	fuzzFile(f, lesson, "---\nid: x\n---\n::: case a\n:::\n{.plain}\n", "---\r\nid: x\r\n---\r\n# A\r\n![](figure:fig-01)")
}

func FuzzCase(f *testing.F) {
	fuzzFile(f, "cases/a.md", "---\nid: a\n---\n\n## Discussion\n\n1. a\n2. b\n   c\n\n3.\n")
}
