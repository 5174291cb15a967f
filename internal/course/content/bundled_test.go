package content_test

import (
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
)

// TestBundledCourse holds the real course to its own rules and to the plan it
// was written for.
func TestBundledCourse(t *testing.T) {
	c, problems := content.Load(courses.Bundled()["tms-ketamine"])
	if c == nil {
		t.Fatal(problems)
	}
	for _, p := range problems {
		if p.Severity == content.Error {
			t.Error(p)
		} else {
			t.Log(p)
		}
	}
	checks, figures := 0, 0
	for _, m := range c.Modules {
		checks += len(m.Check)
	}
	for _, l := range c.Lessons() {
		figures += len(l.Figures)
		t.Logf("%s %d words, planned %d, %d citations", l.ID, l.Words, l.PlannedWords, len(l.Citations))
	}
	for _, tt := range []struct {
		what      string
		got, want int
	}{
		{"modules", len(c.Modules), 6}, {"lessons", len(c.Lessons()), 20}, {"figures", figures, 20},
		{"check items", checks, 24}, {"bank items", len(c.Bank), 48}, {"cases", len(c.Cases), 3},
		{"items drawn", c.Exam.Draw(), 30}, {"objectives", len(c.Objectives), 7},
	} {
		if tt.got != tt.want {
			t.Errorf("%d %s, want %d", tt.got, tt.what, tt.want)
		}
	}
	if n := c.Words(); n < 10_500 || n > 11_600 {
		t.Errorf("%d words, want 10,500 to 11,600", n)
	}
}
