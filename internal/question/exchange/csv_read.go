package exchange

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// column is the name of a column as it is compared: "Option A" is option_a.
func column(cell string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff"))), " ", "_")
}

// csvComma is what parts the cells of a line.
func csvComma(line string) rune {
	for _, r := range []rune{'\t', ';'} {
		if strings.Count(line, string(r)) > strings.Count(line, ",") {
			return r
		}
	}
	return ','
}

// csvColumns are all columns but those that are numbered.
var csvColumns = []string{"id", "kind", "prompt", "correct", "rationale", "objectives", "facts", "case", "jurisdiction", "shuffle",
	"value", "min", "max", "decimals", "unit", "working", "errors", "model", "points", "rubric", "zero_if", "lose_if", "sentences", "lines"}

// csvNumbered are the beginnings of columns with a letter or number at their end.
var csvNumbered = []string{"option_", "rationale_", "match_"}

// sheetRow is a row by the names of its columns.
type sheetRow map[string]string

// rowsMost is how many times too large a row may be: one that is larger ends the file.
const rowsMost = 4

func readCSV(r io.Reader, c *collector) {
	most := min(textBytes, c.limits.ItemBytes)
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		c.broken("line 1", err)
		return
	}
	line, _, _ := strings.Cut(string(head), "\n")
	comma := csvComma(line)
	rows := csv.NewReader(&rowGate{in: in, most: rowsMost * most, comma: comma})
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = comma, -1, true
	header, err := rows.Read()
	if err != nil {
		c.broken("line 1", err)
		return
	}
	names, unknown := csvNames(header)
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			c.broken("the table", err)
			return
		}
		at, _ := rows.FieldPos(0)
		d := newDraft("line " + strconv.Itoa(at))
		row, size := sheetRow{}, 0
		for i, cell := range cells {
			if size += len(cell); i < len(names) {
				row[names[i]] = unguarded(strings.TrimSpace(cell))
			}
		}
		switch {
		case size == 0:
			d.passage = true
		case size > most:
			d.refuse("It is too large", "is a quotation mark missing")
		default:
			d.csvQuestion(row)
			if unknown != "" {
				d.note(Lost, "Columns without a meaning here are left out: "+unknown, "the description lists those that have one")
			}
		}
		if !c.take(d) {
			return
		}
	}
}

// csvNames are the names of the columns, and in words those that mean nothing.
func csvNames(header []string) (names []string, unknown string) {
	known := map[string]bool{}
	for _, n := range csvColumns {
		known[n] = true
	}
	for i := range 26 {
		for _, n := range csvNumbered {
			known[n+strings.ToLower(question.Letter(i))] = true
		}
	}
	var others []string
	for _, cell := range header {
		n := column(cell)
		names = append(names, n)
		if !known[n] && n != "" && len(others) < 5 {
			others = append(others, clip(n, 30))
		}
	}
	return names, strings.Join(others, ", ")
}

// unguarded takes away the mark that keeps a spreadsheet from reckoning.
func unguarded(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(guarded, cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

// guarded are the signs that a cell never begins with in our files.
const guarded = "=+-@'"

func (r sheetRow) list(name string) []string {
	return strings.FieldsFunc(r[name], func(c rune) bool { return strings.ContainsRune(";, \n\r\t", c) })
}

func (r sheetRow) lines(d *draft, name string) []string {
	var out []string
	for line := range strings.Lines(r[name]) {
		if line = d.plain(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// csvQuestion reads a row.
func (d *draft) csvQuestion(r sheetRow) {
	d.ident, d.typ = r["id"], r["kind"]
	q := &d.q
	q.Prompt, q.Rationale = d.plain(r["prompt"]), d.plain(r["rationale"])
	q.Objectives, q.Facts, q.Case, q.Jurisdiction = d.ids(r.list("objectives")), d.ids(r.list("facts")), r["case"], r["jurisdiction"]
	d.fixed(r["shuffle"] != "" && !isYes(r["shuffle"]))
	kind := question.Kind(strings.ReplaceAll(strings.ToLower(r["kind"]), " ", "-"))
	if kind == "" {
		if kind = question.SingleChoice; len(r.list("correct")) > 1 {
			kind = question.MultipleResponse
		}
	}
	switch kind {
	case question.SingleChoice:
		d.single(d.csvChoices(r))
	case question.MultipleResponse:
		d.multiple(d.csvChoices(r), true)
	case question.TrueFalse:
		d.csvTrueFalse(r)
	case question.Numeric:
		d.csvNumber(r)
	case question.Ordering:
		d.csvOrder(r)
	case question.Matching:
		d.csvMatch(r)
	case question.ShortAnswer:
		d.csvShort(r)
	default:
		d.refuse("There is no kind “"+clip(r["kind"], 40)+"”", "the description lists the kinds")
	}
}

// ids keeps what can be one.
func (d *draft) ids(list []string) (out []string) {
	for _, id := range list {
		if validID.MatchString(id) {
			out = appendNew(out, id)
		} else {
			d.note(Lost, "“"+clip(id, 40)+"” is left out", "it is no ID")
		}
	}
	return out
}
