package question_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func rules(findings []question.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Rule)
	}
	return out
}

// single is a single choice whose option at place key is correct.
func single(key int, texts ...string) question.Question {
	q := question.Question{ID: "Q", Kind: question.SingleChoice}
	for i, s := range texts {
		q.Options = append(q.Options, question.Option{ID: question.Letter(i), Text: s, Correct: i == key})
	}
	return q
}

func TestLint(t *testing.T) {
	long := strings.Repeat("long ", 16)
	allCorrect := single(0, "a", "b")
	allCorrect.Kind, allCorrect.Options[1].Correct = question.MultipleResponse, true
	aligned := question.Question{Kind: question.Matching, Left: []question.Left{{Match: "a"}, {Match: "b"}, {Match: "c"}}, Right: []question.Right{{ID: "a"}, {ID: "b"}, {ID: "c"}}}
	crossed := question.Question{Kind: question.Matching, Left: []question.Left{{Match: "b"}, {Match: "a"}, {Match: "c"}}, Right: aligned.Right}
	tests := []struct {
		name string
		q    question.Question
		want []string
	}{
		{"even", single(1, "one two three", "two three four five", "three four"), nil},
		{"long key", single(0, long, "short", "short too", "and short"), []string{question.RuleLengthCue}},
		{"long distractor", single(1, long, "short", "short too", "and short"), nil},
		{"long key beside a long distractor", single(0, long, "short", "short too", long+"er"), nil},
		{"all of the above", single(0, "one", "two", "All of the above"), []string{question.RuleCatchAll}},
		{"none of these", single(0, "one", "two", "None of these"), []string{question.RuleCatchAll}},
		{"both A and B", single(0, "one", "two", "Both A and B"), []string{question.RuleCatchAll}},
		{"all of them in a sentence", single(0, "All of the people responded", "Half of the people responded", "Nobody responded"), nil},
		{"every option correct", allCorrect, []string{question.RuleAllCorrect}},
		{"aligned rows", aligned, []string{question.RuleAlignedKey}},
		{"crossed rows", crossed, nil},
	}
	for _, tt := range tests {
		if got := rules(question.Lint(&tt.q)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLintBank(t *testing.T) {
	bankOf := func(keys ...int) []question.Question {
		var qs []question.Question
		for _, k := range keys {
			qs = append(qs, single(k, "a", "b", "c"))
		}
		return qs
	}
	skewed := bankOf(2, 2, 2, 2, 2, 2, 0, 0, 0, 1, 1, 1)
	even := bankOf(2, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1)
	if got, want := question.KeyPositions(even), []int{4, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("key positions %v, want %v", got, want)
	}
	mixed := append(slices.Clone(even), question.Question{Kind: question.TrueFalse}, question.Question{Kind: question.TrueFalse})
	longest := bankOf(2, 2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1)
	for i := range longest[:6] {
		for j := range longest[i].Options {
			if longest[i].Options[j].Correct {
				longest[i].Options[j].Text = "a little longer"
			}
		}
	}
	tests := []struct {
		name  string
		qs    []question.Question
		limit int
		want  []string
	}{
		{"skewed", skewed, 10, []string{question.RuleKeyPosition}},
		{"even", even, 10, nil},
		{"half of the keys are the longest", longest, 10, []string{question.RuleLongestKey}},
		{"fewer of the keys are the longest", append(slices.Clone(longest), single(1, "a", "b", "c")), 10, nil},
		{"too few to tell", skewed[:6], 10, nil},
		{"too many true-false", mixed, 10, []string{question.RuleKindShare}},
		{"no limit", mixed, 100, nil},
		{"nothing", nil, 0, nil},
	}
	for _, tt := range tests {
		if got := rules(question.LintBank(tt.qs, tt.limit)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
