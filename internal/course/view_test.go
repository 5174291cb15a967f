package course_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/coursetest"
	"github.com/atmacena/cocare/internal/dbtest"
)

func (d desk) look(path string, typed []byte) course.FileView {
	d.t.Helper()
	v, err := d.ViewFile(d.t.Context(), slug, path, typed)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// lessonFile is the path of the first lesson.
func (d desk) lessonFile() string {
	d.t.Helper()
	_, c, _, err := d.CheckDraft(d.t.Context(), slug)
	if err != nil {
		d.t.Fatal(err)
	}
	return c.Modules[0].Lessons[0].File
}

func TestAFileIsViewedAsItIsNow(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	path := s.lessonFile()
	text, base := s.open(path)
	if v := s.look(path, nil); !v.Preview || v.Glance.HTML == "" || v.Glance.Words == 0 || len(v.Problems) != 0 || v.File.Seq != base {
		t.Errorf("%+v", v)
	}
	typed := text + "\nA word of mine [@F-NONE].\n"
	v := s.look(path, []byte(typed))
	if !strings.Contains(string(v.Glance.HTML), "A word of mine") || len(v.Problems) == 0 || string(v.File.Content) != text {
		t.Errorf("typed: %+v", v)
	}
	saved := s.save("ada", path, base, typed)
	if v := s.look(path, nil); !strings.Contains(string(v.Glance.HTML), "A word of mine") || v.File.Seq != saved.Seq || len(v.Problems) == 0 {
		t.Errorf("saved: %+v", v)
	}
	s.save("ada", path, saved.Seq, text)
	if v := s.look(path, nil); len(v.Problems) != 0 || strings.Contains(string(v.Glance.HTML), "A word of mine") {
		t.Errorf("put right: %+v", v)
	}
	if v := s.look("course.yaml", []byte("slug: x\n")); v.Preview || len(v.Problems) < 5 {
		t.Errorf("the card: %+v", v.Problems)
	}
	for path, slug := range map[string]string{"none.md": slug, "course.yaml": "none"} {
		if _, err := s.ViewFile(t.Context(), slug, path, nil); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%s of %s: %v", path, slug, err)
		}
	}
}

// TestWhatIsKeptOfADraftIsNeverWrong: whoever saves, and whatever others had read
// before it, the draft is checked as it is.
func TestWhatIsKeptOfADraftIsNeverWrong(t *testing.T) {
	s := newDesk(t, dbtest.New(t))
	path := s.lessonFile()
	text, base := s.open(path)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				d, _, files, err := s.CheckDraft(t.Context(), slug)
				if err != nil || files.Hash() != d.Hash {
					t.Errorf("files of another draft: %v", err)
				}
				if _, err := s.ViewFile(t.Context(), slug, path, []byte(text)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 10 {
		body := text + strings.Repeat("\nA line without a citation.\n", i%2)
		base = s.save("ada", path, base, body).Seq
		d, c, files, err := s.CheckDraft(t.Context(), slug)
		if err != nil || string(files[path]) != body || d.Seq != base || (len(course.Errors(d.Problems)) > 0) != (i%2 == 1) {
			t.Errorf("round %d: %v, %d mistakes", i, err, len(d.Problems))
		}
		if l, ok := c.LessonByID(c.Modules[0].Lessons[0].ID); !ok || strings.Contains(l.Source, "without a citation") != (i%2 == 1) {
			t.Errorf("round %d: the lesson is another", i)
		}
	}
	wg.Wait()
}

// TestOfManyDraftsTheNewestAreKept: memory has a bound, and what is let go is read
// again.
func TestOfManyDraftsTheNewestAreKept(t *testing.T) {
	d := dbtest.New(t)
	s := service(d, newClock(), true)
	files := coursetest.Size{Modules: 1, Lessons: 2, Questions: 2, Words: 80}.Course()
	for letter := range strings.SplitSeq("abcdefghijkl", "") {
		one := maps.Clone(files)
		one["course.yaml"] = []byte(strings.Replace(string(one["course.yaml"]), coursetest.Slug, "course-"+letter, 1))
		if _, err := s.Create(t.Context(), one, "ada"); err != nil {
			t.Fatal(err)
		}
		if _, c, _, err := s.CheckDraft(t.Context(), "course-"+letter); err != nil || c.Card.Slug != "course-"+letter {
			t.Fatalf("%s: %v", letter, err)
		}
	}
	for _, letter := range []string{"a", "l"} {
		draft, _, kept, err := s.CheckDraft(t.Context(), "course-"+letter)
		if err != nil || draft.Hash != kept.Hash() || !slices.Equal(kept.Paths(), files.Paths()) {
			t.Errorf("%s: %v", letter, err)
		}
	}
}

// large is a desk with a course of a hundred lessons, one of them of 3,000 words,
// and a thousand questions.
func large(b *testing.B) (*course.Service, string) {
	b.Helper()
	s := service(dbtest.New(b), newClock(), true)
	size := coursetest.Size{Modules: 10, Lessons: 100, Questions: 1000, Words: 1500}
	files := size.Course()
	path := size.LessonFile(42)
	size.Words = 3000
	files[path] = []byte(size.Lesson(42))
	if _, err := s.Create(b.Context(), files, "ada"); err != nil {
		b.Fatal(err)
	}
	return s, path
}

// BenchmarkOpen: a file and the draft of a large course, read before and read for
// the first time.
func BenchmarkOpen(b *testing.B) {
	s, path := large(b)
	f, err := s.DraftFile(b.Context(), coursetest.Slug, path)
	if err != nil {
		b.Fatal(err)
	}
	open := func(s *course.Service) error {
		_, err := s.ViewFile(b.Context(), coursetest.Slug, path, nil)
		return err
	}
	check := func(s *course.Service) error {
		_, _, _, err := s.CheckDraft(b.Context(), coursetest.Slug)
		return err
	}
	run := func(name string, act func(*course.Service) error, before func(i int)) {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if before != nil {
					b.StopTimer()
					before(i)
					b.StartTimer()
				}
				if err := act(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	seq := f.Seq
	save := func(i int) {
		text := append(slices.Clone(f.Content), strings.Repeat("\n", 1+i%2)...)
		saved, err := s.EditDraft(b.Context(), course.Edit{Slug: coursetest.Slug, By: "ada", Kind: course.ChangeSave, Files: []course.FileEdit{{Path: path, Base: seq, Content: text}}})
		if err != nil {
			b.Fatal(err)
		}
		seq = saved.Seq
	}
	run("draft-first", check, func(i int) { save(i) })
	run("draft", check, nil)
	run("file-after-a-save", open, func(i int) { save(i) })
	run("file", open, nil)
	typed := append(slices.Clone(f.Content), "\nOne more line. {.plain}\n"...)
	run("preview", func(s *course.Service) error {
		_, err := s.ViewFile(b.Context(), coursetest.Slug, path, typed)
		return err
	}, nil)
}
