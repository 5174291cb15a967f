package exchange_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// TestAikenWithoutAnswer: a question without its end is refused by its own prompt, and
// what stands behind it is a question of its own, or refused too: never is a key of one
// taken for that of another.
func TestAikenWithoutAnswer(t *testing.T) {
	const (
		missing = "The line with ANSWER is missing"
		doubt   = "It cannot be told whether this is a question or an option of the one before"
	)
	lines := func(s string) string { return strings.ReplaceAll(s, "/", "\n") }
	const last = "///Z/A. a/B. b/ANSWER: A" // what tells the format
	for _, s := range []struct{ name, file, want string }{
		{"letters that go on", "No answer 2/A. x/B. y/C. z//Good two/D. p/E. q/ANSWER: D", "No answer 2: " + missing + "/Good two: The letter “D” stands where “A” is due"},
		{"letters that begin anew", "No answer/A. x/B. y//Good/A. p/B. q/ANSWER: B", "No answer: " + missing + "/Good = q"},
		{"without an empty line", "No answer/A. x/B. y/Good/A. p/B. q/ANSWER: B", "No answer: " + missing + "/Good = q"},
		{"without a prompt between", "No answer/A. x/B. y/A. p/B. q/ANSWER: B", "No answer: " + missing + "/A. p: " + doubt},
		{"three times the same letter", "P/A. x/A. p/A. q/B. r/ANSWER: B", "P: " + missing + "/A. p: " + doubt},
		{"a prompt like an option", "P/A. x/B. y//E. coli is?/A. p/B. q/ANSWER: B", "P: " + missing + "/E. coli is?: " + doubt},
		{"an abbreviation", "P/A. x/B. y/U.S. law says?/A. p/B. q/ANSWER: B", "P: " + missing + "/U.S. law says? = q"},
		{"a letter twice", "P/A. x/B. y/B. z/C. v/ANSWER: C//Q/A. p/B. q/ANSWER: B", "P: The letter “B” stands where “C” is due/Q = q"},
		{"a letter left out", "P/A. x/B. y/D. z/ANSWER: B//Q/A. p/B. q/ANSWER: B", "P: The letter “D” stands where “C” is due/Q = q"},
		{"a second line of an option", "P/A. x/B. y which/goes on/C. z/ANSWER: A", "P: " + missing + "/goes on: The letter “C” stands where “A” is due"},
		{"a second line of the last option", "P/A. x/B. y/goes on/ANSWER: A", "P: " + missing + "/goes on: ANSWER names “A”, which is no option"},
		{"a wrong letter", "P/A. x/B. y/ANSWER: D//Q/A. p/B. q/ANSWER: B", "P: ANSWER names “D”, which is no option/Q = q"},
		{"a letter of the next", "P/A. x/B. y//Q/A. p/B. q/C. r/ANSWER: C", "P: " + missing + "/Q = r"},
		{"an answer alone", "P/A. x/B. y/ANSWER: A/ANSWER: B", "P = x/: ANSWER names “B”, which is no option"},
		{"two in a row", "P/A. x/B. y//Q/A. p/B. q//R/A. v/B. w/ANSWER: A", "P: " + missing + "/Q: " + missing + "/R = v"},
		{"an answer in other letters", "P/A. x/B. y/Answer : B//Q/A. p/B. q/Correct answer: a/R/A. v/B. w/answer: all/Answer: a word?/A. v/B. w/ANSWER: B", "P = y/Q = p/R: ANSWER names “all”, which is no option/Answer: a word? = w"},
		{"the last", "P/A. x/B. y/ANSWER: A//Q/A. p/B. q", "P = x/Q: " + missing},
		// As Moodle reads it.
		{"empty lines", "P//A. x//B. y//ANSWER: B", "P = y"},
		{"no spaces", "P/A)x/B)y/ANSWER: B", "P = y"},
	} {
		t.Run(s.name, func(t *testing.T) {
			file, want := s.file, s.want
			if s.name != "the last" {
				file, want = file+last, want+"/Z = a"
			}
			f, items := read(t, []byte(lines(file)))
			var got []string
			for _, it := range items {
				line := it.Title + " = " + keyOf(&it.Question)
				if it.Verdict() == exchange.Refused {
					line = it.Title + ": " + it.Notes[0].What
				}
				got = append(got, line)
			}
			if f != exchange.Aiken || strings.Join(got, "/") != want {
				t.Errorf("%s\ngot  %s\nwant %s", f, strings.Join(got, "/"), want)
			}
		})
	}
}

// TestAikenParagraphs: a prompt of two is told, one on two lines is not.
func TestAikenParagraphs(t *testing.T) {
	check(t, exchange.Aiken, []sample{
		{"two", "A case.\n\nWhich?\nA. x\nB. y\nANSWER: B", "changed single-choice “A case. Which?” y | Paragraphs became one"},
		{"two lines", "Which\none?\n\nA. x\nB. y\nANSWER: B", "kept single-choice “Which one?” y"},
	})
}
