// Package analysis computes how the questions of an exam did: how difficult each
// was, whether it told those who know from those who do not, what its wrong
// answers drew, and how far the score of a form can be relied on. It is pure: no
// database, no clock, and it knows no person.
//
// Forms are drawn from a bank, so that hardly two people meet the same questions.
// Whatever is said of a question rests on those who met it, and compares their
// mark on it with their share of the rest of their own form. What is said of the
// whole exam is put together from pairs of questions that enough people met both
// of; where everybody has the same form, that is exactly the textbook's formula.
//
// Definitions:
//   - Difficulty is the mean share of the mark; for a question that is right or
//     wrong, the share of right answers. Higher is easier.
//   - Discrimination is the correlation of the mark on the question with the share
//     earned on the rest of the form, the question itself left out (the corrected
//     point-biserial correlation; Henrysson, Psychometrika 28, 1963).
//   - Alpha is Cronbach's (Psychometrika 16, 1951). Of right and wrong alone it is
//     formula 20 of Kuder and Richardson (Psychometrika 2, 1937), KR-20.
//   - The standard error of measurement is sd·√(1−alpha).
//
// What cannot be computed is a Value that says why, never a NaN.
package analysis

// Whole is the mark of a question: marks are counted in thousandths.
const Whole = 1000

// NoChoice is the Choice of a mark whose answer is not told apart from others.
const NoChoice = -1

// Mark is what somebody earned for one question of their form. Item and Choice
// are numbers that the caller gives, from 0.
type Mark struct {
	Item   int
	Points int // of Whole
	Choice int // what was answered, or NoChoice
}

// Options say how sheets are counted.
type Options struct {
	// Step is by how many people a number of people grows: it is a multiple of Step of
	// those who met a question, in the order of Add. 0 is 1.
	Step int
	// Deep is by how many people a correlation, a mean on the rest and a reliability
	// grow, a multiple of Step; 0 is Step.
	Deep int
	// MinPair is how many must have met both questions of a pair before it counts
	// for the reliability; at least 2.
	MinPair int
	// Dichotomous reports whether a question is either right or wrong, so that it
	// counts for KR-20; nil: none is.
	Dichotomous func(item int) bool
}

// Analyzer takes sheets in and says at any time what they come to. Its memory
// depends on the questions, not on the people. It is not safe for concurrent use.
type Analyzer struct {
	step, deep, minPair int
	dichotomous         func(item int) bool
	items               []*itemSums
	waiting             [][]Mark // sheets that are fewer than a deep step
	pairs               pairSums
}

// New returns an empty analyzer.
func New(o Options) *Analyzer {
	if o.Dichotomous == nil {
		o.Dichotomous = func(int) bool { return false }
	}
	step := max(o.Step, 1)
	return &Analyzer{step: step, deep: max(o.Deep, step), minPair: max(o.MinPair, 2), dichotomous: o.Dichotomous}
}

// Add takes the sheet of one person in. No question may stand in it twice.
func (a *Analyzer) Add(sheet []Mark) {
	total := 0
	for _, m := range sheet {
		total += m.Points
	}
	for _, m := range sheet {
		t := taker{points: m.Points, choice: m.Choice}
		if n := len(sheet) - 1; n > 0 {
			t.rest, t.hasRest = float64(total-m.Points)/float64(n*Whole), true
		}
		a.item(m.Item).add(t, a.step, a.deep)
	}
	a.waiting = append(a.waiting, append([]Mark(nil), sheet...))
	if len(a.waiting) < a.deep {
		return
	}
	for _, s := range a.waiting {
		a.pairs.add(s)
	}
	a.waiting = a.waiting[:0]
}

func (a *Analyzer) item(i int) *itemSums {
	for len(a.items) <= i {
		a.items = append(a.items, &itemSums{})
	}
	return a.items[i]
}

// Result is what the sheets come to.
type Result struct {
	Sheets int // counted for the reliability
	Items  []Item
	// Alpha is of whole forms, KR20 of their questions that are right or wrong.
	Alpha, KR20 Reliability
}

// Result says what was added so far, but for what waits for a step to fill.
func (a *Analyzer) Result() Result {
	r := Result{Sheets: a.pairs.sheets}
	for _, s := range a.items {
		r.Items = append(r.Items, s.item())
	}
	r.Alpha = a.pairs.reliability(a.minPair, func(int) bool { return true })
	r.KR20 = a.pairs.reliability(a.minPair, a.dichotomous)
	return r
}

// Value is a figure, or why there is none.
type Value struct {
	V   float64
	Why Reason // "" if V is known
}

// Known reports whether there is a figure.
func (v Value) Known() bool { return v.Why == "" }

// Reason says why a figure is undefined.
type Reason string

// The reasons.
const (
	NoTakers  Reason = "nobody"     // nobody met it
	OneTaker  Reason = "one"        // spread needs two people
	SameMark  Reason = "same-mark"  // all earned the same mark for it
	SameRest  Reason = "same-rest"  // all did equally well on the rest
	NoRest    Reason = "no-rest"    // it was the only question
	FewItems  Reason = "few-items"  // a form has fewer than two such questions
	FewPairs  Reason = "few-pairs"  // no two questions were met by enough people
	NoSpread  Reason = "no-spread"  // all scores are the same
	AboveTrue Reason = "above-true" // more common variance than variance
)

func known(v float64) Value { return Value{V: v} }

func unknown(why Reason) Value { return Value{Why: why} }
