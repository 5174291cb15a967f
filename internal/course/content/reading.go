package content

import (
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/course/markup"
)

// defaultReadingGrade is what a course holds its lessons to that does not say
// otherwise: two years of college. Therapists have more, and less time.
const defaultReadingGrade = 14

// minReadingWords is how long a text must be before its grade says anything.
const minReadingWords = 100

// readingGrade is the school grade of Flesch and Kincaid (1975) for a text in
// English: 0.39 × words a sentence + 11.8 × syllables a word − 15.59, in tenths.
// ok is false where there are too few words.
func readingGrade(units []markup.Unit) (tenths int, ok bool) {
	words, sentences, syllables := 0, 0, 0
	for _, u := range units {
		if u.Kind != markup.Paragraph && u.Kind != markup.Item {
			continue
		}
		for _, s := range u.Sentences {
			n := 0
			for w := range strings.FieldsSeq(s.Text) {
				if k := syllablesOf(w); k > 0 {
					n++
					syllables += k
				}
			}
			if n > 0 {
				words += n
				sentences++
			}
		}
	}
	if words < minReadingWords {
		return 0, false
	}
	grade := 0.39*float64(words)/float64(sentences) + 11.8*float64(syllables)/float64(words) - 15.59
	return int(grade * 10), true
}

// syllablesOf counts groups of vowels, without an e that is silent at the end: close
// enough for a mean over hundreds of words. An abbreviation in capitals, such as
// TMS, is spelled out; a number counts as one. 0 is no word.
func syllablesOf(word string) (n int) {
	begin := -1 // of the letters that are read now
	digit := false
	for i, r := range word {
		letter := unicode.IsLetter(r) || r == '’' || r == '\''
		switch {
		case letter && begin < 0:
			begin = i
		case !letter && begin >= 0:
			n += spoken(word[begin:i])
			begin = -1
		}
		digit = digit || unicode.IsDigit(r)
	}
	if begin >= 0 {
		n += spoken(word[begin:])
	}
	if n == 0 && digit {
		return 1
	}
	return n
}

// spoken counts the syllables of letters without a hyphen among them.
func spoken(part string) int {
	letters, small, n, before := 0, false, 0, false
	for _, r := range part {
		low := unicode.ToLower(r)
		small = small || r != unicode.ToUpper(r)
		vowel := strings.ContainsRune("aeiouyáéíóúäöüàèìòù", low)
		if vowel && !before {
			n++
		}
		before = vowel
		letters++
	}
	if !small && len(part) > 1 {
		return letters
	}
	if n > 1 && silent(part) {
		n--
	}
	return max(n, 1)
}

// silent reports whether a word's last e is not spoken.
func silent(word string) bool {
	last := strings.ToLower(word[max(0, len(word)-3):])
	return strings.HasSuffix(last, "e") && !strings.HasSuffix(last, "le") ||
		strings.HasSuffix(last, "ed") && !strings.HasSuffix(last, "ted") && !strings.HasSuffix(last, "ded")
}
