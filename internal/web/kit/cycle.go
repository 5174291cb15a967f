package kit

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// MaxCycle is the most that an address can name.
const MaxCycle = 1000

// Cycle reads ?cycle=n, the n-th time that a person takes a course. 0 is the
// newest, and always that for a form: it acts on nothing older.
func Cycle(c echo.Context) (int, error) {
	v := c.QueryParam("cycle")
	if v == "" || c.Request().Method == http.MethodPost {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > MaxCycle {
		return 0, apperr.New(apperr.NotFound, "There is nothing at this address.")
	}
	return n, nil
}
