package kit_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/web/kit"
)

func TestQuotesInsideATitleAreSingle(t *testing.T) {
	for title, want := range map[string]string{
		"What “treatment-resistant” means": "“What ‘treatment-resistant’ means”",
		"Two tools, one question":          "“Two tools, one question”",
	} {
		if got := kit.Quote(title); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
