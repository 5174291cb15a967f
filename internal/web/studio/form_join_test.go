package studio_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/course"
)

// stale is a form as somebody opened it, before somebody else saves the same page.
func (w *world) stale(page string, theirs ...string) url.Values {
	w.t.Helper()
	form, _ := w.fieldsOf("ira", page)
	other, _ := w.fieldsOf("ida", page)
	for i := 0; i+1 < len(theirs); i += 2 {
		other.Set(theirs[i], theirs[i+1])
	}
	if a := w.Do("ida", http.MethodPost, page, other); a.Code != http.StatusSeeOther {
		w.t.Fatalf("theirs: %d %s", a.Code, a.Body)
	}
	return form
}

// settles answers the page that asks what stays.
func (w *world) settles(a area.Answer, page string, pairs ...string) area.Answer {
	w.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	form := apptest.Fields(doc.Find("form:has(input[name=seq])"))
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return w.Do("ira", http.MethodPost, page, form)
}

// readable fails unless a file can be read.
func (w *world) readable(path string) string {
	w.t.Helper()
	text := string(w.opened(path).Content)
	if bad := course.Unreadable(path, []byte(text)); len(bad) > 0 {
		w.t.Errorf("%s: %v\n%s", path, bad, text)
	}
	return text
}

// TestTwoFormsMeetByValue: neighbors are brought together, and of one value both
// changed one says which stays, without YAML and without a key twice.
func TestTwoFormsMeetByValue(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "course.yaml", "")
	form := w.stale(page, "audience", "Those of Ida", "level", "Advanced")
	form.Set("audience", "Those of Ira")
	form.Set("summary", "Ira’s own summary.")
	form.Set("authors.0.role", "editor")
	a := w.Do("ira", http.MethodPost, page, form)
	a.Is(http.StatusConflict, "Two changes of one value", "For whom", "Those of Ida", "Those of Ira", "Ida Moss", "Keep yours", "Keep theirs").Lacks("audience:", "Keep both", "Ira’s own summary.</pre>")
	w.settles(a, page).Is(http.StatusConflict, "Choose what stays here.")
	if text := w.readable("course.yaml"); strings.Contains(text, "Ira") {
		t.Errorf("something is stored before anybody chose: %s", text)
	}
	w.settles(a, page, "keep.audience", "yours").Says(settled(page), "studio.theirs_stay")
	text := w.readable("course.yaml")
	for _, want := range []string{"audience: Those of Ira\n", "level: Advanced\n", "summary: Ira’s own summary.\n", "    role: editor\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
	form = w.stale(page, "audience", "Those of Ida")
	form.Set("audience", "Those of Ira, again")
	a = w.Do("ira", http.MethodPost, page, form)
	w.settles(a, page, "keep.audience", "theirs").Says(settled(page), "studio.theirs_stay")
	if text := w.readable("course.yaml"); !strings.Contains(text, "audience: Those of Ida\n") {
		t.Errorf("%s", text)
	}
}

// TestTwoNewValuesMeet: a value that neither file had is there once.
func TestTwoNewValuesMeet(t *testing.T) {
	w := newWorld(t)
	text := string(w.opened("course.yaml").Content)
	i := strings.Index(text, "audience:")
	w.edited("course.yaml", text[:i]+text[i+strings.Index(text[i:], "\n")+1:])
	page := of(slug, "course.yaml", "")
	form := w.stale(page, "audience", "Those of Ida")
	form.Set("audience", "Those of Ira")
	a := w.Do("ira", http.MethodPost, page, form)
	a.Is(http.StatusConflict, "Those of Ida")
	w.settles(a, page, "keep.audience", "yours")
	if got := w.readable("course.yaml"); strings.Count(got, "audience:") != 1 || !strings.Contains(got, "audience: Those of Ira") {
		t.Errorf("%s", got)
	}
}

// TestAStepMeetsAnotherList: buttons act on the entry that was meant, wherever it
// stands now, and an entry that went is asked about.
func TestAStepMeetsAnotherList(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "objectives.yaml", "")
	form := w.stale(page, "step", "down . 0")
	form.Set("2.text", "Explain what Ira wrote")
	form.Set("step", "remove . 0")
	if a := w.Do("ira", http.MethodPost, page, form); a.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.Code, a.Body)
	}
	if got := w.readable("objectives.yaml"); strings.Contains(got, "LO1") || !strings.Contains(got, "LO2") || !strings.Contains(got, "what Ira wrote") {
		t.Errorf("%s", got)
	}
	form = w.stale(page, "step", "add .")
	form.Set("step", "add .")
	if a := w.Do("ira", http.MethodPost, page, form); a.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.Code, a.Body)
	}
	form = w.stale(page, "step", "remove . 0", "1.verb", "Say")
	form.Set("0.text", "Explain what went")
	a := w.Do("ira", http.MethodPost, page, form)
	a.Is(http.StatusConflict, "The whole entry", "Explain what went", "Empty, or removed")
	w.settles(a, page, "keep.0.all", "yours")
	if got := w.readable("objectives.yaml"); !strings.Contains(got, "Explain what went") || !strings.Contains(got, "verb: Say") {
		t.Errorf("%s", got)
	}
}

// TestAnEntryWentMeanwhile is put back, or stays away.
func TestAnEntryWentMeanwhile(t *testing.T) {
	for choice, there := range map[string]bool{"yours": true, "theirs": false} {
		w := newWorld(t)
		page := of(slug, "facts.yaml", "P-02")
		form, _ := w.fields(page)
		if code, _ := w.send(of(slug, "facts.yaml", ""), "step", "remove . 1"); code != http.StatusSeeOther {
			t.Fatal(code)
		}
		form.Set("title", "Written meanwhile")
		a := w.Do("ira", http.MethodPost, page, form)
		a.Is(http.StatusConflict, "Fact P-02", "Written meanwhile")
		if a := w.settles(a, page, "keep.all", choice); a.Code != http.StatusSeeOther {
			t.Errorf("%d: %s", a.Code, a.Body)
		}
		if got := w.readable("facts.yaml"); strings.Contains(got, "Written meanwhile") != there {
			t.Errorf("%s: %s", choice, got)
		}
	}
}

// TestTypingMeetsTyping: what is saved while two people type different values is both.
func TestTypingMeetsTyping(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "course.yaml", "")
	form := w.stale(page, "level", "Advanced")
	form.Set("audience", "Those of Ira")
	form.Set("step", "autosave")
	a := w.Do("ira", http.MethodPost, page, form, "Accept", "application/json")
	if a.Code != http.StatusOK || !strings.Contains(a.Body, `"values":{"level":"Advanced"}`) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if got := w.readable("course.yaml"); !strings.Contains(got, "level: Advanced") || !strings.Contains(got, "audience: Those of Ira") {
		t.Errorf("%s", got)
	}
}

// TestTextThatCannotBeReadTogether: the text editor's merge stores no key twice, and
// says so.
func TestTextThatCannotBeReadTogether(t *testing.T) {
	w := newWorld(t)
	was := w.opened("objectives.yaml")
	text := string(was.Content)
	mine, theirs := strings.Replace(text, "  level: ", "  verb: Mine\n  level: ", 1), strings.Replace(text, "  text: ", "  verb: Theirs\n  text: ", 1)
	mine = strings.Replace(mine, "  verb: Explain\n", "", 1)
	theirs = strings.Replace(theirs, "  verb: Explain\n", "", 1)
	w.edited("objectives.yaml", theirs)
	a := w.Post("ira", file("objectives.yaml"), "base", "1", "body", mine)
	a.Is(http.StatusConflict, "Two changes of one place")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	w.must(err)
	form := apptest.Fields(doc.Find("form[action*=merge]"))
	form.Set("keep_1", course.KeepBoth)
	w.Do("ira", http.MethodPost, at+"/merge?path=objectives.yaml", form).Is(http.StatusUnprocessableEntity, "Nothing is saved", "stands twice")
	if got := w.readable("objectives.yaml"); got != theirs {
		t.Errorf("%s", got)
	}
}
