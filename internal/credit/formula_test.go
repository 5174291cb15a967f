package credit_test

import (
	"math"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
)

// The same module under four rules: every accreditor gives another number.
func TestOneModuleUnderFourRules(t *testing.T) {
	var (
		nbcc     = credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 6000, Rounding: credit.DownHundredth}
		nasw     = credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 10000, Rounding: credit.DownHalf, MinimumCentihours: 100}
		mergener = credit.Method{Formula: credit.MergenersEstimate, Rounding: credit.DownHundredth}
		ncbtmb   = credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 12000, Rounding: credit.DownHalf}
	)
	for _, tt := range []struct {
		words, questions             int
		nbcc, nasw, mergener, ncbtmb int64
		minutes, naswRaw             float64
	}{
		{18000, 30, 300, 150, 217, 150, 130.7, 1.8},
		{12000, 15, 200, 100, 136, 100, 81.9, 1.2},
		{6000, 10, 100, 0, 96, 50, 58.1, 0.6},
	} {
		in := credit.Inputs{Words: tt.words, Questions: tt.questions, Difficulty: 3}
		for name, got := range map[string][2]int64{
			"NBCC": {nbcc.Work(in).Centihours, tt.nbcc}, "NASW": {nasw.Work(in).Centihours, tt.nasw},
			"Mergener": {mergener.Work(in).Centihours, tt.mergener}, "NCBTMB": {ncbtmb.Work(in).Centihours, tt.ncbtmb},
		} {
			if got[0] != got[1] {
				t.Errorf("%d words by %s: %d, want %d centihours", tt.words, name, got[0], got[1])
			}
		}
		if m := mergener.Work(in).Minutes; math.Abs(m-tt.minutes) > 0.05 {
			t.Errorf("%d words: %.2f minutes, want %.1f", tt.words, m, tt.minutes)
		}
		if h := nasw.Work(in).Minutes / 60; math.Abs(h-tt.naswRaw) > 0.001 {
			t.Errorf("%d words: %.2f raw hours by NASW, want %.1f", tt.words, h, tt.naswRaw)
		}
	}
	below := nasw.Work(credit.Inputs{Words: 6000})
	if said := strings.Join(below.Explanation, "\n"); !strings.Contains(said, "below the minimum of 1 h: no credit") {
		t.Error(said)
	}
}

// P.A.C.E.: measured reading time × 1.5 + 1 minute a question, down to the half
// hour.
func TestReadingTime(t *testing.T) {
	pace := credit.Method{Formula: credit.ReadingTime, ReadingFactor: 1.5, MinutesPerQuestion: 1, Rounding: credit.DownHalf}
	w := pace.Work(credit.Inputs{ReadingMinutes: 60, Questions: 20})
	if w.Minutes != 110 || w.Centihours != 150 || w.Explanation[0] != "1.5 × 60 minutes of reading + 1 × 20 questions" {
		t.Errorf("%+v", w)
	}
	if lack := pace.Lacks(credit.Inputs{Words: 5000}); lack == "" {
		t.Error("nobody has measured the reading time")
	}
}

func TestRounding(t *testing.T) {
	for _, tt := range []struct {
		minutes                                float64
		downQuarter, nearest, half, whole, all int64
	}{
		{0, 0, 0, 0, 0, 0},
		{7.4, 0, 0, 0, 0, 12},
		{7.5, 0, 25, 0, 0, 12},
		{59.99, 75, 100, 50, 0, 99},
		{60, 100, 100, 100, 100, 100},
		{104.9, 150, 175, 150, 100, 174},
		{0.1 * 3 * 200, 100, 100, 100, 100, 100}, // 60.000000000000014
		{61.93589, 100, 100, 100, 100, 103},
	} {
		for r, want := range map[credit.Rounding]int64{credit.DownQuarter: tt.downQuarter, credit.NearestQuarter: tt.nearest,
			credit.DownHalf: tt.half, credit.DownWhole: tt.whole, credit.DownHundredth: tt.all} {
			if got := r.Round(tt.minutes); got != want {
				t.Errorf("%v minutes, %s: %d, want %d", tt.minutes, r, got, want)
			}
		}
	}
}

func TestAMethodNeedsItsNumbers(t *testing.T) {
	for _, m := range []credit.Method{
		{}, {Formula: "guess", Rounding: credit.DownHalf}, {Formula: credit.WordsPerHour, Rounding: credit.DownHalf},
		{Formula: credit.WordsPerHour, WordsPerHour: -6000, Rounding: credit.DownHalf}, {Formula: credit.MergenersEstimate},
		{Formula: credit.ReadingTime, Rounding: credit.DownHalf}, {Formula: credit.MergenersEstimate, Rounding: credit.DownHalf, MinimumCentihours: -1},
	} {
		if m.Problem() == "" {
			t.Errorf("%+v is taken", m)
		}
	}
	for _, r := range credit.Roundings {
		if m := (credit.Method{Formula: credit.MergenersEstimate, Rounding: r}); m.Problem() != "" || r.Words() == "" {
			t.Errorf("%s: %s", r, m.Problem())
		}
	}
}
