package coursetest_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/course/coursetest"
)

// TestACourseHasNoMistake: what is measured with it is what a good course costs.
func TestACourseHasNoMistake(t *testing.T) {
	s := coursetest.Size{Modules: 3, Lessons: 6, Questions: 12, Words: 300}
	c, problems := content.Parse(s.Course())
	if bad := content.Errors(problems); len(bad) > 0 {
		t.Fatalf("%d mistakes, the first: %v", len(bad), bad[0])
	}
	if len(c.Lessons()) != s.Lessons || len(c.Bank) != s.Questions {
		t.Errorf("%d lessons and %d questions", len(c.Lessons()), len(c.Bank))
	}
	if n := c.Lessons()[1].Words; n < 250 || n > 350 {
		t.Errorf("a lesson of %d words", n)
	}
}

// BenchmarkParse: a course of a hundred lessons and a thousand questions.
func BenchmarkParse(b *testing.B) {
	files := coursetest.Size{Modules: 10, Lessons: 100, Questions: 1000, Words: 1500}.Course()
	b.SetBytes(files.Bytes())
	for b.Loop() {
		if _, problems := content.Parse(files); len(content.Errors(problems)) > 0 {
			b.Fatal(problems[0])
		}
	}
}
