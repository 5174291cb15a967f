package course_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
)

// removes takes files out of the draft, as one change.
func (d desk) removes(paths ...string) int64 {
	d.t.Helper()
	e := course.Edit{Slug: slug, By: "ada", Kind: course.ChangeSave}
	for _, p := range paths {
		_, seq := d.open(p)
		e.Files = append(e.Files, course.FileEdit{Path: p, Base: seq, Remove: true})
	}
	saved, err := d.EditDraft(d.t.Context(), e)
	if err != nil {
		d.t.Fatal(err)
	}
	return saved.Seq
}

func (d desk) removed() (paths []string) {
	d.t.Helper()
	list, err := d.Removed(d.t.Context(), slug, 50)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range list {
		if len(r.Content) == 0 || r.By != "ada" || r.At.IsZero() {
			d.t.Errorf("%+v", r)
		}
		paths = append(paths, r.Path)
	}
	return paths
}

func TestWhatWasRemovedComesBack(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	ctx := t.Context()
	_, c, _, err := s.CheckDraft(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	m := c.Modules[0]
	lesson := m.Lessons[0].File
	was, _ := s.open(lesson)
	seq := s.removes(lesson)
	if got := s.removed(); strings.Join(got, " ") != lesson {
		t.Errorf("removed are %v", got)
	}
	ch, err := s.ChangeOf(ctx, slug, seq)
	if err != nil || strings.Join(ch.Gone, " ") != lesson || len(ch.Names) != 0 {
		t.Errorf("%+v, %v", ch, err)
	}
	for range 2 { // pressed twice
		back, err := s.BringBack(ctx, slug, lesson, seq, "ben")
		if err != nil || strings.Join(back, " ") != lesson {
			t.Fatalf("%v, %v", back, err)
		}
		if text, at := s.open(lesson); text != was || at != seq+1 {
			t.Errorf("change %d has %q", at, text)
		}
	}
	if got := s.removed(); len(got) != 0 {
		t.Errorf("removed are %v", got)
	}
	s.hashed()
	_, base := s.open(lesson)
	s.save("ada", lesson, base, was+"\nMore. {.plain}\n")
	if _, err := s.BringBack(ctx, slug, lesson, seq, "ben"); !errors.Is(err, course.ErrThere) {
		t.Errorf("it took the place of another text: %v", err)
	}
	for path, at := range map[string]int64{lesson: 1, "none.md": seq} {
		if _, err := s.BringBack(ctx, slug, path, at, "ben"); !errors.Is(err, course.ErrNoChange) {
			t.Errorf("%s of change %d: %v", path, at, err)
		}
	}
}

// TestALessonComesBackWhereItsModuleIs, with everything else that one change removed.
func TestALessonComesBackWhereItsModuleIs(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	ctx := t.Context()
	s.save("ada", "modules/07-new/module.yaml", 0, "id: m7\ntitle: New\n")
	s.save("ada", "modules/07-new/01-a.md", 0, "a\n")
	s.save("ada", "modules/07-new/02-b.md", 0, "b\n")
	seq := s.removes("modules/07-new/01-a.md", "modules/07-new/02-b.md")
	text, base := s.open("modules/07-new/module.yaml")
	_, err := s.EditDraft(ctx, course.Edit{Slug: slug, By: "ada", Kind: course.ChangeSave, Names: map[string]string{"modules/07-new/module.yaml": "modules/08-new/module.yaml"},
		Files: []course.FileEdit{{Path: "modules/07-new/module.yaml", Base: base, Remove: true}, {Path: "modules/08-new/module.yaml", Content: []byte(text)}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.removed(); strings.Join(got, " ") != "modules/07-new/01-a.md modules/07-new/02-b.md" {
		t.Errorf("removed are %v: what was renamed is not gone", got)
	}
	back, err := s.BringBack(ctx, slug, "", seq, "ben")
	if err != nil || strings.Join(back, " ") != "modules/08-new/01-a.md modules/08-new/02-b.md" {
		t.Fatalf("%v, %v", back, err)
	}
	if got, _ := s.open("modules/08-new/02-b.md"); got != "b\n" || len(s.removed()) != 0 {
		t.Errorf("%q, and %v stay removed", got, s.removed())
	}
	list, _, err := s.Changes(ctx, slug, "", 0, 50)
	if err != nil || list[0].Kind != course.ChangeRestore || list[1].Names["modules/07-new/module.yaml"] != "modules/08-new/module.yaml" || len(list[1].Gone) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if list[4].Now["modules/07-new/01-a.md"] != "modules/08-new/01-a.md" {
		t.Errorf("nobody is told where it is: %+v", list[4])
	}
}

func TestADraftIsDiscarded(t *testing.T) {
	d := dbtest.New(t)
	s := newDesk(t, d)
	ctx := t.Context()
	_, base := s.open(aFile)
	seq := s.save("ada", aFile, base, "Something else.\n").Seq
	if err := s.Discard(ctx, slug, seq-1); !errors.Is(err, course.ErrDraftOn) {
		t.Errorf("what somebody changed meanwhile: %v", err)
	}
	if err := s.Discard(ctx, slug, seq); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Draft(ctx, slug); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("it is there: %v", err)
	}
	if err := s.Discard(ctx, slug, seq); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	for _, table := range []string{"course_files", "draft_changes", "draft_change_files"} {
		var n int
		if err := d.Read(ctx).Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil || n != 0 {
			t.Errorf("%s keeps %d rows, %v", table, n, err)
		}
	}
	if _, err := s.Import(ctx, folder(t, nil), "importer"); err != nil {
		t.Fatalf("its short name is not free: %v", err)
	}
	if _, err := s.Publish(ctx, slug, "", "ada"); err != nil {
		t.Fatal(err)
	}
	if err := s.Discard(ctx, slug, 1); !errors.Is(err, course.ErrPublished) {
		t.Errorf("what was published: %v", err)
	}
}

// TestWhatSomethingNamesIsNotDiscarded: a live session can be planned before anything
// is published.
func TestWhatSomethingNamesIsNotDiscarded(t *testing.T) {
	d := dbtest.New(t)
	s := newDesk(t, d)
	draft, err := s.Draft(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Conn(t.Context()).Exec("CREATE TABLE holds_course (course_id TEXT NOT NULL REFERENCES courses (id) ON DELETE RESTRICT)").Error; err != nil {
		t.Fatal(err)
	}
	if err := d.Conn(t.Context()).Exec("INSERT INTO holds_course (course_id) VALUES (?)", draft.CourseID).Error; err != nil {
		t.Fatal(err)
	}
	if err := s.Discard(t.Context(), slug, draft.Seq); !errors.Is(err, course.ErrHeld) {
		t.Errorf("%v", err)
	}
	if _, err := s.Draft(t.Context(), slug); err != nil {
		t.Errorf("it is gone: %v", err)
	}
}
