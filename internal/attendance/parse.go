package attendance

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
)

// Columns are the names of the columns, in the order of the template; email is the
// one that must be there.
var Columns = []string{"email", "name", "minutes", "evaluation", "license_profession", "license_jurisdiction", "license_number"}

// maxTold is how many faults of a file are told at once.
const maxTold = 5

// parser reads one file and collects what is wrong with it.
type parser struct {
	faults  []string
	more    int
	columns []string // of the file; "" for one without a name
}

func (p *parser) fault(line int, format string, args ...any) {
	if len(p.faults) == maxTold {
		p.more++
		return
	}
	p.faults = append(p.faults, fmt.Sprintf("Line %d: %s", line, fmt.Sprintf(format, args...)))
}

func (p *parser) err() error {
	if len(p.faults) == 0 {
		return nil
	}
	text := strings.Join(p.faults, " ")
	if p.more > 0 {
		text += fmt.Sprintf(" And %d more.", p.more)
	}
	return apperr.InvalidField("file", "%s", text)
}

// Parse reads an attendance list: CSV in UTF-8 with or without a byte order mark,
// with commas or semicolons, columns in any order. What it returns is text, which
// the check judges row by row. Errors: Invalid with the field file, whose message
// names lines.
func Parse(body []byte) ([]Entry, error) {
	text, err := plain(body)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = delimiter(text), -1
	p := &parser{}
	var list []Entry
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.quotes(err)
			break
		}
		line, _ := r.FieldPos(0)
		if blank(record) {
			continue
		}
		if p.columns == nil {
			p.header(line, record)
			if len(p.faults) > 0 {
				break
			}
			continue
		}
		if len(list) == MaxRows {
			return nil, errManyRows
		}
		list = append(list, p.entry(line, record))
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	switch {
	case p.columns == nil:
		return nil, errEmpty
	case len(list) == 0:
		return nil, errNoRows
	}
	return list, nil
}

// plain is the text of a file that can be read at all.
func plain(body []byte) (string, error) {
	switch {
	case len(body) == 0:
		return "", errEmpty
	case len(body) > MaxFile:
		return "", ErrTooLarge
	case bytes.HasPrefix(body, []byte("PK\x03\x04")), bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0")):
		return "", errSheet
	case bytes.HasPrefix(body, []byte("%PDF-")):
		return "", errForeign
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return "", errUTF16
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !bytes.ContainsRune(body, '\n') { // lines of an old Mac
		body = bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))
	}
	for n, line := range bytes.Split(body, []byte("\n")) {
		switch {
		case bytes.IndexByte(line, 0) >= 0:
			return "", errForeign
		case !utf8.Valid(line):
			return "", apperr.InvalidField("file", "Line %d: this is not UTF-8. Save the file as “CSV UTF-8”, so that names keep their letters.", n+1)
		}
	}
	return string(body), nil
}

// delimiter is the one of comma, semicolon and tab that the first line has most
// often outside of quotes.
func delimiter(text string) rune {
	count := map[rune]int{}
	quoted, begun := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '\n' && begun && !quoted:
			return most(count)
		case !quoted:
			count[r]++
		}
		begun = begun || r != '\n' && r != '\r'
	}
	return most(count)
}

func most(count map[rune]int) rune {
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int { return count[a] - count[b] })
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// quotes says what the reader of CSV found wrong.
func (p *parser) quotes(err error) {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		p.fault(e.StartLine, "a quotation mark is missing or stands in the wrong place. Text in quotes needs one before and one after it, and two for one inside.")
		return
	}
	p.fault(1, "the file could not be read.")
}

// header reads the names of the columns.
func (p *parser) header(line int, record []string) {
	p.columns = make([]string, len(record))
	for i, cell := range record {
		name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(cell)))
		switch {
		case name == "":
		case !slices.Contains(Columns, name):
			p.fault(line, "there is no column “%s”. Take it out, or name it one of: %s.", clip(cell), strings.Join(Columns, ", "))
		case slices.Contains(p.columns[:i], name):
			p.fault(line, "the column “%s” stands there twice.", name)
		}
		p.columns[i] = name
	}
	if len(p.faults) == 0 && !slices.Contains(p.columns, "email") {
		p.fault(line, "there is no column “email”. The first line names the columns.")
	}
}

// entry reads a row.
func (p *parser) entry(line int, record []string) Entry {
	e := Entry{Line: line}
	if !slices.Contains(p.columns, "minutes") {
		e.Minutes = All
	}
	to := map[string]*string{"email": &e.Email, "name": &e.Name, "minutes": &e.Minutes, "evaluation": &e.Evaluation,
		"license_profession": &e.Profession, "license_jurisdiction": &e.Jurisdiction, "license_number": &e.Number}
	for i, cell := range record {
		cell = bare(cell)
		switch {
		case cell == "":
		case i >= len(p.columns) || p.columns[i] == "":
			p.fault(line, "“%s” stands in no column. Does a text with a comma lack its quotation marks?", clip(cell))
		case utf8.RuneCountInString(cell) > maxCell:
			p.fault(line, "the column “%s” has more than %d characters.", p.columns[i], maxCell)
		case apperr.Unstorable(cell):
			p.fault(line, "the column “%s” holds characters that cannot be stored.", p.columns[i])
		default:
			*to[p.columns[i]] = cell
		}
	}
	return e
}

// bare is a cell without the space around it, and without the apostrophe that our own
// files put before what a spreadsheet would run.
func bare(cell string) string {
	cell = strings.TrimSpace(cell)
	if rest := strings.TrimLeft(cell, "'"); rest != cell && rest != "" && strings.ContainsRune("=+-@", rune(rest[0])) {
		return rest
	}
	return cell
}

func clip(s string) string { return apperr.Clip(apperr.Visible(strings.TrimSpace(s)), 40) }
