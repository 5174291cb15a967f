package studio_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func form(path string, id ...string) string {
	q := url.Values{"path": {path}}
	if len(id) > 0 {
		q.Set("id", id[0])
	}
	return at + "/form?" + q.Encode()
}

// diff are the lines that differ between two texts of as many lines.
func diff(was, is string) (out []string) {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			out = append(out, b[i])
		}
	}
	return out
}

func TestTheCardIsAForm(t *testing.T) {
	w := newWorld(t)
	was := string(w.opened("course.yaml").Content)
	w.Get("ira", form("course.yaml")).OK("Course card", `value="How Your Learning Is Recorded"`, "Edit as text", `name="price.amount" value="0.00"`, `name="reminder_days" value="30, 7"`, "The maintainers of the platform", `name="authors.0.disclosure"`)
	w.Post("ira", form("course.yaml"), "base", "1", "step", "save", "title", "How Your Learning Is Recorded", "price.amount", "49.00", "reminder_days", "14, 7,1", "exam.attempts", "5", "checked_on", "2026-11-24",
		"authors.0.name", "Ann: Author", "certificate.issue", "").Says(form("course.yaml"), "studio.saved")
	got := string(w.opened("course.yaml").Content)
	lines := diff(was, got)
	if want := []string{`  - name: "Ann: Author"`, "checked_on: 2026-11-24", `price: {amount: "49.00", currency: USD}`, "reminder_days: [14, 7, 1]", "  attempts: 5"}; strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("changed\n%s", strings.Join(lines, "\n"))
	}
	w.Post("ira", form("course.yaml"), "base", "2", "certificate.issue", "administrator", "step", "add authors").Says(form("course.yaml"), "studio.entry_added")
	if got = string(w.opened("course.yaml").Content); !strings.HasSuffix(got, "certificate:\n  issue: administrator\n") || strings.Count(got, "  - name: ") != 2 {
		t.Errorf("%s", got)
	}
	w.Get("ira", form("course.yaml")).OK(`name="authors.1.name" value="replace-me"`)
	a := w.Post("ira", form("course.yaml"), "base", "3", "exam.attempts", "many", "title", "Kept as typed")
	a.Is(http.StatusUnprocessableEntity, "Enter a whole number.", `value="Kept as typed"`, `name="base" value="3"`)
	w.edited("course.yaml", strings.Replace(string(w.opened("course.yaml").Content), `"49.00"`, `"free"`, 1))
	w.Get("ira", form("course.yaml")).OK("To correct: the price is")
	w.Post("ira", form("course.yaml"), "base", "3", "price.amount", "10.00").Is(http.StatusConflict, "Two changes of one value")
	for path, status := range map[string]int{form("disclosure.md"): 404, form("none.yaml"): 404, form("course.yaml", "x"): 404, "/teach/none/form?path=course.yaml": 404} {
		w.Get("ira", path).Is(status)
	}
	w.Post("ira", form("course.yaml"), "base", "x").Is(http.StatusUnprocessableEntity)
	w.Post("ira", form("course.yaml"), "base", "4", "step", "up authors 9").Is(http.StatusUnprocessableEntity)
	w.Post("ira", form("course.yaml"), "base", "4", "step", "spin authors 1").Is(http.StatusUnprocessableEntity)
	w.Post("ira", form("course.yaml"), "base", "4", "step", "up none 1").Is(http.StatusUnprocessableEntity)
	w.Get("tom", form("course.yaml")).Is(http.StatusForbidden)
	w.Post("tom", form("course.yaml"), "base", "4").Is(http.StatusForbidden)
}

// TestAFormThatWasLeftOpen keeps what was typed where the text that it began with is no
// longer kept, and saves it when it was looked at.
func TestAFormThatWasLeftOpen(t *testing.T) {
	w := newWorld(t)
	a := w.Post("ira", form("course.yaml"), "base", "999", "step", "save", "title", "Typed for a day")
	a.Is(http.StatusConflict, "open so long", `value="Typed for a day"`, `name="base" value="1"`)
	w.Post("ira", form("course.yaml"), "base", "999", "step", "autosave", "title", "Typed for a day").Is(http.StatusConflict)
	w.Post("ira", form("course.yaml"), "base", "1", "step", "save", "title", "Typed for a day").Says(form("course.yaml"), "studio.saved")
	if got := string(w.opened("course.yaml").Content); !strings.Contains(got, "title: Typed for a day") {
		t.Errorf("%s", got)
	}
}

// TestWhatIsAddedMustBeWritten: what a button adds stops publishing until somebody
// writes it, and nobody's disclosure has a day that nobody named.
func TestWhatIsAddedMustBeWritten(t *testing.T) {
	w := newWorld(t)
	seq := func(path string) string { return strconv.FormatInt(w.opened(path).Seq, 10) }
	w.Post("ira", form("course.yaml"), "base", seq("course.yaml"), "step", "add authors").Says(form("course.yaml"), "studio.entry_added")
	if got := string(w.opened("course.yaml").Content); !strings.Contains(got, "disclosed_on: \"\"") {
		t.Errorf("a day of disclosure is made up: %s", got)
	}
	w.Post("ira", form("course.yaml"), "base", seq("course.yaml"), "step", "save", "authors.1.disclosed_on", "2026-11-20").Says(form("course.yaml"), "studio.saved")
	if ed, err := w.courses.Publish(t.Context(), slug, "", "ira"); err == nil {
		t.Errorf("edition %d is published with what nobody wrote", ed.Number)
	}
	w.Get("ira", form("course.yaml")).OK("something is not written yet")
}

func TestObjectivesMoveComeAndGo(t *testing.T) {
	w := newWorld(t)
	path := "objectives.yaml"
	was := string(w.opened(path).Content)
	w.Get("ira", form(path)).OK("Objective LO1", "Named by 1 lesson and ", "Move down: Objective LO1").Lacks("Move up: Objective LO1")
	w.Post("ira", form(path), "base", "1", "step", "down . 0").Says(form(path), "studio.saved")
	w.Post("ira", form(path), "base", "2", "step", "up . 1").Says(form(path), "studio.saved")
	if got := string(w.opened(path).Content); got != was {
		t.Errorf("down and up again: %q", got)
	}
	w.Post("ira", form(path), "base", "3", "0.verb", "Say", "step", "add .").Says(form(path), "studio.entry_added")
	if got := string(w.opened(path).Content); !strings.Contains(got, "id: LO4") || !strings.Contains(got, "verb: Say") {
		t.Errorf("%s", got)
	}
	w.Post("ira", form(path), "base", "4", "step", "remove . 3").Says(form(path), "studio.entry_gone")
	if got := string(w.opened(path).Content); got != strings.Replace(was, "verb: Explain", "verb: Say", 1) {
		t.Errorf("%s", got)
	}
}

// TestQuestionsOfEveryKind: each begins, is written, and reads as a question.
func TestQuestionsOfEveryKind(t *testing.T) {
	w := newWorld(t)
	const path = "exam/lo1.yaml"
	seq := func() string { return strconv.FormatInt(w.opened(path).Seq, 10) }
	w.Get("ira", form(path)).OK("Question R1: When does a lesson count as finished?", "id=R1&amp;path=exam%2Flo1.yaml", "Kind of the new one")
	w.Post("ira", form(path), "base", seq(), "step", "add .", "kind", "riddle").Is(http.StatusUnprocessableEntity, "Choose the kind.")
	w.Post("ira", form(path, "R1"), "base", seq(), "prompt", "When is it finished?", "options.2.rationale", "Correct: so it is.", "options.2.correct_", "on", "options.0.correct_", "on", "options.0.correct", "yes", "step", "up options 2").Says(form(path, "R1"), "studio.saved")
	got := string(w.opened(path).Content)
	above, moved, ok := strings.Cut(got, "    - id: C\n")
	moved, _, more := strings.Cut(moved, "    - id: B\n")
	if !ok || !more || !strings.Contains(above, "prompt: When is it finished?") || strings.Contains(moved, "correct: true") || !strings.Contains(above, "correct: true") || !strings.Contains(moved, "so it is.") {
		t.Errorf("%.900s", got)
	}
	for kind, name := range map[string]string{"single-choice": "options.0.text", "multiple-response": "options.1.text", "true-false": "options.0.rationale", "numeric": "working", "ordering": "items.0.text", "matching": "left.1.text", "short-answer": "rubric.0.text"} {
		a := w.Post("ira", form(path), "base", seq(), "step", "add .", "kind", kind)
		if a.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", kind, a.Code)
		}
		page := a.Location
		w.Get("ira", page).OK(`name="` + name + `"`)
		w.Post("ira", page, "base", seq(), "prompt", "Asked: "+kind+"?", name, "Words of mine", "objectives", "LO1", "objectives", "LO2", "objectives_", "on", "step", "save").Says(page, "studio.saved")
		if got := string(w.opened(path).Content); !strings.Contains(got, `prompt: "Asked: `+kind+`?"`) || !strings.Contains(got, "Words of mine") || !strings.Contains(got, "objectives: [LO1, LO2]") {
			t.Errorf("%s: %s", kind, got)
		}
	}
	_, c, _, err := w.courses.CheckDraft(t.Context(), slug)
	if err != nil || len(c.Bank) != 9+7 {
		t.Errorf("%d questions, %v", len(c.Bank), err)
	}
	w.Get("ira", form(path, "none")).Is(http.StatusNotFound)
}
