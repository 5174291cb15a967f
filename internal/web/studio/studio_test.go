package studio_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
)

func TestOnlyWhoTeachesComesIn(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/teach", at, file(w.lesson()), at + "/history", at + "/history/1", at + "/publish"} {
		w.Get("ira", path).OK()
		w.Get("adam", path).OK()
		w.Get("tom", path).Is(http.StatusForbidden)
		w.Get("", path).To("/login?next=" + strings.NewReplacer("/", "%2F", "?", "%3F", "=", "%3D", "%", "%25").Replace(path))
	}
	for _, path := range []string{"/teach/none", "/teach/none/publish", "/teach/none/history", file("none.yaml"), at + "/history/99", at + "/history/x",
		at + "/history?path=none.yaml", at + "/history?before=x", at + "/history/1?path=none.yaml"} {
		w.Get("ira", path).Is(http.StatusNotFound)
	}
}

func TestADraftIsWritten(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	f := w.opened(lesson)
	w.Get("ira", "/teach").OK("As edition 1", `href="`+at+`"`)
	w.Get("ira", at).OK("As edition 1", "Course card", "The command line", "Imported a folder").Lacks("Publish …", "stops publishing")
	w.Get("ira", file(lesson)).OK(`name="base" value="1"`, "Nothing is wrong with this file", "As learners read it")
	better := strings.TrimRight(string(f.Content), "\n") + "\n\nOne more *word* about it. {.plain}\n"
	crlf := strings.ReplaceAll(better, "\n", "\r\n") // as browsers send it
	w.Post("ira", file(lesson), "base", "1", "body", crlf, "step", "preview").OK("Not saved yet", "One more <em>word</em> about it.", "As learners would read it")
	if got := w.opened(lesson); string(got.Content) != string(f.Content) {
		t.Error("a preview saved")
	}
	w.Post("ira", file(lesson), "base", "1", "body", crlf, "step", "save").Says(file(lesson), "studio.saved")
	if got := w.opened(lesson); string(got.Content) != better {
		t.Errorf("saved as %q", got.Content)
	}
	w.Get("ira", at).OK("Changed since edition 1", "Publish …", "Ira Stone")
	w.Get("ira", at+"/history?path="+lesson).OK("Ira Stone", at+"/history/2?path=").Lacks("Publish")
	w.Get("ira", at+"/history/2").OK("<ins>+ One more *word* about it. {.plain}\n</ins>", "The draft is as this change left it")
	w.Post("ira", file(lesson), "base", "1", "body", "<p>", "step", "preview").OK("stop publishing", "&lt;p&gt;").Lacks("<textarea id=\"f-body\" name=\"body\" rows=\"24\">\n<p>")
}

func TestWhatCannotBeStoredIsSaidAtTheText(t *testing.T) {
	w := newWorld(t)
	for text, says := range map[string]string{"a\u202eb": "Line 1: the text holds the character U&#43;202E, which nobody can see; leave it out, because text has to look the same on every screen, and a character that nobody sees could hide words or turn them around (the course format, Files). It stands in: “aU&#43;202Eb”", strings.Repeat("x", 1<<20-500): ""} {
		a := w.Post("ira", file("disclosure.md"), "base", "1", "body", text, "step", "save")
		if says == "" {
			a.To(file("disclosure.md"))
			continue
		}
		a.Is(http.StatusUnprocessableEntity, says, `aria-invalid="true"`)
	}
	w.Post("ira", file("disclosure.md"), "base", "x", "body", "y").Is(http.StatusUnprocessableEntity)
	w.Get("ira", file("disclosure.md")).OK("too large to be edited here")
	card := string(w.opened("course.yaml").Content)
	w.Post("ira", file("course.yaml"), "base", "1", "body", strings.Replace(card, slug, "another", 1), "step", "save").Is(http.StatusUnprocessableEntity, "keeps its short name", "slug: another")
}

func TestTwoWriteOneFile(t *testing.T) {
	w := newWorld(t)
	path := file("disclosure.md")
	w.Post("ira", path, "base", "1", "body", "one\ntwo\nthree\n", "step", "save").To(path)
	w.Post("ira", path, "base", "2", "body", "ONE\ntwo\nthree\n", "step", "save").To(path)
	w.Post("ida", path, "base", "2", "body", "one\ntwo\nTHREE\n", "step", "save").Says(path, "studio.merged")
	a := w.Post("ida", path, "base", "2", "body", "eins\ntwo\nthree\n", "step", "save")
	a.Is(http.StatusConflict, "Two changes of one place", "Ida Moss", "nothing is lost", "Place 1", "eins", `name="base" value="2"`, `name="seq" value="4"`).Lacks("Place 2")
	merge := at + "/merge?path=disclosure.md"
	w.Post("ida", merge, "base", "2", "seq", "4", "body", "eins\ntwo\nthree\n").Is(http.StatusUnprocessableEntity, "Choose what stays here", "eins")
	w.Post("ida", merge, "base", "2", "seq", "x", "body", "eins").Is(http.StatusUnprocessableEntity)
	w.Post("ida", merge, "base", "2", "seq", "99", "body", "eins").Is(http.StatusConflict, "eins", `name="seq" value="4"`)
	w.Post("ida", merge, "base", "2", "seq", "4", "body", "eins\ntwo\nthree\n", "keep_1", "both").Says(settled(path), "studio.saved")
	if got := string(w.opened("disclosure.md").Content); got != "ONE\neins\ntwo\nTHREE\n" {
		t.Errorf("settled as %q", got)
	}
	// While she chose, somebody changed it once more.
	w.Post("ira", merge, "base", "2", "seq", "4", "body", "uno\ntwo\nthree\n", "keep_1", "yours").Is(http.StatusConflict, "uno", "eins")
}

func TestAFileIsRemoved(t *testing.T) {
	w := newWorld(t)
	path := file("facts.yaml")
	seq := fmt.Sprint(w.opened("facts.yaml").Seq)
	w.Post("ira", path, "base", seq, "body", string(w.opened("facts.yaml").Content)+"\n", "step", "save").To(path)
	w.Post("ida", path, "base", seq, "step", "remove").Says(path, "studio.not_removed")
	removing := at + "/history/3?path=facts.yaml"
	w.Get("ida", path).OK("Remove this file", "The next page brings it back")
	for range 2 { // pressed twice
		w.Post("ida", path, "base", "2", "step", "remove").Says(removing, "studio.removed")
	}
	w.Get("ida", removing).OK("Removed", "Checked facts", "Bring back the file", "before this change removed it").Lacks("The draft is as this change left it")
	w.Get("ira", path).Is(http.StatusNotFound)
	a := w.Post("ira", path, "base", "2", "body", "mine", "step", "save")
	a.Is(http.StatusConflict, "removed", "Ida Moss", `name="seq" value="3"`)
	w.Get("ira", at+"/history/3").OK("removed", "<del>− ", "Bring back what it removed", at+"/history?path=facts.yaml")
	w.Get("ira", at+"/history").OK("Removed files", "Bring back: Checked facts", `action="`+removing+`"`)
	w.Get("ira", at+"/history?path=facts.yaml").OK("The draft has this file no more", removing)
	w.Get("gus", at+"/history").OK("Removed files").Lacks("Bring back: Checked facts")
	w.Post("ira", at+"/merge?path=facts.yaml", "base", "2", "seq", "3", "body", "mine", "keep_1", "theirs").Says(removing, "studio.removed")
	w.Get("ira", path).Is(http.StatusNotFound)
	w.Post("ira", at+"/merge?path=facts.yaml", "base", "2", "seq", "3", "body", "mine", "keep_1", "yours").To(settled(path))
	w.Post("ida", at+"/history/2?path=facts.yaml").Says(path, "studio.restored")
	w.Post("ida", removing).Says(path, "studio.brought_back")
	w.Post("ida", at+"/history/1").Says(at, "studio.restored")
	w.Get("ida", at).OK("As edition 1", "Brought back: As of change 1")
	w.Post("ida", file("course.yaml"), "base", "1", "step", "remove").Is(http.StatusUnprocessableEntity, "keeps its card")
}

func TestTheHistoryHasPages(t *testing.T) {
	w := newWorld(t)
	for i := range 55 {
		w.Post("ira", file("disclosure.md"), "base", fmt.Sprint(i+1), "body", fmt.Sprint("text ", i), "step", "save").To(file("disclosure.md"))
	}
	w.Get("ira", at+"/history").OK("Earlier", "history?before=7").Lacks("Newest")
	w.Get("ira", at+"/history?before=7").OK("Newest", "Imported a folder").Lacks("Earlier")
}

func TestPublishing(t *testing.T) {
	w := newWorld(t)
	page := at + "/publish"
	w.Get("ira", page).OK("nothing to publish").Lacks("Publish edition")
	lesson := w.lesson()
	text := strings.TrimRight(string(w.opened(lesson).Content), "\n") + "\n\nOne more word. {.plain}\n"
	w.Post("ira", file(lesson), "base", "1", "body", text, "step", "save").To(file(lesson))
	draft, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	w.Get("ira", page).OK("Publish edition 2", "1 file changes since edition 1", "<ins>+ One more word.", draft.Hash)
	w.Post("ira", page, "hash", draft.Hash, "note", " ").Is(http.StatusUnprocessableEntity, "Say what is new")
	w.Post("ira", page, "hash", "0", "note", "A word.").Is(http.StatusConflict, "The draft changed", "A word.")
	for range 2 { // two clicks
		w.Post("ira", page, "hash", draft.Hash, "note", "A word.").Says(at, "studio.published")
	}
	ed, err := w.courses.Current(t.Context(), slug)
	if err != nil || ed.Number != 2 || ed.Note != "A word." {
		t.Errorf("%+v, %v", ed, err)
	}
	_, err = w.courses.EditDraft(t.Context(), autosaved("ira", lesson, 2, "nothing"))
	w.must(err)
	w.Get("ira", page).OK("stop", "publishing").Lacks("<form method=\"post\"")
	w.Get("ira", at).OK("publishing", "front matter")
	draft, err = w.courses.Draft(t.Context(), slug)
	w.must(err)
	w.Post("ira", page, "hash", draft.Hash, "note", "Broken.").Is(http.StatusUnprocessableEntity, "the front matter is missing")
}

// TestTheFolderComesBack: what is downloaded is what was imported, byte for byte.
func TestTheFolderComesBack(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", at).OK(`<form method="post" action="` + at + `/course.zip">`)
	for _, missing := range []string{"9", "x", "0"} {
		w.Post("ira", at+"/course.zip", "edition", missing).Is(http.StatusNotFound)
	}
	w.Post("ira", "/teach/none/course.zip").Is(http.StatusNotFound)
	w.Get("ira", at+"/course.zip").Is(http.StatusMethodNotAllowed)
	for edition, name := range map[string]string{"": slug + "-draft.zip", "1": slug + "-edition-1.zip"} {
		a := w.Post("ira", at+"/course.zip", "edition", edition).OK()
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="`+name+`"` {
			t.Errorf("named %s", got)
		}
		z, err := zip.NewReader(bytes.NewReader([]byte(a.Body)), int64(len(a.Body)))
		w.must(err)
		files := course.Files{}
		for _, f := range z.File {
			r, err := f.Open()
			w.must(err)
			data, err := io.ReadAll(r)
			w.must(err)
			files[strings.TrimPrefix(f.Name, slug+"/")] = data
		}
		draft, err := w.courses.Draft(t.Context(), slug)
		if err != nil || files.Hash() != draft.Hash {
			t.Errorf("%d files: %v", len(files), err)
		}
	}
}

func TestACourseIsBegun(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", "/teach").OK(`href="/teach/new"`)
	w.Get("ira", "/teach/new").OK("Begin a course")
	w.Post("ira", "/teach/new", "title", " ").Is(http.StatusUnprocessableEntity, "Give the course a title").Lacks("Use lower case words")
	w.Post("ira", "/teach/new", "title", "試験").Is(http.StatusUnprocessableEntity, "Use lower case words", "試験")
	w.Post("ira", "/teach/new", "title", "Mine", "slug", slug).Is(http.StatusConflict, "has this short name already", `value="Mine"`)
	w.Post("ira", "/teach/new", "title", "Mine", "slug", "new").Is(http.StatusUnprocessableEntity, "This is an address here already")
	for range 2 { // two clicks
		w.Post("ira", "/teach/new", "title", "Twice", "_once", "ABCDEFGHIJKLMNOPQRSTUVWXYZ").Says("/teach/twice", "studio.begun")
	}
	w.Post("ira", "/teach/new", "title", "Grief in Groups").Says("/teach/grief-in-groups", "studio.begun")
	w.Post("ira", "/teach/new", "title", "Grief in Groups").Is(http.StatusConflict, "has this short name already")
	w.Get("ira", "/teach/grief-in-groups").OK("Never published", "Grief in Groups", "something is not written yet", "First lesson").Lacks("Imported")
	w.Post("ira", "/teach/none/new", "kind", "case", "title", "X").Is(http.StatusNotFound)
	w.Get("tom", "/teach/new").Is(http.StatusForbidden)
	w.Post("tom", "/teach/new", "title", "Mine").Is(http.StatusForbidden)
}

func TestACourseGrows(t *testing.T) {
	w := newWorld(t)
	page := at + "/new"
	w.Get("ira", page).OK("Your record", "A fictional case")
	for says, form := range map[string][]string{
		"Choose what you add": {"title", "X"}, "Give it a title": {"kind", "lesson", "module", "m1"},
		"Choose the module": {"kind", "lesson", "title", "X"},
	} {
		w.Post("ira", page, form...).Is(http.StatusUnprocessableEntity, says)
	}
	w.Post("ira", page, "kind", "check", "module", "m1").Is(http.StatusConflict, "It is there already")
	w.Post("ira", page, "title", "").Is(http.StatusUnprocessableEntity, "Choose what you add", "Give it a title")
	w.Post("ira", page, "kind", "lesson", "module", "m1", "title", "How\tit\u200b ends").Says(file("modules/01-your-record/03-how-it-ends.md"), "studio.added")
	w.Get("ira", file("modules/01-your-record/03-how-it-ends.md")).OK("replace-me", "How it ends")
	for _, want := range [][2]string{{file("cases/ana.md"), "studio.added"}, {at, "studio.added_before"}} { // two clicks
		w.Post("ira", page, "kind", "case", "title", "Ana", "_once", "ABCDEFGHIJKLMNOPQRSTUVWXYZ").Says(want[0], want[1])
	}
	w.Get("ira", at).Lacks("cases/ana-2.md")
	w.Post("ira", page, "kind", "module", "title", "After it").Says(form("modules/02-after-it/module.yaml"), "studio.added")
	w.Post("ira", page, "kind", "check", "module", "m2").Says(form("modules/02-after-it/check.yaml"), "studio.added")
	w.Post("ira", page, "kind", "case", "title", "Marisol").Says(file("cases/marisol.md"), "studio.added")
	w.Get("ira", at).OK("After it", "Case: Marisol", "Practice questions: After it", "stop publishing")
}
