package edit_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/edit"
)

const card = `# The card.
slug: a-course   # it stays
title: "Two: One"
authors:
  - name: Ann   # first
    role: author

  # the second
  - name: 'Bea'
    role: author
summary: It goes
  over two lines.
long: |
  One.

  Two.

price: {amount: "0.00", currency: USD}
days: [30, 7]
empty: ""
exam:
  pass: 80
`

func open(t testing.TB, text string) *edit.Doc {
	t.Helper()
	d, err := edit.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestOnlyTheValueChanges(t *testing.T) {
	long := strings.Repeat("long words ", 30) + "end"
	for _, c := range []struct {
		name     string
		act      func(d *edit.Doc) error
		old, new string
	}{
		{"plain", func(d *edit.Doc) error { return d.Set(edit.At("slug"), "other") }, "slug: a-course   #", "slug: other   #"},
		{"same", func(d *edit.Doc) error { return d.Set(edit.At("title"), "Two: One") }, "", ""},
		{"quoted stays quoted", func(d *edit.Doc) error { return d.Set(edit.At("title"), `Say "so"`) }, `"Two: One"`, `"Say \"so\""`},
		{"plain needs quotes", func(d *edit.Doc) error { return d.Set(edit.At("authors", 0, "name"), "Ann: # x") }, "name: Ann   #", `name: "Ann: # x"   #`},
		{"single", func(d *edit.Doc) error { return d.Set(edit.At("authors", 1, "name"), "O’Bea's") }, "'Bea'", "'O’Bea''s'"},
		{"looks like a number", func(d *edit.Doc) error { return d.Set(edit.At("slug"), "2026-01-01") }, "slug: a-course", `slug: "2026-01-01"`},
		{"a number", func(d *edit.Doc) error { return d.Set(edit.At("exam", "pass"), 75) }, "pass: 80", "pass: 75"},
		{"folded", func(d *edit.Doc) error { return d.Set(edit.At("summary"), long) }, "It goes\n  over two lines.", long},
		{"literal", func(d *edit.Doc) error { return d.Set(edit.At("long"), "A.\n\nB.\n") }, "One.\n\n  Two.\n", "A.\n\n  B.\n"},
		{"to lines", func(d *edit.Doc) error { return d.Set(edit.At("authors", 0, "role"), "a\nb") }, "role: author\n\n", "role: |-\n      a\n      b\n\n"},
		{"a day", func(d *edit.Doc) error { return d.Set(edit.At("slug"), edit.Raw("2026-01-01")) }, "slug: a-course", "slug: 2026-01-01"},
		{"numbers", func(d *edit.Doc) error { return d.Set(edit.At("days"), edit.Raw("[1, 2]")) }, "[30, 7]", "[1, 2]"},
		{"in braces", func(d *edit.Doc) error { return d.Set(edit.At("price", "currency"), "C, D") }, "currency: USD", `currency: "C, D"`},
		{"list", func(d *edit.Doc) error { return d.Set(edit.At("days"), []string{"a", "b, c"}) }, "[30, 7]", `[a, "b, c"]`},
		{"empty", func(d *edit.Doc) error { return d.Set(edit.At("empty"), "full") }, `empty: ""`, `empty: "full"`},
		{"to empty", func(d *edit.Doc) error { return d.Set(edit.At("slug"), "") }, "slug: a-course", `slug: ""`},
		{"new key", func(d *edit.Doc) error { return d.Set(edit.At("authors", 0, "note"), "x") }, "role: author\n\n", "role: author\n    note: x\n\n"},
		{"new key in braces", func(d *edit.Doc) error { return d.Set(edit.At("price", "net"), true) }, "USD}", "USD, net: true}"},
		{"new key at the end", func(d *edit.Doc) error { return d.Set(edit.At("last"), edit.Map{{"a", 1}, {"b", []string{"c"}}}) }, "pass: 80\n", "pass: 80\nlast:\n  a: 1\n  b: [c]\n"},
		{"new entry", func(d *edit.Doc) error {
			return d.Insert(edit.At("authors"), 1, edit.Map{{"name", "Cy"}, {"says", "x\ny"}})
		}, "role: author\n\n  # the second", "role: author\n\n  - name: Cy\n    says: |-\n      x\n      y\n\n  # the second"},
		{"new last entry", func(d *edit.Doc) error { return d.Insert(edit.At("authors"), 2, edit.Map{{"name", "Cy"}}) }, "role: author\nsummary", "role: author\n\n  - name: Cy\nsummary"},
		{"entry gone", func(d *edit.Doc) error { return d.Remove(edit.At("authors", 1)) }, "role: author\n\n  # the second\n  - name: 'Bea'\n    role: author\n", "role: author\n"},
		{"entries change places", func(d *edit.Doc) error { return d.Move(edit.At("authors"), 1, 0) },
			"  - name: Ann   # first\n    role: author\n\n  # the second\n  - name: 'Bea'\n    role: author\n", "  # the second\n  - name: 'Bea'\n    role: author\n\n  - name: Ann   # first\n    role: author\n"},
		{"key gone", func(d *edit.Doc) error { return d.Remove(edit.At("days")) }, "days: [30, 7]\n", ""},
		{"key gone from braces", func(d *edit.Doc) error { return d.Remove(edit.At("price", "currency")) }, `, currency: USD}`, "}"},
		{"first key gone from braces", func(d *edit.Doc) error { return d.Remove(edit.At("price", "amount")) }, `amount: "0.00", `, ""},
		{"block gone", func(d *edit.Doc) error { return d.Remove(edit.At("long")) }, "long: |\n  One.\n\n  Two.\n", ""},
		{"into brackets", func(d *edit.Doc) error { return d.Insert(edit.At("days"), 1, 14) }, "[30, 7]", "[30, 14, 7]"},
	} {
		d := open(t, card)
		if err := c.act(d); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := strings.Replace(card, c.old, c.new, 1); string(d.Bytes()) != want {
			t.Errorf("%s: became\n%s", c.name, d.Bytes())
		}
	}
}

func TestAnEmptyListBegins(t *testing.T) {
	for text, want := range map[string]string{"[]\n": "- a: x\n  b: 1\n", "k: []\nl: 1\n": "k:\n  - a: x\n    b: 1\nl: 1\n"} {
		d := open(t, text)
		list := edit.At("k")
		if text == "[]\n" {
			list = nil
		}
		if err := d.Insert(list, 0, edit.Map{{"a", "x"}, {"b", 1}}); err != nil || string(d.Bytes()) != want {
			t.Errorf("%q, %v", d.Bytes(), err)
		}
	}
}

func TestTheHeadOfAMarkdownFile(t *testing.T) {
	title := func(d *edit.Doc) error { return d.Set(edit.At("title"), "B: c") }
	got, err := edit.Front([]byte("---\nid: a\ntitle: A # here\n---\n\ntitle: text\n---\n"), title)
	if err != nil || string(got) != "---\nid: a\ntitle: \"B: c\" # here\n---\n\ntitle: text\n---\n" {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range []string{"", "title: A\n", "---\ntitle: A\n", "---\n: [\n---\n"} {
		if got, err := edit.Front([]byte(text), title); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestWhatStandsThereIsTold(t *testing.T) {
	d := open(t, card)
	if v, ok := d.Get(edit.At("authors", 1, "name")); v != "Bea" || !ok || d.Line(edit.At("authors", 1, "name")) != 9 || d.Len(edit.At("authors")) != 2 || !d.Has(edit.At("exam")) {
		t.Errorf("%q %v", v, ok)
	}
	if list, ok := d.List(edit.At("days")); !ok || !slices.Equal(list, []string{"30", "7"}) {
		t.Errorf("%q", list)
	}
	_, scalar := d.Get(edit.At("exam"))
	_, list := d.List(edit.At("title"))
	if scalar || list || d.Has(edit.At("none")) || d.Line(edit.At("none")) != 0 || d.Len(edit.At("none")) != -1 {
		t.Error("what is not there is told")
	}
}

func TestWhatCannotBeKeptIsRefused(t *testing.T) {
	for name, act := range map[string]func(d *edit.Doc) error{
		"no place":            func(d *edit.Doc) error { return d.Set(edit.At("none", "x"), "y") },
		"no list":             func(d *edit.Doc) error { return d.Insert(edit.At("title"), 0, "y") },
		"the first key":       func(d *edit.Doc) error { return d.Remove(edit.At("authors", 0, "name")) },
		"out of the list":     func(d *edit.Doc) error { return d.Move(edit.At("authors"), 0, 2) },
		"nothing to remove":   func(d *edit.Doc) error { return d.Remove(edit.At("none")) },
		"the whole":           func(d *edit.Doc) error { return d.Set(nil, "x") },
		"a list for a number": func(d *edit.Doc) error { return d.Set(edit.At("exam", "pass"), []any{"a"}) },
	} {
		d := open(t, card)
		if err := act(d); !errors.Is(err, edit.ErrCannot) || string(d.Bytes()) != card {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "a: [", "a: 1\n---\nb: 2\n", "a: 1\r\nb: 2\n"} {
		if _, err := edit.Parse([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	d := open(t, "a: 1\r\nb: x\r\n")
	if err := d.Set(edit.At("b"), "y"); err != nil || string(d.Bytes()) != "a: 1\r\nb: y\r\n" {
		t.Errorf("%q, %v", d.Bytes(), err)
	}
}

// leaf is a scalar of a file, with the line of the next one.
type leaf struct {
	path       edit.Path
	line, next int
	style      yaml.Style
}

func leaves(n *yaml.Node, path edit.Path) (out []leaf) {
	down := func(k *yaml.Node, step any) {
		out = append(out, leaves(k, append(slices.Clip(path), step))...)
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return []leaf{{path: path, line: n.Line, style: n.Style}}
	case yaml.SequenceNode:
		for i, k := range n.Content {
			down(k, i)
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			down(n.Content[i+1], n.Content[i].Value)
		}
	}
	return out
}

var someWords = []string{"word", "two words", "with: colon", "# sign", "- dash", "“quoted”", `say "x"`, "it's", "2026-11-23", "yes", "null", "[a]", "{b}", "a, b", "é ü 試", "x\ny", "one\n\ntwo\n", "tab\there", " space", "@at", "`tick`", "*star", "&and", "!bang", "%", "?", "|", ">", "~", "0.00", ""}

// TestAnyValueOfOurCourses: each scalar of the bundled files takes any words, no
// other line changes, and the file means what was asked.
func TestAnyValueOfOurCourses(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	done := 0
	for slug, fsys := range courses.Bundled() {
		files, err := fs.Glob(fsys, "*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range []string{"exam/*.yaml", "modules/*/*.yaml"} {
			more, err := fs.Glob(fsys, pattern)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, more...)
		}
		for _, name := range files {
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			done += tryValues(t, r, slug+"/"+name, string(data))
		}
	}
	if done < 300 {
		t.Errorf("only %d values were tried", done)
	}
}

func tryValues(t *testing.T, r *rand.Rand, name, text string) (done int) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	all := leaves(doc.Content[0], nil)
	for i := range all {
		all[i].next = strings.Count(text, "\n") + 1
		for _, l := range all[i+1:] {
			if l.line > all[i].line {
				all[i].next = l.line
				break
			}
		}
	}
	for range min(len(all), 25) {
		l := all[r.IntN(len(all))]
		words := someWords[r.IntN(len(someWords))]
		d := open(t, text)
		if err := d.Set(l.path, words); err != nil {
			t.Errorf("%s %v to %q: %v", name, l.path, words, err)
			continue
		}
		after := string(d.Bytes())
		before, now := strings.SplitAfter(text, "\n"), strings.SplitAfter(after, "\n")
		tail := len(before) - l.next + 1
		if strings.Join(before[:l.line-1], "") != strings.Join(now[:l.line-1], "") || strings.Join(before[l.next-1:], "") != strings.Join(now[len(now)-tail:], "") {
			t.Errorf("%s %v to %q changes other lines:\n%s", name, l.path, words, after)
		}
		if got := value(t, after, l.path); got != words {
			t.Errorf("%s %v is %q, not %q", name, l.path, got, words)
		}
		done++
	}
	return done
}

// value is what another reader finds at a path.
func value(t *testing.T, text string, path edit.Path) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	for _, step := range path {
		switch s := step.(type) {
		case string:
			v = v.(map[string]any)[s]
		case int:
			v = v.([]any)[s]
		}
	}
	return v
}

// TestListsOfOurCourses: entries move, come and go, and the others stay as they are,
// letter for letter.
func TestListsOfOurCourses(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for slug, fsys := range courses.Bundled() {
		for _, name := range []string{"objectives.yaml", "facts.yaml", "exam/lo1.yaml", "evaluation.yaml", "exam.yaml"} {
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			list := map[string]edit.Path{"evaluation.yaml": edit.At("items"), "exam.yaml": edit.At("blueprint")}[name]
			d := open(t, string(data))
			n := d.Len(list)
			for range 10 {
				from, to := r.IntN(n), r.IntN(n)
				if err := d.Move(list, from, to); err != nil {
					t.Fatalf("%s/%s %d to %d: %v", slug, name, from, to, err)
				}
				if err := d.Move(list, to, from); err != nil || string(d.Bytes()) != string(data) {
					t.Fatalf("%s/%s %d to %d and back is not what it was: %v", slug, name, from, to, err)
				}
			}
			at := r.IntN(n + 1)
			if err := d.Insert(list, at, edit.Map{{"id", "NEW"}, {"text", "New: words"}}); err != nil {
				t.Fatalf("%s/%s: %v", slug, name, err)
			}
			if err := d.Remove(append(slices.Clip(list), at)); err != nil || string(d.Bytes()) != string(data) {
				t.Errorf("%s/%s, in and out at %d of %d: %v\n%s", slug, name, at, n, err, d.Bytes())
			}
		}
	}
}

// FuzzSet: whatever the text and the words, either nothing changes or the text means
// what was asked.
func FuzzSet(f *testing.F) {
	f.Add(card, 3, "words: # x")
	f.Add("a: 'x'\nb:\n- c\n- {d: e}\n", 2, "y\nz")
	f.Add("a: >-\n  x\n  y\n\nb: |+\n  z\n\n", 0, "")
	f.Add("- a\n-\n  b: 1\n", 1, "é")
	f.Fuzz(func(t *testing.T, text string, i int, words string) {
		var doc yaml.Node
		d, err := edit.Parse([]byte(text))
		if err != nil || len(text) > 4000 || yaml.Unmarshal([]byte(text), &doc) != nil {
			return
		}
		all := leaves(doc.Content[0], nil)
		if len(all) == 0 || i < 0 {
			return
		}
		l := all[i%len(all)]
		if len(l.path) == 0 {
			return
		}
		if err := d.Set(l.path, words); err != nil {
			if !errors.Is(err, edit.ErrCannot) || string(d.Bytes()) != text {
				t.Fatalf("%v, and the text is %q", err, d.Bytes())
			}
			return
		}
		var before, after any
		if yaml.Unmarshal([]byte(text), &before) != nil {
			return
		}
		if err := yaml.Unmarshal(d.Bytes(), &after); err != nil {
			t.Fatalf("%q cannot be read: %v", d.Bytes(), err)
		}
		if fmt.Sprint(l.path...) != "" && reflect.DeepEqual(before, after) {
			if got, ok := d.Get(l.path); !ok || got != words {
				t.Fatalf("%v of %q is %q", l.path, d.Bytes(), got)
			}
		}
	})
}
