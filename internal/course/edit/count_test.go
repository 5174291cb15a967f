package edit_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/course/edit"
)

func TestCount(t *testing.T) {
	have := func(name string) (int, bool) {
		n, known := map[string]int{"a": 7, "b": 0}[name]
		return n, known
	}
	for text, want := range map[string]string{
		"rows:\n  - {of: a, n: 4} # the first\n  - of: b\n    n: 3   # the second\n  - {of: c, n: 5}\n": "rows:\n  - {of: a, n: 7} # the first\n  - of: b\n    n: 0   # the second\n  - {of: c, n: 5}\n",
		"rows:\n  - of: a\n":  "rows:\n  - of: a\n    n: 7\n",
		"rows: []\n":          "rows: []\n",
		"rows: 4\n":           "rows: 4\n",
		"rows: [a, {n: 1}]\n": "rows: [a, {n: 1}]\n",
	} {
		d, err := edit.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Count(edit.At("rows"), "of", "n", have); err != nil || string(d.Bytes()) != want {
			t.Errorf("%s: %v", d.Bytes(), err)
		}
	}
	const shared = "rows:\n  - {of: a, n: 1}\n  - of: a\n    n: &n 4\nthere: *n\n" // all or nothing
	d, err := edit.Parse([]byte(shared))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Count(edit.At("rows"), "of", "n", have); !errors.Is(err, edit.ErrCannot) || string(d.Bytes()) != shared {
		t.Errorf("%s: %v", d.Bytes(), err)
	}
}
