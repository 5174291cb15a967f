// Package sheet writes CSV files that people open in a spreadsheet.
package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Writer writes rows. The file begins with a byte order mark: without it Excel
// takes names for Latin-1. Cells that a spreadsheet would run as a formula get an
// apostrophe before them.
type Writer struct{ csv *csv.Writer }

// New writes the mark and the header, and returns a Writer for the rows.
func New(w io.Writer, header ...string) (*Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	c := csv.NewWriter(w)
	return &Writer{c}, c.Write(header)
}

// Write adds a row.
func (w *Writer) Write(cells ...string) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = inert(cell)
	}
	return w.csv.Write(row)
}

// Flush writes what is buffered, and returns the first error of all writes.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

func inert(cell string) string {
	// A spreadsheet takes the full width signs of East Asian keyboards for the same.
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// Stamp writes an instant in UTC, RFC 3339; nothing for none.
func Stamp(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
