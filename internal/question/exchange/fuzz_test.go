package exchange_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// fuzz holds a parser to what the package promises of every file. around is what
// makes the file one of the parser's.
func fuzz(f *testing.F, want exchange.Format, before, after string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := slices.Concat([]byte(before), data, []byte(after))
		sound(t, whole, want)
	})
}

var small = exchange.Limits{Items: 200, ItemBytes: 64 << 10, FileBytes: 1 << 20, AllBytes: 4 << 20}

// sound reads a file twice: each question is one by our rules but for what its
// author has to add, no ID comes twice, and the second time gives the same.
func sound(t *testing.T, data []byte, want exchange.Format) {
	t.Helper()
	f, err := exchange.Open(t.Context(), bytes.NewReader(data), int64(len(data)), small)
	if err != nil {
		return
	}
	if want != "" && f.Format != want {
		t.Skip("refused before it is parsed")
	}
	first, second := slices.Collect(f.Items(t.Context())), slices.Collect(f.Items(t.Context()))
	if len(first) != len(second) {
		t.Fatalf("%d items, then %d", len(first), len(second))
	}
	seen := map[string]bool{}
	for i, it := range first {
		if it.Verdict() == exchange.Refused {
			if it.Question.ID != "" || it.Question.Prompt != "" {
				t.Fatalf("refused, and yet a question: %+v", it)
			}
			continue
		}
		if full := exchange.Completed(it.Question); len(full.Validate()) > 0 {
			t.Fatalf("%v: %+v", full.Validate(), it)
		}
		if seen[it.Question.ID] {
			t.Fatalf("the ID %s comes twice", it.Question.ID)
		}
		seen[it.Question.ID] = true
		if second[i].Question.ID != it.Question.ID || exchange.Digest(second[i].Question) != exchange.Digest(it.Question) {
			t.Fatalf("first %+v, then %+v", it, second[i])
		}
	}
}

func FuzzMoodleXML(f *testing.F) {
	fuzz(f, exchange.MoodleXML, "<quiz>", "</quiz>",
		`<question type="multichoice"><questiontext><text>Which?</text></questiontext><answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer></question>`,
		`<question type="numerical"><questiontext><text>n</text></questiontext><answer fraction="100"><text>7.1</text><tolerance>0.1</tolerance></answer></question>`,
		`<question type="matching"><questiontext><text>m</text></questiontext><subquestion><text>a</text><answer><text>1</text></answer></subquestion><subquestion><text>b</text><answer><text>2</text></answer></subquestion></question>`,
		`<question type="essay"><questiontext format="html"><text>&lt;p&gt;x&lt;img src=a&gt;&lt;/p&gt;</text></questiontext></question>`,
		`<question type="ordering"><questiontext><text>o</text></questiontext><answer fraction="1"><text>a</text></answer><answer fraction="2"><text>b</text></answer><answer fraction="3"><text>c</text></answer></question>`)
}

func FuzzGIFT(f *testing.F) {
	fuzz(f, exchange.GIFT, "x{T}\n\n", "",
		"::a::b{=c#d ~%50%e#f}", "n{#3:2~#wrong}", "m{=a->b =c->d}", "s{=a =%50%b}", "t{F#w#r####g}", "e{}", "r{#1..3}", `x{~\=a =\{b\}}`, "// [id:x] [tag:objective:LO1]\np{=a ~b}")
}

func FuzzAiken(f *testing.F) {
	fuzz(f, exchange.Aiken, "p\nA) a\nB) b\nANSWER: A\n", "", "q\nA. a\nB. b\nANSWER: B", "q\nA) a\nmore\nB) b\n\nANSWER: Z", "ANSWER: A", "A) b\n\nANSWER:", "q\nA. a\nB. b\n\nr\nD. d\nanswer: D\ns\nA)a\nC)c\n")
}

func FuzzCSV(f *testing.F) {
	fuzz(f, exchange.CSV, "id,kind,prompt,correct,option_a,rationale_a,option_b,option_c,match_a,match_b,value,min,max,decimals,unit,errors,rubric,points\n", "",
		"a,single-choice,p,A,x,y,z\n", `b,"matching",p,"A;B",x,,y,,1,2`, "c,numeric,p,,,,,,,,7.1,7,8,1,mg,\"5: why\"\n", "d,ordering,p,B;A;C,x,,y,z\n", "e,short-answer,p,,,,,,,,,,,,,,\"1: a\n2: b\",3\n", "'=1,,'-p,A,'@x,,b\n")
}

func FuzzQTI1(f *testing.F) {
	fuzz(f, exchange.QTI1, "<questestinterop>", "</questestinterop>",
		`<item ident="a"><presentation><material><mattext>p</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice><response_label ident="1"><material><mattext>x</mattext></material></response_label><response_label ident="2"><material><mattext>y</mattext></material></response_label></render_choice></response_lid></presentation><resprocessing><respcondition><conditionvar><varequal respident="r">1</varequal></conditionvar><setvar>100</setvar></respcondition></resprocessing></item>`,
		`<item ident="n"><presentation><material><mattext>p</mattext></material><response_str ident="r"><render_fib fibtype="Decimal"/></response_str></presentation><resprocessing><respcondition><conditionvar><or><varequal respident="r">7</varequal><and><vargte>6</vargte><varlte>8</varlte></and></or></conditionvar><setvar>1</setvar></respcondition></resprocessing></item>`)
}

func FuzzQTI2(f *testing.F) {
	fuzz(f, exchange.QTI2, "<assessmentItem>", "</assessmentItem>", qtiSeeds(false)...)
}

func FuzzQTI3(f *testing.F) {
	fuzz(f, exchange.QTI3, "<qti-assessment-item>", "</qti-assessment-item>", qtiSeeds(true)...)
}

// qtiSeeds are items that we write, without their outermost element.
func qtiSeeds(three bool) []string {
	f := exchange.QTI2
	if three {
		f = exchange.QTI3
	}
	var out []string
	for _, q := range one() {
		var file bytes.Buffer
		if _, err := exchange.Write(&file, f, "t", []question.Question{q}); err != nil {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			continue
		}
		r, err := z.Open("items/00001.xml")
		if err != nil {
			continue
		}
		var item bytes.Buffer
		item.ReadFrom(r)
		r.Close()
		_, inner, _ := bytes.Cut(item.Bytes(), []byte(`"false">`))
		out = append(out, string(inner[:bytes.LastIndex(inner, []byte("</"))]))
	}
	return append(out, weighedSeeds...)
}

// weighedSeeds have rules of their own, with names that both versions read.
var weighedSeeds = []string{
	`<responseDeclaration identifier="R" cardinality="multiple"><correctResponse><value>A</value></correctResponse><mapping defaultValue="-1" upperBound="2"><mapEntry mapKey="A" mappedValue="2" caseSensitive="false"/></mapping></responseDeclaration><outcomeDeclaration identifier="SCORE" baseType="float"/><itemBody><p>Q</p><choiceInteraction responseIdentifier="R" maxChoices="0"><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction></itemBody><responseProcessing><responseCondition><responseIf><and><contains><variable identifier="R"/><multiple><baseValue>A</baseValue></multiple></contains><not><member><baseValue>B</baseValue><variable identifier="R"/></member></not></and><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><mapResponse identifier="R"/></sum></setOutcomeValue></responseIf><responseElseIf><isNull><variable identifier="R"/></isNull><exitResponse/></responseElseIf><responseElse><setOutcomeValue identifier="SCORE"><product><baseValue>0.5</baseValue><subtract><baseValue>2</baseValue><baseValue>1</baseValue></subtract></product></setOutcomeValue></responseElse></responseCondition></responseProcessing>`,
	`<responseDeclaration identifier="R" cardinality="single" baseType="float"><correctResponse><value>5</value></correctResponse></responseDeclaration><outcomeDeclaration identifier="SCORE" baseType="float"/><itemBody><p>Q <textEntryInteraction responseIdentifier="R"/></p></itemBody><responseProcessing><responseCondition><responseIf><or><equal toleranceMode="relative" tolerance="5 10"><variable identifier="R"/><correct identifier="R"/></equal><gt><variable identifier="R"/><baseValue>7</baseValue></gt></or><setOutcomeValue identifier="SCORE"><baseValue>1</baseValue></setOutcomeValue></responseIf></responseCondition><lookupOutcomeValue identifier="GRADE"/></responseProcessing>`,
}

// FuzzPackage reads archives that are damaged, and sound ones with any two files.
func FuzzPackage(f *testing.F) {
	f.Add([]byte("<manifest><resource href='a.xml'/></manifest>"), []byte("<quiz/>"), "items/a.xml", true)
	f.Add([]byte("PK\x03\x04"), []byte("x"), "../a.xml", false)
	f.Fuzz(func(t *testing.T, manifest, item []byte, name string, pack bool) {
		if !pack {
			sound(t, slices.Concat([]byte("PK\x03\x04"), manifest, item), "")
			return
		}
		if strings.HasSuffix(name, "/") || name == "" {
			t.Skip("refused before it is parsed")
		}
		sound(t, packed(t, map[string][]byte{"imsmanifest.xml": manifest, name: item}), exchange.Package)
	})
}

func packed(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzMarkup reads the text of a question as HTML.
func FuzzMarkup(f *testing.F) {
	for _, s := range []string{"a <b>b</b>", "<p>a<p>b", "H<sub>2</sub>O", "<table><tr><td>a<td>b</table>", "<script>x</script>y", "<math><mi>x</mi></math>", "<ul><li>a</ul>", "&lt;&#8203;&nbsp;", "<svg><svg></svg>x</svg>z", "<img alt=a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var text bytes.Buffer
		text.WriteString(`x{T}` + "\n\n" + `::a::[html]p `)
		for _, r := range s {
			if r == '\n' || r == '\r' {
				r = ' '
			}
			if bytes.ContainsRune([]byte(`~=#{}:\`), r) {
				text.WriteByte('\\')
			}
			text.WriteRune(r)
		}
		text.WriteString("{T}")
		sound(t, text.Bytes(), "")
	})
}
