package studio_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestTheLastOfAListGoes, and comes back.
func TestTheLastOfAListGoes(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "exam.yaml", "")
	if code, _ := w.send(page, "step", "remove limits 0"); code != http.StatusSeeOther || !strings.HasSuffix(string(w.opened("exam.yaml").Content), "limits: []\n") {
		t.Fatalf("%d: %s", code, w.opened("exam.yaml").Content)
	}
	if code, _ := w.send(page, "step", "add limits"); code != http.StatusSeeOther || !strings.HasSuffix(string(w.opened("exam.yaml").Content), "limits:\n  - kind: true-false\n    at_most_percent: 10\n") {
		t.Errorf("%d: %s", code, w.opened("exam.yaml").Content)
	}
	if code, _ := w.send(of(slug, "course.yaml", ""), "step", "remove authors 0"); code != http.StatusSeeOther {
		t.Errorf("%d: %s", code, w.opened("course.yaml").Content)
	}
	w.Get("ira", of(slug, "course.yaml", "")).OK("“Authors” is missing")
	w.edited("objectives.yaml", "- id: LO1\n  text: x\n- id: LO2\n  text: y\n- id: LO4\n  text: z\n")
	if code, _ := w.send(page, "step", "add blueprint"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("exam.yaml").Content), "- objective: LO4\n") {
		t.Errorf("a row for what has none: %d: %s", code, w.opened("exam.yaml").Content)
	}
}

// TestTwoClicksAddOne: a form sent twice is one change, without scripts too.
func TestTwoClicksAddOne(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "exam/lo1.yaml", "")
	form, _ := w.fields(page)
	form.Set("step", "add .")
	form.Set("kind", "single-choice")
	if form.Get("_once") == "" {
		t.Error("nothing says that the form is one act")
	}
	first := w.Do("ira", http.MethodPost, page, form)
	form.Set("_once", "OTHERWISEABOVE") // the same page, opened from the browser's memory
	again := w.Do("ira", http.MethodPost, page, form)
	if first.Code != http.StatusSeeOther || again.Code != http.StatusSeeOther || first.Location != again.Location {
		t.Errorf("%d to %s, then %d to %s", first.Code, first.Location, again.Code, again.Location)
	}
	if got := strings.Count(string(w.opened("exam/lo1.yaml").Content), "replace-me: the question?"); got != 1 {
		t.Errorf("%d questions are added", got)
	}
}

// TestAnIDOfItsOwn: a new entry has one that none has, and none takes another's.
func TestAnIDOfItsOwn(t *testing.T) {
	w := newWorld(t)
	question := func(options ...string) string {
		text := "- id: R1\n  kind: single-choice\n  prompt: Which?\n  options:\n"
		for _, id := range options {
			text += "    - id: " + id + "\n      text: t" + id + "\n"
		}
		return text
	}
	page := of(slug, "exam/lo1.yaml", "R1")
	for want, have := range map[string][]string{"C": {"B", "A"}, "c": {"a", "b"}, "D": {"C", "A", "B"}, "E2": {"E1"}, "Z-2": {"Z"}} {
		w.edited("exam/lo1.yaml", question(have...))
		if code, _ := w.send(page, "step", "add options"); code != http.StatusSeeOther || !strings.HasSuffix(string(w.opened("exam/lo1.yaml").Content), "    - id: "+want+"\n      text: replace-me\n      rationale: replace-me\n") {
			t.Errorf("after %q: %d: %s", have, code, w.opened("exam/lo1.yaml").Content)
		}
	}
	w.edited("exam/lo1.yaml", question("A", "B"))
	if code, body := w.send(page, "options.1.id", "A"); code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#f-options-1-id"`) {
		t.Errorf("an ID of another: %d", code)
	}
}

// TestWhatIsWrongIsSaidAtItsField: what cannot be stored is known by its line.
func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "facts.yaml", "P-02")
	for _, hidden := range []string{"\u202e", "&#8203;"} { // found as it is typed, and in the file's line
		code, body := w.send(page, "title", "Seen", "source", "Read"+hidden+"here")
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#f-source"`) || !strings.Contains(body, `id="f-source-error"`) || strings.Contains(body, "facts.yaml:") {
			t.Errorf("%d: %s", code, body)
		}
	}
	w.edited("facts.yaml", "- [\n")
	w.Get("ira", of(slug, "facts.yaml", "")).Is(http.StatusUnprocessableEntity, "cannot be read as it stands", `href="`+at+`/file?line=1&amp;path=facts.yaml"`, "Edit line 1 as text")
}

// TestTicksAreRead in every way that YAML writes them.
func TestTicksAreRead(t *testing.T) {
	w := newWorld(t)
	w.edited("exam/lo1.yaml", "- id: R1\n  kind: single-choice\n  prompt: Which?\n  options:\n    - {id: A, text: x, correct: True}\n    - {id: B, text: y, correct: yes}\n    - {id: C, text: z, correct: false}\n")
	form, _ := w.fields(of(slug, "exam/lo1.yaml", "R1"))
	want := url.Values{"options.0.correct": {"yes"}, "options.1.correct": {"yes"}}
	for _, name := range []string{"options.0.correct", "options.1.correct", "options.2.correct"} {
		if form.Get(name) != want.Get(name) {
			t.Errorf("%s is %q", name, form.Get(name))
		}
	}
}
