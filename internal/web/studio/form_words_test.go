package studio_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestFindingsSpeakOfTheForm: labels, titles and options, not keys, files and places.
func TestFindingsSpeakOfTheForm(t *testing.T) {
	w := newWorld(t)
	card := string(w.opened("course.yaml").Content)
	i := strings.Index(card, "expires_on:")
	w.edited("course.yaml", card[:i]+"expires_on: 2020-01-01"+card[i+len("expires_on: 2020-01-01"):])
	w.Get("ira", of(slug, "course.yaml", "")).OK("“Content checked on”").Lacks("checked_on), or", "expires_on is")
	w.edited("exam/lo1.yaml", "- id: R1\n  kind: single-choice\n  prompt: Which?\n  options:\n    - {id: A, text: x, correct: true, rationale: y}\n    - {id: B, text: y}\n  objectives: []\n  facts: []\n"+
		"- id: q0031d75b2d392856\n  kind: numeric\n  prompt: How many?\n  answer: {value: 5, min: 6, max: 4}\n  working: Count.\n  objectives: [LO1]\n  facts: []\n")
	a := w.Get("ira", of(slug, "exam/lo1.yaml", "R1")).OK("Option B, “Why it is right or wrong”: is missing; write it", "this question names no fact").Lacks("options[2]", "format’s description", "R1 names", "q0031")
	if n := strings.Count(a.Body, "at least one objective") + strings.Count(a.Body, "names no objective"); n > 2 { // at the field, and in the list
		t.Errorf("that it names no objective is told %d times", n)
	}
	w.Get("ira", of(slug, "exam/lo1.yaml", "q0031d75b2d392856")).OK("does not lie between the smallest that counts, 6, and the largest, 4").Lacks("min ≤ value", "Option B")
	w.Get("ira", of(slug, "exam/lo1.yaml", "")).OK("Question “q0031d75b2d392856: How many?”:").Lacks("q0031d75b2d392856 names no fact")
	w.edited("objectives.yaml", string(w.opened("objectives.yaml").Content)+"- id: LO8\n  text: Explain it\n  verb: Explain\n  level: Understand\n")
	w.Get("ira", of(slug, "objectives.yaml", "")).OK("add an item to “Evaluation”", "name it among the objectives of a lesson").Lacks("evaluation.yaml", "front matter")
}

// TestAHintStandsOnce at the field that it is about, and not at an ID or a box.
func TestAHintStandsOnce(t *testing.T) {
	w := newWorld(t)
	w.edited("exam/lo1.yaml", "- id: E1\n  kind: single-choice\n  prompt: Which?\n  options:\n    - {id: A, text: \"replace-me: right\", correct: true, rationale: \"Correct: replace-me\"}\n    - {id: B, text: y, rationale: z}\n  objectives: [LO1]\n  facts: [P-01]\n")
	_, doc := w.fields(of(slug, "exam/lo1.yaml", "E1"))
	doc.Find(".hint").Each(func(_ int, s *goquery.Selection) {
		id, text := s.AttrOr("id", ""), s.Text()
		if strings.Count(text, "something is not written yet") > 1 || strings.Contains(text, "To correct") && (strings.HasSuffix(id, "-id-hint") || strings.HasSuffix(id, "-correct-hint")) {
			t.Errorf("%s: %s", id, text)
		}
	})
	if n := doc.Find("#f-options-0-text-hint, #f-options-0-rationale-hint").Length(); n == 0 {
		t.Error("what is not written is told nowhere")
	}
}

// TestFactsSayHowFarTheyWereChecked in words.
func TestFactsSayHowFarTheyWereChecked(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", of(slug, "facts.yaml", "P-01")).OK("Verified in the primary source: ", "Inference: ours, not a finding", "The key of a question can rest only on")
}

// TestQuestionsBeginRight: an ordering question is right as it begins but for what
// somebody has to write, and the first objective is chosen.
func TestQuestionsBeginRight(t *testing.T) {
	w := newWorld(t)
	w.Get("ira", w.begin("ordering")).OK("Lines in the right order").Lacks("already spell")
	page := of(slug, "exam/lo1.yaml", "R1")
	if code, _ := w.send(page, "objectives_first", "LO3"); code != http.StatusSeeOther || !strings.Contains(string(w.opened("exam/lo1.yaml").Content), "objectives: [LO3, LO1]") {
		t.Errorf("%d: %s", code, w.opened("exam/lo1.yaml").Content)
	}
	if code, _ := w.send(page, "objectives_first", "LO77"); code != http.StatusUnprocessableEntity {
		t.Error(code)
	}
}

// TestNobodyMakesUpAKey: which option is right, and which number, stops publishing until
// somebody says so.
func TestNobodyMakesUpAKey(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []string{"numeric", "true-false", "single-choice", "multiple-response"} {
		page := w.begin(kind)
		fields, _ := w.fields(page)
		if v := fields.Get("answer.value"); kind == "numeric" && v != "replace-me" {
			t.Errorf("the right number begins as %q", v)
		}
		if strings.Contains(string(w.opened("exam/lo1.yaml").Content), "correct: true\n      rationale: replace-me") {
			t.Errorf("%s: a right option nobody named", kind)
		}
	}
	w.Get("ira", at+"/publish").OK("R10: answer.value", "R11: options: 0 are marked as right", "R12: options: 0 are marked as right", "R13: options: ")
}

// TestNobodyCountsTheBank: the form says how many questions there are, and writes it.
func TestNobodyCountsTheBank(t *testing.T) {
	w := newWorld(t)
	page := of(slug, "exam.yaml", "")
	was := string(w.opened("exam.yaml").Content)
	i := strings.Index(was, "bank: ")
	w.edited("exam.yaml", was[:i]+"bank: 77"+was[i+len("bank: 3"):])
	form, doc := w.fields(page)
	if form.Has("blueprint.0.bank") || !strings.Contains(doc.Text(), "whose first objective is this one.") {
		t.Error("somebody is asked to count")
	}
	if code, _ := w.send(page); code != http.StatusSeeOther || string(w.opened("exam.yaml").Content) != was {
		t.Errorf("%d: %s", code, w.opened("exam.yaml").Content)
	}
}
