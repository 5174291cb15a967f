package exchange

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

func (d *draft) moodleAnswers(n *node) []choice {
	var out []choice
	for _, a := range n.all("answer") {
		out = append(out, choice{text: d.moodleText(a), why: d.moodleText(a.child("feedback")), percent: d.fraction(a)})
	}
	return out
}

// fraction is the share of the mark that an answer earns, nothing where it says none. One
// that cannot be read is not nothing.
func (d *draft) fraction(answer *node) float64 {
	s := answer.attr("fraction")
	if !isShare(s) {
		d.refuse("The fraction “"+clip(s, 20)+"” of an answer is no number", "it is the share of the mark in percent, as in 100 or 33.33333")
	}
	return percent(s)
}

func moodleChoice(n *node, d *draft) {
	d.fixed(!isYes(n.child("shuffleanswers").value()))
	if isYes(n.child("single").value()) {
		d.single(d.moodleAnswers(n))
		return
	}
	d.multiple(d.moodleAnswers(n), false)
}

func moodleTrueFalse(n *node, d *draft) { d.trueOrFalse(d.moodleAnswers(n)) }

func moodleNumber(n *node, d *draft) {
	d.q.Working, d.q.Rationale = d.q.Rationale, ""
	var spans []numberAnswer
	for _, a := range n.all("answer") {
		text := a.child("text")
		if text == nil {
			text = a
		}
		tolerance := a.child("tolerance").value()
		if tolerance == "" {
			tolerance = a.attr("tolerance")
		}
		spans = append(spans, numberAnswer{around(text.value(), tolerance), d.moodleText(a.child("feedback")), d.fraction(a)})
	}
	d.numbers(spans)
	units := n.child("units").all("unit")
	switch {
	case d.q.Answer == nil || len(units) == 0:
	case len(units) == 1 && percent(units[0].child("multiplier").value()) == 1 && plainUnit(units[0].child("unit_name").value()):
		d.q.Answer.Numeric.Unit = units[0].child("unit_name").value()
	default:
		d.note(Lost, "Its units are left out", "a number here has one unit, a short word without digits")
	}
}

func plainUnit(s string) bool {
	return s != "" && len(s) <= 24 && !strings.ContainsAny(s, "0123456789+-−–.,") && clean(s, new(lossCount)) == s
}

// numberAnswer is one number that a source knows, with its share of the mark.
type numberAnswer struct {
	span
	why     string
	percent float64
}

// numbers makes a numeric question of one right number and what else is known.
func (d *draft) numbers(list []numberAnswer) {
	if d.refused() {
		return
	}
	right := -1
	for i, a := range list {
		switch {
		case a.percent < whole:
		case right < 0:
			right = i
		default:
			d.note(Lost, "Another right number, "+clip(a.value, 20)+", is left out", "ours has one, with a range")
		}
	}
	if right < 0 {
		d.refuse("No number is wholly right", "ours has one that is")
		return
	}
	d.numeric(list[right].span)
	if d.q.Answer == nil {
		return
	}
	if why := list[right].why; why != "" {
		d.q.Rationale = why
	}
	part := 0
	for _, a := range list {
		part += among(a.percent > 0 && a.percent < whole)
		if a.percent <= 0 {
			d.wrongNumber(a)
		}
	}
	if part > 0 {
		d.note(Altered, fmt.Sprintf("Partial credit is gone, for %s", counted(part, "number")), allOrNothing)
	}
}

// wrongNumber makes a common error of a number that earns nothing.
func (d *draft) wrongNumber(a numberAnswer) {
	value, ok := decimal(a.value)
	switch {
	case a.why == "" && !ok:
	case !ok || a.lo != nil:
		what := "“" + clip(a.value, 20) + "”"
		if a.value == "" || a.value == "*" {
			what = "any other number"
		}
		d.note(Lost, "The feedback for "+what+" is left out", "here only a single wrong number is explained")
	case a.why == "":
		d.note(Lost, "The wrong number “"+clip(value, 20)+"” is left out", "it says nothing about why")
	default:
		e := question.CommonError{Value: value, Why: a.why}
		try := d.q
		try.ID, try.Errors = "x", append(slices.Clone(d.q.Errors), e)
		if bad := Completed(try); slices.ContainsFunc(bad.Validate(), func(p question.Problem) bool { return strings.HasPrefix(p.Path, "errors") }) {
			d.note(Lost, "The feedback for the number “"+clip(value, 20)+"” is left out", "it is accepted, or stands there twice")
			return
		}
		d.q.Errors = try.Errors
	}
}

func (d *draft) moodlePoints(n *node) float64 {
	if grade := n.child("defaultgrade").value(); grade != "" {
		return percent(grade)
	}
	return 1
}

// moodleShort reads answers that are plain text, whatever their format says.
func moodleShort(n *node, d *draft) {
	var list []choice
	for _, a := range n.all("answer") {
		text := a.child("text")
		if text == nil {
			text = a
		}
		list = append(list, choice{text: d.plain(text.raw()), why: d.moodleText(a.child("feedback")), percent: d.fraction(a)})
	}
	d.accepted(list, d.moodlePoints(n))
}

func moodleMatch(n *node, d *draft) {
	d.fixed(!isYes(n.child("shuffleanswers").value()))
	var pairs []pair
	for _, s := range n.all("subquestion") {
		pairs = append(pairs, pair{left: d.moodleText(s), right: d.plain(s.path("answer", "text").raw())}) // as Moodle keeps it
	}
	d.partialRows(len(pairs))
	d.match(pairs)
}

// partialRows notes that rows earn nothing by themselves.
func (d *draft) partialRows(n int) {
	if n > 1 {
		d.note(Altered, "Rows earn nothing by themselves", allOrNothing)
	}
}

func moodleEssay(n *node, d *draft) {
	d.short(d.moodlePoints(n))
	info := n.child("graderinfo")
	text := info.child("text").raw()
	var lines []string
	for _, line := range htmlLines(text) {
		lines = append(lines, fromHTML(line, &d.lost))
	}
	d.grading(lines)
	if n.child("responsetemplate").child("text").value() != "" {
		d.note(Lost, "The template of the answer is left out", "an answer here begins empty")
	}
	if percent(n.child("attachments").value()) != 0 {
		d.note(Lost, "Files cannot be handed in", "an answer here is text")
	}
}

// graderLinesMost is how many lines of a text for graders are told apart: the rest is
// one.
const graderLinesMost = 200

// htmlLines parts a text at the ends of its paragraphs and list items.
func htmlLines(s string) []string {
	for _, end := range []string{"</p>", "</li>", "<br>", "<br/>", "<br />", "</div>"} {
		s = strings.ReplaceAll(s, end, "\n")
	}
	for _, begin := range []string{"<p>", "<li>", "<ul>", "</ul>", "<div>", "<p dir=\"ltr\">"} {
		s = strings.ReplaceAll(s, begin, "")
	}
	return strings.SplitN(s, "\n", graderLinesMost)
}

func moodleOrder(n *node, d *draft) {
	var items []question.Item
	answers := n.all("answer")
	slices.SortStableFunc(answers, func(a, b *node) int {
		return int(percent(a.attr("fraction"))) - int(percent(b.attr("fraction")))
	})
	for _, a := range answers {
		d.fraction(a)
		items = append(items, question.Item{Text: d.moodleText(a), Rationale: d.moodleText(a.child("feedback"))})
	}
	if g := strings.ToUpper(n.child("gradingtype").value()); g != "" && g != "-1" && g != "ALL_OR_NOTHING" {
		d.note(Altered, "Partial credit is gone", allOrNothing)
	}
	d.inOrder(items)
}
