package content_test

import (
	"bytes"
	"maps"
	"path"
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
)

// TestNothingUnwrittenIsPublished: the placeholder is an error in whatever value
// of whatever file it stands, though lint.yaml says nothing of it.
func TestNothingUnwrittenIsPublished(t *testing.T) {
	was, _ := content.ReadFiles(courses.Bundled()["how-learning-is-recorded"])
	if _, problems := parse(t, was); len(content.Errors(problems)) > 0 {
		t.Fatal(problems)
	}
	for name, c := range map[string]struct{ file, old, new string }{
		"author":       {"course.yaml", "name: The maintainers of the platform", "name: replace-me"},
		"disclosure":   {"course.yaml", "disclosure: The authors", "disclosure: Replace-me says that the authors"},
		"wrong option": {"exam/lo1.yaml", "      rationale: \"Incorrect: ", "      rationale: \"Incorrect: replace-me "},
		"scale":        {"evaluation.yaml", "[Strongly disagree,", "[replace-me,"},
		"lesson":       {"modules/01-your-record/01-while-you-learn.md", "You have just opened", "replace-me"},
		"disclosed":    {"disclosure.md", "\n", "\nreplace-me\n"},
	} {
		files := maps.Clone(was)
		files[c.file] = bytes.Replace(was[c.file], []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(files[c.file], was[c.file]) {
			t.Errorf("%s: %s does not hold %q", name, c.file, c.old)
			continue
		}
		course, problems := parse(t, files)
		const want = "something is not written yet"
		found := 0
		for _, p := range content.Errors(problems) {
			if p.File == c.file && strings.Contains(p.Msg, want) && p.Line > 0 {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: %d errors tell of it: %v", name, found, problems)
		}
		if g, ok := content.Preview(course, files, c.file); ok && !strings.Contains(problemText(g.Problems), want) {
			t.Errorf("%s: the file's page does not tell of it: %v", name, g.Problems)
		}
		if path.Ext(c.file) != ".md" {
			continue
		}
		parsed, before := parse(t, was)
		if _, patched, ok := content.Patch(parsed, before, was, files, c.file); ok && !strings.Contains(problemText(patched), want) {
			t.Errorf("%s: read alone it does not tell of it: %v", name, patched)
		}
	}
	files := maps.Clone(was)
	files["facts.yaml"] = append([]byte("# replace-me stood here\n"), was["facts.yaml"]...)
	files["lint.yaml"] = bytes.Replace(was["lint.yaml"], []byte("banned:"), []byte("banned:\n  - {words: [replace-me], why: \"Write it.\", rule: \"ours\"}"), 1)
	files["course.yaml"] = bytes.Replace(was["course.yaml"], []byte("level: Introductory"), []byte("level: replace-me"), 1)
	_, problems := parse(t, files)
	if errors := content.Errors(problems); len(errors) != 1 || errors[0].File != "course.yaml" {
		t.Errorf("a comment, a rule and a value: %v", problems)
	}
}

func problemText(list []content.Problem) string {
	var all []string
	for _, p := range list {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}
