package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question/exchange"
)

// scoredItem is an item of QTI 2 with the options A, B and C, texts in small letters.
func scoredItem(cardinality, most, right, mapping, processing string) string {
	values := ""
	for id := range strings.FieldsSeq(right) {
		values += "<value>" + id + "</value>"
	}
	return `<assessmentItem identifier="a"><responseDeclaration identifier="R" cardinality="` + cardinality + `" baseType="identifier"><correctResponse>` + values + `</correctResponse>` + mapping + `</responseDeclaration>` +
		`<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/><outcomeDeclaration identifier="F" cardinality="single" baseType="identifier"/>` +
		`<itemBody><choiceInteraction responseIdentifier="R" maxChoices="` + most + `"><prompt>Q</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice></choiceInteraction></itemBody>` +
		processing + `</assessmentItem>`
}

const responseR = `<variable identifier="R"/>`

func base(v string) string { return `<baseValue baseType="identifier">` + v + `</baseValue>` }

func setScore(v string) string {
	return `<setOutcomeValue identifier="SCORE"><baseValue baseType="float">` + v + `</baseValue></setOutcomeValue>`
}

// scoreIf gives a point where a test holds.
func scoreIf(test string) string {
	return `<responseCondition><responseIf>` + test + setScore("1") + `</responseIf><responseElse>` + setScore("0") + `</responseElse></responseCondition>`
}

func processing(rules string) string {
	return `<responseProcessing>` + rules + `</responseProcessing>`
}

// TestQTI2Scoring: the key is what the item's own rules and its declaration say alike. A
// rule that is not read is told, one that says otherwise refuses the item.
func TestQTI2Scoring(t *testing.T) {
	const (
		unread  = " | Its own way of scoring was not read"
		against = "refused | Its way of scoring contradicts the response that it declares correct"
		kept    = "kept single-choice “Q” a"
		changed = "changed single-choice “Q” a"
		both    = "multiple-response “Q” a; b"
	)
	one := func(rules string) string { return scoredItem("single", "1", "A", "", rules) }
	two := func(rules string) string { return scoredItem("multiple", "0", "A B", "", rules) }
	template := func(name string) string { return `<responseProcessing template="` + name + `"/>` }
	mapping := func(pairs ...string) string {
		out := "<mapping>"
		for _, p := range pairs {
			id, worth, _ := strings.Cut(p, "=")
			out += `<mapEntry mapKey="` + id + `" mappedValue="` + worth + `"/>`
		}
		return out + "</mapping>"
	}
	is := func(id string) string { return "<match>" + responseR + base(id) + "</match>" }
	set := func(ids ...string) string {
		out := "<match>" + responseR + "<multiple>"
		for _, id := range ids {
			out += base(id)
		}
		return out + "</multiple></match>"
	}
	custom := `<customOperator class="x">` + responseR + `</customOperator>`
	feedback := `<responseCondition><responseIf>` + custom + `<setOutcomeValue identifier="F">` + base("x") + `</setOutcomeValue></responseIf></responseCondition>`
	check(t, exchange.QTI2, []sample{
		{"no rules", one(""), kept},
		{"template", one(template("http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct")), kept},
		{"template of QTI 3", one(template("https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml")), kept},
		{"another template", one(template("https://example.org/rp/half_marks")), changed + unread},
		{"mapping", scoredItem("single", "1", "A", mapping("A=1", "B=0"), template("map_response")), kept},
		{"mapping with parts", scoredItem("single", "1", "A", mapping("A=1", "B=0.5"), template("map_response")), changed + " | Partial credit is gone; 1 option right in part counts as wrong"},
		{"mapping without a number", scoredItem("single", "1", "A", mapping("A=1", "B=abc"), template("map_response")), "refused | The mapped value “abc” is no number"},
		{"mapping that says otherwise", scoredItem("single", "1", "A", mapping("A=0", "B=1"), template("map_response")), against},
		{"match", one(processing(scoreIf("<match>" + responseR + `<correct identifier="R"/></match>`))), kept},
		{"match of a value", one(processing(scoreIf(is("A")))), kept},
		{"match of another value", one(processing(scoreIf(is("B")))), against},
		{"not the key", one(processing(scoreIf("<not>" + is("A") + "</not>"))), against},
		{"two right", one(processing(scoreIf("<or>" + is("A") + is("B") + "</or>"))), against},
		{"none right", one(processing(scoreIf(is("D")))), against},
		{"a part", one(processing(`<responseCondition><responseIf>` + is("A") + setScore("1") + `</responseIf><responseElseIf>` + is("B") + setScore("0.5") + `</responseElseIf></responseCondition>`)), changed + " | Partial credit is gone; 1 option right in part counts as wrong"},
		{"in two steps", one(processing(`<setOutcomeValue identifier="F">` + responseR + `</setOutcomeValue>` + scoreIf(`<match><variable identifier="F"/>`+base("B")+`</match>`))), against},
		{"a sum", one(processing(`<responseCondition><responseIf>` + is("B") + `<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">2</baseValue></sum></setOutcomeValue></responseIf></responseCondition>`)), against},
		{"an end before", one(processing(`<responseCondition><responseIf>` + is("B") + setScore("1") + `<exitResponse/></responseIf></responseCondition>` + setScore("0"))), against},
		{"a rule of its own", one(processing(scoreIf(custom))), changed + unread},
		{"a rule of its own for feedback", one(processing(scoreIf(is("A")) + feedback)), kept},
		{"feedback alone", one(processing(feedback)), kept},
		{"a file beside it", one(processing(`<include href="rules.xml"/>`)), changed + unread},
		{"several", two(processing(scoreIf(set("B", "A")))), "kept " + both},
		{"several others", two(processing(scoreIf(set("A", "C")))), against},
		{"several and another", two(processing(scoreIf(set("A", "B", "C")))), against},
		{"several in part", two(processing(`<responseCondition><responseIf>` + set("A", "B") + setScore("1") + `</responseIf><responseElseIf>` + set("A") + setScore("0.5") + `</responseElseIf></responseCondition>`)), "changed " + both + " | Partial credit is gone"},
		{"some of several", two(processing(scoreIf("<contains>" + responseR + "<multiple>" + base("A") + "</multiple></contains>"))), "changed " + both + " | Other answers earn as much there"},
		{"values without end", one(processing(strings.Repeat(`<setOutcomeValue identifier="F"><multiple><variable identifier="F"/><variable identifier="F"/>`+base("x")+`</multiple></setOutcomeValue>`, 100) + scoreIf(is("A")))), kept},
	})
}

// TestQTI2ScoringOfOtherKinds: a number, an order and a matching have rules as well.
func TestQTI2ScoringOfOtherKinds(t *testing.T) {
	const against = "refused | Its way of scoring contradicts the response that it declares correct"
	item := func(declaration, body, rules string) string {
		return `<assessmentItem identifier="a"><responseDeclaration identifier="R" ` + declaration + `</responseDeclaration><outcomeDeclaration identifier="SCORE" baseType="float" cardinality="single"/><itemBody><p>Q</p>` + body + `</itemBody>` + processing(rules) + `</assessmentItem>`
	}
	number := func(low, high string) string {
		const bound = `<%[1]s>` + responseR + `<baseValue baseType="float">%[2]s</baseValue></%[1]s>`
		return item(`cardinality="single" baseType="float"><correctResponse><value>5</value></correctResponse>`, `<textEntryInteraction responseIdentifier="R"/>`,
			scoreIf("<and>"+fmt.Sprintf(bound, "gte", low)+fmt.Sprintf(bound, "lte", high)+"</and>"))
	}
	choices := `<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice><simpleChoice identifier="C">c</simpleChoice>`
	order := func(key string) string {
		return item(`cardinality="ordered" baseType="identifier"><correctResponse><value>B</value><value>A</value><value>C</value></correctResponse>`, `<orderInteraction responseIdentifier="R">`+choices+`</orderInteraction>`,
			scoreIf("<match>"+responseR+"<ordered>"+key+"</ordered></match>"))
	}
	side := func(ids ...string) string {
		out := "<simpleMatchSet>"
		for _, id := range ids {
			out += `<simpleAssociableChoice identifier="` + id + `" matchMax="1">` + strings.ToLower(id) + `</simpleAssociableChoice>`
		}
		return out + "</simpleMatchSet>"
	}
	match := func(key string) string {
		return item(`cardinality="multiple" baseType="directedPair"><correctResponse><value>L1 R1</value><value>L2 R2</value></correctResponse>`, `<matchInteraction responseIdentifier="R">`+side("L1", "L2")+side("R1", "R2")+`</matchInteraction>`,
			scoreIf("<match>"+responseR+"<multiple>"+key+"</multiple></match>"))
	}
	text := item(`cardinality="single" baseType="string"><correctResponse><value>York</value></correctResponse>`, `<textEntryInteraction responseIdentifier="R"/>`, scoreIf(`<stringMatch caseSensitive="false">`+responseR+base("Leeds")+`</stringMatch>`))
	mapped := item(`cardinality="single" baseType="string"><correctResponse><value>York</value></correctResponse><mapping><mapEntry mapKey="YORK" mappedValue="1" caseSensitive="false"/></mapping>`, `<textEntryInteraction responseIdentifier="R"/>`, `<setOutcomeValue identifier="SCORE"><mapResponse identifier="R"/></setOutcomeValue>`)
	essay := item(`cardinality="single" baseType="string">`, `<extendedTextInteraction responseIdentifier="R"/>`, scoreIf(`<stringMatch caseSensitive="false">`+responseR+base("Leeds")+`</stringMatch>`))
	check(t, exchange.QTI2, []sample{
		{"number", number("4", "6"), "kept numeric “Q” 5[4,6]"},
		{"another number", number("10", "12"), against},
		{"a number beyond the range", strings.NewReplacer("<and>", "<or><gt>"+responseR+`<baseValue baseType="float">7</baseValue></gt><and>`, "</and>", "</and></or>").Replace(number("4", "6")), "changed numeric “Q” 5[4,6] | Another accepted range is left out"},
		{"order", order(base("B") + base("A") + base("C")), "kept ordering “Q” b; a; c"},
		{"another order", order(base("A") + base("B") + base("C")), against},
		{"matching", match(base("L2  R2") + base("L1 R1")), "kept matching “Q” l1=r1; l2=r2"},
		{"another matching", match(base("L1 R2") + base("L2 R1")), against},
		{"word", text, against},
		{"word of a mapping", mapped, "changed short-answer “Q” York | Its answers are compared letter by letter there"},
		{"essay", essay, "changed short-answer “Q”  | Its own way of scoring was not read"},
	})
}
