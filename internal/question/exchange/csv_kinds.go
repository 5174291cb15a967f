package exchange

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// csvRows are the texts of the columns of a name up to the last that has one.
func (r sheetRow) csvRows(d *draft, name string) (texts, whys []string) {
	for i := range 26 {
		letter := strings.ToLower(question.Letter(i))
		text := d.plain(r[name+letter])
		texts, whys = append(texts, text), append(whys, d.plain(r["rationale_"+letter]))
	}
	n := 26
	for n > 0 && texts[n-1] == "" {
		n--
	}
	return texts[:n], whys[:n]
}

// places are the letters of the right ones as numbers; ok is false for what is none.
func (r sheetRow) places(n int) (out []int, ok bool) {
	for _, letter := range r.list("correct") {
		at := -1
		if len(letter) == 1 {
			at = int(strings.ToUpper(letter)[0]) - 'A'
		}
		if at < 0 || at >= n {
			return nil, false
		}
		out = append(out, at)
	}
	return out, len(out) > 0
}

func (d *draft) csvChoices(r sheetRow) []choice {
	texts, whys := r.csvRows(d, "option_")
	right, ok := r.places(len(texts))
	if !ok {
		d.refuse("The column “correct” names no options", "write their letters, as in A or A;C")
		return nil
	}
	list := make([]choice, len(texts))
	for i := range texts {
		list[i] = choice{text: texts[i], why: whys[i]}
	}
	for _, at := range right {
		list[at].percent = 100
	}
	return list
}

// csvTrueFalse reads a row that need not say what its options are called.
func (d *draft) csvTrueFalse(r sheetRow) {
	texts, whys := r.csvRows(d, "option_")
	if len(texts) == 0 {
		texts, whys = []string{"True", "False"}, []string{d.plain(r["rationale_a"]), d.plain(r["rationale_b"])}
	}
	list := make([]choice, len(texts))
	for i := range texts {
		list[i] = choice{text: texts[i], why: whys[i]}
	}
	right := r.csvRight(texts)
	if right < 0 {
		d.refuse("The column “correct” names neither option", "write true or false, or the letter of the right one")
		return
	}
	list[right].percent = 100
	d.trueOrFalse(list)
}

// csvWords are words for true and false that a cell may say instead.
var csvWords = map[string]string{"t": "true", "yes": "true", "f": "false", "no": "false"}

// csvRight is which option is right, as the cell says by its text or letter; -1 where
// it says neither.
func (r sheetRow) csvRight(texts []string) int {
	cell := r["correct"]
	for _, word := range []string{cell, csvWords[strings.ToLower(cell)]} {
		same := func(text string) bool { return text != "" && strings.EqualFold(text, word) }
		if at := slices.IndexFunc(texts, same); at >= 0 {
			return at
		}
	}
	if at, ok := r.places(len(texts)); ok && len(at) == 1 {
		return at[0]
	}
	return -1
}

func (d *draft) csvNumber(r sheetRow) {
	d.q.Working = d.plain(r["working"])
	s := span{value: r["value"]}
	if s.value == "" {
		s.value = r["correct"]
	}
	s.lo, s.hi = d.csvBound(r, "min"), d.csvBound(r, "max")
	d.numeric(s)
	if d.q.Answer == nil {
		return
	}
	k := d.q.Answer.Numeric
	if n, err := strconv.Atoi(r["decimals"]); err == nil {
		k.Decimals = max(n, k.Decimals)
	}
	if k.Unit = r["unit"]; k.Unit != "" && !plainUnit(k.Unit) {
		k.Unit = ""
		d.note(Lost, "Its unit is left out", "a unit is a short word without digits")
	}
	for _, line := range r.lines(d, "errors") {
		value, why, _ := strings.Cut(line, ": ")
		d.wrongNumber(numberAnswer{span{value: value}, why, 0})
	}
}

// csvBound is an end of the accepted range, nil where it is not given.
func (d *draft) csvBound(r sheetRow, name string) *big.Rat {
	n, ok := rat(r[name])
	if ok || r[name] == "" {
		return n
	}
	d.refuse("The column “"+name+"” holds no number", "write a decimal such as 7.1")
	return nil
}

func (d *draft) csvOrder(r sheetRow) {
	texts, whys := r.csvRows(d, "option_")
	right, ok := r.places(len(texts))
	if !ok {
		d.refuse("The column “correct” gives no order", "write the letters in the right order, as in B;A;C")
		return
	}
	var items []question.Item
	for i := range texts {
		items = append(items, question.Item{ID: strconv.Itoa(i + 1), Text: texts[i], Rationale: whys[i]})
	}
	var key []string
	for _, at := range right {
		key = append(key, items[at].ID)
	}
	d.ordering(items, key)
}

func (d *draft) csvMatch(r sheetRow) {
	lefts, whys := r.csvRows(d, "option_")
	rights, _ := r.csvRows(d, "match_")
	d.q.Kind = question.Matching
	for i, text := range rights {
		d.q.Right = append(d.q.Right, question.Right{ID: strings.ToLower(question.Letter(i)), Text: text})
	}
	right, ok := r.places(len(rights))
	if !ok || len(right) != len(lefts) {
		d.refuse("The column “correct” does not name a match for each row", fmt.Sprintf("write %d letters of the columns match_a and so on, as in B;A;C", len(lefts)))
		return
	}
	for i, text := range lefts {
		d.q.Left = append(d.q.Left, question.Left{ID: strconv.Itoa(i + 1), Text: text, Match: d.q.Right[right[i]].ID, Rationale: whys[i]})
	}
}

func (d *draft) csvShort(r sheetRow) {
	d.short(max(percent(r["points"]), 1))
	d.q.Model = d.plain(r["model"])
	sum := 0
	for _, line := range r.lines(d, "rubric") {
		n, text, _ := strings.Cut(line, ": ")
		worth, err := strconv.Atoi(n)
		if err != nil {
			worth, text = 1, line
		}
		d.q.Rubric = append(d.q.Rubric, question.RubricLine{Points: worth, Text: text})
		sum += worth
	}
	if sum > 0 {
		d.q.Points = sum
	}
	d.q.ZeroIf, d.q.LoseIf = r.lines(d, "zero_if"), r.lines(d, "lose_if")
	sentences, _ := strconv.Atoi(r["sentences"]) // nothing where it is no number
	lines, _ := strconv.Atoi(r["lines"])         // likewise
	if sentences > 0 || lines > 0 {
		d.q.Limit = &question.Limit{Sentences: max(sentences, 0), Lines: max(lines, 0)}
	}
}
