package studio_test

import (
	"net/http"
	"strings"
	"testing"
)

// begin adds a question of a kind, and returns its page.
func (w *world) begin(kind string) (page string) {
	w.t.Helper()
	list := of(slug, "exam/lo1.yaml", "")
	form, _ := w.fields(list)
	form.Set("step", "add .")
	form.Set("kind", kind)
	return w.Do("ira", http.MethodPost, list, form).Location
}

// saves sends a form of the exam's file, which then holds all of want.
func (w *world) saves(page string, want []string, pairs ...string) {
	w.t.Helper()
	code, body := w.send(page, pairs...)
	file := string(w.opened("exam/lo1.yaml").Content)
	for _, part := range want {
		if code != http.StatusSeeOther || !strings.Contains(file, part) {
			_, file, _ = strings.Cut(file, "- id: R10")
			w.t.Errorf("%v: %d, no %s in\n%s\n%.300s", pairs, code, part, file, body)
		}
	}
}

// TestLinesStandInTheRightOrder: who moves a line changes the key. Which IDs the lines
// have nobody thinks of, and they never tell the order.
func TestLinesStandInTheRightOrder(t *testing.T) {
	w := newWorld(t)
	page := w.begin("ordering")
	w.saves(page, []string{`answer: ["2", "3", "1"]`}, "items.0.text", "Ask", "items.1.text", "Listen", "items.2.text", "Write")
	w.saves(page, []string{`answer: ["3", "2", "1"]`}, "step", "down items 0")
	w.saves(page, []string{`answer: ["3", "1", "2"]`}, "step", "up items 2")
	lines := func() string {
		_, doc := w.fields(page)
		var list []string
		for _, n := range doc.Find("textarea[name^='items.'][name$='.text']").EachIter() {
			list = append(list, strings.TrimSpace(n.Text()))
		}
		return strings.Join(list, " ")
	}
	if got := lines(); got != "Listen Write Ask" {
		t.Errorf("the form shows %s", got)
	}
	w.saves(page, []string{`answer: ["1", "3", "2"]`}, "step", "up items 2")
	// Now 1, 2, 3 would spell the order: the first and the last exchange their IDs.
	w.saves(page, []string{`answer: ["3", "2", "1"]`}, "step", "up items 0")
	if got := lines(); got != "Write Ask Listen" {
		t.Errorf("the form shows %s", got)
	}
	w.Get("ira", page).OK("Move down: Line 1", "Move up: Line 3").Lacks("already spell", "Move up: Line 1", "Move down: Line 3")
	w.edited("exam/lo1.yaml", strings.Replace(string(w.opened("exam/lo1.yaml").Content), `answer: ["3", "2", "1"]`, `answer: ["1", "2", "3"]`, 1))
	w.Get("ira", page).OK("already spell")
	w.saves(page, []string{`answer: ["3", "2", "1"]`}, "prompt", "Order these")
	w.saves(page, []string{`answer: ["3", "2", "1", "4"]`}, "step", "add items")
	w.saves(page, []string{`answer: ["3", "1", "4"]`}, "step", "remove items 0")
}

// TestAQuestionBecomesOneOfAnotherKind and keeps what both ask.
func TestAQuestionBecomesOneOfAnotherKind(t *testing.T) {
	w := newWorld(t)
	page := w.begin("single-choice")
	w.saves(page, []string{`How many?"`, "text: Seven"}, "prompt", "How many?", "rationale", "Count them.", "options.0.text", "Seven", "options.0.correct", "on")
	w.saves(page, []string{"kind: multiple-response", "text: Seven", "correct: true", `How many?"`}, "step", "kind", "to_kind", "multiple-response")
	if code, body := w.send(page, "step", "kind", "to_kind", "numeric", "options.0.text", "Just typed"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "Press Save first") || !strings.Contains(body, "Just typed") || !strings.Contains(body, `<details class="stack-gap" open>`) {
		t.Errorf("what was just typed is lost: %d", code)
	}
	w.saves(page, []string{"kind: numeric", `How many?"`, "rationale: Count them.", "value: replace-me", "working: replace-me"}, "step", "kind", "to_kind", "numeric")
	if strings.Contains(string(w.opened("exam/lo1.yaml").Content), "Seven") {
		t.Error("the options stayed")
	}
	for _, kind := range []string{"ordering", "matching", "short-answer", "true-false", "single-choice"} {
		w.saves(page, []string{"kind: " + kind, `How many?"`}, "step", "kind", "to_kind", kind)
		w.Get("ira", page).OK("To correct: ").Lacks(" question has no ")
	}
	for kind, says := range map[string]string{"": "Choose the kind.", "essay": "Choose the kind.", "single-choice": "Choose another kind"} {
		if code, body := w.send(page, "step", "kind", "to_kind", kind); code != http.StatusUnprocessableEntity || !strings.Contains(body, says) {
			t.Errorf("%q: %d", kind, code)
		}
	}
	if code, _ := w.send(of(slug, "evaluation.yaml", "lo1"), "step", "kind", "to_kind", "numeric"); code != http.StatusUnprocessableEntity {
		t.Errorf("an item of the evaluation: %d", code)
	}
}

// TestANumberIsAskedWithItsDecimals, unless its author says otherwise.
func TestANumberIsAskedWithItsDecimals(t *testing.T) {
	w := newWorld(t)
	page := w.begin("numeric")
	for _, value := range []string{"12.5", "12.25", "7"} {
		w.saves(page, []string{"value: " + value + "\n"}, "answer.value", value)
		w.Get("ira", page).Lacks("has more than")
	}
	w.saves(page, []string{"decimals: 1"}, "answer.value", "12.25", "answer.decimals", "1")
	w.Get("ira", page).OK("has more than 1 decimals")
	w.saves(page, []string{"value: 12.25"}, "answer.decimals", "")
	w.Get("ira", page).Lacks("has more than")
}

// TestNobodyCountsWhatAFormAdds: the blueprint follows the questions of the exam in the
// same change, whoever changed it since the form was opened.
func TestNobodyCountsWhatAFormAdds(t *testing.T) {
	w := newWorld(t)
	bank := func(want string) {
		t.Helper()
		if got := string(w.opened("exam.yaml").Content); !strings.Contains(got, "objective: LO1, bank: "+want+",") {
			t.Errorf("not %s questions in\n%s", want, got)
		}
	}
	bank("4")
	page := w.begin("single-choice")
	bank("4") // it names no objective yet
	w.saves(page, []string{"objectives: [LO1]"}, "objectives", "LO1")
	bank("5")
	list, _, err := w.courses.Changes(t.Context(), slug, "", 0, 1)
	if w.must(err); len(list[0].Paths) != 2 {
		t.Errorf("the change is of %v", list[0].Paths)
	}
	if code, _ := w.typing("ira", page, "objectives_first", "LO2"); code != http.StatusOK {
		t.Error(code)
	}
	bank("4")
	// What a form began as is what it counts from, whatever others added since, and only
	// what it changes: an exam file that cannot be read counts for nothing.
	old, _ := w.fieldsOf("ira", of(slug, "exam/lo1.yaml", "R1"))
	w.saves(w.begin("true-false"), []string{"objectives: [LO1]"}, "objectives", "LO1")
	bank("5")
	old.Set("prompt", "Typed on what was")
	old.Set("step", "autosave")
	if a := w.Do("ira", http.MethodPost, of(slug, "exam/lo1.yaml", "R1"), old, "Accept", "application/json"); a.Code != http.StatusOK {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	bank("5")
	w.edited("exam/lo2.yaml", "- id: [\n")
	w.saves(of(slug, "exam/lo1.yaml", "R1"), []string{"Another prompt"}, "prompt", "Another prompt")
	bank("5")
	if got := string(w.opened("exam.yaml").Content); !strings.Contains(got, "objective: LO2, bank: 4,") {
		t.Errorf("LO2 in\n%s", got)
	}
	form, doc := w.fields(of(slug, "exam/lo1.yaml", ""))
	remove, _ := doc.Find("button[aria-label^='Remove: ']").First().Attr("value")
	form.Set("step", remove)
	w.edited("exam.yaml", strings.Replace(string(w.opened("exam.yaml").Content), "blueprint:", "# mine\nblueprint:", 1))
	if a := w.Do("ira", http.MethodPost, of(slug, "exam/lo1.yaml", ""), form); a.Code != http.StatusSeeOther {
		t.Error(a.Code)
	}
	bank("4")
}
