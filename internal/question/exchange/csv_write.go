package exchange

import (
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// csv writes a row for each question, with as many numbered columns as are used.
func (o *writing) csv(qs []question.Question) {
	options, matches := 2, 0
	for i := range qs {
		q := &qs[i]
		options = max(options, len(q.Options), len(q.Items), len(q.Left))
		matches = max(matches, len(q.Right))
	}
	header := append([]string(nil), csvColumns[:4]...)
	for i := range options {
		header = append(header, numbered("option_", i), numbered("rationale_", i))
	}
	for i := range matches {
		header = append(header, numbered("match_", i))
	}
	header = append(header, csvColumns[4:]...)
	o.put("\ufeff") // without it a spreadsheet takes letters with accents for others
	w := csv.NewWriter(o.w)
	write := func(cells []string) {
		if err := w.Write(cells); err != nil && o.err == nil {
			o.err = err
		}
	}
	write(header)
	for i := range qs {
		r := csvRow(&qs[i])
		cells := make([]string, len(header))
		for at, name := range header {
			cells[at] = guard(r[name])
		}
		write(cells)
		if qs[i].Kind == question.TrueFalse {
			o.trueFalseWords(&qs[i])
		}
		o.report.Written++
	}
	if w.Flush(); o.err == nil {
		o.err = w.Error()
	}
}

func numbered(name string, i int) string { return name + strings.ToLower(question.Letter(i)) }

// guard keeps a spreadsheet from reading a cell as a formula.
func guard(cell string) string {
	if cell != "" && strings.IndexByte(guarded, cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func csvRow(q *question.Question) sheetRow {
	r := sheetRow{
		"id": q.ID, "kind": string(q.Kind), "prompt": q.Prompt, "rationale": q.Rationale, "working": q.Working, "model": q.Model,
		"objectives": strings.Join(q.Objectives, ";"), "facts": strings.Join(q.Facts, ";"), "case": q.Case, "jurisdiction": q.Jurisdiction,
		"zero_if": strings.Join(q.ZeroIf, "\n"), "lose_if": strings.Join(q.LoseIf, "\n"),
	}
	if q.Kind != question.TrueFalse && !q.Shuffles() {
		r["shuffle"] = "no"
	}
	r.choices(q)
	r.order(q)
	r.match(q)
	r.number(q)
	r.short(q)
	return r
}

func (r sheetRow) choices(q *question.Question) {
	var right []string
	for i, op := range q.Options {
		at, text := i, op.Text
		if q.Kind == question.TrueFalse { // true first
			at = among(op.ID == "false")
			text = []string{"True", "False"}[at]
		}
		r[numbered("option_", at)], r[numbered("rationale_", at)] = text, op.Rationale
		if op.Correct && q.Kind == question.TrueFalse {
			right = append(right, op.ID)
		} else if op.Correct {
			right = append(right, question.Letter(i))
		}
	}
	if len(q.Options) > 0 {
		r["correct"] = strings.Join(right, ";")
	}
}

func (r sheetRow) order(q *question.Question) {
	if q.Kind != question.Ordering {
		return
	}
	letters := map[string]string{}
	for i, it := range q.Items {
		r[numbered("option_", i)], r[numbered("rationale_", i)] = it.Text, it.Rationale
		letters[it.ID] = question.Letter(i)
	}
	var right []string
	for _, id := range q.Answer.Order {
		right = append(right, letters[id])
	}
	r["correct"] = strings.Join(right, ";")
}

func (r sheetRow) match(q *question.Question) {
	if q.Kind != question.Matching {
		return
	}
	letters := map[string]string{}
	for i, m := range q.Right {
		r[numbered("match_", i)] = m.Text
		letters[m.ID] = question.Letter(i)
	}
	var right []string
	for i, l := range q.Left {
		r[numbered("option_", i)], r[numbered("rationale_", i)] = l.Text, l.Rationale
		right = append(right, letters[l.Match])
	}
	r["correct"] = strings.Join(right, ";")
}

func (r sheetRow) number(q *question.Question) {
	if q.Kind != question.Numeric {
		return
	}
	k := q.Answer.Numeric
	r["value"], r["min"], r["max"], r["unit"], r["decimals"] = k.Value, k.Min, k.Max, k.Unit, strconv.Itoa(k.Decimals)
	var lines []string
	for _, e := range q.Errors {
		lines = append(lines, e.Value+": "+e.Why)
	}
	r["errors"] = strings.Join(lines, "\n")
}

func (r sheetRow) short(q *question.Question) {
	if q.Kind != question.ShortAnswer {
		return
	}
	r["points"] = strconv.Itoa(q.Points)
	var lines []string
	for _, l := range q.Rubric {
		lines = append(lines, strconv.Itoa(l.Points)+": "+l.Text)
	}
	r["rubric"] = strings.Join(lines, "\n")
	if l := q.Limit; l != nil {
		r["sentences"], r["lines"] = positive(l.Sentences), positive(l.Lines)
	}
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
