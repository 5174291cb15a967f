package password

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go/data"
	"golang.org/x/text/unicode/norm"
)

// The bounds, in characters. Twelve is more than NIST SP 800-63B-4 asks of a
// password with a second factor (8) and less than of one alone (15), which we
// make up for by the check below and by limits on guessing.
const (
	MinLength = 12
	MaxLength = 200
)

// minBits is how many doublings of guesses a password must withstand. Below
// it a guesser who knows common words, names, keyboards and dates needs fewer
// than about 2^28 tries.
const minBits = 28

// Check returns "" for an acceptable password and otherwise a sentence for the
// person. own are words that an attacker would try first: the address, the
// name, the site's name.
func Check(password string, own ...string) string {
	password = norm.NFKC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinLength:
		return fmt.Sprintf("Use at least %d characters. Three or four unrelated words are easy to remember.", MinLength)
	case n > MaxLength:
		return fmt.Sprintf("Use at most %d characters.", MaxLength)
	}
	lower := fold(password)
	mine := map[string]bool{}
	for _, text := range own {
		for _, word := range strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 4 {
				mine[word] = true
			}
		}
	}
	for word := range mine {
		if strings.Contains(lower, word) {
			return "Leave out your name, your address and the name of this site: they are tried first."
		}
	}
	if bits([]rune(lower)) < minBits {
		return "This password is among the first that are tried, because it is made of common words or patterns. Use three or four unrelated words."
	}
	return ""
}

var unleet = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func fold(s string) string { return strings.ToLower(s) }

// bits estimates the work of guessing: the cheapest way to build the password
// from dictionary words (by rank), runs and repeats, and single characters.
// The idea is Wheeler's zxcvbn (USENIX Security 2016), reduced to what a
// refusal needs.
func bits(p []rune) float64 {
	ranks := words()
	plain := []rune(unleet.Replace(string(p)))
	best := make([]float64, len(p)+1)
	for end := 1; end <= len(p); end++ {
		best[end] = best[end-1] + single(p[end-1])
		for start := max(0, end-maxWord); start <= end-3; start++ {
			cost := run(p[start:end])
			if r, ok := ranks[string(p[start:end])]; ok {
				cost = min(cost, 1+math.Log2(float64(r)))
			}
			if len(plain) == len(p) {
				if r, ok := ranks[string(plain[start:end])]; ok {
					cost = min(cost, 2+math.Log2(float64(r)))
				}
			}
			best[end] = min(best[end], best[start]+cost)
		}
		for size := 1; size <= end/2; size++ { // "abcabc": the second costs next to nothing
			if string(p[end-size:end]) == string(p[end-2*size:end-size]) {
				best[end] = min(best[end], best[end-size]+1)
			}
		}
	}
	return best[len(p)]
}

func single(r rune) float64 {
	switch {
	case r >= '0' && r <= '9':
		return math.Log2(10)
	case r >= 'a' && r <= 'z':
		return math.Log2(26)
	case r < 128:
		return math.Log2(33)
	}
	return math.Log2(100)
}

var rows = [...]string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"}

// run prices three or more characters in a row: the same step of the alphabet
// or of the digits, a piece of a keyboard row either way, or a year.
func run(p []rune) float64 {
	step := p[1] - p[0]
	even := step >= -1 && step <= 1
	for i := 2; even && i < len(p); i++ {
		even = p[i]-p[i-1] == step
	}
	if even {
		return 4 + math.Log2(float64(len(p)))
	}
	s, back := string(p), reverse(p)
	for _, row := range rows {
		if strings.Contains(row, s) || strings.Contains(row, back) {
			return 4 + math.Log2(float64(len(p)))
		}
	}
	if len(p) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) && unicode.IsDigit(p[2]) && unicode.IsDigit(p[3]) {
		return math.Log2(120)
	}
	return math.Inf(1)
}

func reverse(p []rune) string {
	out := make([]rune, len(p))
	for i, r := range p {
		out[len(p)-1-i] = r
	}
	return string(out)
}

// maxWord is the longest word looked up, in characters.
const maxWord = 24

// words maps each known word to its best rank, from the frequency lists of
// zxcvbn-go (MIT): common passwords, English words, first and last names. They
// are read on first use, not at start.
var words = sync.OnceValue(func() map[string]int32 {
	ranks := make(map[string]int32, 90_000)
	for _, name := range []string{"Passwords", "English", "FemaleNames", "MaleNames", "Surnames"} {
		var list struct{ List []string }
		if err := json.Unmarshal(data.MustAsset("data/"+name+".json"), &list); err != nil {
			panic("password: word list " + name + ": " + err.Error()) //nolint:forbidigo // part of the program, and read by a test
		}
		for i, word := range list.List {
			word = fold(word)
			if len(word) < 3 {
				continue
			}
			if old, there := ranks[word]; !there || int32(i) < old-1 { //nolint:gosec // at most 40,000
				ranks[word] = int32(i) + 1 //nolint:gosec // at most 40,000
			}
		}
	}
	return ranks
})
