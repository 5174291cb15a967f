package studio_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/studio"
)

// hasty is the service while somebody else saves: after each reading of the draft.
type hasty struct {
	*course.Service
	save func(d course.Draft)
}

func (h hasty) Draft(ctx context.Context, slug string) (course.Draft, error) {
	d, err := h.Service.Draft(ctx, slug)
	h.save(d)
	return d, err
}

func (h hasty) CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error) {
	d, c, files, err := h.Service.CheckDraft(ctx, slug)
	h.save(d)
	return d, c, files, err
}

// TestWhatWasSeenIsPublished: what a co-author saves meanwhile is not in the edition.
func TestWhatWasSeenIsPublished(t *testing.T) {
	w := newWorld(t)
	text := strings.TrimRight(string(w.opened(w.lesson()).Content), "\n")
	w.Post("ira", file(w.lesson()), "base", "1", "body", text+"\n\nSeen. {.plain}\n", "step", "save").To(file(w.lesson()))
	seen, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	n := 0
	shop := hasty{w.courses, func(d course.Draft) {
		n++
		_, err := w.courses.EditDraft(t.Context(), autosaved("ida", w.lesson(), d.Seq, fmt.Sprintf("%s\n\nUnseen %d. {.plain}\n", text, n)))
		w.must(err)
	}}
	server := area.Serve(t, area.Options{Name: "studio", Now: w.now, Viewer: viewer}, studio.Routes(studio.Deps{Courses: shop, People: w, Currency: "USD", Now: w.now})...)
	server.Post("ira", at+"/publish", "hash", seen.Hash, "note", "A word.").Is(http.StatusConflict, "The draft changed")
	server.Post("ira", at+"/publish", "note", "A word.").Is(http.StatusConflict, "The draft changed")
	if ed, err := w.courses.Current(t.Context(), slug); err != nil || ed.Number != 1 {
		t.Errorf("edition %d, %v", ed.Number, err)
	}
}

// TestTheListOfChangesIsBounded: the page compares as many files as one shows, and
// none before the first edition.
func TestTheListOfChangesIsBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 25 {
		w.Post("ira", at+"/new", "kind", "case", "title", fmt.Sprintf("Case %d", i)).Says(file(fmt.Sprintf("cases/case-%d.md", i)), "studio.added")
	}
	a := w.Get("ira", at+"/publish").OK("25 files change since edition 1", "And 5 more files")
	if n := strings.Count(a.Body, "<details><summary>Case: Case "); n != 20 {
		t.Errorf("%d files are compared", n)
	}
}

// TestWhatCanBeFoundIsReadOnce for each state of a draft.
func TestWhatCanBeFoundIsReadOnce(t *testing.T) {
	w := newWorld(t)
	one, err := w.courses.Insertables(t.Context(), slug)
	w.must(err)
	two, err := w.courses.Insertables(t.Context(), slug)
	if err != nil || one != two {
		t.Errorf("made anew: %v", err)
	}
}

// TestTwoAddOneLesson: who comes second gets the next place, and has nothing to choose.
func TestTwoAddOneLesson(t *testing.T) {
	w := newWorld(t)
	first := true
	shop := hasty{w.courses, func(course.Draft) {
		if first {
			first = false
			w.Post("ida", at+"/new", "kind", "lesson", "module", "m1", "title", "How it ends!").Says(file("modules/01-your-record/03-how-it-ends.md"), "studio.added")
		}
	}}
	server := area.Serve(t, area.Options{Name: "studio", Now: w.now, Viewer: viewer}, studio.Routes(studio.Deps{Courses: shop, People: w, Currency: "USD", Now: w.now})...)
	server.Post("ira", at+"/new", "kind", "lesson", "module", "m1", "title", "How it ends").Says(file("modules/01-your-record/04-how-it-ends-2.md"), "studio.added")
}

// TestWhoReadsIsOfferedNoForm that would refuse them.
func TestWhoReadsIsOfferedNoForm(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at).OK(at + "/form?path=")
	w.Get("gus", at).OK("Course card").Lacks(at + "/form?path=")
}
