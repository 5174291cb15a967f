package content_test

import (
	"testing"
)

func TestUnreadable(t *testing.T) {
	for _, c := range []struct {
		file, text string
		line       int // 0: it can be read
	}{
		{"course.yaml", "a: 1\nb: 2\n", 0},
		{"course.yaml", "a: 1\nb: 2\na: 3\n", 3},
		{"course.yaml", "a: [\n", 1},
		{"modules/01-a/01-b.md", "---\ntitle: x\n---\n[a\n", 0},
		{"modules/01-a/01-b.md", "---\ntitle: x\ntitle: y\n---\n", 3},
		{"disclosure.md", "a: b: c\n", 0},
		{"figures/a.svg", "a: [", 0},
	} {
		got := unreadable(t, c.file, []byte(c.text))
		if (len(got) > 0) != (c.line > 0) || len(got) > 0 && got[0].Line != c.line {
			t.Errorf("%s %q: %v, want line %d", c.file, c.text, got, c.line)
		}
	}
}
