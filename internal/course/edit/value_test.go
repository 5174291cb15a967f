package edit_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/atmacena/cocare/internal/course/edit"
)

// TestAKeyWithoutAValue takes one, of every kind, and its line keeps what is said.
func TestAKeyWithoutAValue(t *testing.T) {
	const text = "a:\nb: # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g:\n    h:\n"
	for _, c := range []struct {
		path  edit.Path
		value any
		want  string
	}{
		{edit.At("a"), "words", "a: words\nb: # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g:\n    h:\n"},
		{edit.At("b"), "words", "a:\nb: words # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g:\n    h:\n"},
		{edit.At("c", "d"), "x", "a:\nb: # not yet\nc: {d: x , e: }\nf: null\nlist:\n  - g:\n    h:\n"},
		{edit.At("f"), 3, "a:\nb: # not yet\nc: {d: , e: }\nf: 3\nlist:\n  - g:\n    h:\n"},
		{edit.At("list", 0, "g"), "two\nlines", "a:\nb: # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g: |-\n      two\n      lines\n    h:\n"},
		{edit.At("list", 0, "h"), []string{"x", "y"}, "a:\nb: # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g:\n    h: [x, y]\n"},
		{edit.At("a"), []any{edit.Map{{Key: "k", Value: 1}}}, "a:\n  - k: 1\nb: # not yet\nc: {d: , e: }\nf: null\nlist:\n  - g:\n    h:\n"},
	} {
		d := open(t, text)
		if !d.Empty(c.path) {
			t.Errorf("%v is not empty", c.path)
		}
		if err := d.Set(c.path, c.value); err != nil || string(d.Bytes()) != c.want {
			t.Errorf("%v: %v\n%s", c.path, err, d.Bytes())
		}
	}
	if open(t, "a: ''\n").Empty(edit.At("a")) || open(t, text).Empty(edit.At("none")) {
		t.Error("what is there, or is not, is a key without a value")
	}
	d := open(t, "- \n- a\n")
	if err := d.Set(edit.At(0), "b"); !errors.Is(err, edit.ErrCannot) {
		t.Errorf("an entry without a value: %v", err)
	}
}

// TestAValueGoesElsewhere as it stands, and is the same there.
func TestAValueGoesElsewhere(t *testing.T) {
	from := open(t, "k: {a: x, n: 1.50, on: true, day: 2026-11-23, l: [p, q], m: [{z: 1}], none: }\nalias: &here {a: x}\n")
	v, ok := from.Value(edit.At("k"))
	want := edit.Map{{Key: "a", Value: "x"}, {Key: "n", Value: edit.Raw("1.50")}, {Key: "on", Value: edit.Raw("true")}, {Key: "day", Value: edit.Raw("2026-11-23")},
		{Key: "l", Value: []string{"p", "q"}}, {Key: "m", Value: []any{edit.Map{{Key: "z", Value: edit.Raw("1")}}}}, {Key: "none", Value: nil}}
	if !ok || !reflect.DeepEqual(v, want) {
		t.Fatalf("%v %#v", ok, v)
	}
	to := open(t, "list: []\n")
	if err := to.Insert(edit.At("list"), 0, v); err != nil || !edit.Equal(from, edit.At("k"), to, edit.At("list", 0)) {
		t.Errorf("%v\n%s", err, to.Bytes())
	}
	if _, ok := from.Value(edit.At("alias")); ok {
		t.Error("an anchor is a value")
	}
	if _, ok := from.Value(edit.At("gone")); ok {
		t.Error("nothing is a value")
	}
	if edit.Equal(from, edit.At("k"), to, edit.At("gone")) || !edit.Equal(from, edit.At("gone"), to, edit.At("gone")) {
		t.Error("what is not there equals what is")
	}
}
