package credit_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
)

func TestOneQuestionIsOne(t *testing.T) {
	for n, want := range map[int]string{0: "0 questions", 1: "1 question ", 2: "2 questions"} {
		if sum := strings.Join(credit.Mergener(100, n, 1, credit.NearestQuarter).Explanation, "\n"); !strings.Contains(sum, "× "+want) {
			t.Errorf("%d: %s", n, sum)
		}
	}
}
