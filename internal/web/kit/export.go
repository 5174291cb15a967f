package kit

import (
	"context"

	"github.com/labstack/echo/v4"
)

// Export hands a list out as a file: CSV behind what every copy of a list
// needs. fresh demands a second factor of the last ten minutes; record leaves
// the audit event and, if it cannot, nothing is handed out.
func Export(c echo.Context, fresh echo.MiddlewareFunc, record func(ctx context.Context) error,
	filename string, header []string, rows func(write func(cells ...string) error) error) error {
	return fresh(func(c echo.Context) error {
		if err := record(c.Request().Context()); err != nil {
			return err
		}
		return CSV(c, filename, header, rows)
	})(c)
}
