package sheet_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/sheet"
)

func TestSheet(t *testing.T) {
	var out bytes.Buffer
	w, err := sheet.New(&out, "name", "at")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 29, 1, 2, 3, 0, time.FixedZone("", 3600))
	cells := []string{"=SUM(A1)", sheet.Stamp(&at)}
	for _, row := range [][]string{cells, {"-1", sheet.Stamp(nil)}, {"Zoë, \"Z\"", "＝1+1"}} {
		if err := w.Write(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffname,at\n'=SUM(A1),2026-11-29T00:02:03Z\n'-1,\n\"Zoë, \"\"Z\"\"\",'＝1+1\n"
	if out.String() != want || cells[0] != "=SUM(A1)" {
		t.Errorf("%q, want %q; the caller's row is now %q", out.String(), want, cells)
	}
}
