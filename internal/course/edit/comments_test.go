package edit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/edit"
)

const noted = `# Who may read this file, and why.
draft: yes
of:
  - E36 # suicide
  - E39

  # left out on purpose: E41
  - E40
words: 'a # b'
list:
  - id: a

# --- The second half ---

  - id: b
deep:
  - only: one # says so
`

// TestCommentsStay: what people said beside a value that did not change is there
// afterward, and what was said of an entry goes with it alone.
func TestCommentsStay(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		act  func(d *edit.Doc) error
		want string // "": refused, and nothing changes
	}{
		"a block list takes one more":   {noted, func(d *edit.Doc) error { return d.Set(edit.At("of"), []string{"E36", "E39", "E40", "E7"}) }, replaced("  - E40\n", "  - E40\n  - E7\n")},
		"a block list loses one":        {noted, func(d *edit.Doc) error { return d.Set(edit.At("of"), []string{"E36", "E40"}) }, replaced("  - E39\n\n", "\n")},
		"a block list loses its words":  {noted, func(d *edit.Doc) error { return d.Set(edit.At("of"), []string{"E39", "E40"}) }, replaced("  - E36 # suicide\n", "")},
		"a block list is turned around": {noted, func(d *edit.Doc) error { return d.Set(edit.At("of"), []string{"E39", "E36", "E40"}) }, replaced("  - E36 # suicide\n  - E39\n", "  - E39\n  - E36 # suicide\n")},
		"the first key goes":            {noted, func(d *edit.Doc) error { return d.Remove(edit.At("draft")) }, replaced("draft: yes\n", "")},
		"the entry before a heading":    {noted, func(d *edit.Doc) error { return d.Remove(edit.At("list", 0)) }, replaced("  - id: a\n\n# --- The second half ---\n\n", "\n# --- The second half ---\n\n")},
		"the last entry of all":         {noted, func(d *edit.Doc) error { return d.Remove(edit.At("deep", 0)) }, replaced("deep:\n  - only: one # says so\n", "deep: []\n")},
		"the last entry of a file":      {"# All of them.\n- id: a\n", func(d *edit.Doc) error { return d.Remove(edit.At(0)) }, "# All of them.\n[]\n"},
		"a number sign in words":        {noted, func(d *edit.Doc) error { return d.Set(edit.At("words"), "c") }, replaced("'a # b'", "'c'")},
		"the last between brackets":     {"k: [a]\n", func(d *edit.Doc) error { return d.Remove(edit.At("k", 0)) }, "k: []\n"},
		"a list of lists":               {"k:\n  - [a, b]\n", func(d *edit.Doc) error { return d.Set(edit.At("k"), []string{"a"}) }, ""},
		"what is said behind the key":   {"k: # all\n  - a: b\nl: 1\n", func(d *edit.Doc) error { return d.Remove(edit.At("k", 0)) }, "k: # all\n  []\nl: 1\n"},
		"a folded text with a note":     {"k: > # how it is read\n  a\n  b\nl: 1\n", func(d *edit.Doc) error { return d.Set(edit.At("k"), "c") }, ""},
	} {
		d := open(t, c.text)
		err := c.act(d)
		want := c.want
		if want == "" {
			want = c.text
		}
		if string(d.Bytes()) != want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, edit.ErrCannot) {
			t.Errorf("%s: %v\n%s", name, err, d.Bytes())
		}
	}
}

func replaced(from, to string) string {
	before, after, found := strings.Cut(noted, from)
	if !found {
		panic("no " + from)
	}
	return before + to + after
}

func TestWhatAListSays(t *testing.T) {
	d := open(t, "a: [[b]]\nc: True\nd: yes\ne: 'true'\nf: [x, 1]\n")
	if list, ok := d.List(edit.At("a")); ok {
		t.Errorf("a list of lists is %q", list)
	}
	for key, want := range map[string]bool{"c": true, "d": true, "e": false, "f": false, "g": false} {
		if d.Bool(edit.At(key)) != want {
			t.Errorf("%s is not %v", key, want)
		}
	}
}
