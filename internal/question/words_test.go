package question_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func TestEveryKindHasItsOwnWords(t *testing.T) {
	seen := map[string]question.Kind{}
	for _, k := range question.Kinds() {
		w := k.Words()
		if w == string(k) || seen[w] != "" {
			t.Errorf("%s is called %q, as %q", k, w, seen[w])
		}
		seen[w] = k
	}
	if w := question.Kind("riddle").Words(); w != "riddle" {
		t.Errorf("an unknown kind is called %q", w)
	}
}
