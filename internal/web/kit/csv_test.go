package kit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

func TestCSVRunsNoFormulas(t *testing.T) {
	rec := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), rec)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))
	err := kit.CSV(c, "people.csv", []string{"name", "note", "at"}, func(write func(...string) error) error {
		return write(`=HYPERLINK("http://x")`, "a, \"b\"", kit.Stamp(&at))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeffname,note,at\n\"'=HYPERLINK(\"\"http://x\"\")\",\"a, \"\"b\"\"\",2026-11-23T08:00:00Z\n"
	if rec.Body.String() != want {
		t.Errorf("got %q", rec.Body)
	}
}
