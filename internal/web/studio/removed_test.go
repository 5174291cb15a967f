package studio_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
)

// TestALessonIsBroughtBack from the page that its removal leads to, and from the
// history under its title.
func TestALessonIsBroughtBack(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	title, was := strings.Split(w.lessons(), "|")[0], w.opened(lesson)
	removing := at + "/history/2?path=" + url.QueryEscape(lesson)
	w.Post("ira", file(lesson), "base", "1", "step", "remove").Says(removing, "studio.removed")
	w.Get("ira", removing).OK(title, "Bring back the file")
	w.Get("ira", at+"/history").OK("Removed<br><span class=\"small muted\">"+title, "Bring back: "+title)
	w.Get("ira", at).OK("Removed<br><span class=\"small muted\">" + title)
	w.Get("ira", file(lesson)).Is(http.StatusNotFound, "What was removed", at+"/history#removed")
	w.Get("ira", at+"/outline").OK(at + "/history#removed")
	for range 2 {
		w.Post("ira", removing).Says(file(lesson), "studio.brought_back")
	}
	if now := w.opened(lesson); string(now.Content) != string(was.Content) || now.Seq != 3 {
		t.Errorf("change %d: %s", now.Seq, now.Content)
	}
	w.Get("ira", at+"/history").OK("Brought back: As before change 2").Lacks("Removed files")
	w.Post("ira", at+"/outline", "step", "down "+lesson).Says(at+"/outline", "studio.saved")
	w.Get("ira", at+"/history").OK("Moved<br><span class=\"small muted\">"+strings.Split(w.lessons(), "|")[0]+", "+title, "Brought back")
}

// TestAModuleIsRemoved with its lessons, after a page that names them.
func TestAModuleIsRemoved(t *testing.T) {
	w := newWorld(t)
	dir := path.Dir(w.lesson())
	page := at + "/module/remove?dir=" + url.QueryEscape(dir)
	titles := strings.Split(w.lessons(), "|")
	w.Get("ira", at+"/outline").OK(page)
	w.Get("ira", file(dir+"/module.yaml")).OK("Remove this module", page).Lacks("Remove file")
	w.Post("ira", file(dir+"/module.yaml"), "base", "1", "step", "remove").To(page)
	w.Get("ira", page).OK(titles[0], titles[1], "Remove module and 2 lessons", `name="base" value="1"`)
	w.Post("ira", file(w.lesson()), "base", "1", "body", string(w.opened(w.lesson()).Content)+"\nMore. {.plain}\n", "step", "save")
	w.Post("ira", page, "base", "1").Is(http.StatusConflict, "Somebody changed this module meanwhile")
	removing := at + "/history/3"
	w.Post("ira", page, "base", "2").Says(removing, "studio.module_gone")
	w.Post("ira", page, "base", "2").Says(at+"/outline", "studio.module_was_gone")
	w.Get("ira", page).Is(http.StatusNotFound, "What was removed")
	w.Get("ira", at+"/outline").OK("There is no module yet")
	w.Get("ira", removing).OK("Removed", titles[0], "Bring back what it removed", "Bring back: "+titles[1])
	w.Post("ira", removing, "step", "removed").Says(at+"/outline", "studio.brought_back")
	w.Get("ira", at+"/outline").OK(titles[0], titles[1])
	w.Post("ira", at+"/new", "kind", "module", "title", "Empty").Says(form("modules/02-empty/module.yaml"), "studio.added")
	_, _, files, err := w.courses.CheckDraft(t.Context(), slug)
	w.must(err)
	for _, p := range files.Paths() {
		if path.Dir(p) == "modules/02-empty" && path.Ext(p) == ".md" {
			_, err = w.courses.EditDraft(t.Context(), removal("ira", p, w.opened(p).Seq))
			w.must(err)
		}
	}
	w.Get("ira", at+"/module/remove?dir=modules%2F02-empty").OK("The module has no lesson", ">Remove module</button>")
	// A module whose own file went before.
	_, err = w.courses.EditDraft(t.Context(), removal("ira", dir+"/module.yaml", w.opened(dir+"/module.yaml").Seq))
	w.must(err)
	w.Get("ira", at+"/outline").OK("These lessons have no module", page)
}

func TestADraftIsDiscarded(t *testing.T) {
	w := newWorld(t)
	w.Post("ira", "/teach/new", "title", "By mistake").Says("/teach/by-mistake", "studio.begun")
	w.Get("ira", "/teach/by-mistake").OK("/teach/by-mistake/discard")
	w.Get("ira", at).Lacks("Discard this draft")
	w.Get("ira", at+"/discard").Says(at, "studio.published_stays")
	page := "/teach/by-mistake/discard"
	w.Get("ira", page).OK("Only an author of the course").Lacks("cannot be taken back")
	w.Get("ida", page).OK("By mistake", "cannot be taken back", `name="base" value="1"`, "Draft as ZIP")
	w.Post("ira", "/teach", "slug", "by-mistake", "base", "1").Is(http.StatusForbidden)
	w.Post("tom", "/teach", "slug", "by-mistake", "base", "1").Is(http.StatusForbidden)
	w.Post("ida", "/teach", "slug", "by-mistake", "base", "9").Is(http.StatusConflict, "Somebody changed the draft meanwhile")
	w.Post("ida", "/teach", "slug", slug, "base", "1").Is(http.StatusConflict, "This course was published")
	for range 2 { // pressed twice
		w.Post("ida", "/teach", "slug", "by-mistake", "base", "1").Says("/teach", "studio.discarded")
	}
	w.Get("ida", page).Is(http.StatusNotFound)
	w.Post("ira", "/teach/new", "title", "By mistake").Says("/teach/by-mistake", "studio.begun")
}

// TestTheHeadOfALessonStays where everything in it is replaced.
func TestTheHeadOfALessonStays(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	head, _, _ := strings.Cut(strings.TrimPrefix(string(w.opened(lesson).Content), "---\n"), "---\n")
	head = "---\n" + head + "---\n\n"
	a := w.auto("ira", lesson, "1", "## From Word\n\nNew words. {.plain}\n", http.StatusOK)
	want := head + "## From Word\n\nNew words. {.plain}\n"
	if got := string(w.opened(lesson).Content); got != want || a.apply("## From Word\n\nNew words. {.plain}\n") != want || !strings.Contains(a.Note, "they are put back") || a.Said != "" {
		t.Errorf("%+v: %q", a, got)
	}
	w.Post("ira", file(lesson), "base", fmt.Sprint(a.Seq), "body", "", "step", "preview").OK("The text was changed", "they are put back")
	w.Post("ira", file(lesson), "base", fmt.Sprint(a.Seq), "body", "Other. {.plain}\r\n", "step", "save").Says(file(lesson), "studio.headed")
	if got := string(w.opened(lesson).Content); got != head+"Other. {.plain}\n" {
		t.Errorf("%q", got)
	}
	_, err := w.courses.EditDraft(t.Context(), autosaved("ira", lesson, w.opened(lesson).Seq, "No head.\n"))
	w.must(err)
	w.Get("ira", file(lesson)).OK("This file cannot be read as it stands", "The history of this file", at+"/history?path="+url.QueryEscape(lesson))
}

// TestWhatNobodySeesIsLeftOut, and said once.
func TestWhatNobodySeesIsLeftOut(t *testing.T) {
	w := newWorld(t)
	a := w.auto("ira", card, "1", "\ufeffOne\u200b and two.\n", http.StatusOK)
	if a.apply("\ufeffOne\u200b and two.\n") != "One and two.\n" || string(w.opened(card).Content) != "One and two.\n" || a.Note != "2 characters that nobody can see were left out." {
		t.Errorf("%+v", a)
	}
	w.Post("ira", file(card), "base", "2", "body", "One\u00ad.\n", "step", "save").Says(file(card), "studio.tidied")
	said := w.auto("ira", card, "3", "One.\nTwo \u202e three.\n", http.StatusUnprocessableEntity)
	if !strings.HasPrefix(said.Error, "Line 2: ") || !strings.Contains(said.Error, "“Two U+202E three.”") {
		t.Errorf("%+v", said)
	}
	w.Post("ira", file(card), "base", "3", "body", "One.\nTwo \u202e three.\n", "step", "save").Is(http.StatusUnprocessableEntity, `data-studio-line="2"`, "Show line 2")
}
