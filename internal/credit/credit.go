// Package credit turns text and questions into hours, and shows the sum.
//
// It is pure. Hours never stand alone: whatever prints hours prints, or can
// print, the worked sum that they came from.
package credit

import (
	"fmt"
	"math"
)

// Rounding says how raw hours become the hours that are shown.
type Rounding string

// The roundings in use. AORN rounds always down, BOC to the nearest quarter
// (bocatc.org/mergener-formula).
const (
	DownQuarter    Rounding = "down-quarter"
	NearestQuarter Rounding = "nearest-quarter"
)

// Valid reports whether r is a known rounding.
func (r Rounding) Valid() bool { return r == DownQuarter || r == NearestQuarter }

// Mergener's constants: minutes = 0.9 × (−22.3 + 0.00209·words +
// 2.78·questions + 15.5·difficulty). Mergener MA, Am J Pharm Educ
// 1991;55:263–266, as used by BOC and CCCEP. The first constant is negative;
// one copy on the web prints it without its sign, which is wrong.
const (
	mergenerFactor     = 0.9
	mergenerConstant   = -22.3
	mergenerWords      = 0.00209
	mergenerQuestions  = 2.78
	mergenerDifficulty = 15.5
)

// Worked is an estimate with everything that it was computed from.
type Worked struct {
	Formula     string   // "mergener"
	Words       int      // words of lesson text
	Questions   int      // questions that must be answered for credit
	Difficulty  float64  // 1 to 5, rated by an expert
	Minutes     float64  // raw result, never below zero
	Rounding    Rounding // how Centihours came from Minutes
	Centihours  int64    // 175 is 1.75 h
	Explanation []string // the sum, line by line, for people
}

// Mergener estimates learning time from words, questions and difficulty.
func Mergener(words, questions int, difficulty float64, rounding Rounding) Worked {
	sum := mergenerConstant + mergenerWords*float64(words) + mergenerQuestions*float64(questions) + mergenerDifficulty*difficulty
	minutes := max(0, mergenerFactor*sum)
	w := Worked{
		Formula: "mergener", Words: words, Questions: questions, Difficulty: difficulty,
		Minutes: minutes, Rounding: rounding, Centihours: roundQuarter(minutes, rounding),
	}
	w.Explanation = []string{
		fmt.Sprintf("0.9 × (−22.3 + 0.00209 × %d words + 2.78 × %d questions + 15.5 × difficulty %g)", words, questions, difficulty),
		fmt.Sprintf("= 0.9 × %.4f = %.2f minutes = %.2f hours", sum, minutes, minutes/60),
		fmt.Sprintf("%s: %s hours", roundingWords[rounding], Hours(w.Centihours)),
	}
	return w
}

var roundingWords = map[Rounding]string{
	DownQuarter:    "rounded down to the quarter hour",
	NearestQuarter: "rounded to the nearest quarter hour",
}

// roundQuarter returns centihours. The tiny addend keeps a sum that is a whole
// quarter on paper from falling below it in floating point.
func roundQuarter(minutes float64, r Rounding) int64 {
	quarters := minutes / 15
	if r == NearestQuarter {
		return int64(math.Floor(quarters+0.5+1e-9)) * 25
	}
	return int64(math.Floor(quarters+1e-9)) * 25
}

// Hours prints centihours as people write them: 1.75, 2, 0.5.
func Hours(centihours int64) string {
	whole, rest := centihours/100, centihours%100
	switch {
	case rest == 0:
		return fmt.Sprint(whole)
	case rest%10 == 0:
		return fmt.Sprintf("%d.%d", whole, rest/10)
	}
	return fmt.Sprintf("%d.%02d", whole, rest)
}
