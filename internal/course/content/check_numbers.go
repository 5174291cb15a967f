package content

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/reason"
)

// aNumber finds a number that is no part of a name: 3,671 and 0.14, but not the
// 9 of PHQ-9 or the 2 of SV2A.
var aNumber = regexp.MustCompile(`(?:^|[^\p{L}\d.,-]|[^\p{L}\d]-)(\d+(?:,\d{3})*(?:\.\d+)?)(?:$|[^\p{L}\d])`)

// numbers returns the numbers of a text, without separators of thousands.
func numbers(text string) (out []string) {
	for strings.ContainsAny(text, "0123456789") { // most texts hold none, and the search is slow
		at := aNumber.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		out = append(out, strings.ReplaceAll(text[at[2]:at[3]], ",", ""))
		text = text[at[3]:]
	}
	return out
}

var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
	"eighty": 80, "ninety": 90, "hundred": 100,
}

// spelled returns the numbers that a text spells, such as seventy-three.
func spelled(text string) (out []string) {
	for word := range strings.FieldsSeq(normalize(text)) {
		sum := 0
		for part := range strings.SplitSeq(word, "-") {
			sum += numberWords[part]
		}
		if sum > 0 {
			out = append(out, strconv.Itoa(sum))
		}
	}
	return out
}

// evidence returns every number that a fact stands for: in its text, and the
// year of the works it was read in.
func evidence(f *Fact) []string {
	text := f.Title + " " + f.Text + " " + f.Source
	out := append(numbers(text), spelled(text)...)
	for _, r := range f.References {
		out = append(out, numbers(r.Issued)...)
	}
	return out
}

// supported reports whether n is one of the numbers, or one of them rounded to
// n's decimals.
func supported(n string, by []string) bool {
	_, frac, _ := strings.Cut(n, ".")
	want, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(by, func(b string) bool {
		f, err := strconv.ParseFloat(b, 64)
		half := 0.5
		for range frac {
			half /= 10
		}
		return err == nil && f >= want-half-1e-9 && f <= want+half+1e-9
	})
}

// strayNumber returns the first number of a text that neither the facts nor by
// holds.
// Numbers below ten count steps, lines and people, and are not looked up.
func strayNumber(text string, facts []*Fact, by ...string) string {
	list := slices.DeleteFunc(numbers(text), func(n string) bool {
		f, err := strconv.ParseFloat(n, 64)
		return err != nil || f < 10 && !strings.Contains(n, ".")
	})
	if len(list) == 0 {
		return ""
	}
	for _, f := range facts {
		by = append(by, f.numbers...)
	}
	for _, n := range list {
		if !supported(n, by) {
			return n
		}
	}
	return ""
}

// checkNumbers holds what a unit says in numbers against the facts that it
// cites. Sums of our own and other people's words are marked as such.
func (l *loader) checkNumbers(file string, u markup.Unit) {
	if len(u.Cites) == 0 || u.Claim() || u.Has("calculation") {
		return
	}
	var facts []*Fact
	for _, c := range u.Cites {
		if f := l.facts[c.ID]; f != nil {
			facts = append(facts, f)
		}
	}
	parts := []string{quoted.ReplaceAllString(u.Text, "“…”")}
	for _, m := range u.Marks {
		parts = append(parts, m.Versus, m.When, m.Of)
	}
	if n := strayNumber(strings.Join(parts, " | "), facts); n != "" {
		l.because(reason.TrueNumber).errorf(file, u.Line, `correct it, cite the fact that holds it, or mark a sum of your own {.calculation from="…"}`,
			"no fact cited here holds the number %s: “%s”", n, clip(u.Text))
	}
}
