package course_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/outline"
	"github.com/atmacena/cocare/internal/dbtest"
)

// TestADiffFollowsTheNames: what stood before a change under another name, also where two
// files take each other's, and where a name is given anew.
func TestADiffFollowsTheNames(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	first := s.lessons()[0]
	dir := first[:len(first)-len("01-what-treatment-resistant-means.md")]
	one, two := dir+"08-same.md", dir+"09-same.md"
	s.save("ada", one, 0, "one\n")                                                      // 2
	s.save("ada", two, 0, "two\n")                                                      // 3
	s.move(func(o *outline.Outline) (outline.Moved, error) { return o.Lesson(one, 1) }) // 4: they change places
	_, base := s.open(one)
	s.save("ada", one, base, "two more\n") // 5
	_, base = s.open(two)
	s.save("ada", two, base, "")                                                                                                                                                   // 6
	if _, err := s.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ada", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: one, Base: 5, Remove: true}}}); err != nil { // 7
		t.Fatal(err)
	}
	s.save("ada", one, 7, "anew\n") // 8
	gone := "nothing"
	text := func(data []byte) string {
		if data == nil {
			return gone
		}
		return string(data)
	}
	for seq, want := range map[int64]map[string][2]string{
		2: {one: {gone, "one\n"}},
		3: {two: {gone, "two\n"}},
		4: {one: {"two\n", "two\n"}, two: {"one\n", "one\n"}},
		5: {one: {"two\n", "two more\n"}},
		6: {two: {"one\n", ""}},
		7: {one: {"two more\n", gone}},
		8: {one: {gone, "anew\n"}},
	} {
		got, err := s.DraftDiff(t.Context(), slug, seq, slices.Collect(maps.Keys(want)))
		if err != nil || len(got) != len(want) {
			t.Errorf("%d: %v, %v", seq, got, err)
		}
		for path, both := range want {
			if now := [2]string{text(got[path].Before), text(got[path].After)}; now != both {
				t.Errorf("%d, %s: %q, want %q", seq, path, now, both)
			}
		}
	}
	if got, err := s.DraftDiff(t.Context(), slug, 2, nil); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []struct {
		seq  int64
		path string
	}{{3, one}, {99, one}} {
		if _, err := s.DraftDiff(t.Context(), slug, bad.seq, []string{bad.path}); !errors.Is(err, course.ErrNoChange) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// TestADiffIsReadInFewStatements, however many files a change touched.
func TestADiffIsReadInFewStatements(t *testing.T) {
	d := dbtest.New(t)
	s := newDesk(t, d)
	changed := map[string]func(string) string{}
	paths := s.lessons()[:20]
	for i, path := range paths {
		changed[path] = func(text string) string { return text + fmt.Sprintf("\nSentence %d. {.plain}\n", i) }
	}
	if _, err := s.Import(t.Context(), folder(t, changed), "importer"); err != nil {
		t.Fatal(err)
	}
	cost := func(paths []string) int64 {
		t.Helper()
		before, _ := d.Statements()
		got, err := s.DraftDiff(t.Context(), slug, 2, paths)
		if err != nil || len(got) != len(paths) {
			t.Fatalf("%d files, %v", len(got), err)
		}
		for path, one := range got {
			if len(one.Before) == 0 || len(one.After) <= len(one.Before) {
				t.Errorf("%s: %d, then %d bytes", path, len(one.Before), len(one.After))
			}
		}
		after, _ := d.Statements()
		return after - before
	}
	if all := cost(paths); all > 5 && !dbtest.OnPostgres() { // counted on SQLite
		t.Errorf("%d statements for %d files", all, len(paths))
	}
}
