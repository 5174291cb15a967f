package course_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/outline"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

// The lessons of the course, in the order of their names.
func (d desk) lessons() (paths []string) {
	d.t.Helper()
	files, err := d.Export(d.t.Context(), slug, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range files.Paths() {
		if strings.HasPrefix(p, "modules/") && strings.HasSuffix(p, ".md") {
			paths = append(paths, p)
		}
	}
	return paths
}

// move stores what an outline makes of the draft, as the page does.
func (d desk) move(act func(o *outline.Outline) (outline.Moved, error)) map[string]string {
	d.t.Helper()
	was, err := d.Export(d.t.Context(), slug, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	moved, err := act(outline.Of(was))
	if err != nil {
		d.t.Fatal(err)
	}
	info, _, err := d.DraftFiles(d.t.Context(), slug)
	if err != nil {
		d.t.Fatal(err)
	}
	seq := map[string]int64{}
	for _, f := range info {
		seq[f.Path] = f.Seq
	}
	e := course.Edit{Slug: slug, By: "ida", Kind: course.ChangeSave, Names: moved.Names}
	for from, to := range moved.Names {
		if _, stays := moved.Files[from]; !stays {
			e.Files = append(e.Files, course.FileEdit{Path: from, Base: seq[from], Remove: true})
		}
		e.Files = append(e.Files, course.FileEdit{Path: to, Base: seq[to], Content: moved.Files[to]})
	}
	if _, err := d.EditDraft(d.t.Context(), e); err != nil {
		d.t.Fatal(err)
	}
	return moved.Names
}

func (d desk) now(path string, seq int64) string {
	d.t.Helper()
	name, err := d.FileNow(d.t.Context(), slug, path, seq)
	if err != nil {
		d.t.Fatal(err)
	}
	return name
}

// TestAFileThatMovedIsFollowed: who has it open saves into it under its new name, and
// its history goes on.
func TestAFileThatMovedIsFollowed(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	first := s.lessons()[0]
	text, base := s.open(first)
	s.save("ada", first, base, text+"\nTwo. {.plain}\n")
	text, base = s.open(first)
	names := s.move(func(o *outline.Outline) (outline.Moved, error) { return o.Lesson(first, 1) })
	moved := names[first]
	if moved == "" || s.now(first, base) != moved || s.now(first, 0) != moved {
		t.Fatalf("%s became %s", first, s.now(first, base))
	}
	saved := s.save("ada", first, base, text+"\nThree. {.plain}\n")
	if got, _ := s.open(moved); saved.Names[first] != moved || !strings.HasSuffix(got, "Three. {.plain}\n") {
		t.Errorf("saved as %v: %s", saved.Names, got)
	}
	if slices.Contains(s.lessons(), first) {
		t.Error("there is a second lesson at the old place")
	}
	same(t, s.told(moved), "4 save ada 0s", "3 save ida 0s", "2 save ada 0s", "1 import importer 0s")
	list, _, err := s.Changes(t.Context(), slug, moved, 0, 50)
	if err != nil || list[0].Path != moved || list[1].Path != moved || list[2].Path != first || list[3].Path != first {
		t.Errorf("%+v, %v", list, err)
	}
	if before, err := s.DraftDiff(t.Context(), slug, 3, []string{moved}); err != nil || string(before[moved].Before) != text {
		t.Errorf("before the move: %q, %v", before, err)
	}
	if ch, err := s.ChangeOf(t.Context(), slug, 3); err != nil || !maps.Equal(ch.Names, names) {
		t.Errorf("%v, %v", ch.Names, err)
	}
	if err := s.RestoreDraft(t.Context(), slug, first, 2, "ada"); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.open(moved); got != text {
		t.Errorf("restored under its name: %q", got)
	}
	// A new file may have the old name. The one that moved stays what it is.
	s.save("ada", first, 0, "---\nid: other\n---\n")
	if s.now(first, base) != moved || s.now(first, 0) != first {
		t.Errorf("%s, %s", s.now(first, base), s.now(first, 0))
	}
	same(t, s.told(first), "6 save ada 0s")
}

// TestNamesThatChangePlaces: two files that take each other's names are told apart.
func TestNamesThatChangePlaces(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	first := s.lessons()[0]
	dir := first[:strings.LastIndex(first, "/")+1]
	one, two := dir+"08-same.md", dir+"09-same.md"
	s.save("ada", one, 0, "one\n")
	s.save("ada", two, 0, "two\n")
	_, base := s.open(one)
	s.move(func(o *outline.Outline) (outline.Moved, error) { return o.Lesson(one, 1) })
	s.save("ada", one, base, "one more\n")
	if a, _ := s.open(one); a != "two\n" {
		t.Errorf("the other holds %q", a)
	}
	if b, _ := s.open(two); b != "one more\n" {
		t.Errorf("the one holds %q", b)
	}
	same(t, s.told(two), "5 save ada 0s", "4 save ida 0s", "2 save ada 0s")
	same(t, s.told(one), "4 save ida 0s", "3 save ada 0s")
	if err := s.RestoreDraft(t.Context(), slug, "", 3, "ada"); err != nil {
		t.Fatal(err)
	}
	if s.now(two, 5) != one || s.now(one, 4) != two || s.now(one, base) != one {
		t.Error("going back does not change the names back")
	}
}

// TestWhoKeepsAPathHearsOfANewOne, in the transaction that renames.
func TestWhoKeepsAPathHearsOfANewOne(t *testing.T) {
	d := dbtest.New(t)
	var heard []string
	s := desk{t, renaming(d, func(ctx context.Context, _ string, names map[string]string) error {
		if !d.InTransaction(ctx) {
			t.Error("outside of the transaction")
		}
		heard = append(heard, fmt.Sprint(names))
		return nil
	})}
	if _, err := s.Import(t.Context(), folder(t, nil), "importer"); err != nil {
		t.Fatal(err)
	}
	first := s.lessons()[0]
	names := s.move(func(o *outline.Outline) (outline.Moved, error) { return o.Lesson(first, 1) })
	if err := s.RestoreDraft(t.Context(), slug, "", 1, "ada"); err != nil {
		t.Fatal(err)
	}
	back := map[string]string{}
	for from, to := range names {
		back[to] = from
	}
	same(t, heard, fmt.Sprint(names), fmt.Sprint(back))
}

func renaming(d *db.DB, hook func(context.Context, string, map[string]string) error) *course.Service {
	c := newClock()
	return course.New(course.Deps{DB: d, Now: c.now, Audit: audit.New(d, c.now), Demo: true, Renamed: hook})
}
