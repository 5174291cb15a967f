package credit

import "math"

// Rounding says how raw minutes become the hours that are shown.
type Rounding string

// The roundings in use. AORN rounds always down to the quarter hour, BOC to the
// nearest one (bocatc.org/mergener-formula); NASW and NCBTMB give whole and half
// hours, P.A.C.E. goes down to the half hour, APA gives full hours only.
const (
	DownQuarter    Rounding = "down-quarter"
	NearestQuarter Rounding = "nearest-quarter"
	DownHalf       Rounding = "down-half"
	DownWhole      Rounding = "down-whole"
	DownHundredth  Rounding = "down-hundredth" // as far as hours are kept
)

// Roundings lists every rounding.
var Roundings = []Rounding{DownQuarter, NearestQuarter, DownHalf, DownWhole, DownHundredth}

// roundings has for each the step in centihours, and the words.
var roundings = map[Rounding]struct {
	step    int64
	nearest bool
	words   string
}{
	DownQuarter:    {25, false, "rounded down to the quarter hour"},
	NearestQuarter: {25, true, "rounded to the nearest quarter hour"},
	DownHalf:       {50, false, "rounded down to the half hour"},
	DownWhole:      {100, false, "rounded down to the full hour"},
	DownHundredth:  {1, false, "rounded down to the hundredth of an hour"},
}

// Valid reports whether r is a known rounding.
func (r Rounding) Valid() bool { return roundings[r].step > 0 }

// Words say the rounding, such as "rounded down to the quarter hour".
func (r Rounding) Words() string { return roundings[r].words }

// Round returns centihours. The tiny addend keeps a sum that is a whole step on
// paper from falling below it in floating point.
func (r Rounding) Round(minutes float64) int64 {
	to := roundings[r]
	steps := minutes / 60 * 100 / float64(to.step)
	if to.nearest {
		steps += 0.5
	}
	return int64(math.Floor(steps+1e-9)) * to.step
}
