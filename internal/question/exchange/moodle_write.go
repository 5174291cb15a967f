package exchange

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// esc writes text into XML.
func esc(s string) string {
	var b strings.Builder
	if xml.EscapeText(&b, []byte(s)) != nil { // a builder takes everything
		return ""
	}
	return b.String()
}

func (o *writing) moodle(qs []question.Question) {
	o.all(Altered, "Moodle gives partial credit in multiple responses, matchings and orders", "here they are all or nothing")
	o.put(xml.Header, "<quiz>\n")
	for i := range qs {
		o.moodleOne(&qs[i])
	}
	o.put("</quiz>\n")
}

var moodleNames = map[question.Kind]string{
	question.SingleChoice: "multichoice", question.MultipleResponse: "multichoice", question.TrueFalse: "truefalse", question.Numeric: "numerical",
	question.Ordering: "ordering", question.Matching: "matching", question.ShortAnswer: "essay",
}

// text is an element with a text of Moodle's.
func (o *writing) text(name, s string) {
	o.put("<", name, ` format="plain_text"><text>`, esc(s), "</text></", name, ">\n")
}

func (o *writing) moodleOne(q *question.Question) {
	o.put(`<question type="`, moodleNames[q.Kind], "\">\n<name><text>", esc(q.ID), "</text></name>\n")
	o.text("questiontext", q.Prompt)
	general := q.Rationale
	if q.Kind == question.Numeric {
		general = oneFeedback(q)
	}
	o.text("generalfeedback", general)
	grade := 1
	if q.Kind == question.ShortAnswer {
		grade = q.Points
	}
	o.put("<defaultgrade>", strconv.Itoa(grade), "</defaultgrade>\n<penalty>0</penalty>\n<hidden>0</hidden>\n<idnumber>", esc(q.ID), "</idnumber>\n")
	if q.Kind == question.SingleChoice || q.Kind == question.MultipleResponse || q.Kind == question.Matching {
		o.put("<shuffleanswers>", strconv.FormatBool(q.Shuffles()), "</shuffleanswers>\n")
	}
	o.moodleKind(q)
	if tags := tagsOf(q); len(tags) > 0 {
		o.put("<tags>")
		for _, t := range tags {
			o.put("<tag><text>", esc(t), "</text></tag>")
		}
		o.put("</tags>\n")
	}
	o.put("</question>\n")
	o.report.Written++
}

func (o *writing) moodleKind(q *question.Question) {
	switch q.Kind {
	case question.SingleChoice, question.MultipleResponse:
		o.put("<single>", strconv.FormatBool(q.Kind == question.SingleChoice), "</single>\n<answernumbering>ABCD</answernumbering>\n")
		o.moodleOptions(q)
	case question.TrueFalse:
		for _, op := range q.Options {
			o.moodleAnswer(fraction(op.Correct, 1), op.ID, op.Rationale)
		}
		o.trueFalseWords(q)
	case question.Numeric:
		o.moodleNumber(q)
	case question.Ordering:
		o.put("<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>\n<selectcount>0</selectcount>\n<gradingtype>ALL_OR_NOTHING</gradingtype>\n<showgrading>HIDE</showgrading>\n<numberingstyle>none</numberingstyle>\n")
		for i, it := range inRightOrder(q) {
			o.moodleAnswer(strconv.Itoa(i+1), it.Text, it.Rationale)
		}
		if !q.Shuffles() {
			o.note(q, Lost, "That its entries stand in your order", "Moodle shuffles them")
		}
	case question.Matching:
		o.moodleMatch(q)
	case question.ShortAnswer:
		o.put("<responseformat>editor</responseformat>\n<responserequired>1</responserequired>\n<responsefieldlines>10</responsefieldlines>\n<attachments>0</attachments>\n<attachmentsrequired>0</attachmentsrequired>\n<graderinfo format=\"html\"><text>")
		for _, line := range graderLines(q) {
			o.put(esc("<p>" + esc(line) + "</p>"))
		}
		o.put("</text></graderinfo>\n<responsetemplate format=\"html\"><text></text></responsetemplate>\n")
	}
}

// fraction is the share of an option in percent, of n that are right.
func fraction(right bool, n int) string {
	if !right {
		return "0"
	}
	return strconv.FormatFloat(100/float64(n), 'f', 5, 64)
}

func (o *writing) moodleOptions(q *question.Question) {
	right := 0
	for _, op := range q.Options {
		right += among(op.Correct)
	}
	for _, op := range q.Options {
		o.moodleAnswer(fraction(op.Correct, right), op.Text, op.Rationale)
	}
}

func (o *writing) moodleAnswer(fraction, text, why string) {
	o.put(`<answer fraction="`, fraction, `" format="plain_text"><text>`, esc(text), "</text>\n")
	o.text("feedback", why)
	o.put("</answer>\n")
}

func (o *writing) moodleNumber(q *question.Question) {
	k := q.Answer.Numeric
	answer := func(fraction, value, why, tolerance string) {
		o.put(`<answer fraction="`, fraction, `" format="plain_text"><text>`, esc(value), "</text>\n")
		o.text("feedback", why)
		o.put("<tolerance>", tolerance, "</tolerance></answer>\n")
	}
	answer("100", k.Value, "", o.numberNotes(q))
	for _, e := range q.Errors {
		answer("0", e.Value, e.Why, "0")
	}
	if k.Unit != "" {
		o.put("<units><unit><multiplier>1</multiplier><unit_name>", esc(k.Unit), "</unit_name></unit></units>\n<unitgradingtype>0</unitgradingtype>\n<showunits>1</showunits>\n<unitsleft>0</unitsleft>\n")
	}
}

func (o *writing) moodleMatch(q *question.Question) {
	row := func(left, right string) {
		o.put(`<subquestion format="plain_text"><text>`, esc(left), "</text><answer><text>", esc(right), "</text></answer></subquestion>\n")
	}
	for _, l := range q.Left {
		row(l.Text, rightOf(q, l))
	}
	for _, d := range distractors(q) {
		row("", d)
	}
	if rowWhys(q) {
		o.note(q, Lost, "The rationales of its rows", "the format explains the whole only")
	}
}
