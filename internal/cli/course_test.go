package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCourseCheckNamesFileLineAndRemedy(t *testing.T) {
	run(t, nil, "", "course", "check", bundled).want(t, 0, "0 errors", "20 lessons", "1.75 hours")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(bundled)); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(dir, "course.yaml")
	text, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(card, append(text, "extra: vanilla\nmore: vanilla\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "", "course", "check", dir).want(t, 3, "course.yaml:", "extra", "\n    both because what stands here is taken as it is written", "(the course format, Files)\n")
	run(t, nil, "", "course", "check", "--json", dir).want(t, 3, `"file": "course.yaml"`, `"why": "what stands here`)
}

func TestExportWritesTheNewestEditionUnlessAskedOtherwise(t *testing.T) {
	environ, dir := house(t)
	own := filepath.Join(dir, "own")
	export := func(args ...string) (string, result) {
		out := filepath.Join(t.TempDir(), "out")
		return out, run(t, environ, "", append([]string{"course", "export", "tms-ketamine", out}, args...)...)
	}
	run(t, environ, "", "course", "import", bundled).want(t, 0, "Stored")
	_, r := export()
	r.want(t, 1, "--draft")
	out, r := export("--draft")
	r.want(t, 0, "the draft")
	same(t, bundled, out)

	run(t, environ, "", "course", "import", bundled, "--publish").want(t, 0, "Edition 1")
	if err := os.CopyFS(own, os.DirFS(bundled)); err != nil {
		t.Fatal(err)
	}
	lesson := filepath.Join(own, "disclosure.md")
	text, err := os.ReadFile(lesson)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lesson, append(text, "\nOne more sentence. {.plain}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, environ, "", "course", "import", own).want(t, 0, "Stored")
	out, r = export()
	r.want(t, 0, "edition 1")
	same(t, bundled, out)
	out, r = export("--draft")
	r.want(t, 0, "the draft")
	same(t, own, out)
	out, r = export("--edition", "1")
	r.want(t, 0, "edition 1")
	run(t, environ, "", "course", "export", "tms-ketamine", out).want(t, 1, "not empty")
	_, r = export("--edition", "2")
	r.want(t, 1, "tms-ketamine has no edition 2")
	_, r = export("--edition", "0")
	r.want(t, 2, "1 or more")
	_, r = export("--edition", "-1")
	r.want(t, 2, "--edition")
	_, r = export("--edition", "1", "--draft")
	r.want(t, 2, "--draft")
	run(t, environ, "", "course", "export", "unknown", filepath.Join(dir, "x")).want(t, 1, "no such course")
}

func TestBundledCoursesNeedNoFolder(t *testing.T) {
	environ, _ := house(t)
	run(t, environ, "", "course", "import").want(t, 2, "--bundled", "tms-ketamine", "how-learning-is-recorded")
	run(t, environ, "", "course", "import", "--bundled", "nothing").want(t, 2, "nothing", "tms-ketamine", "how-learning-is-recorded")
	run(t, environ, "", "course", "import", bundled, "--bundled", "tms-ketamine").want(t, 2, "--bundled")
	run(t, environ, "", "course", "import", "--bundled", "how-learning-is-recorded", "--publish").want(t, 0, "Edition 1 is published")
	r := run(t, environ, "", "course", "import", "--bundled", "tms-ketamine", "--publish")
	r.want(t, 0, "Edition 1 is published", "not yet signed off", "enrolls nobody", "/teach/tms-ketamine/signoff")
	out := filepath.Join(t.TempDir(), "out")
	run(t, environ, "", "course", "export", "tms-ketamine", out).want(t, 0, "edition 1")
	same(t, bundled, out)
}

// same compares two folders byte for byte.
func same(t *testing.T, a, b string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(a, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(a, p)
		if err != nil {
			return err
		}
		x, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		y, err := os.ReadFile(filepath.Join(b, rel))
		if err != nil {
			return err
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs after import and export", rel)
		}
		n++
		return nil
	})
	if err != nil || n < 50 {
		t.Errorf("%d files compared, %v", n, err)
	}
}
