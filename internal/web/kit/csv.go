package kit

import (
	"encoding/csv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// CSV streams a list as a file. rows calls write once a row; an error after the
// first bytes can only cut the file short, so it is returned for the log.
//
// Cells that a spreadsheet would run as a formula get an apostrophe before
// them, and the file begins with a byte order mark. Times are written in UTC, RFC 3339; see Stamp.
func CSV(c echo.Context, filename string, header []string, rows func(write func(cells ...string) error) error) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+filename+`"`)
	h.Set("Cache-Control", "no-store")
	// The mark by which Excel knows UTF-8; without it names come out garbled.
	if _, err := c.Response().Write([]byte("\ufeff")); err != nil {
		return err
	}
	w := csv.NewWriter(c.Response())
	if err := w.Write(header); err != nil {
		return err
	}
	err := rows(func(cells ...string) error {
		for i, cell := range cells {
			cells[i] = inert(cell)
		}
		return w.Write(cells)
	})
	if err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Stamp writes an instant for a file; nothing for none.
func Stamp(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
