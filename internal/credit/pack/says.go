package pack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/credit"
)

// numbers of the value that its words may name; none where it has no number of its
// own. With several, any of them is enough: words name what limits most.
func (r Row) numbers() []float64 {
	hours := func(c int64) float64 { return float64(c) / 100 }
	switch v := r.Value.(type) {
	case int:
		return []float64{float64(v)}
	case int64:
		return []float64{hours(v)}
	case Cap:
		return []float64{hours(v.Centihours)}
	case Questions:
		return []float64{float64(v.First)}
	case Live:
		return []float64{float64(v.MinutesPerHour)}
	case SelfPaced:
		return slices.DeleteFunc([]float64{hours(v.Centihours), float64(v.Percent)}, func(n float64) bool { return n == 0 })
	case credit.Method:
		switch v.Formula {
		case credit.WordsPerHour:
			return []float64{float64(v.WordsPerHour)}
		case credit.ReadingTime:
			return []float64{v.ReadingFactor}
		}
	}
	return nil
}

// Contradicts reports whether what a rule says names numbers, and not the one that is
// its value: somebody changed one and forgot the other.
func (r Row) Contradicts() bool {
	want := r.numbers()
	said := saidNumbers(r.Basis.Says)
	if len(want) == 0 || !slices.ContainsFunc(said, func(n float64) bool { return n != 1 }) { // “one” is more than a number
		return false
	}
	return !slices.ContainsFunc(want, func(n float64) bool { return slices.Contains(said, n) })
}

// numberWords are numbers as people write them out.
var numberWords = map[string]float64{"half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

var inSays = regexp.MustCompile(`\d+(,\d{3})*(\.\d+)?|[a-z]+`)

func saidNumbers(says string) (out []float64) {
	for _, word := range inSays.FindAllString(strings.ToLower(says), -1) {
		if n, known := numberWords[word]; known {
			out = append(out, n)
			continue
		}
		if n, err := strconv.ParseFloat(strings.ReplaceAll(word, ",", ""), 64); err == nil && word[0] <= '9' { // “infinity” parses, too
			out = append(out, n)
		}
	}
	return out
}
