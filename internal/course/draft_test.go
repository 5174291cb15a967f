package course_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

const aFile = "disclosure.md"

// desk is a draft with the people who write on it.
type desk struct {
	t *testing.T
	*course.Service
}

func newDesk(t *testing.T, d *db.DB) desk {
	t.Helper()
	s := desk{t, service(d, newClock(), true)}
	if _, err := s.Import(t.Context(), folder(t, nil), "importer"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (d desk) open(path string) (text string, seq int64) {
	d.t.Helper()
	f, err := d.DraftFile(d.t.Context(), slug, path)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(f.Content), f.Seq
}

func (d desk) edit(by, path string, base int64, text string) (course.Saved, error) {
	return d.EditDraft(d.t.Context(), course.Edit{Slug: slug, By: by, Kind: course.ChangeSave, Files: []course.FileEdit{{Path: path, Base: base, Content: []byte(text)}}})
}

func (d desk) save(by, path string, base int64, text string) course.Saved {
	d.t.Helper()
	saved, err := d.edit(by, path, base, text)
	if err != nil {
		d.t.Fatal(err)
	}
	return saved
}

// hashed holds the draft's hash to its files: publishing goes by it.
func (d desk) hashed() {
	d.t.Helper()
	files, err := d.Export(d.t.Context(), slug, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	draft, err := d.Draft(d.t.Context(), slug)
	if err != nil || draft.Hash != files.Hash() || draft.Files != len(files) {
		d.t.Errorf("the draft says %s of %d files, which are %s of %d: %v", draft.Hash, draft.Files, files.Hash(), len(files), err)
	}
}

func TestADraftIsSaved(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	was, base := s.open(aFile)
	saved := s.save("ada", aFile, base, "")
	if text, seq := s.open(aFile); text != "" || seq != saved.Seq || seq <= base || len(saved.Merged) != 0 {
		t.Errorf("%q as %d, said to be %+v", text, seq, saved)
	}
	s.hashed()
	if again := s.save("ada", aFile, base, ""); again.Seq != saved.Seq {
		t.Errorf("what changes nothing became change %d", again.Seq)
	}
	if data, err := s.DraftFileAt(t.Context(), slug, aFile, base); err != nil || string(data) != was {
		t.Errorf("before it: %.40q, %v", data, err)
	}
	if data, err := s.DraftFileAt(t.Context(), slug, aFile, saved.Seq); err != nil || data == nil || len(data) != 0 {
		t.Errorf("empty: %q, %v", data, err)
	}
	list, more, err := s.Changes(t.Context(), slug, aFile, 0, 1)
	if err != nil || !more || len(list) != 1 || list[0].By != "ada" || list[0].Kind != course.ChangeSave || list[0].Paths[0] != aFile {
		t.Errorf("%+v, more %v, %v", list, more, err)
	}
	list, more, err = s.Changes(t.Context(), slug, aFile, list[0].Seq, 1)
	if err != nil || more || len(list) != 1 || list[0].By != "importer" || list[0].Kind != course.ChangeImport || len(list[0].Paths) < 50 {
		t.Errorf("%d, more %v, %v", len(list), more, err)
	}
}

func TestWhoComesLaterMerges(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	_, base := s.open(aFile)
	first := s.save("ada", aFile, base, "one\ntwo\nthree\n")
	s.save("ada", aFile, first.Seq, "ONE\ntwo\nthree\n")
	saved := s.save("ben", aFile, first.Seq, "one\ntwo\nTHREE\n")
	if text, _ := s.open(aFile); text != "ONE\ntwo\nTHREE\n" || len(saved.Merged) != 1 || saved.Merged[0] != aFile {
		t.Errorf("%q, %+v", text, saved)
	}
	s.hashed()
	var clash *course.ClashError
	_, err := s.edit("cy", aFile, first.Seq, "one!\ntwo\nthree\n")
	if !errors.As(err, &clash) || !errors.Is(err, course.ErrClash) || !apperr.Is(err, apperr.Conflict) {
		t.Fatalf("got %v", err)
	}
	if string(clash.Base) != "one\ntwo\nthree\n" || string(clash.Yours) != "one!\ntwo\nthree\n" || string(clash.Theirs) != "ONE\ntwo\nTHREE\n" ||
		clash.By != "ben" || clash.At.IsZero() || clash.Seq != saved.Seq {
		t.Errorf("%+v", clash)
	}
	if text, _ := s.open(aFile); text != "ONE\ntwo\nTHREE\n" {
		t.Errorf("a clash left %q", text)
	}
	s.save("cy", aFile, clash.Seq, "one!\ntwo\nTHREE\n")
}

func TestFilesComeAndGo(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	const path = "cases/z.md"
	added := s.save("ada", path, 0, "new")
	if _, err := s.edit("ben", path, 0, "new too"); !errors.Is(err, course.ErrClash) {
		t.Errorf("two make one file: %v", err)
	}
	remove := func(by string, base int64) (course.Saved, error) {
		return s.EditDraft(t.Context(), course.Edit{Slug: slug, By: by, Kind: course.ChangeSave, Files: []course.FileEdit{{Path: path, Base: base, Remove: true}}})
	}
	newer := s.save("ben", path, added.Seq, "newer")
	if _, err := remove("ada", added.Seq); !errors.Is(err, course.ErrClash) {
		t.Errorf("what somebody changed meanwhile was removed: %v", err)
	}
	gone, err := remove("ada", newer.Seq)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := remove("ada", newer.Seq); err != nil || again.Seq != gone.Seq {
		t.Errorf("removed twice: %+v, %v", again, err)
	}
	var clash *course.ClashError
	if _, err := s.edit("ben", path, newer.Seq, "newest"); !errors.As(err, &clash) || clash.Theirs != nil || clash.By != "ada" || string(clash.Yours) != "newest" {
		t.Errorf("changed what is gone: %v", err)
	}
	if _, err := s.DraftFile(t.Context(), slug, path); !errors.Is(err, course.ErrNoFile) {
		t.Errorf("it is there: %v", err)
	}
	s.hashed()
	if err := s.RestoreDraft(t.Context(), slug, path, newer.Seq, "ben"); err != nil {
		t.Fatal(err)
	}
	if text, _ := s.open(path); text != "newer" {
		t.Errorf("restored %q", text)
	}
	if err := s.RestoreDraft(t.Context(), slug, path, 1, "ben"); !errors.Is(err, course.ErrNoChange) {
		t.Errorf("restored what was not there yet: %v", err)
	}
	if err := s.RestoreDraft(t.Context(), slug, path, 99, "ben"); !errors.Is(err, course.ErrNoChange) {
		t.Errorf("restored a change that is none: %v", err)
	}
	if err := s.RestoreDraft(t.Context(), slug, "", 1, "ben"); err != nil {
		t.Fatal(err)
	}
	files, err := s.Export(t.Context(), slug, 0)
	if original, _ := content.ReadFiles(folder(t, nil)); err != nil || files.Hash() != original.Hash() {
		t.Errorf("the whole draft is not what was imported: %v", err)
	}
	s.hashed()
}

func TestADraftRefuses(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	card, base := s.open("course.yaml")
	for name, tt := range map[string]struct {
		path, text string
		says       error
	}{
		"another place":   {"../etc/passwd", "x", apperr.New(apperr.Invalid, "")},
		"a strange file":  {"notes.txt", "x", nil},
		"no text":         {aFile, "\xff", nil},
		"hidden text":     {aFile, "a\u200bb", nil},
		"too large":       {aFile, strings.Repeat("x", content.MaxFileBytes+1), nil},
		"another address": {"course.yaml", strings.Replace(card, "slug: "+slug, "slug: other", 1), course.ErrMoved},
	} {
		_, err := s.edit("ada", tt.path, base, tt.text)
		if !apperr.Is(err, apperr.Invalid) || errors.Is(err, course.ErrMoved) != (errors.Is(tt.says, course.ErrMoved)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.EditDraft(t.Context(), course.Edit{Slug: slug, Files: []course.FileEdit{{Path: "course.yaml", Base: base, Remove: true}}}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("the card was removed: %v", err)
	}
	if _, err := s.EditDraft(t.Context(), course.Edit{Slug: "none"}); !errors.Is(err, course.ErrNotFound) {
		t.Errorf("no course: %v", err)
	}
	full := strings.Repeat("x", content.MaxFileBytes)
	var files []course.FileEdit
	for i := range 32 {
		files = append(files, course.FileEdit{Path: fmt.Sprintf("cases/x%d.md", i), Content: []byte(full)})
	}
	if _, err := s.EditDraft(t.Context(), course.Edit{Slug: slug, By: "ada", Kind: course.ChangeSave, Files: files}); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a course of more than 32 MiB: %v", err)
	}
	if list, _, err := s.Changes(t.Context(), slug, "", 0, 10); err != nil || len(list) != 1 {
		t.Errorf("what was refused left %d changes, %v", len(list), err)
	}
	s.hashed()
}

// TestACourseBegins once for each short name, though two begin it at the same time.
func TestACourseBegins(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	files := course.Files{"course.yaml": []byte("slug: new-one\ntitle: New one\n")}
	var wg sync.WaitGroup
	made := make([]error, 4)
	for i := range made {
		wg.Go(func() { _, made[i] = s.Create(t.Context(), files, fmt.Sprint("p", i)) })
	}
	wg.Wait()
	good := 0
	for _, err := range made {
		if err == nil {
			good++
		} else if !errors.Is(err, course.ErrTaken) {
			t.Error(err)
		}
	}
	if d, err := s.Draft(t.Context(), "new-one"); good != 1 || err != nil || d.Title != "New one" || d.Seq != 1 || d.Edition != 0 || d.Hash != files.Hash() {
		t.Errorf("%d made it: %+v, %v", good, d, err)
	}
	if _, err := s.Create(t.Context(), course.Files{"course.yaml": []byte("slug: " + slug + "\ntitle: X\n")}, "ada"); !errors.Is(err, course.ErrTaken) {
		t.Errorf("over a course that is there: %v", err)
	}
	if _, err := s.Create(t.Context(), course.Files{}, "ada"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("without a card: %v", err)
	}
}

// TestTheTitleFollowsTheCard: lists of drafts show it.
func TestTheTitleFollowsTheCard(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	_, base := s.open("course.yaml")
	base = s.save("ada", "course.yaml", base, "slug: "+slug+"\ntitle: Another title\n").Seq
	if d, err := s.Draft(t.Context(), slug); err != nil || d.Title != "Another title" {
		t.Errorf("%+v, %v", d, err)
	}
	s.save("ada", "course.yaml", base, "slug: ["+slug+"\n")
	if d, err := s.Draft(t.Context(), slug); err != nil || d.Title != "Another title" {
		t.Errorf("a card that cannot be read: %+v, %v", d, err)
	}
}

// TestManyWriteAtOnce: each adds a line at a place of their own; none is lost.
func TestManyWriteAtOnce(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	_, base := s.open(aFile)
	const people = 8
	lines := make([]string, 0, 3*people)
	for i := range people {
		lines = append(lines, fmt.Sprintf("before %d", i), fmt.Sprintf("line %d", i), fmt.Sprintf("after %d", i))
	}
	base = s.save("ada", aFile, base, strings.Join(lines, "\n")+"\n").Seq
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			mine := strings.Replace(strings.Join(lines, "\n")+"\n", fmt.Sprintf("line %d\n", i), fmt.Sprintf("line %d of %d\n", i, i), 1)
			if _, err := s.edit(fmt.Sprint("p", i), aFile, base, mine); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	text, _ := s.open(aFile)
	for i := range people {
		if !strings.Contains(text, fmt.Sprintf("line %d of %d\n", i, i)) {
			t.Errorf("the change of %d is lost", i)
		}
	}
	s.hashed()
}
