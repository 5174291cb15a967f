package kit

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Export answers a POST with a list as a file: CSV behind what every copy of a
// list needs. fresh demands a second factor of the last ten minutes; record
// leaves the audit event and, if it cannot, nothing is handed out.
//
// The route is a POST at the list's address with .csv at its end, and the page
// has the partial "export". A link would be opened ahead, asked for by HEAD or
// sent around, and each time somebody would take a copy.
func Export(c echo.Context, fresh echo.MiddlewareFunc, record func(ctx context.Context) error,
	filename string, header []string, rows func(write func(cells ...string) error) error) error {
	if c.Request().Method != http.MethodPost {
		return echo.ErrMethodNotAllowed
	}
	return fresh(func(c echo.Context) error {
		if err := record(c.Request().Context()); err != nil {
			return err
		}
		return CSV(c, filename, header, rows)
	})(c)
}
