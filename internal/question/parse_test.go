package question_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func TestParseNamesLineAndRemedy(t *testing.T) {
	const single = "- id: Q1\n  kind: single-choice\n  prompt: Why?\n  objectives: [LO1]\n"
	const numeric = "- id: Q1\n  kind: numeric\n  prompt: How many?\n  objectives: [LO1]\n  working: 1 + 1\n"
	tests := []struct {
		name, in string
		line     int
		want     string
	}{
		{"syntax", "- id: Q1\n  prompt: [a\n", 2, "did not find expected"},
		{"open bracket at the end", "- id: [\n", 2, "not YAML here"},
		{"tab", "- id: Q1\n\tkind: x\n", 2, "not YAML here"},
		{"unclosed quote", "- id: Q1\n  prompt: 'a\n\n", 2, "not YAML here"},
		{"unknown alias", "- id: Q1\n  prompt: *a\n", 2, "unknown anchor"},
		{"broken second document", single + "---\n- [\n", 7, "not YAML here"},
		{"too many", strings.Repeat("- id: Q1\n", 501), 501, "at most 500"},
		{"not a list", "id: Q1\n", 1, "must be a list"},
		{"two documents", single + "---\n- id: Q2\n", 0, "more than one YAML document"},
		{"unknown key", single + "  hint: no\n", 5, `unknown key "hint"`},
		{"unknown key in option", single + "  options:\n    - {id: A, txt: a}\n", 6, `unknown key "txt"`},
		{"unknown key in answer", numeric + "  answer:\n    value: 2\n    about: 1\n", 8, `unknown key "about"`},
		{"scalar answer", numeric + "  answer: 2\n", 6, "must be a mapping"},
		{"wrong type", single + "  options: yes\n", 5, "write a list"},
		{"duplicate key", "- id: Q1\n  id: Q2\n", 2, "already defined"},
		{"question id twice", minimal("A") + minimal("A"), 10, "used already in line 1"},
		{"missing rationale", single + "  options:\n    - {id: A, text: a, correct: true}\n    - {id: B, text: b, rationale: no}\n", 6, "options[1].rationale: is missing"},
		{"bad number", numeric + "  answer:\n    value: about 2\n", 7, "answer.value"},
		{"unknown kind", "- id: Q1\n  kind: essay\n  prompt: Why?\n  objectives: [LO1]\n", 2, `unknown kind "essay"`},
		{"no kind", "- id: Q1\n  prompt: Why?\n  objectives: [LO1]\n", 1, "kind"},
		{"folded text", "- id: Q1\n  kind: true-false\n  prompt: >\n    Why?\n", 3, "fold it with >-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := question.Parse([]byte(tt.in))
			for _, p := range problems {
				if p.Line == tt.line && strings.Contains(p.String(), tt.want) {
					return
				}
			}
			t.Fatalf("want line %d with %q, got %#v", tt.line, tt.want, problems)
		})
	}
}

// minimal is a valid true-false question of nine lines.
func minimal(id string) string {
	return `- id: ` + id + `
  kind: true-false
  prompt: Is it so?
  objectives: [LO1]
  options:
    - {id: true, text: "True", correct: true, rationale: yes}
    - id: "false"
      text: "False"
      rationale: It is.
`
}

func TestParseAcceptsEmptyAndMinimal(t *testing.T) {
	for in, n := range map[string]int{"": 0, "# nothing yet\n": 0, "[]\n": 0, "~\n": 0, minimal("A") + minimal("B"): 2} {
		qs, problems := question.Parse([]byte(in))
		if len(problems) > 0 || len(qs) != n {
			t.Errorf("Parse(%q) = %d questions, %v; want %d and no problem", in, len(qs), problems, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal("A")))
	f.Add([]byte("- id: Q\n  kind: numeric\n  answer: {value: 7.1, min: 7}\n  errors: [{value: 1, why: x}]\n"))
	f.Add([]byte("- &a\n  kind: ordering\n  items: [{id: 1}, {id: 2}]\n  answer: [2, 1]\n- *a\n"))
	f.Add([]byte("- {kind: matching, left: [{id: 1, match: a}], right: [{id: a}]}\n"))
	f.Add([]byte("- {kind: short-answer, points: 4, rubric: [{points: 4, text: x}], limit: {lines: 6}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		qs, problems := question.Parse(data)
		for _, p := range problems {
			if p.Msg == "" || p.Line < 0 {
				t.Fatalf("a problem without message or with line %d", p.Line)
			}
		}
		for i := range qs {
			exercise(t, &qs[i], len(problems) == 0)
		}
		question.LintBank(qs, 10)
	})
}
