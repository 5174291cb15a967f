package course

import (
	"bytes"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/dbtest"
)

// editions publishes some editions of the small course, and hands out a service that has
// read none of them.
func editions(t *testing.T, n int) (s *Service, ids []string) {
	t.Helper()
	const slug = "how-learning-is-recorded"
	d := dbtest.New(t)
	fresh := func() *Service { return New(Deps{DB: d, Now: time.Now, Audit: audit.New(d, time.Now), Demo: true}) }
	s = fresh()
	for i := range n {
		folder := fstest.MapFS{}
		err := fs.WalkDir(courses.Bundled()[slug], ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(courses.Bundled()[slug], p)
			folder[p] = &fstest.MapFile{Data: bytes.Replace(data, []byte("level: Introductory"), fmt.Appendf(nil, "level: Introductory %d", i), 1)}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Import(t.Context(), folder, "test"); err != nil {
			t.Fatal(err)
		}
		ed, err := s.Publish(t.Context(), slug, "", "test")
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ed.ID)
	}
	return fresh(), ids
}

// TestOlderEditionsAreNotKeptForever: the newest stays, and of the others what was used
// last.
func TestOlderEditionsAreNotKeptForever(t *testing.T) {
	s, ids := editions(t, 5)
	open := func(id string) *Edition {
		t.Helper()
		ed, err := s.Edition(t.Context(), id)
		if err != nil || ed.ID != id || len(ed.Course.Lessons()) == 0 {
			t.Fatalf("%+v, %v", ed, err)
		}
		return ed
	}
	kept := func() (out []int) {
		v := s.cache.shelf.Load()
		for i, id := range ids {
			if o := v.byID[id].opened.Load(); o != nil {
				if s.cache.books.kept[o.edition.Hash] != o.book {
					t.Errorf("edition %d is held and not counted", i+1)
				}
				out = append(out, i+1)
			}
		}
		return out
	}
	open(ids[4])
	s.cache.books.older = 2*s.cache.books.of(open(ids[0]).Hash).bytes + 100
	first := open(ids[0])
	open(ids[1])
	open(ids[0])
	open(ids[2])
	if got := fmt.Sprint(kept()); got != "[1 3 5]" {
		t.Errorf("kept %s, want what was used last, and the newest", got)
	}
	if open(ids[0]) != first {
		t.Error("what is kept is parsed once")
	}
	s.cache.books.older = 1
	open(ids[3])
	if got := fmt.Sprint(kept()); got != "[4 5]" || len(s.cache.books.kept) != 2 {
		t.Errorf("kept %s: one that is larger than the bound stays alone", got)
	}
	if again := open(ids[0]); again == first || again.Hash != first.Hash {
		t.Error("it was let go")
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if ed, err := s.Edition(t.Context(), ids[i%5]); err != nil || ed.ID != ids[i%5] || ed.Course == nil {
				t.Errorf("%+v, %v", ed, err)
			}
		})
	}
	all.Wait()
	if len(s.cache.books.kept) > 2 {
		t.Errorf("%d courses are kept", len(s.cache.books.kept))
	}
}

// TestWhoParsesAnEditionKeepsNobodyElse: while one is read, others are opened, and what
// is published is looked at. A cache with one lock would hang here.
func TestWhoParsesAnEditionKeepsNobodyElse(t *testing.T) {
	s, ids := editions(t, 2)
	v, err := s.cache.view(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.byID[ids[0]].mu.Lock()
	done := make(chan error)
	go func() {
		_, err := s.Edition(t.Context(), ids[0])
		done <- err
	}()
	if _, err := s.Edition(t.Context(), ids[1]); err != nil {
		t.Error(err)
	}
	s.cache.changed()
	if _, err := s.Editions(t.Context(), "how-learning-is-recorded"); err != nil {
		t.Error(err)
	}
	v.byID[ids[0]].mu.Unlock()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestDraftsAreWarmedByTheirLastChange: what is kept is what people worked on last.
func TestDraftsAreWarmedByTheirLastChange(t *testing.T) {
	d, now := dbtest.New(t), time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	fresh := func() *Service {
		return New(Deps{DB: d, Now: func() time.Time { return now }, Audit: audit.New(d, time.Now), Demo: true})
	}
	s := fresh()
	for i := range keptDrafts + 1 {
		now = now.Add(time.Minute)
		folder := Files{"course.yaml": fmt.Appendf(nil, "slug: course-%d\ntitle: Course %d\n", i, i)}
		if _, err := s.Create(t.Context(), folder, "test"); err != nil {
			t.Fatal(err)
		}
	}
	first, err := s.DraftFile(t.Context(), "course-0", "course.yaml")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	if _, err := s.EditDraft(t.Context(), Edit{Slug: "course-0", By: "test", Kind: ChangeSave, Files: []FileEdit{{Path: "course.yaml", Base: first.Seq, Content: append(first.Content, '\n')}}}); err != nil {
		t.Fatal(err)
	}
	s = fresh()
	if err := s.WarmDrafts(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := s.Drafts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if warm := s.drafts.last(x.CourseID) != nil; warm == (x.Slug == "course-1") { // the oldest change
			t.Errorf("%s is warm: %t", x.Slug, warm)
		}
	}
}
