package insight

import (
	"testing"

	"github.com/atmacena/cocare/internal/veil"
)

// TestApart: a remark needs twenty people on each side, and a difference that is there
// whatever of the possible numbers are the true ones.
func TestApart(t *testing.T) {
	exactly := func(n, of int) veil.Range { return veil.Range{From: n, To: n, Of: of} }
	for _, tt := range []struct {
		a, b veil.Range
		want bool
	}{
		{exactly(5, 5), exactly(5, 10), false},
		{exactly(15, 15), exactly(5, 400), false},
		{exactly(20, 20), exactly(16, 20), false},
		{exactly(20, 20), exactly(15, 20), true}, // p = 0.047 by Fisher’s exact test
		{exactly(12, 20), exactly(20, 20), true},
		{veil.Count(20, 20), veil.Count(12, 20), false},
		{veil.Count(380, 400), veil.Count(300, 400), true},
		{exactly(0, 40), exactly(0, 40), false},
	} {
		if got := apart(tt.a, tt.b) != ""; got != tt.want {
			t.Errorf("%+v beside %+v: %v", tt.a, tt.b, got)
		}
	}
}
