package exam_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/exam"
)

// TestFinality is the table of DECISIONS 3: final as soon as the open marks
// cannot change pass or fail, in exact thousandths.
func TestFinality(t *testing.T) {
	const all = 30_000 // 30 marks
	for _, c := range []struct {
		name                string
		points, open, total int
		percent             int
		final, passed       bool
		need                int
	}{
		{"nothing right, nothing open", 0, 0, all, 80, true, false, 24_000},
		{"exactly the pass mark", 24_000, 0, all, 80, true, true, 24_000},
		{"a thousandth short", 23_999, 0, all, 80, true, false, 24_000},
		{"passed whatever the open answer earns", 24_000, 1_000, all, 80, true, true, 24_000},
		{"the open answer decides", 23_000, 1_000, all, 80, false, false, 24_000},
		{"a thousandth of the open answer decides", 23_999, 1_000, all, 80, false, false, 24_000},
		{"failed whatever the open answers earn", 21_999, 2_000, all, 80, true, false, 24_000},
		{"two open answers can just lift it", 22_000, 2_000, all, 80, false, false, 24_000},
		{"everything open", 0, all, all, 80, false, false, 24_000},
		{"a pass mark that is no whole thousandth", 9_667, 0, 13_000, 75, true, false, 9_750},
		{"33% of one mark is 330", 330, 0, 1_000, 33, true, true, 330},
		{"67% of 29 marks", 19_430, 0, 29_000, 67, true, true, 19_430},
		{"pass mark 0 passes at once", 0, 1_000, all, 0, true, true, 0},
		{"pass mark 100 needs all", 29_999, 0, all, 100, true, false, 30_000},
	} {
		s := exam.Standing{Points: c.points, Open: c.open, Max: c.total, PassPercent: c.percent}
		if s.Final() != c.final || s.Passed() != c.passed || s.Need() != c.need {
			t.Errorf("%s: final %v passed %v need %d, want %v %v %d", c.name, s.Final(), s.Passed(), s.Need(), c.final, c.passed, c.need)
		}
	}
}
