package content_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
)

// spoil changes a file in a way that some check minds.
var spoil = []func(b []byte, r *rand.Rand) []byte{
	func(b []byte, _ *rand.Rand) []byte { return b },
	func(b []byte, _ *rand.Rand) []byte {
		return append(b, "\nOne word that is new. {.plain}\n\nAll of it is proven and cures 73% of them [@F-NONE].\n\n::: case a\n:::\n\n![](figure:fig-01)\n"...)
	},
	func(b []byte, r *rand.Rand) []byte { // a line is gone
		lines := bytes.SplitAfter(b, []byte("\n"))
		return bytes.Join(slices.Delete(lines, 0, 0+r.IntN(2)), nil)
	},
	func(b []byte, r *rand.Rand) []byte { // two lines change places
		lines := bytes.SplitAfter(b, []byte("\n"))
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	},
	func(b []byte, r *rand.Rand) []byte { // a letter is another
		b = slices.Clone(b)
		b[r.IntN(len(b))] = "x:#{\"\n"[r.IntN(6)]
		return b
	},
	func(b []byte, r *rand.Rand) []byte {
		for _, pair := range [][2]string{{"LO1", "LO9"}, {"id: m1-l2", "id: m1-l1"}, {"id: E", "id: Q"}, {"[@F-", "[@G-"}, {"modules: [", "modules: [m99, "}} {
			if r.IntN(2) == 0 {
				b = bytes.Replace(b, []byte(pair[0]), []byte(pair[1]), 1)
			}
		}
		return b
	},
}

// TestPreviewSaysWhatParseSays: of one file, whatever stands in it.
func TestPreviewSaysWhatParseSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, slug := range []string{"how-learning-is-recorded", "tms-ketamine"} {
		was, _ := content.ReadFiles(courses.Bundled()[slug])
		c, before := parse(t, was)
		seen, patches := 0, 0
		for n, name := range was.Paths() {
			files := maps.Clone(was)
			files[name] = spoil[n%len(spoil)](was[name], r)
			got, ok := content.Preview(c, files, name)
			if whole := !strings.HasSuffix(name, ".md") && !strings.HasPrefix(name, "exam/") && path.Base(name) != "check.yaml"; whole == ok {
				t.Fatalf("%s: %v", name, ok)
			} else if whole {
				continue
			}
			seen++
			parsed, problems := parse(t, files)
			want := slices.DeleteFunc(problems, func(p content.Problem) bool { return p.File != name })
			if !slices.Equal(got.Problems, want) {
				t.Errorf("%s, spoiled %d: previewed as\n%v\nparsed as\n%v", name, n%len(spoil), got.Problems, want)
			}
			for _, l := range parsed.Lessons() {
				if l.File == name && (l.HTML != got.HTML || l.Words != got.Words) {
					t.Errorf("%s, spoiled %d: another HTML", name, n%len(spoil))
				}
			}
			if patched, all, ok := content.Patch(c, before, was, files, name); ok {
				patches++
				_, every := parse(t, files)
				if !slices.Equal(all, every) || !sameCourse(patched, parsed) {
					t.Errorf("%s, spoiled %d: patched as\n%v\nparsed as\n%v", name, n%len(spoil), all, every)
				}
			}
			if name == "disclosure.md" && got.HTML != parsed.Disclosure.HTML {
				t.Errorf("%s: another HTML", name)
			}
		}
		if seen < 5 || patches == 0 {
			t.Errorf("%s: %d files looked at, %d patched", slug, seen, patches)
		}
	}
}

// sameCourse compares what can be told of two courses without following pointers
// in circles.
func sameCourse(a, b *content.Course) bool {
	la, lb := a.Lessons(), b.Lessons()
	if len(la) != len(lb) || !reflect.DeepEqual(a.Card, b.Card) || len(a.Bank) != len(b.Bank) || a.Words() != b.Words() {
		return false
	}
	for i := range la {
		if !reflect.DeepEqual(la[i], lb[i]) {
			return false
		}
	}
	return true
}

func TestACaseIsPreviewedAsALessonShowsIt(t *testing.T) {
	files := small(t)
	c, _ := parse(t, files)
	g, ok := content.Preview(c, files, "cases/a.md")
	if !ok || !strings.Contains(string(g.HTML), "Case: Bo, 30") || !strings.Contains(string(g.HTML), "A model point") || g.Words == 0 || len(g.Problems) > 0 {
		t.Errorf("%v %+v", ok, g)
	}
	if g, ok := content.Preview(c, files, "modules/01-first/09-none.md"); !ok || g.HTML != "" {
		t.Errorf("a lesson that is not there: %v %+v", ok, g)
	}
	files["modules/07-new/01-begun.md"] = files[lesson]
	if g, ok := content.Preview(c, files, "modules/07-new/01-begun.md"); !ok || g.HTML == "" {
		t.Errorf("a lesson of a new module: %v %+v", ok, g)
	}
}
