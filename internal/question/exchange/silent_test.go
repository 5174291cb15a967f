package exchange_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// TestParagraphsAreTold: two that become one are, in every format that has them.
func TestParagraphsAreTold(t *testing.T) {
	const flat = " | Paragraphs became one"
	text := func(format, s string) string {
		return moodle(`<question type="essay"><questiontext format="` + format + `"><text>` + s + `</text></questiontext></question>`)
	}
	check(t, exchange.MoodleXML, []sample{
		{"plain text", text("plain_text", "A case.\r\n\r\nWhy?"), "changed short-answer “A case. Why?” " + flat},
		{"plain text on two lines", text("plain_text", "\n\nA case,\nand why?\n\n"), "kept short-answer “A case, and why?” "},
		{"markdown", text("markdown", "A case.\n\nWhy?"), "changed short-answer “A case. Why?” " + flat},
		{"automatic", text("moodle_auto_format", "A case.\n \nWhy?"), "changed short-answer “A case. Why?” " + flat},
		{"html", text("html", "<![CDATA[<p>A case.</p><p>Why?</p>]]>"), "changed short-answer “A case. Why?” " + flat},
		{"html in the source only", text("html", "A case.\n\nWhy?"), "kept short-answer “A case. Why?” "},
		{"centered", text("html", "<![CDATA[<center>A case.</center><center>Why?</center>]]>"), "changed short-answer “A case. Why?” " + flat},
	})
	check(t, exchange.GIFT, []sample{
		{"two", `A case.\n\nTrue?{T}`, "changed true-false “A case. True?” True" + flat},
		{"a line that its author ends", `A case.\nTrue?{T}`, "changed true-false “A case. True?” True" + flat},
		{"a line of the file", "A case.\nTrue?{T}", "kept true-false “A case. True?” True"},
		{"html", `[html]<p>A case.</p>\n<p>True?</p>{T}`, "changed true-false “A case. True?” True" + flat},
		{"html in the source only", `[html]A case.\nTrue?{T}`, "kept true-false “A case. True?” True"},
	})
	check(t, exchange.CSV, []sample{
		{"a cell", "prompt,correct,option_a,option_b\n\"A case.\n\nWhich?\",B,a,b\n", "changed single-choice “A case. Which?” b" + flat},
		{"a list", "kind,prompt,model,rubric\nshort-answer,Why?,m,\"1: x\n\n2: y\"\n", "kept short-answer “Why?” m"},
	})
	choice := `<assessmentItem identifier="a"><responseDeclaration identifier="R" cardinality="single"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody>%s<choiceInteraction responseIdentifier="R" maxChoices="1">%s<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction></itemBody></assessmentItem>`
	check(t, exchange.QTI2, []sample{
		{"a text and a prompt", fmt.Sprintf(choice, "<p>A case.</p>", "<prompt>Which?</prompt>"), "changed single-choice “A case. Which?” a" + flat},
		{"two texts", fmt.Sprintf(choice, "<p>A case.</p><p>Which?</p>", ""), "changed single-choice “A case. Which?” a" + flat},
		{"a prompt", fmt.Sprintf(choice, "", "<prompt>Which?</prompt>"), "kept single-choice “Which?” a"},
	})
	material := func(s string) string {
		return `<material><mattext texttype="text/plain">` + s + `</mattext></material>`
	}
	check(t, exchange.QTI1, []sample{
		{"two texts", canvas("essay_question", material("Why?")+`<response_str ident="r"><render_fib/></response_str>`), "kept short-answer “Q Why?” "},
		{"two texts before options", strings.Replace(canvasChoice("multiple_choice_question", "a", "b"), "<presentation>", "<presentation>"+material("A case."), 1), "changed single-choice “A case. Q” a" + flat},
	})
}

// TestCapitalLettersTellNothingApart: a learner cannot choose between “Same” and “same”.
func TestCapitalLettersTellNothingApart(t *testing.T) {
	const want = "refused | “Same” and “same” say the same"
	check(t, exchange.CSV, []sample{
		{"options", "prompt,correct,option_a,option_b\nQ,A,Same,same \n", want},
		{"entries", "kind,prompt,correct,option_a,option_b\nordering,Q,B;A,Same,same\n", want},
		{"rows", "kind,prompt,correct,option_a,match_a,option_b,match_b\nmatching,Q,A;B,Same,1,same,2\n", want},
		{"matches", "kind,prompt,correct,option_a,match_a,option_b,match_b\nmatching,Q,A;B,1,Same,2,same\n", want},
	})
	check(t, exchange.MoodleXML, []sample{
		{"options", moodle(`<question type="multichoice"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>Same</text></answer><answer fraction="0"><text>same </text></answer></question>`), want},
	})
	check(t, exchange.Aiken, []sample{{"options", "Q\nA. Same\nB. same \nANSWER: A\n", want}})
}

// TestSharesThatAreNoNumbers refuse the item: nothing says that they mean nothing.
func TestSharesThatAreNoNumbers(t *testing.T) {
	const want = "refused | The fraction “abc” of an answer is no number"
	const answer = `<answer fraction="100"><text>1</text></answer><answer fraction="abc"><text>2</text></answer>`
	var samples []sample
	for _, typ := range []string{"multichoice", "truefalse", "numerical", "shortanswer", "ordering"} {
		samples = append(samples, sample{typ, moodle(`<question type="` + typ + `"><questiontext><text>Q</text></questiontext>` + answer + `</question>`), want})
	}
	number := func(tolerance string) string {
		return moodle(`<question type="numerical"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>5</text><tolerance>` + tolerance + `</tolerance></answer></question>`)
	}
	check(t, exchange.MoodleXML, append(samples,
		sample{"none", moodle(`<question type="multichoice"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>a</text></answer><answer><text>b</text></answer></question>`), "kept single-choice “Q” a"},
		sample{"infinite", strings.ReplaceAll(samples[0].file, "abc", "1e999"), "refused | The fraction “1e999” of an answer is no number"},
		sample{"tolerance", number("abc"), "refused | The right number “5 ± abc” cannot be written here"},
		sample{"no tolerance", number(" "), "kept numeric “Q” 5[,]"},
	))
	check(t, exchange.GIFT, []sample{{"tolerance", "Q{#5:abc}", "refused | The right number “5 ± abc” cannot be written here"}})
}

// TestCategoriesAreTold once, of the file: they are no part of a question.
func TestCategoriesAreTold(t *testing.T) {
	const one = "The category of its questions is left out: questions here have objectives instead."
	category := `<question type="category"><category><text>c</text></category></question>`
	pad := strings.Repeat("Q{T}\n\n", 20_000)
	for name, tc := range map[string]struct{ file, want string }{
		"GIFT":            {"$CATEGORY: x\n\nQ{F}", one},
		"GIFT, later":     {pad + "$CATEGORY: x\n\nR{F}", one},
		"GIFT, several":   {"  $CATEGORY: x\n\nQ{F}\n" + pad + "\n$CATEGORY: y\nR{F}", strings.Replace(one, "category of its questions is", "2 categories of its questions are", 1)},
		"GIFT, in a text": {"Q $CATEGORY: x{F}\n\n// $CATEGORY: y\nR{T}", ""},
		"GIFT, none":      {pad, ""},
		"Moodle":          {moodle(category + fmt.Sprintf(essay, 1)), one},
		"Moodle, none":    {moodle(fmt.Sprintf(essay, 1)), ""},
		"Aiken":           {"$CATEGORY: x\nA. a\nB. b\nANSWER: A", ""},
	} {
		f, err := exchange.Open(t.Context(), bytes.NewReader([]byte(tc.file)), int64(len(tc.file)), exchange.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		got := ""
		for _, n := range f.Notes {
			got += n.String()
		}
		if got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	// Wherever it stands in what is read at a time.
	for n := range 600 {
		file := "Q{T}\n\n" + strings.Repeat(" ", 64<<10-520+n) + "\n$CATEGORY: x\n\nR{T}"
		f, err := exchange.Open(t.Context(), strings.NewReader(file), int64(len(file)), exchange.Limits{})
		if err != nil || len(f.Notes) != 1 || f.Notes[0].String() != one {
			t.Fatalf("%d: %v %v", n, f.Notes, err)
		}
	}
}
