package studio_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"
)

// TestALessonMovesUnderAnOpenPage: who has it open goes on in it, under its new name,
// and no second lesson comes about.
func TestALessonMovesUnderAnOpenPage(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	moved := path.Dir(lesson) + "/02-" + strings.TrimPrefix(path.Base(lesson), "01-")
	text := strings.TrimRight(string(w.opened(lesson).Content), "\n")
	one, two, three := text+"\n\nOne. {.plain}\n", text+"\n\nOne.\n\nTwo. {.plain}\n", text+"\n\nThree. {.plain}\n"
	w.Post("ira", file(lesson), "base", "1", "body", one, "step", "save").To(file(lesson))
	w.Post("ida", at+"/outline", "step", "down "+lesson).Says(at+"/outline", "studio.saved")

	w.Post("ira", file(lesson), "base", "2", "body", two, "step", "preview").OK("Not saved yet", "Two.", moved, `action="`+file(lesson)+`"`, `name="base" value="2"`)
	w.Post("ira", at+"/preview?path="+url.QueryEscape(lesson), "base", "2", "body", two).OK("Two.")
	if here := w.ask("ira", "POST", at+"/here?path="+url.QueryEscape(lesson), http.StatusOK, "base", "2"); here.Seq != 3 {
		t.Errorf("%+v", here)
	}
	if saved := w.auto("ira", lesson, "2", two, http.StatusOK); saved.Moved != file(moved) || saved.Seq != 4 {
		t.Errorf("%+v", saved)
	}
	w.Post("ida", file(lesson), "base", "2", "body", three, "step", "save").Is(http.StatusConflict, "Two changes of one place", `name="was" value="`+lesson+`"`, "merge?path=", path.Base(moved)+`" enctype`)
	w.Post("ida", at+"/merge?path="+url.QueryEscape(moved), "was", lesson, "base", "2", "seq", "4", "body", three, "keep_1", "yours").Says(settled(file(moved)), "studio.saved")
	if got := string(w.opened(moved).Content); got != three {
		t.Errorf("it holds %s", got)
	}
	w.Get("ira", file(lesson)).Says(file(moved), "studio.moved")
	if n := strings.Count(w.lessons(), "|"); n != 1 {
		t.Errorf("the course has the lessons %s", w.lessons())
	}

	history := at + "/history?path="
	w.Get("ira", history+url.QueryEscape(lesson)).OK("History of ", moved, at+"/history/3?path="+url.QueryEscape(moved), at+"/history/2?path="+url.QueryEscape(lesson))
	w.Get("ira", at+"/history/3").OK("was "+lesson, "Its text is the same")
	w.Get("ira", at+"/history/2?path="+url.QueryEscape(lesson)).OK("<ins>+ One.", history+url.QueryEscape(moved))
	w.Post("ira", at+"/history/2?path="+url.QueryEscape(lesson)).Says(file(moved), "studio.restored")
	if got := string(w.opened(moved).Content); got != one {
		t.Errorf("restored as %s", got)
	}
}

// TestNothingTypedIsLost where the file went away, or what the text began as is no
// longer kept.
func TestNothingTypedIsLost(t *testing.T) {
	w := newWorld(t)
	facts := file("facts.yaml")
	w.Post("ida", facts, "base", "1", "step", "remove").Says(at+"/history/2?path=facts.yaml", "studio.removed")
	for _, step := range []string{"preview", "save"} {
		w.Post("ira", facts, "base", "1", "body", "- mine\u202e", "step", step).Is(http.StatusConflict, "Two changes of one place", "removed", "- mine\u202e", "Ida Moss")
	}
	w.Post("ira", at+"/merge?path=facts.yaml", "base", "1", "seq", "2", "body", "- mine\u202e", "keep_1", "yours").Is(http.StatusUnprocessableEntity, "- mine\u202e", "Two changes of one place")

	base := "1"
	for i := range 3 { // a run: only its last is kept for long
		base = fmt.Sprint(w.auto("ida", "disclosure.md", base, fmt.Sprintf("We disclose %d.\n", i), http.StatusOK).Seq)
	}
	w.later(25 * time.Hour)
	if n, err := w.courses.ForgetDrafts(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	merge := at + "/merge?path=disclosure.md"
	w.Post("ira", merge, "base", "1", "seq", "3", "body", "Mine.\n", "keep_1", "yours").Is(http.StatusConflict, "Mine.", "We disclose 2.", `name="seq" value="`+base+`"`)
	w.Post("ira", at+"/paste?path=disclosure.md", "base", "3", "body", "Pasted words.\n", "step", "append").Says(file("disclosure.md"), "studio.pasted")
	if got := string(w.opened("disclosure.md").Content); got != "We disclose 2.\n\nPasted words.\n" {
		t.Errorf("it holds %q", got)
	}
}

// TestLineEndingsStay, also where the text that a page began as is gone.
func TestLineEndingsStay(t *testing.T) {
	w := newWorld(t)
	path := file("disclosure.md")
	_, err := w.courses.EditDraft(t.Context(), autosaved("ida", "disclosure.md", 1, "one\ntwo\r\nthree\n"))
	w.must(err)
	w.Post("ira", path, "base", "2", "body", "one\r\ntwo\r\nthree\r\nfour\r\n", "step", "save").To(path)
	if got := string(w.opened("disclosure.md").Content); got != "one\ntwo\r\nthree\nfour\n" {
		t.Errorf("saved as %q", got)
	}
	for i, text := range []string{"a\r\nb\r\n", "a\r\nc\r\n"} {
		_, err := w.courses.EditDraft(t.Context(), autosaved("ida", "disclosure.md", int64(3+i), text))
		w.must(err)
	}
	w.later(25 * time.Hour)
	if n, err := w.courses.ForgetDrafts(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	w.Post("ira", path, "base", "4", "body", "a\r\nd\r\n", "step", "save").Is(http.StatusConflict, "Two changes of one place")
	w.Post("ira", at+"/merge?path=disclosure.md", "base", "4", "seq", "5", "body", "a\r\nd\r\n", "keep_1", "yours").Says(settled(path), "studio.saved")
	if got := string(w.opened("disclosure.md").Content); got != "a\r\nd\r\n" {
		t.Errorf("saved as %q", got)
	}
}
