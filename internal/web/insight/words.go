package insight

import (
	"math"
	"strconv"

	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
)

func percent(v float64) string { return strconv.Itoa(int(math.Round(100*v))) + "%" }

// number says a number of people as far as it may be told.
func number(r veil.Range) string {
	if r.From == r.To {
		return veil.Thousands(r.From)
	}
	return veil.Thousands(r.From) + "–" + veil.Thousands(r.To)
}

// parts says how many of how many did something.
func parts(r veil.Range) string {
	if !r.Known() {
		return "Too few to say"
	}
	return number(r) + " of " + veil.Thousands(r.Of)
}

// shareOf is the share of a number of people.
func shareOf(r veil.Range) string {
	if !r.Known() {
		return "–"
	}
	return veil.Percents(r.Share())
}

// middle is between the bounds of a share, to draw it.
func middle(r veil.Range) float64 {
	from, to := r.Share()
	return (from + to) / 2
}

// reasons say why there is no figure.
var reasons = map[analysis.Reason]string{
	analysis.NoTakers: "Nobody met it.", analysis.OneTaker: "One person alone.",
	analysis.SameMark: "Undefined: all earned the same mark.", analysis.SameRest: "Undefined: all did equally well on the rest.",
	analysis.NoRest: "Undefined: it is the only question of its form.", analysis.FewItems: "Undefined: a form has fewer than two such questions.",
	analysis.FewPairs: "Undefined: no two questions were met by enough people.", analysis.NoSpread: "Undefined: all scores are the same.",
	analysis.AboveTrue: "Undefined: too few people met the same questions.", insight.TooFew: "Too little to go by.",
}

// figure is a value with two decimals, or "–".
func figure(v analysis.Value) string {
	if !v.Known() {
		return "–"
	}
	s := strconv.FormatFloat(v.V, 'f', 2, 64)
	if s == "-0.00" {
		s = "0.00"
	}
	if s[0] == '-' {
		return "−" + s[1:]
	}
	return s
}

// why says why a value is not there; "" if it is.
func why(v analysis.Value) string { return reasons[v.Why] }

// tells says in words what a discrimination means, by the usual steps (Ebel and
// Frisbie, Essentials of Educational Measurement, 5th edition, chapter 13).
func tells(v analysis.Value) string {
	switch {
	case !v.Known():
		return why(v)
	case v.V < 0:
		return "The wrong way round"
	case v.V < .2:
		return "Little"
	case v.V < .3:
		return "Somewhat"
	case v.V < .4:
		return "Well"
	}
	return "Very well"
}

// spreadFrom is from how many people on a median is told.
const spreadFrom = 3 * veil.Batch

// minutesOf says between which minutes the median lies, and between which the middle
// half of the people.
func minutesOf(v veil.Values) string {
	from, to, ok := v.Median()
	if !ok {
		return "Fewer than " + strconv.Itoa(spreadFrom) + " people"
	}
	words := strconv.Itoa(from)
	if to > from {
		words += "–" + strconv.Itoa(to)
	}
	words += " min"
	if low, high, ok := v.Half(); ok {
		words += " (" + strconv.Itoa(low) + "–" + strconv.Itoa(high) + ")"
	}
	return words
}
