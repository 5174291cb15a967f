package credit_test

import (
	"math"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
)

// The first row is AORN's published example, the others the course's own table.
func TestMergener(t *testing.T) {
	for _, tt := range []struct {
		words, questions int
		difficulty       float64
		minutes          float64
		nearest, down    int64
	}{
		{3774, 16, 2.5, 61.94, 100, 100},
		{11050, 30, 3, 117.6, 200, 175},
		{11050, 54, 3, 177.7, 300, 275},
		{11050, 30, 2, 103.7, 175, 150},
		{0, 0, 1, 0, 0, 0},
	} {
		near := credit.Mergener(tt.words, tt.questions, tt.difficulty, credit.NearestQuarter)
		down := credit.Mergener(tt.words, tt.questions, tt.difficulty, credit.DownQuarter)
		if math.Abs(near.Minutes-tt.minutes) > 0.05 {
			t.Errorf("%d words, %d questions: %.3f minutes, want %.2f", tt.words, tt.questions, near.Minutes, tt.minutes)
		}
		if near.Centihours != tt.nearest || down.Centihours != tt.down {
			t.Errorf("%d words, %d questions: nearest %d, down %d; want %d, %d", tt.words, tt.questions, near.Centihours, down.Centihours, tt.nearest, tt.down)
		}
	}
}

func TestHours(t *testing.T) {
	for c, want := range map[int64]string{175: "1.75", 200: "2", 50: "0.5", 0: "0", 105: "1.05"} {
		if got := credit.Hours(c); got != want {
			t.Errorf("Hours(%d) = %q, want %q", c, got, want)
		}
	}
}

func TestAmount(t *testing.T) {
	for _, tt := range []struct {
		centihours int64
		unit, want string
	}{
		{100, "clock hour", "1 clock hour"}, {175, "clock hour", "1.75 clock hours"}, {50, "hour", "0.5 hours"},
		{150, "CE", "1.5 CE"}, {200, "CE credit", "2 CE credits"}, {200, "AMA PRA Category 1 Credit", "2 AMA PRA Category 1 Credits"},
	} {
		if got := credit.Amount(tt.centihours, tt.unit); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
