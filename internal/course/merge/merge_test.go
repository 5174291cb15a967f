package merge_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/merge"
)

func TestThree(t *testing.T) {
	const base = "one\ntwo\nthree\nfour\nfive\n"
	clash := func(base, yours, theirs string) merge.Part {
		return merge.Part{Clash: true, Base: base, Yours: yours, Theirs: theirs}
	}
	text := func(s string) merge.Part { return merge.Part{Text: s} }
	for name, tt := range map[string]struct {
		yours, theirs string
		want          []merge.Part
	}{
		"nobody":             {base, base, []merge.Part{text(base)}},
		"you alone":          {"one\nTWO\nthree\nfour\nfive\n", base, []merge.Part{text("one\nTWO\nthree\nfour\nfive\n")}},
		"they alone":         {base, "one\ntwo\nthree\nfive\n", []merge.Part{text("one\ntwo\nthree\nfive\n")}},
		"apart":              {"ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nfive\nsix\n", []merge.Part{text("ONE\ntwo\nthree\nfour\nfive\nsix\n")}},
		"the same":           {"one\n2\nthree\nfour\nfive\n", "one\n2\nthree\nfour\nfive\n", []merge.Part{text("one\n2\nthree\nfour\nfive\n")}},
		"one line":           {"one\nzwei\nthree\nfour\nfive\n", "one\ndeux\nthree\nfour\nfive\n", []merge.Part{text("one\n"), clash("two\n", "zwei\n", "deux\n"), text("three\nfour\nfive\n")}},
		"changed and gone":   {"one\nzwei\nthree\nfour\nfive\n", "one\nthree\nfour\nfive\n", []merge.Part{text("one\n"), clash("two\n", "zwei\n", ""), text("three\nfour\nfive\n")}},
		"both at the end":    {base + "six\n", base + "sept\n", []merge.Part{text(base), clash("", "six\n", "sept\n")}},
		"beside one another": {"one\nzwei\nthree\nfour\nfive\n", "one\ntwo\ndrei\nfour\nfive\n", []merge.Part{text("one\n"), clash("two\nthree\n", "zwei\nthree\n", "two\ndrei\n"), text("four\nfive\n")}},
		"one rewrites all":   {"", "one\ntwo\nthree\nfour\nFIVE\n", []merge.Part{clash(base, "", "one\ntwo\nthree\nfour\nFIVE\n")}},
		"a clash, then apart": {"uno\ntwo\nthree\nfour\nfive\n", "un\ntwo\nthree\nfour\ncinq\n",
			[]merge.Part{clash("one\n", "uno\n", "un\n"), text("two\nthree\nfour\ncinq\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := merge.Three(base, tt.yours, tt.theirs); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestClean(t *testing.T) {
	if got, clean := merge.Clean(merge.Three("a\n", "a\nb\n", "c\na\n")); clean != (got == "c\na\nb\n") {
		t.Errorf("%q, %v", got, clean)
	}
	if got, clean := merge.Clean(merge.Three("a\n", "b\n", "c\n")); clean || got != "" {
		t.Errorf("a clash gives %q, %v", got, clean)
	}
	if got, clean := merge.Clean(nil); !clean || got != "" {
		t.Errorf("nothing gives %q, %v", got, clean)
	}
}

// FuzzThree: nothing that somebody wrote is lost. Taking one side of every clash
// gives that side back where the other changed nothing; whoever changed nothing
// never clashes.
func FuzzThree(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nB\nc\n", "a\nb\nC\n")
	f.Add("", "x", "y\n")
	f.Add("a\r\nb", "a\r\n", "b")
	f.Fuzz(func(t *testing.T, base, yours, theirs string) {
		if got, clean := merge.Clean(merge.Three(base, yours, base)); !clean || got != yours {
			t.Errorf("with an idle other: %q, %v", got, clean)
		}
		if got, clean := merge.Clean(merge.Three(base, base, theirs)); !clean || got != theirs {
			t.Errorf("with an idle self: %q, %v", got, clean)
		}
		if got, clean := merge.Clean(merge.Three(base, yours, yours)); !clean || got != yours {
			t.Errorf("with a twin: %q, %v", got, clean)
		}
		parts, mirrored := merge.Three(base, yours, theirs), merge.Three(base, theirs, yours)
		if len(parts) != len(mirrored) {
			t.Fatalf("%+v, but %+v", parts, mirrored)
		}
		for i, p := range parts {
			m := mirrored[i]
			if p.Text != m.Text || p.Clash != m.Clash || p.Yours != m.Theirs || p.Theirs != m.Yours || p.Clash && p.Yours == p.Theirs {
				t.Errorf("part %d: %+v, but %+v", i, p, m)
			}
			if !p.Clash {
				continue
			}
			for side, whole := range map[string]string{p.Yours: yours, p.Theirs: theirs} {
				if !strings.Contains(whole, side) {
					t.Errorf("%q is not what anybody wrote: %q", side, whole)
				}
			}
		}
	})
}
