package insight

import (
	"math"
	"slices"

	"github.com/atmacena/cocare/internal/exam/analysis"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
)

// TooFew is why a figure is left out behind which too few people stand, or too few who
// differ.
const TooFew analysis.Reason = "too-few"

// RestFrom is how many people at least must have given an answer before it is said
// what they earned on the rest.
const RestFrom = 2 * veil.Batch

// Item is how one question of the bank did in first attempts.
type Item struct {
	Question *question.Question
	Number   int // in the bank, from 1
	Takers   int // in whole batches
	// Right is how many earned the whole mark; it is not told of short answers, of
	// which Low and High tell.
	Right veil.Range
	// Low and High are bounds of the mean share of the mark, from 0 to 1.
	Low, High float64
	// Discrimination is the correlation with the rest of the form, rounded.
	Discrimination analysis.Value
	RightRest      analysis.Value // what those who were right earned on the rest, rounded
	Rows           []Row          // the wrong answers
	Flags          []Flag
}

// Known reports whether enough people met the question to say anything.
func (i Item) Known() bool { return i.Takers >= veil.Enough }

// Written reports whether people answer in their own words, and earn parts of a mark.
func (i Item) Written() bool { return i.Question.Kind == question.ShortAnswer }

// Middle is between Low and High, to draw and to sort by.
func (i Item) Middle() float64 { return (i.Low + i.High) / 2 }

// Row is a wrong answer with how many gave it.
type Row struct {
	Answer
	People veil.Range
	Rest   analysis.Value // what these people earned on the rest, rounded
	// Marked is set where several answers could be given: People are then those who
	// erred on it, by leaving a right one out (Key) or marking a wrong one.
	Marked bool
}

// Answer is an option, a row to be matched, a number that the author expects, or
// one of the words below.
type Answer struct {
	Letter, Text string
	Key          bool
}

// Words for answers that are no option.
const (
	NoAnswer    = "No answer"
	OtherNumber = "Another number"
)

func (b *bank) items(list []analysis.Item) []Item {
	out := make([]Item, len(b.list))
	for n, q := range b.list {
		out[n] = Item{Question: q, Number: n + 1, Discrimination: analysis.Value{Why: TooFew}, RightRest: analysis.Value{Why: TooFew}}
		if n < len(list) && list[n].Takers >= veil.Enough {
			out[n].fill(list[n], b.answers[n].texts)
		}
	}
	return out
}

func (i *Item) fill(a analysis.Item, texts []string) {
	marks := veil.CountedValues(a.Marks)
	low, high := marks.Mean(analysis.Whole)
	i.Takers, i.Low, i.High = a.Takers, low/analysis.Whole, high/analysis.Whole
	if a.Deep >= DeepFrom && veil.CountedValues(a.DeepMarks).Apart() && a.Discrimination.Known() {
		i.Discrimination = rounded(a.Discrimination.V)
	}
	if !i.Written() {
		i.Right = marks.Below(analysis.Whole).Rest()
		i.breakDown(a, texts)
	}
	i.Flags = flags(*i)
}

// rounded is a coefficient to a twentieth: chance is larger by far.
func rounded(v float64) analysis.Value { return analysis.Value{V: math.Round(20*v) / 20} }

// breakDown says what those answered who were wrong.
func (i *Item) breakDown(a analysis.Item, texts []string) {
	d := newDecoded(i.Question, a, texts)
	i.RightRest = d.right.mean(i.Right)
	if d.cells == nil {
		return
	}
	people := i.apart(d, a)
	for n, r := range people {
		i.Rows = append(i.Rows, Row{Answer: d.answers[n], People: r, Rest: d.cells[n].mean(r), Marked: i.several()})
	}
}

// several reports whether one answer can err in several places.
func (i *Item) several() bool {
	return i.Question.Kind == question.MultipleResponse || i.Question.Kind == question.Matching
}

// apart is how many gave each wrong answer, or erred in each place; nil if that cannot
// be told.
func (i *Item) apart(d decoded, a analysis.Item) []veil.Range {
	wrong := a.Takers - a.Right
	if !i.several() {
		counts, sum := make([]int, 0, len(d.cells)+1), 0
		for _, c := range d.cells {
			counts, sum = append(counts, c.n), sum+c.n
		}
		if sum != wrong { // what is stored was graded by other rules
			return nil
		}
		return veil.Cells(append(counts, a.Right))[:len(d.cells)]
	}
	each := make([]veil.Range, len(d.cells))
	for n, c := range d.cells {
		each[n] = veil.Count(min(c.n, wrong), a.Takers)
	}
	if !veil.Loose(veil.Count(wrong, a.Takers), each) {
		return nil
	}
	return each
}

// tally is a number of people, and what those of them who count for it earned on the
// rest.
type tally struct {
	n, rested int
	rest      float64
}

func (t *tally) add(c analysis.Choice) {
	t.n += c.Count
	if c.Rest.Known() {
		t.rested, t.rest = t.rested+c.Rested, t.rest+c.Rest.V*float64(c.Rested)
	}
}

// mean is what they earned on the rest, if enough are known to be among people.
func (t tally) mean(people veil.Range) analysis.Value {
	if people.From < RestFrom || t.rested < veil.Batch {
		return analysis.Value{Why: TooFew}
	}
	return rounded(t.rest / float64(t.rested))
}

// decoded is the answers to a question by the cells that a page tells apart: for
// each wrong answer who gave it, or for each row of several who erred on it.
type decoded struct {
	right   tally
	answers []Answer
	cells   []tally
}

func newDecoded(q *question.Question, a analysis.Item, texts []string) decoded {
	var d decoded
	var cellsOf func(r question.Response) []int
	d.answers, cellsOf = cells(q)
	if d.answers != nil {
		d.cells = make([]tally, len(d.answers))
	}
	for n := range texts {
		c, given := a.Choices[n]
		if !given {
			continue
		}
		r, err := question.DecodeResponse(q, []byte(texts[n]))
		if err == nil && question.Grade(q, r).Correct {
			d.right.add(c)
			continue
		}
		if d.cells == nil {
			continue
		}
		if err != nil {
			r = question.Response{}
		}
		for _, cell := range cellsOf(r) {
			d.cells[cell].add(c)
		}
	}
	return d
}

// cells lists the wrong answers that are told apart, and which of them a response
// belongs to; nil for kinds of which nothing but right and wrong is told.
func cells(q *question.Question) ([]Answer, func(question.Response) []int) {
	switch q.Kind {
	case question.SingleChoice, question.TrueFalse:
		return oneOf(q)
	case question.MultipleResponse:
		return severalOf(q)
	case question.Matching:
		return rowsOf(q)
	case question.Numeric:
		return numbersOf(q)
	}
	return nil, nil
}

func oneOf(q *question.Question) ([]Answer, func(question.Response) []int) {
	var list []Answer
	at := map[string]int{}
	for n, o := range optionsOf(q) {
		if !o.Key {
			at[q.Options[n].ID] = len(list)
			list = append(list, o)
		}
	}
	return append(list, Answer{Text: NoAnswer}), func(r question.Response) []int {
		if len(r.Choices) == 1 {
			if n, ok := at[r.Choices[0]]; ok {
				return []int{n}
			}
		}
		return []int{len(list)}
	}
}

func severalOf(q *question.Question) ([]Answer, func(question.Response) []int) {
	return optionsOf(q), func(r question.Response) (erred []int) {
		for n, o := range q.Options {
			if slices.Contains(r.Choices, o.ID) != o.Correct {
				erred = append(erred, n)
			}
		}
		return erred
	}
}

func rowsOf(q *question.Question) ([]Answer, func(question.Response) []int) {
	var list []Answer
	for _, l := range q.Left {
		list = append(list, Answer{Text: l.Text, Key: true})
	}
	return list, func(r question.Response) (erred []int) {
		for n, l := range q.Left {
			if r.Pairs[l.ID] != l.Match {
				erred = append(erred, n)
			}
		}
		return erred
	}
}

func numbersOf(q *question.Question) ([]Answer, func(question.Response) []int) {
	var list []Answer
	at := map[string]int{}
	for _, e := range q.Errors {
		if _, told := at[e.Why]; !told {
			at[e.Why] = len(list)
			list = append(list, Answer{Text: e.Value + ": " + e.Why})
		}
	}
	list = append(list, Answer{Text: OtherNumber}, Answer{Text: NoAnswer})
	return list, func(r question.Response) []int {
		switch why := question.Explain(q, nil, r, question.Result{}).Number.Why; {
		case r.Number == "":
			return []int{len(list) - 1}
		case why != "":
			return []int{at[why]}
		}
		return []int{len(list) - 2}
	}
}

// optionsOf lists the options with the letters that the author's order gives them.
func optionsOf(q *question.Question) (list []Answer) {
	for n, o := range question.Public(q, nil).Options {
		list = append(list, Answer{Letter: o.Letter, Text: o.Text, Key: q.Options[n].Correct})
	}
	return list
}
