package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// canvas is an item as Canvas writes it: of a type, with its response and the conditions
// that earn all of the points.
func canvas(typ, response string, conditions ...string) string {
	var rules strings.Builder
	for _, c := range conditions {
		rules.WriteString(`<respcondition continue="No"><conditionvar>` + c + `</conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition>`)
	}
	return `<questestinterop><item ident="a"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>` + typ + `</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>` +
		`<presentation><material><mattext texttype="text/plain">Q</mattext></material>` + response + `</presentation><resprocessing>` + rules.String() + `</resprocessing></item></questestinterop>`
}

// canvasChoice has two options of which the first is right.
func canvasChoice(typ, right, wrong string) string {
	const label = `<response_label ident="%d"><material><mattext texttype="text/plain">%s</mattext></material></response_label>`
	return canvas(typ, `<response_lid ident="r" rcardinality="Single"><render_choice>`+fmt.Sprintf(label, 1, right)+fmt.Sprintf(label, 2, wrong)+`</render_choice></response_lid>`, `<varequal respident="r">1</varequal>`)
}

const field = `<response_str ident="r"><render_fib fibtype="Decimal"/></response_str>`

func number(answers string) string {
	return canvas("numerical_question", field, "<or>"+answers+"</or>")
}

func equal(n string) string { return `<varequal respident="r">` + n + `</varequal>` }

func between(low, high string) string {
	return `<and><vargte respident="r">` + low + `</vargte><varlte respident="r">` + high + `</varlte></and>`
}

// TestQTI2Ranges: of several the one around the value counts.
func TestQTI2Ranges(t *testing.T) {
	const compare = `<and><gte><variable identifier="R"/><baseValue baseType="float">%s</baseValue></gte><lte><variable identifier="R"/><baseValue baseType="float">%s</baseValue></lte></and>`
	item := func(ranges ...string) string {
		out := `<assessmentItem identifier="a"><responseDeclaration identifier="R" baseType="float"><correctResponse><value>5</value></correctResponse></responseDeclaration><itemBody><p>Q <textEntryInteraction responseIdentifier="R"/></p></itemBody><responseProcessing>`
		for _, r := range ranges {
			low, high, _ := strings.Cut(r, "..")
			out += fmt.Sprintf(compare, low, high)
		}
		return out + `</responseProcessing></assessmentItem>`
	}
	check(t, exchange.QTI2, []sample{
		{"one", item("4..6"), "kept numeric “Q” 5[4,6]"},
		{"the same again", item("4..6", "4..6.0"), "kept numeric “Q” 5[4,6]"},
		{"another", item("4..6", "10..12"), "changed numeric “Q” 5[4,6] | Another accepted range is left out"},
		{"a wider one", item("1..9", "4..6"), "changed numeric “Q” 5[4,6] | Another accepted range is left out"},
	})
}

func TestQTI1(t *testing.T) {
	check(t, exchange.QTI1, []sample{
		{"single", canvasChoice("multiple_choice_question", "a", "b"), "kept single-choice “Q” a"},
		{"true", canvasChoice("true_false_question", "True", "False"), "kept true-false “Q” True"},
		{"true in another order", canvasChoice("true_false_question", "false", "true"), "kept true-false “Q” False"},
		{"true in other words", canvasChoice("true_false_question", "Wahr", "Falsch"), "changed single-choice “Q” Wahr | It is a single choice here"},
		{"true and another word", canvasChoice("true_false_question", "Not quite", "True"), "changed single-choice “Q” Not quite | It is a single choice here"},
		{"no such option", canvas("true_false_question", `<response_lid ident="r"><render_choice><response_label ident="1"><material><mattext>True</mattext></material></response_label><response_label ident="2"><material><mattext>False</mattext></material></response_label></render_choice></response_lid>`, `<varequal respident="r">3</varequal>`),
			"refused | Neither answer is right"},
		{"number", number(equal("7") + between("6.9", "7.1")), "kept numeric “Q” 7[6.9,7.1]"},
		{"number by a range", number(between("1", "5")), "kept numeric “Q” 3[1,5]"},
		{"number twice", number(equal("7") + equal("7.0")), "kept numeric “Q” 7[,]"},
		{"numbers", number(equal("7") + equal("8")), "changed numeric “Q” 7[,] | Another right number, 8, is left out"},
		{"numbers by two rules", canvas("numerical_question", field, equal("7"), equal("8")), "changed numeric “Q” 7[,] | Another right number, 8, is left out"},
		{"ranges", number(between("1", "5") + between("8", "9")), "changed numeric “Q” 3[1,5] | Another accepted range is left out"},
		{"a range twice", number(between("1", "5") + between("1.0", "5")), "kept numeric “Q” 3[1,5]"},
		{"number and a range", number(equal("7") + between("8", "9")), "changed numeric “Q” 7[,] | Another accepted range is left out"},
	})
}

// TestOtherWordsForTrue: what the words of an author become is said before a file is
// downloaded, and the key stays.
func TestOtherWordsForTrue(t *testing.T) {
	q := question.Question{ID: "Q1", Kind: question.TrueFalse, Prompt: "Q", Objectives: []string{"LO1"},
		Options: []question.Option{{ID: "false", Text: "Agreed", Correct: true, Rationale: "x"}, {ID: "true", Text: "Not agreed", Rationale: "y"}}}
	for _, f := range []exchange.Format{exchange.CSV, exchange.MoodleXML, exchange.GIFT} {
		data, report := write(t, f, q)
		_, items := read(t, data)
		if got := brief(items[0]); got != "kept true-false “Q” False" || items[0].Question.Options[1].Rationale != "x" {
			t.Errorf("%s: %s", f, got)
		}
		if n := report.Notes["Q1"]; len(n) != 1 || n[0].What != "Its options are called True and False" {
			t.Errorf("%s: %v", f, n)
		}
	}
}
