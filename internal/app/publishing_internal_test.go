package app

import (
	"testing"

	"github.com/atmacena/cocare/internal/credit/pack"
)

// What a rule is called in a pack is no sentence for an author.
func TestWhatARuleFindsInWords(t *testing.T) {
	for want, f := range map[string]pack.Finding{
		"learners have 3 tries at the exam":                          {Rule: "attempts", Label: "Tries", Has: "3"},
		"learners have 1 try at the exam":                            {Rule: "attempts", Label: "Tries", Has: "1"},
		"the course has 1 objective":                                 {Rule: "objectives", Label: "Objectives", Has: "1"},
		"an exam has 1 question":                                     {Rule: "questions", Label: "Questions of the exam", Has: "1"},
		"up to 67 percent of an exam can be true-or-false questions": {Rule: "true_false_percent", Label: "True or false", Has: "67 percent"},
		"the course has no evaluation":                               {Rule: "evaluation", Label: "Evaluation", Has: "none"},
		"the course discloses no interests":                          {Rule: "disclosure", Label: "Disclosure", Has: "none"},
		"the oldest reference is 12 years old":                       {Rule: "reference_years", Label: "Age of references, in years", Has: "12"},
		"the content is checked again only after 2 years":            {Rule: "review_years", Label: "Years between reviews", Has: "2"},
		"the pass mark is 70 percent":                                {Rule: "pass_percent", Label: "Pass mark", Has: "70 percent"},
		"hours: the course has 0.5 h":                                {Rule: "hours", Label: "Hours", Has: "0.5 h"},
	} {
		if got := inWords(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
