package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// numbered joins n texts that hold their number.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// essayOf is a question with more about it.
func essayOf(inner string) string {
	return moodle(`<question type="essay"><questiontext><text>Q</text></questiontext>` + inner + `</question>`)
}

// TestLargeItems: what an item takes grows with its size and no faster. Read any other
// way, these take the better part of an hour.
func TestLargeItems(t *testing.T) {
	qti := func(inner string) string {
		return `<questestinterop><item ident="a">` + inner + `</item></questestinterop>`
	}
	const feedback, cut = "<generalfeedback><text>%s</text></generalfeedback>", "changed short-answer “Q”  | The rationale was cut"
	long := strings.Repeat("1", 1<<20)
	for name, tc := range map[string]struct{ file, want string }{
		"raised":           {essayOf(fmt.Sprintf(feedback, "&lt;sup&gt;"+long+"&lt;/sup&gt;")), "changed short-answer “Q”  | The end of a text is left out | The rationale was cut"},
		"raised in raised": {essayOf(fmt.Sprintf(feedback, strings.Repeat("&lt;sup&gt;", 60_000)+long[:200_000]+strings.Repeat("&lt;/sup&gt;", 60_000))), cut},
		"lines":            {essayOf("<graderinfo><text>" + strings.Repeat("x\n", 1<<20) + "</text></graderinfo>"), "changed short-answer “Q” " + strings.Repeat("x ", 999) + "x…" + " | The model answer was cut"},
		"feedback": {qti(`<presentation><response_lid ident="r"><render_choice>` + strings.Repeat(`<response_label ident="1"/>`, 4000) + `</render_choice></response_lid></presentation>` +
			`<resprocessing><respcondition><conditionvar><varequal>1</varequal></conditionvar><setvar>100</setvar>` + numbered(4000, `<displayfeedback linkrefid="f%d"/>`) + `</respcondition></resprocessing>` +
			numbered(4000, `<itemfeedback ident="f%[1]d"><material><mattext>%07[1]d</mattext></material></itemfeedback>`)), "refused | 4000 options are wholly right though one is to be chosen"},
		"gaps":       {qti("<presentation>" + strings.Repeat("<response_str/>", 50_000) + "</presentation>"), "refused | It asks 50000 things at once"},
		"rows":       {"Q{T}\n\nM{" + numbered(24_000, "=a->%05d") + "}", "refused | It is no question by our rules | It is no question by our rules"},
		"objectives": {"prompt,correct,option_a,option_b,objectives\nQ,A,a,b," + numbered(40_000, "%05d;") + "\n", "refused | It is no question by our rules"},
	} {
		t.Run(name, func(t *testing.T) {
			_, items := read(t, []byte(tc.file))
			if got := brief(items[len(items)-1]); got != tc.want {
				t.Errorf("%.300s", got)
			}
		})
	}
}

// TestManyRemarks: an item has no more of them than a page can show, and says so.
func TestManyRemarks(t *testing.T) {
	_, items := read(t, []byte(moodle(`<question type="numerical"><questiontext><text>Q</text></questiontext>`+numbered(200, `<answer fraction="100"><text>%d</text></answer>`)+`</question>`)))
	notes := items[0].Notes
	if len(notes) != 51 || notes[50].What != "150 remarks more" || items[0].Verdict() != exchange.Changed {
		t.Errorf("%d: %v", len(notes), notes[len(notes)-1])
	}
}

// TestExponents: what has no sign of its own is marked.
func TestExponents(t *testing.T) {
	deep := strings.Repeat("<sup>", 9) + "x" + strings.Repeat("</sup>", 9)
	check(t, exchange.GIFT, []sample{
		{"signs", "10<sup>-12</sup> H<sub>2</sub>O{T}", "kept true-false “10⁻¹² H₂O” True"},
		{"other", "x<sup>y</sup>{T}", "kept true-false “x^y” True"},
		{"long", "x<sup>" + strings.Repeat("1", 41) + "</sup>{T}", "kept true-false “x^" + strings.Repeat("1", 41) + "” True"},
		{"deep", deep + "{T}", "kept true-false “" + strings.Repeat("^", 8) + "x” True"},
	})
}
