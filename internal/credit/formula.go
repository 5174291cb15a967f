package credit

import (
	"fmt"
	"strconv"
)

// Formula names a way from text to minutes.
type Formula string

// The formulas. WordsPerHour divides the words by a number that the accreditor
// sets. ReadingTime is the measured reading time of pilot readers, times a
// factor, and minutes for each question (P.A.C.E., ncctinc.com/CE/FAQ.aspx).
const (
	WordsPerHour      Formula = "words-per-hour"
	MergenersEstimate Formula = "mergener"
	ReadingTime       Formula = "reading-time"
)

// Inputs are what is measured of an edition.
type Inputs struct {
	Words          int     // of lesson text
	Questions      int     // that must be answered for credit
	Difficulty     float64 // 1 to 5, rated by an expert
	ReadingMinutes float64 // as pilot readers took; 0 where none has read it
}

// Method is one accreditor's way from inputs to hours: a formula with its
// numbers, the rounding, and the least that is given.
type Method struct {
	Formula            Formula
	WordsPerHour       int     // of WordsPerHour
	ReadingFactor      float64 // of ReadingTime
	MinutesPerQuestion float64 // of ReadingTime
	Rounding           Rounding
	MinimumCentihours  int64 // below it there is no credit
}

// Problem says what is wrong with the method, "" if nothing is.
func (m Method) Problem() string {
	switch {
	case m.Formula == WordsPerHour && m.WordsPerHour < 1:
		return "words_per_hour must be 1 or more"
	case m.Formula == ReadingTime && (!between(m.ReadingFactor, 0.1, 10) || !between(m.MinutesPerQuestion, 0, 60)):
		return "reading_factor must be from 0.1 to 10, and minutes_per_question from 0 to 60"
	case m.Formula != WordsPerHour && m.Formula != MergenersEstimate && m.Formula != ReadingTime:
		return "the formula must be words-per-hour, mergener or reading-time"
	case !m.Rounding.Valid():
		return "the rounding is not known"
	case m.MinimumCentihours < 0:
		return "the minimum must not be below 0"
	}
	return ""
}

// between is false for what is no number.
func between(v, low, high float64) bool { return v >= low && v <= high }

// Words say the method, such as "6,000 words an hour, rounded down to the half
// hour, at least 1 hour".
func (m Method) Words() string {
	var how string
	switch m.Formula {
	case MergenersEstimate:
		how = "Mergener’s formula"
	case ReadingTime:
		how = "the reading time of pilot readers"
		if m.ReadingFactor != 1 {
			how += " × " + number(m.ReadingFactor)
		}
		if m.MinutesPerQuestion > 0 {
			how += ", and " + number(m.MinutesPerQuestion) + plural(" minute", m.MinutesPerQuestion == 1) + " for each question"
		}
	default:
		how = thousands(m.WordsPerHour) + " words an hour"
	}
	how += ", " + m.Rounding.Words()
	if m.MinimumCentihours > 0 {
		how += ", at least " + Amount(m.MinimumCentihours, "hour")
	}
	return how
}

// Lacks says which input the method needs and does not have, "" if none.
func (m Method) Lacks(in Inputs) string {
	switch {
	case m.Formula == ReadingTime && in.ReadingMinutes <= 0:
		return "the reading time of pilot readers"
	case m.Formula == MergenersEstimate && in.Difficulty < 1:
		return "the difficulty, rated by an expert"
	}
	return ""
}

// Work computes hours and shows the sum. The method must be without Problem.
func (m Method) Work(in Inputs) Worked {
	minutes, sum := m.minutes(in)
	w := Worked{Formula: m.Formula, Inputs: in, Minutes: max(0, minutes), Rounding: m.Rounding}
	w.Centihours = m.Rounding.Round(w.Minutes)
	w.Explanation = sum
	w.Explanation = append(w.Explanation, m.Rounding.Words()+": "+Amount(w.Centihours, "hour"))
	if w.Centihours < m.MinimumCentihours {
		w.Explanation = append(w.Explanation, fmt.Sprintf("below the minimum of %s h: no credit", Hours(m.MinimumCentihours)))
		w.Centihours = 0
	}
	return w
}

func (m Method) minutes(in Inputs) (minutes float64, sum []string) {
	switch m.Formula {
	case MergenersEstimate:
		return mergener(in)
	case ReadingTime:
		minutes = m.ReadingFactor*in.ReadingMinutes + m.MinutesPerQuestion*float64(in.Questions)
		return minutes, []string{
			fmt.Sprintf("%s × %s minutes of reading + %s × %s", number(m.ReadingFactor), number(in.ReadingMinutes), number(m.MinutesPerQuestion), questions(in.Questions)),
			inHours(minutes),
		}
	}
	minutes = float64(in.Words) / float64(m.WordsPerHour) * 60
	return minutes, []string{fmt.Sprintf("%d words ÷ %d words an hour", in.Words, m.WordsPerHour), inHours(minutes)}
}

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

func mergener(in Inputs) (minutes float64, sum []string) {
	inner := mergenerConstant + mergenerWords*float64(in.Words) + mergenerQuestions*float64(in.Questions) + mergenerDifficulty*in.Difficulty
	minutes = mergenerFactor * inner
	return minutes, []string{
		fmt.Sprintf("0.9 × (−22.3 + 0.00209 × %d words + 2.78 × %s + 15.5 × difficulty %s)", in.Words, questions(in.Questions), number(in.Difficulty)),
		fmt.Sprintf("= 0.9 × %.4f = %.2f minutes = %.2f hours", inner, max(0, minutes), max(0, minutes)/60),
	}
}

func questions(n int) string {
	if n == 1 {
		return "1 question"
	}
	return strconv.Itoa(n) + " questions"
}

func inHours(minutes float64) string {
	return fmt.Sprintf("= %.2f minutes = %.2f hours", minutes, minutes/60)
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Mergener estimates learning time from words, questions and difficulty.
func Mergener(words, questions int, difficulty float64, rounding Rounding) Worked {
	return Method{Formula: MergenersEstimate, Rounding: rounding}.Work(Inputs{Words: words, Questions: questions, Difficulty: difficulty})
}
