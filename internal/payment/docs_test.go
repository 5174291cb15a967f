package payment_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/payment"
)

// An endpoint that is not subscribed to an event never hears of it: whoever
// sets one up does what the manual says.
func TestTheManualNamesEveryEvent(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "deployment.md"))
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, m := range regexp.MustCompile("`((?:checkout|charge)\\.[a-z_.]+)`").FindAllStringSubmatch(string(text), -1) {
		named = append(named, m[1])
	}
	want := slices.Clone(payment.EventKinds)
	slices.Sort(want)
	slices.Sort(named)
	if !slices.Equal(slices.Compact(named), want) {
		t.Errorf("docs/deployment.md names\n%q, the webhook acts on\n%q", named, want)
	}
}
