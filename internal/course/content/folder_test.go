package content_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/atmacena/cocare/internal/course/content"
)

// TestFoldersHaveNamesToo: what the browser stores is what a folder may hold, in
// every part of its path.
func TestFoldersHaveNamesToo(t *testing.T) {
	for name, fine := range map[string]bool{
		"modules/01-first/01-a.md": true, "modules/01-first/module.yaml": true, "cases/a.md": true, "course.yaml": true,
		`modules/01-..\..\..\evil/01-a.md`: false, "modules/01-a\nb/01-a.md": false, "modules/01-<b>/01-a.md": false, "modules/01-First/01-a.md": false,
		"modules/01-a b/01-a.md": false, "modules/01-a.bak/01-a.md": false, "modules/01-é/module.yaml": false, "modules/../01-a.md": false, "cases/A.md": false,
	} {
		if problems := checkFile(t, name, []byte("words\n")); (len(problems) == 0) != fine {
			t.Errorf("%q: %v", name, problems)
		}
	}
}

// FuzzFileNames: the two ways into a course agree on what may stand in it.
func FuzzFileNames(f *testing.F) {
	for _, name := range []string{"modules/01-first/01-a.md", `modules/01-..\evil/01-a.md`, "cases/a.md~", "figures/.a.svg", "modules/01-a.tmp/check.yaml", "exam/a.yaml", "disclosure.md"} {
		f.Add(name, "words\n")
	}
	f.Add("cases/a.md", "\u200b")
	f.Fuzz(func(t *testing.T, name, text string) {
		if !fs.ValidPath(name) {
			if len(checkFile(t, name, []byte(text))) == 0 {
				t.Fatalf("%q is no path of a folder", name)
			}
			return
		}
		files, problems := content.ReadFiles(fstest.MapFS{name: {Data: []byte(text)}})
		_, there := files[name]
		if stored := len(checkFile(t, name, []byte(text))) == 0; stored != (there && len(problems) == 0) {
			t.Fatalf("%q may be stored: %v, and is read: %v %v", name, stored, there, problems)
		}
	})
}
