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
		for _, s := range markup.Sentences(u.Text) {
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
func syllablesOf(word string) int {
	letters := strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && r != '’' && r != '\'' })
	if len(letters) == 0 {
		if strings.ContainsFunc(word, unicode.IsDigit) {
			return 1
		}
		return 0
	}
	n := 0
	for _, part := range letters {
		n += spoken(part)
	}
	return n
}

// spoken counts the syllables of letters without a hyphen among them.
func spoken(part string) int {
	if upper := strings.ToUpper(part); part == upper && len(part) > 1 {
		return len([]rune(part))
	}
	part = strings.ToLower(part)
	n, before := 0, false
	for _, r := range part {
		vowel := strings.ContainsRune("aeiouyáéíóúäöüàèìòù", r)
		if vowel && !before {
			n++
		}
		before = vowel
	}
	silent := strings.HasSuffix(part, "e") && !strings.HasSuffix(part, "le") ||
		strings.HasSuffix(part, "ed") && !strings.HasSuffix(part, "ted") && !strings.HasSuffix(part, "ded")
	if silent && n > 1 {
		n--
	}
	return max(n, 1)
}
