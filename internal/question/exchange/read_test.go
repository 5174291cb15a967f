package exchange_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// one is the questions of every kind that the package question is tested with.
func one() []question.Question {
	data, err := os.ReadFile("../testdata/items.yaml")
	if err != nil {
		return nil
	}
	qs, _ := question.Parse(data)
	return qs
}

// TestTheBundledQuestionsTravel: real ones, of every kind, through every format.
func TestTheBundledQuestionsTravel(t *testing.T) {
	qs := one()
	if len(qs) < 7 {
		t.Fatalf("only %d questions", len(qs))
	}
	for _, f := range exchange.Formats() {
		t.Run(string(f), func(t *testing.T) {
			whole := map[question.Kind]int{}
			comesBack(t, f, qs, whole)
			if len(whole) == 0 {
				t.Error("none came back whole")
			}
		})
	}
}

// brief is what a test says of an item: verdict, kind, prompt, key, notes.
func brief(it exchange.Item) string {
	q := it.Question
	s := string(it.Verdict())
	if it.Verdict() != exchange.Refused {
		s += " " + string(q.Kind) + " “" + q.Prompt + "” " + keyOf(&q)
	}
	for _, n := range it.Notes {
		if n.Kind != exchange.Missing {
			s += " | " + n.What
		}
	}
	return s
}

func keyOf(q *question.Question) string {
	var out []string
	for _, o := range q.Options {
		if o.Correct {
			out = append(out, o.Text)
		}
	}
	for _, l := range q.Left {
		for _, r := range q.Right {
			if r.ID == l.Match {
				out = append(out, l.Text+"="+r.Text)
			}
		}
	}
	if q.Answer != nil && q.Answer.Numeric != nil {
		k := q.Answer.Numeric
		out = append(out, k.Value+"["+k.Min+","+k.Max+"]"+k.Unit)
	}
	if q.Answer != nil {
		for _, id := range q.Answer.Order {
			for _, it := range q.Items {
				if it.ID == id {
					out = append(out, it.Text)
				}
			}
		}
	}
	if q.Model != "" {
		out = append(out, q.Model)
	}
	return strings.Join(out, "; ")
}

type sample struct{ name, file, want string }

func check(t *testing.T, format exchange.Format, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			f, items := read(t, []byte(s.file))
			var got []string
			for _, it := range items {
				got = append(got, brief(it))
			}
			if f != format || strings.Join(got, "\n") != s.want {
				t.Errorf("%s\ngot  %s\nwant %s", f, strings.Join(got, "\n"), s.want)
			}
		})
	}
}

func TestGIFT(t *testing.T) {
	check(t, exchange.GIFT, []sample{
		{"single", "Capital of France?{=Paris ~Rome ~Bern}", "kept single-choice “Capital of France?” Paris"},
		{"gap", "A {=cat ~dog} purrs.", "kept single-choice “A _____ purrs.” cat"},
		{"half right", "Q{=a ~%50%b ~c}", "changed single-choice “Q” a | Partial credit is gone; 1 option right in part counts as wrong"},
		{"several", "Q{~%50%a ~%50%b ~%-100%c}", "changed multiple-response “Q” a; b | Partial credit is gone | Points are taken off for 1 option there"},
		{"true", "Sun rises in the east.{T}", "kept true-false “Sun rises in the east.” True"},
		{"number", "Pi?{#3.14:0.01}", "kept numeric “Pi?” 3.14[3.13,3.15]"},
		{"range", "N?{#1..5}", "kept numeric “N?” 3[1,5]"},
		{"short", "Who?{=Nazareth =%75%Bethlehem}", "changed short-answer “Who?” Nazareth | Its answers are compared letter by letter there | 1 answer right in part is left out"},
		{"matching", "M{=a->1 =b->2 = ->3}", "changed matching “M” a=1; b=2 | Rows earn nothing by themselves"},
		{"essay", "E{}", "kept short-answer “E” "},
		{"escapes", `1\+1 \= 2 in \{Z\}?{=a\~b ~c\#d}`, `kept single-choice “1\+1 = 2 in {Z}?” a~b`},
		{"text", "A text.\n\nQ{T}", "refused | It is a text without a question\nkept true-false “Q” True"},
		{"no end", "Q{=a ~b\n\nR{T}", "refused | A brace is missing\nkept true-false “R” True"},
		{"twice", "Q{T}\n\nQ{T}", "kept true-false “Q” True\nrefused | The same question stands in the file before"},
		{"category", "$CATEGORY: x\n\n// said aside\nQ{F}", "kept true-false “Q” False"},
		{"html", "[html]Is <b>x</b> &lt; 5?{T}", "changed true-false “Is x < 5?” True | Emphasis is lost"},
		{"less than", "Is p < 0.05 > 0?{T}", "kept true-false “Is p < 0.05 > 0?” True"},
	})
}

// TestGIFTWithoutEmptyLines: what the format wants an empty line between is parted
// where that is clear, and otherwise refused: never read as the text of one question.
func TestGIFTWithoutEmptyLines(t *testing.T) {
	const doubt = "It may be more than one question"
	check(t, exchange.GIFT, []sample{
		{"titles", "::A:: One?{=a ~b}\n::B:: Two?{=c ~d}\n:: C\n:: Three?{T}", "kept single-choice “One?” a\nkept single-choice “Two?” c\nkept true-false “Three?” True"},
		{"bare", "One?{=a ~b}\nTwo?{=c ~d}\nThree?{F}\n", "kept single-choice “One?” a\nkept single-choice “Two?” c\nkept true-false “Three?” False"},
		{"lists", "One?{\n=a\n~b\n}\nTwo?{\n=c\n~d\n}", "kept single-choice “One?” a\nkept single-choice “Two?” c"},
		{"behind a gap", "A {=cat ~dog} purrs.\nTwo?{T}", "kept single-choice “A _____ purrs.” cat\nkept true-false “Two?” True"},
		{"a gap on two lines", "A {=cat ~dog}\npurrs.", "kept single-choice “A _____ purrs.” cat"},
		{"comments", "// one\nOne?{T}\n// two [tag:x]\nTwo?{F}", "kept true-false “One?” True\nchanged true-false “Two?” False | 1 tag left out"},
		{"categories", "$CATEGORY: a\nOne?{T}\n$CATEGORY: b\nTwo?{F}", "kept true-false “One?” True\nkept true-false “Two?” False"},
		{"a text before a title", "A text.\n::B:: Two?{T}", "refused | It is a text without a question\nkept true-false “Two?” True"},
		{"a second line", "One?{=a ~b}\nTwo\nis {=c ~d}", "refused | " + doubt},
		{"a sentence that goes on", "A {=cat ~dog} and\nB {=cow ~pig}.", "refused | " + doubt},
		{"small letters", "A {=cat ~dog}\nand a {=cow ~pig} eat.", "refused | " + doubt},
		{"two pairs of braces", "A {=cat ~dog} and a {=cow ~pig} eat.", "refused | " + doubt},
		{"a brace that does not close", "One?{=a ~b\nTwo?{=c ~d}", "refused | " + doubt},
		{"colons", "One?{T} ::Two", "refused | Its text holds two colons"},
		{"escaped colons", "What is std\\:\\:move?{=a ~b}", "kept single-choice “What is std::move?” a"},
		{"the others stay", "One?{T}\n\nA {=a ~b} or {=c ~d}\n\nThree?{T}", "kept true-false “One?” True\nrefused | " + doubt + "\nkept true-false “Three?” True"},
	})
}

func TestAiken(t *testing.T) {
	check(t, exchange.Aiken, []sample{
		{"two", "First?\nA) a\nB) b\nANSWER: B\n\nSecond\nline?\nA. x\nB. y\nANSWER: A", "kept single-choice “First?” b\nkept single-choice “Second line?” x"},
		{"letter", "Q\nA) a\nB) b\nANSWER: A\nQ2\nA) a\nB) b\nANSWER: D", "kept single-choice “Q” a\nrefused | ANSWER names “D”, which is no option"},
		{"end", "Q\nA) a\nB) b\nANSWER: A\nQ2\nA) a\nB) b", "kept single-choice “Q” a\nrefused | The line with ANSWER is missing"},
		{"equal options", "Q\nA) a\nB) a\nANSWER: A\n", "refused | It is no question by our rules"},
	})
}

func TestCSV(t *testing.T) {
	check(t, exchange.CSV, []sample{
		{"plain", "Prompt,Correct,Option A,Option B\nWhich?,B,a,b\n", "kept single-choice “Which?” b"},
		{"semicolons", "kind;prompt;correct;option_a;option_b\n;Which?;A,B;a;b\n", "kept multiple-response “Which?” a; b"},
		{"number", "kind,prompt,value,min,max,unit\nnumeric,n,7.1,7,7.2,mg\n", "kept numeric “n” 7.1[7,7.2]mg"},
		{"column", "kind,prompt,color\nshort-answer,p,red\n", "changed short-answer “p”  | Columns without a meaning here are left out: color"},
		{"guarded", "kind,prompt,correct,option_a,option_b\ntrue-false,'=1+1,true,,\n", "kept true-false “=1+1” True"},
		{"kind", "kind,prompt\nhotspot,p\n", "refused | There is no kind “hotspot”"},
		{"letters", "prompt,correct,option_a,option_b\nQ,C,a,b\n", "refused | The column “correct” names no options"},
		{"true by a letter", "kind,prompt,correct,option_a,option_b\ntrue-false,Q,A,False,True\ntrue-false,P,b,true,FALSE\ntrue-false,R,A,,\ntrue-false,S,b,,\n",
			"kept true-false “Q” False\nkept true-false “P” False\nkept true-false “R” True\nkept true-false “S” False"},
		{"true by a word", "kind,prompt,correct,option_a,option_b\ntrue-false,Q,true,False,True\ntrue-false,P,no,True,False\n", "kept true-false “Q” True\nkept true-false “P” False"},
		{"other words", "kind,prompt,correct,option_a,option_b\ntrue-false,Q,A,Falsch,Wahr\ntrue-false,P,nein,Ja,Nein\ntrue-false,R,true,Falsch,Wahr\ntrue-false,S,C,Falsch,Wahr\n",
			"changed single-choice “Q” Falsch | It is a single choice here\nchanged single-choice “P” Nein | It is a single choice here\n" +
				"refused | The column “correct” names neither option\nrefused | The column “correct” names neither option"},
	})
}

func moodle(inner string) string {
	return `<?xml version="1.0"?><quiz>` + inner + `</quiz>`
}

// trueFalse is a question whose first answer is right.
func trueFalse(right, wrong string) string {
	const answer = `<answer fraction="%d"><text>%s</text></answer>`
	return moodle(`<question type="truefalse"><questiontext><text>Q</text></questiontext>` + fmt.Sprintf(answer, 100, right) + fmt.Sprintf(answer, 0, wrong) + `</question>`)
}

func TestMoodleXML(t *testing.T) {
	text := `<questiontext format="html"><text><![CDATA[<p>Which <img src="x.png" alt="a scan"> of H<sub>2</sub>O?</p>]]></text><file name="x.png" encoding="base64">AAAA</file></questiontext>`
	answers := `<answer fraction="100"><text>a</text><feedback><text>Yes</text></feedback></answer><answer fraction="0"><text>b</text><feedback><text>No</text></feedback></answer>`
	check(t, exchange.MoodleXML, []sample{
		{"single", moodle(`<question type="multichoice">` + text + answers + `<single>true</single></question>`),
			"changed single-choice “Which [image: a scan] of H₂O?” a | An image is lost"},
		{"none right", moodle(`<question type="multichoice"><questiontext><text>Q</text></questiontext><answer fraction="50"><text>a</text></answer><answer fraction="0"><text>b</text></answer></question>`),
			"refused | No option is wholly right"},
		{"cloze", moodle(`<question type="category"><category><text>c</text></category></question><question type="cloze"><name><text>n</text></name></question>`),
			"refused | A question of this type has no place here"},
		{"unit", moodle(`<question type="numerical"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>1e2</text><tolerance>5</tolerance></answer><units><unit><multiplier>1</multiplier><unit_name>mg</unit_name></unit></units></question>`),
			"kept numeric “Q” 100[95,105]mg"},
		{"order", moodle(`<question type="ordering"><questiontext><text>Q</text></questiontext><answer fraction="1"><text>b</text></answer><answer fraction="2"><text>c</text></answer><answer fraction="3"><text>a</text></answer></question>`),
			"kept ordering “Q” b; c; a"},
		{"script", moodle(`<question type="essay"><questiontext><text>&lt;script&gt;alert(1)&lt;/script&gt;Say&lt;iframe src=x&gt;&lt;/iframe&gt; why</text></questiontext></question>`),
			"changed short-answer “Say why”  | A video, a sound or an embedded page is lost | A script or a style is left out"},
		{"true", trueFalse("true", "false"), "kept true-false “Q” True"},
		{"true in another order", trueFalse("False", "True"), "kept true-false “Q” False"},
		{"true in other words", trueFalse("Wahr", "Falsch"), "changed single-choice “Q” Wahr | It is a single choice here"},
		{"true twice", trueFalse("true", "True"), "refused | “true” and “True” say the same"},
		{"breaks off", `<quiz><question type="essay"><questiontext><text>Q</text></questiontext></question><question type="essay">`,
			"kept short-answer “Q” \nrefused | The file cannot be read from here on"},
	})
}

// TestAnIDStaysTheSame: whatever stands before an item in its file.
func TestAnIDStaysTheSame(t *testing.T) {
	_, alone := read(t, []byte("Q{=a ~b}"))
	_, behind := read(t, []byte("P{T}\n\nQ{=a ~b}"))
	if alone[0].Question.ID != behind[1].Question.ID {
		t.Errorf("%s, then %s", alone[0].Question.ID, behind[1].Question.ID)
	}
	_, named := read(t, []byte("// [id:K1.1]\nQ{=a ~b}\n\n// [id:K1.1]\nR{T}\n\n// [id:g0123456789012345678901234567890123]\nS{T}"))
	if named[0].Question.ID != "K1.1" || !strings.HasPrefix(named[1].Question.ID, "K1.1-") || !strings.HasPrefix(named[2].Question.ID, "x") {
		t.Errorf("%s, %s, %s", named[0].Question.ID, named[1].Question.ID, named[2].Question.ID)
	}
}

// TestNothingGivesAnOrderAway: the IDs of entries do not spell the key.
func TestNothingGivesAnOrderAway(t *testing.T) {
	for n := 3; n <= 20; n++ {
		var b strings.Builder
		b.WriteString("kind,prompt,correct")
		var letters, texts []string
		for i := range n {
			b.WriteString(",option_" + strings.ToLower(question.Letter(i)))
			letters, texts = append(letters, question.Letter(i)), append(texts, "t"+question.Letter(i))
		}
		b.WriteString("\nordering,p," + strings.Join(letters, ";") + "," + strings.Join(texts, ",") + "\n")
		_, items := read(t, []byte(b.String()))
		if items[0].Verdict() == exchange.Refused {
			t.Fatalf("%d: %v", n, items[0].Notes)
		}
		key := items[0].Question.Answer.Order
		back := slices.Clone(key)
		slices.Reverse(back)
		byNumber := func(a, b string) int { return len(a)*100 + strings.Compare(a, b) - len(b)*100 }
		if slices.IsSortedFunc(key, byNumber) || slices.IsSortedFunc(back, byNumber) && n > 3 {
			t.Errorf("%d: %v", n, key)
		}
	}
}
