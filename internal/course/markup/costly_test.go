package markup_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
)

// What a parser would spend seconds or minutes on is refused before it is parsed, at
// its line; what an author writes is not.
func TestWhatWouldCostMinutesIsRefused(t *testing.T) {
	table := "| " + strings.Repeat("a | ", 300) + "\n|" + strings.Repeat("-|", 300) + "\n"
	for name, tt := range map[string]struct {
		src  string
		line int
		want string
	}{
		"pictures":     {"Text.\n\n" + strings.Repeat("![", 8000), 13, "brackets are open at once"},
		"over lines":   {strings.Repeat("[a\n", 60), 61, "brackets are open at once"},
		"links":        {strings.Repeat("[a]\n", 60000), 2011, "stand in one paragraph"},
		"stars":        {strings.Repeat("*a_ ", 2001), 11, "stand in one paragraph"},
		"quotes":       {strings.Repeat(">", 16000), 11, "begin on this line"},
		"lists":        {"Text.\n" + strings.Repeat("1. ", 5000), 12, "begin on this line"},
		"mixed":        {strings.Repeat("> - ", 11) + "a", 11, "begin on this line"},
		"wide table":   {table + strings.Repeat("|a\n", 80000), 79, "the table has more than 20000 cells"},
		"in a quote":   {"> " + strings.Repeat("a|", 300) + "\n> " + strings.Repeat("-|", 300) + "\n" + strings.Repeat("> |a\n", 40000), 79, "the table has more than 20000 cells"},
		"table, quote": {"> a|b\n> -|-\n" + strings.Repeat("> a\n", 50), 0, ""},
		"words":        {strings.Repeat("A sentence with a citation [@F-T01], *stress* and a [link](https://example.org).\n", 60), 0, ""},
		"paragraphs":   {strings.Repeat("[a] *b* _c_\n\n", 3000), 0, ""},
		"rule":         {"Text.\n\n---\n\n" + strings.Repeat("- an item of a list\n", 3000), 0, ""},
		"table":        {"| Drug | Dose |\n|---|---|\n" + strings.Repeat("| a | b |\n", 300), 0, ""},
	} {
		problems := markup.Render(tt.src, 11, markup.Library{}).Problems
		var found string
		for _, p := range problems {
			if strings.Contains(p.Fix, "no text needs so many") {
				found = p.Msg
				if p.Line != tt.line {
					t.Errorf("%s: line %d, want %d", name, p.Line, tt.line)
				}
			}
		}
		if (found == "") != (tt.want == "") || !strings.Contains(found, tt.want) {
			t.Errorf("%s: %q, want %q", name, found, tt.want)
		}
	}
}
