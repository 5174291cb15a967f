package course_test

import (
	"slices"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course"
)

// TestFilesHaveNamesForPeople: none of the bundled courses' files goes by its path, and
// each stands in one group.
func TestFilesHaveNamesForPeople(t *testing.T) {
	for slug, folder := range courses.Bundled() {
		files, err := course.ReadFiles(folder)
		if err != nil {
			t.Fatal(err)
		}
		c, _ := course.Parse(files)
		names := course.NamesOf(c)
		var grouped []string
		for _, g := range append(names.Modules(files), names.Parts(files)...) {
			if len(g.Paths) > 0 && g.Title == "" {
				t.Errorf("%s: a group without a title: %q", slug, g.Paths)
			}
			grouped = append(grouped, g.Paths...)
		}
		slices.Sort(grouped)
		if all := files.Paths(); !slices.Equal(grouped, all) {
			t.Errorf("%s: grouped %q of %q", slug, grouped, all)
		}
		for _, p := range grouped {
			if names.Of(p) == p {
				t.Errorf("%s: %s has no name", slug, p)
			}
		}
	}
}

func TestWhatHasNoNameGoesByItsPath(t *testing.T) {
	names := course.FileNames{"modules/01-a/module.yaml": "Beginnings"}
	for file, want := range map[string]string{
		"modules/01-a/module.yaml": "Module: Beginnings", "modules/01-a/check.yaml": "Practice questions: Beginnings", "modules/02-b/check.yaml": "Practice questions: modules/02-b/check.yaml",
		"modules/02-b/new.md": "modules/02-b/new.md", "media/a.vtt": "Captions: a", "figures/a.svg": "Drawing: a", "exam/lo1.yaml": "Exam questions: lo1",
	} {
		if got := names.Of(file); got != want {
			t.Errorf("%s: %q", file, got)
		}
	}
}
