package outline_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/course/outline"
)

func files(paths ...string) content.Files {
	out := content.Files{"course.yaml": []byte("card")}
	for _, p := range paths {
		out["modules/"+p] = []byte(p)
	}
	return out
}

// told are the modules' files with what they hold.
func told(f content.Files) string {
	var out []string
	for _, p := range f.Paths() {
		if name, ok := strings.CutPrefix(p, "modules/"); ok {
			out = append(out, name+"="+string(f[p]))
		}
	}
	return strings.Join(out, " ")
}

func TestMoves(t *testing.T) {
	small := []string{"01-a/01-x.md", "01-a/02-y.md", "01-a/module.yaml", "03-b/01-x.md", "03-b/check.yaml"}
	for name, c := range map[string]struct {
		act  func(o *outline.Outline) (outline.Moved, error)
		want string
		err  error
	}{
		"down":        {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/01-a/01-x.md", 1) }, "01-a/01-y.md=01-a/02-y.md 01-a/02-x.md=01-a/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/01-x.md=03-b/01-x.md 03-b/check.yaml=03-b/check.yaml", nil},
		"into next":   {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/01-a/02-y.md", 1) }, "01-a/01-x.md=01-a/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/01-y.md=01-a/02-y.md 03-b/02-x.md=03-b/01-x.md 03-b/check.yaml=03-b/check.yaml", nil},
		"into before": {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/03-b/01-x.md", -1) }, "01-a/01-x.md=01-a/01-x.md 01-a/02-y.md=01-a/02-y.md 01-a/03-x.md=03-b/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/check.yaml=03-b/check.yaml", nil},
		"before one": {func(o *outline.Outline) (outline.Moved, error) {
			return o.Before("modules/03-b/01-x.md", "modules/01-a/01-x.md")
		}, "01-a/01-x.md=03-b/01-x.md 01-a/02-x.md=01-a/01-x.md 01-a/03-y.md=01-a/02-y.md 01-a/module.yaml=01-a/module.yaml 03-b/check.yaml=03-b/check.yaml", nil},
		"behind one": {func(o *outline.Outline) (outline.Moved, error) {
			return o.After("modules/01-a/01-x.md", "modules/01-a/02-y.md")
		}, "01-a/01-y.md=01-a/02-y.md 01-a/02-x.md=01-a/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/01-x.md=03-b/01-x.md 03-b/check.yaml=03-b/check.yaml", nil},
		"behind the last": {func(o *outline.Outline) (outline.Moved, error) {
			return o.After("modules/01-a/02-y.md", "modules/03-b/01-x.md")
		}, "01-a/01-x.md=01-a/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/01-x.md=03-b/01-x.md 03-b/02-y.md=01-a/02-y.md 03-b/check.yaml=03-b/check.yaml", nil},
		"to the end of the next": {func(o *outline.Outline) (outline.Moved, error) {
			return o.Into("modules/01-a/01-x.md", "modules/03-b")
		}, "01-a/02-y.md=01-a/02-y.md 01-a/module.yaml=01-a/module.yaml 03-b/01-x.md=03-b/01-x.md 03-b/02-x.md=01-a/01-x.md 03-b/check.yaml=03-b/check.yaml", nil},
		"to the end of its own": {func(o *outline.Outline) (outline.Moved, error) {
			return o.Into("modules/01-a/01-x.md", "modules/01-a")
		}, "01-a/01-y.md=01-a/02-y.md 01-a/02-x.md=01-a/01-x.md 01-a/module.yaml=01-a/module.yaml 03-b/01-x.md=03-b/01-x.md 03-b/check.yaml=03-b/check.yaml", nil},
		"into none":   {func(o *outline.Outline) (outline.Moved, error) { return o.Into("modules/01-a/01-x.md", "modules/09-x") }, "", outline.ErrGone},
		"module":      {func(o *outline.Outline) (outline.Moved, error) { return o.Module("modules/01-a", 1) }, "01-b/01-x.md=03-b/01-x.md 01-b/check.yaml=03-b/check.yaml 03-a/01-x.md=01-a/01-x.md 03-a/02-y.md=01-a/02-y.md 03-a/module.yaml=01-a/module.yaml", nil},
		"first up":    {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/01-a/01-x.md", -1) }, "", outline.ErrEdge},
		"last down":   {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/03-b/01-x.md", 1) }, "", outline.ErrEdge},
		"module edge": {func(o *outline.Outline) (outline.Moved, error) { return o.Module("modules/03-b", 1) }, "", outline.ErrEdge},
		"gone":        {func(o *outline.Outline) (outline.Moved, error) { return o.Lesson("modules/03-b/09-x.md", 1) }, "", outline.ErrGone},
		"no module":   {func(o *outline.Outline) (outline.Moved, error) { return o.Module("modules/09-x", 1) }, "", outline.ErrGone},
	} {
		got, err := c.act(outline.Of(files(small...)))
		if !errors.Is(err, c.err) || err == nil && (told(got.Files) != c.want || string(got.Files["course.yaml"]) != "card") {
			t.Errorf("%s: %s, %v", name, told(got.Files), err)
		}
	}
}

// after are files under other names.
func after(files content.Files, names map[string]string) content.Files {
	out := content.Files{}
	for p, data := range files {
		if to, renamed := names[p]; renamed {
			p = to
		}
		out[p] = data
	}
	return out
}

// TestOurCourseStaysWhole: after any moves every text is still there, once, and the
// course has the same lessons.
func TestOurCourseStaysWhole(t *testing.T) {
	was, _ := content.ReadFiles(courses.Bundled()["tms-ketamine"])
	now, r := was, rand.New(rand.NewPCG(1, 9))
	for range 60 {
		o := outline.Of(now)
		m := o.Modules[r.IntN(len(o.Modules))]
		next, err := o.Module(m.Dir, 1-2*r.IntN(2))
		if len(m.Lessons) > 0 && r.IntN(3) > 0 {
			next, err = o.Lesson(m.Dir+"/"+m.Lessons[r.IntN(len(m.Lessons))], 1-2*r.IntN(2))
		}
		if errors.Is(err, outline.ErrEdge) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for from, to := range next.Names {
			if string(now[from]) != string(next.Files[to]) {
				t.Fatalf("%s is not what %s was", to, from)
			}
		}
		if hash := after(now, next.Names).Hash(); hash != next.Hash() {
			t.Fatalf("the names %v do not tell of the move", next.Names)
		}
		now = next.Files
	}
	texts := func(f content.Files) (out []string) {
		for _, data := range f {
			out = append(out, string(data))
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(texts(was), texts(now)) {
		t.Error("a text was lost or doubled")
	}
	if c, _ := content.Parse(now); len(c.Lessons()) != 20 || len(c.Modules) != 6 {
		t.Errorf("%d lessons in %d modules", len(c.Lessons()), len(c.Modules))
	}
	for p := range now {
		if len(content.CheckFile(p, []byte("x"))) > 0 {
			t.Errorf("%s has no place in a course", p)
		}
	}
}
