package credit_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/credit"
)

func TestParseHours(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "1": 100, "1.5": 150, "0.25": 25, "12,75": 1275, "3.07": 307, "2000": 200000, "0": 0, ".5": 50, ",25": 25, "1.": 100} {
		if got, ok := credit.ParseHours(text); !ok || got != want {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"1.555", "-1", "1h", ".", ".555", "1e3", "10000", "1,000", "٣", " 1"} {
		if got, ok := credit.ParseHours(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}
