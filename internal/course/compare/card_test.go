package compare_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/compare"
)

// TestTheCardIsReadWhole: nothing that a course card says is missing where it is read in
// words, but its address.
func TestTheCardIsReadWhole(t *testing.T) {
	text := func(at int) string {
		c, _ := aCourse(at)
		var b strings.Builder
		for _, p := range compare.Card(c) {
			for _, r := range p.Rows {
				b.WriteString(r.Title + strings.Join(r.Lines, "\n") + "\n")
			}
		}
		return b.String()
	}
	before := text(-1)
	_, names := aCourse(-1)
	cards := 0
	for at, name := range names {
		if !strings.HasPrefix(name, "Card.") {
			continue
		}
		cards++
		if (text(at) == before) != (name == "Card.Slug") {
			t.Errorf("%s: read %v", name, text(at) != before)
		}
	}
	if cards < 20 {
		t.Errorf("%d fields", cards)
	}
	empty, _ := aCourse(-1)
	empty.Card.Summary = ""
	for _, p := range compare.Card(empty) {
		for _, r := range p.Rows {
			if r.Title == "Summary" {
				t.Error("what is empty stands there")
			}
		}
	}
}
