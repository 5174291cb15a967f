package conversation

import (
	"testing"

	"github.com/atmacena/cocare/internal/course"
)

// TestWordsAreFoundWithAndWithoutNumbers of citations: who copies has them.
func TestWordsAreFoundWithAndWithoutNumbers(t *testing.T) {
	list := Passages(&course.Lesson{HTML: `<p>Before.</p><h2 id="s-a">First</h2>
<p>Two trials<sup class="cite"><a href="#ref-1">1</a>, <a href="#ref-2">2</a></sup> agree.</p><h2 id="s-b">Second</h2><p>Later<sup class="cite"><a href="#ref-3">3</a></sup>.</p>`})
	for words, want := range map[string]string{
		"Two trials agree": "s-a", "Two trials1, 2 agree": "s-a", "trials 1,2": "s-a", "Later3.": "s-b", "Later.": "s-b", "Before.": "", "trials9": "",
	} {
		if got := quoted(list, list[0], words); got.Anchor != want {
			t.Errorf("%q stands at %q", words, got.Anchor)
		}
	}
	if list[1].Quote != "Two trials agree." {
		t.Errorf("%q", list[1].Quote)
	}
}
