package content

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
)

// TestSyllables: as they are spoken, for words of every shape that lessons hold.
func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"cat": 1, "table": 2, "made": 1, "the": 1, "responded": 3, "helped": 1, "treated": 2, "depression": 3, "therapist’s": 3, "TMS": 3,
		"well-made": 2, "50%": 1, "—": 0, "“Yes,”": 1, "naïve": 1, "people": 2,
	} {
		if got := syllablesOf(word); got != want {
			t.Errorf("%s: %d syllables, want %d", word, got, want)
		}
	}
}

// TestReadingGrade against sums worked out by hand.
func TestReadingGrade(t *testing.T) {
	units := func(text string) []markup.Unit {
		return []markup.Unit{{Kind: markup.Paragraph, Text: text, Sentences: markup.Sentences(text)}}
	}
	// 100 words in 20 sentences, 100 syllables: 0.39×5 + 11.8×1 − 15.59 = −1.84
	if got, ok := readingGrade(units(strings.Repeat("The cat sat right here. ", 20))); !ok || got != -18 {
		t.Errorf("easy: %d, %v", got, ok)
	}
	// 100 words in 4 sentences, 300 syllables: 0.39×25 + 11.8×3 − 15.59 = 29.56
	if got, ok := readingGrade(units(strings.Repeat("Depression"+strings.Repeat(" depression", 24)+". ", 4))); !ok || got != 295 {
		t.Errorf("hard: %d, %v", got, ok)
	}
	if _, ok := readingGrade(units(strings.Repeat("The cat sat right here. ", 19))); ok {
		t.Error("95 words say nothing")
	}
	if _, ok := readingGrade([]markup.Unit{{Kind: markup.Row, Text: strings.Repeat("word ", 200), Sentences: markup.Sentences(strings.Repeat("word ", 200))}}); ok {
		t.Error("a table is no prose")
	}
}
