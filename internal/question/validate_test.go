package question_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

var no, yes = false, true

func key(value, low, high string, decimals int) *question.Answer {
	return &question.Answer{Numeric: &question.NumericKey{Value: value, Min: low, Max: high, Decimals: decimals}}
}

// mistakes each spoil one real item and expect a problem at path.
var mistakes = []struct {
	name, id string
	change   func(q *question.Question)
	path     string
	msg      string
}{
	{"no id", "E04", func(q *question.Question) { q.ID = "" }, "id", "not an id"},
	{"id with space", "E04", func(q *question.Question) { q.ID = "E 04" }, "id", "not an id"},
	{"no prompt", "E04", func(q *question.Question) { q.Prompt = "" }, "prompt", "missing"},
	{"blank prompt", "E04", func(q *question.Question) { q.Prompt = " " }, "prompt", "blank"},
	{"two paragraphs", "E04", func(q *question.Question) { q.Prompt = "a\nb" }, "prompt", "one paragraph"},
	{"long text", "E04", func(q *question.Question) { q.Prompt = strings.Repeat("é", 2001) }, "prompt", "2001 characters"},
	{"no objective", "E04", func(q *question.Question) { q.Objectives = nil }, "objectives", "at least one"},
	{"fact twice", "E04", func(q *question.Question) { q.Facts = []string{"F-1", "F-1"} }, "facts[2]", "twice"},
	{"foreign field", "E04", func(q *question.Question) { q.Working = "1 + 1" }, "working", "remove it"},
	{"shuffled number", "E05", func(q *question.Question) { q.Shuffle = &no }, "shuffle", "remove it"},

	{"too many facts", "E04", func(q *question.Question) { q.Facts = make([]string, 51) }, "facts", "at most 50"},
	{"too many options", "E04", func(q *question.Question) { q.Options = make([]question.Option, 27) }, "options", "at most 26"},
	{"too many items", "E08", func(q *question.Question) { q.Items = make([]question.Item, 21) }, "items", "at most 20"},
	{"too many rows", "E12", func(q *question.Question) { q.Left = make([]question.Left, 21) }, "left", "at most 20"},
	{"too many errors", "E05", func(q *question.Question) { q.Errors = make([]question.CommonError, 21) }, "errors", "at most 20"},
	{"too many lines", "E48", func(q *question.Question) { q.Rubric = make([]question.RubricLine, 21) }, "rubric", "at most 20"},

	{"one option", "E04", func(q *question.Question) { q.Options = q.Options[3:] }, "options", "at least 2"},
	{"none correct", "E04", func(q *question.Question) { q.Options[3].Correct = false }, "options", "0 are marked as right"},
	{"two correct", "E04", func(q *question.Question) { q.Options[0].Correct = true }, "options", "2 are marked as right"},
	{"option id twice", "E04", func(q *question.Question) { q.Options[1].ID = "A" }, "options[2].id", "used twice"},
	{"option text twice", "E04", func(q *question.Question) { q.Options[2].Text = q.Options[0].Text }, "options[3].text", "entry 1"},
	{"no rationale", "E04", func(q *question.Question) { q.Options[2].Rationale = "" }, "options[3].rationale", "missing"},
	{"nothing correct", "E03", func(q *question.Question) {
		for i := range q.Options {
			q.Options[i].Correct = false
		}
	}, "options", "at least one"},
	{"yes and no", "E06", func(q *question.Question) { q.Options[0].ID = "yes" }, "options", `"true" and "false"`},
	{"shuffled true-false", "E06", func(q *question.Question) { q.Shuffle = &yes }, "shuffle", "never shuffled"},

	{"no number", "E05", func(q *question.Question) { q.Answer = nil }, "answer", "missing"},
	{"list for a number", "E05", func(q *question.Question) { q.Answer = &question.Answer{Order: []string{"1"}} }, "answer", "list"},
	{"value above max", "E05", func(q *question.Question) { q.Answer = key("23.3", "23.0", "23.2", 1) }, "answer", "does not lie between"},
	{"value below min", "E05", func(q *question.Question) { q.Answer = key("-1", "0", "", 0) }, "answer", "does not lie between"},
	{"min not plain", "E05", func(q *question.Question) { q.Answer = key("1", "1,0", "", 0) }, "answer.min", "plain decimal"},
	{"exponent", "E05", func(q *question.Question) { q.Answer = key("1e3", "", "", 0) }, "answer.value", "plain decimal"},
	{"too many decimals", "E05", func(q *question.Question) { q.Answer = key("23.15", "", "", 1) }, "answer.value", "more than 1"},
	{"decimals out of range", "E05", func(q *question.Question) { q.Answer = key("23", "", "", 7) }, "answer.decimals", "from 0 to 6"},
	{"unit with digit", "E05", func(q *question.Question) { q.Answer.Numeric.Unit = "per 100" }, "answer.unit", "without digits"},
	{"accepted error", "E05", func(q *question.Question) { q.Errors[0].Value = "23.2" }, "errors[1].value", "accepted answer"},
	{"error twice", "E05", func(q *question.Question) { q.Errors[0].Value = "6.20" }, "errors[2].value", "twice"},
	{"unexplained error", "E05", func(q *question.Question) { q.Errors[0].Why = "" }, "errors[1].why", "missing"},
	{"number unexplained", "E05", func(q *question.Question) { q.Working, q.Rationale = "", "" }, "working", "missing"},

	{"item left out", "E08", func(q *question.Question) { q.Answer.Order = q.Answer.Order[1:] }, "answer", "every item id once"},
	{"item twice", "E08", func(q *question.Question) { q.Answer.Order[0] = q.Answer.Order[1] }, "answer", "every item id once"},
	{"order unexplained", "E08", func(q *question.Question) { q.Rationale, q.Items[0].Rationale = "", "" }, "rationale", "missing"},
	{"ids spell the order", "E08", func(q *question.Question) { q.Answer.Order = []string{"1", "2", "3", "4", "5"} }, "items", "spell"},
	{"listed in order", "E08", func(q *question.Question) {
		q.Shuffle = &no
		q.Answer.Order = []string{"2", "1", "3", "4", "5"}
		q.Items[0], q.Items[1] = q.Items[1], q.Items[0]
	}, "shuffle", "right order already"},

	{"unknown match", "E12", func(q *question.Question) { q.Left[1].Match = "z" }, "left[2].match", "not an id of right"},
	{"row id twice", "E12", func(q *question.Question) { q.Left[1].ID = "1" }, "left[2].id", "used twice"},
	{"right id twice", "E12", func(q *question.Question) { q.Right[1].ID = "a" }, "right[2].id", "used twice"},
	{"match unexplained", "E12", func(q *question.Question) { q.Left[1].Rationale = "" }, "rationale", "missing"},

	{"no model", "K5.4", func(q *question.Question) { q.Model = "" }, "model", "missing"},
	{"no points", "K5.4", func(q *question.Question) { q.Points = 0 }, "points", "from 1 to 100"},
	{"no rubric", "K5.4", func(q *question.Question) { q.Rubric = nil }, "rubric", "missing"},
	{"sum differs", "K5.4", func(q *question.Question) { q.Points = 5 }, "points", "add up to 4"},
	{"worthless line", "K5.4", func(q *question.Question) { q.Rubric[1].Points = 0 }, "rubric[2].points", "from 1"},
	{"blank reason", "K5.4", func(q *question.Question) { q.ZeroIf[0] = "" }, "zero_if[1]", "missing"},
	{"empty limit", "K5.4", func(q *question.Question) { q.Limit = &question.Limit{} }, "limit", "sentences or lines"},
}

func TestValidateNamesTheField(t *testing.T) {
	items := bank(t)
	for _, tt := range mistakes {
		t.Run(tt.name, func(t *testing.T) {
			q := copyOf(t, items[tt.id])
			tt.change(q)
			problems := q.Validate()
			for _, p := range problems {
				if p.Path == tt.path && strings.Contains(p.Msg, tt.msg) {
					return
				}
			}
			t.Fatalf("want %s: …%s…, got %v", tt.path, tt.msg, problems)
		})
	}
}

func TestNumericBoundsDefaultToValue(t *testing.T) {
	q := copyOf(t, bank(t)["K1.3"])
	q.Answer.Numeric.Min, q.Answer.Numeric.Max = "", ""
	if problems := q.Validate(); len(problems) > 0 {
		t.Fatal(problems)
	}
	for in, want := range map[string]bool{"9": true, "9.0": true, "9.1": false, "8.9": false} {
		if got := question.Grade(q, question.Response{Number: in}).Correct; got != want {
			t.Errorf("%s: correct = %v, want %v", in, got, want)
		}
	}
}
