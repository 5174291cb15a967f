package kit

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/sheet"
)

// CSV streams a list as a file, as package sheet writes it. rows calls write once a
// row; an error after the first bytes can only cut the file short, so it is
// returned for the log. Times are written by Stamp.
func CSV(c echo.Context, filename string, header []string, rows func(write func(cells ...string) error) error) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+filename+`"`)
	h.Set("Cache-Control", "no-store")
	w, err := sheet.New(c.Response(), header...)
	if err != nil {
		return err
	}
	if err := rows(w.Write); err != nil {
		return err
	}
	return w.Flush()
}

// Stamp writes an instant for a file; nothing for none.
func Stamp(t *time.Time) string { return sheet.Stamp(t) }
