package exchange

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// qti1Types reads what the metadata of Canvas and of Common Cartridge call a type.
var qti1Types = map[string]func(*qti1, *draft){
	"multiple_choice_question": (*qti1).choice, "cc.multiple_choice.v0p1": (*qti1).choice, "multiple_answers_question": (*qti1).choice, "cc.multiple_response.v0p1": (*qti1).choice,
	"true_false_question": (*qti1).trueFalse, "cc.true_false.v0p1": (*qti1).trueFalse,
	"matching_question": (*qti1).match, "numerical_question": (*qti1).number, "essay_question": (*qti1).essay, "cc.essay.v0p1": (*qti1).essay,
	"short_answer_question": (*qti1).short, "cc.fib.v0p1": (*qti1).short, "cc.pattern_match.v0p1": (*qti1).short,
	"ordering_question": (*qti1).order,
}

var qti1Others = map[string]string{
	"fill_in_multiple_blanks_question": "several gaps in a text", "multiple_dropdowns_question": "words to choose in a text", "calculated_question": "calculated from random numbers",
	"file_upload_question": "a file to hand in", "hot_spot_question": "a spot to click on an image", "categorization_question": "things to sort into categories",
}

// qti1 is an item of QTI 1.2 that was looked at.
type qti1 struct {
	meta      map[string]string
	responses []*node
	rules     []rule
	feedback  map[string]string
}

// rule is one condition of the response processing.
type rule struct {
	values []answer // that must be given, in order
	nots   int      // that must not
	score  float64
	scores bool     // it sets a score at all
	shows  []string // names of feedback
	cond   *node
}

type answer struct{ response, value string }

func qti1Item(n *node, d *draft) {
	q := readQTI1(n, d)
	d.ident, d.title = n.attr("ident"), d.plain(n.attr("title"))
	if d.title == "Question" { // as Canvas names all of them
		d.title = ""
	}
	d.typ = q.meta["question_type"]
	if d.typ == "" {
		d.typ = q.meta["cc_profile"]
	}
	d.q.Prompt = d.materials(n.child("presentation"))
	d.lost[paragraphsFlat] += among(texts(n.child("presentation")) > 1)
	read := qti1Types[d.typ]
	switch {
	case d.typ == "text_only_question":
		d.refuse("It is a text without a question", "put it into a lesson")
		return
	case qti1Others[d.typ] != "":
		d.refuse(noPlace, qti1Others[d.typ])
		return
	case read == nil:
		read = q.guess(d)
	}
	if read == nil {
		return
	}
	read(q, d)
	q.rationales(d)
}

func readQTI1(n *node, d *draft) *qti1 {
	q := &qti1{meta: map[string]string{}, feedback: map[string]string{}}
	for _, f := range n.find("qtimetadatafield") {
		label := f.child("fieldlabel").value()
		if _, twice := q.meta[label]; !twice {
			q.meta[label] = f.child("fieldentry").value()
		}
	}
	q.responses = n.child("presentation").find("response_lid", "response_str", "response_num", "response_xy", "response_grp")
	for _, r := range n.find("respcondition") {
		q.rules = append(q.rules, readRule(r))
	}
	for _, f := range n.all("itemfeedback") {
		if text := d.materials(f); text != "" {
			q.feedback[f.attr("ident")] = text
		}
	}
	return q
}

func readRule(n *node) rule {
	r := rule{cond: n.child("conditionvar")}
	r.collect(r.cond, false)
	for _, s := range n.all("setvar") {
		r.scores = true
		v := percent(s.value())
		if strings.EqualFold(s.attr("action"), "Subtract") {
			v = -v
		}
		r.score += v
	}
	for _, f := range n.all("displayfeedback") {
		r.shows = append(r.shows, f.attr("linkrefid"))
	}
	return r
}

func (r *rule) collect(n *node, not bool) {
	if n == nil {
		return
	}
	for _, k := range n.kids {
		switch k.name {
		case "not":
			r.collect(k, !not)
		case "varequal", "varsubset", "varinside":
			if not {
				r.nots++
			} else {
				r.values = append(r.values, answer{k.attr("respident"), k.value()})
			}
		default:
			r.collect(k, not)
		}
	}
}

// guess tells the type of an item without metadata by what it asks.
func (q *qti1) guess(d *draft) func(*qti1, *draft) {
	if len(q.responses) == 0 {
		d.refuse("It asks nothing that can be answered", "put its text into a lesson")
		return nil
	}
	first := q.responses[0]
	names := map[string]int{}
	for _, r := range q.responses {
		names[r.name]++
	}
	d.typ = first.name
	switch {
	case names["response_xy"]+names["response_grp"] > 0:
		d.refuse(noPlace, "a spot of an image, or things to group")
	case len(q.responses) > 1 && names["response_lid"] == len(q.responses) && q.twoSided():
		return (*qti1).match
	case len(q.responses) > 1:
		d.refuse("It asks "+counted(len(q.responses), "thing")+" at once", "a question here asks one")
	case len(first.find("render_hotspot", "render_slider")) > 0:
		d.refuse(noPlace, "a spot of an image, or a slider")
	case first.name == "response_num":
		return (*qti1).number
	case first.name == "response_str":
		return q.guessText(first)
	case strings.EqualFold(first.attr("rcardinality"), "ordered"):
		return (*qti1).order
	default:
		return (*qti1).choice
	}
	return nil
}

func (q *qti1) guessText(r *node) func(*qti1, *draft) {
	for _, f := range r.find("render_fib") {
		if t := strings.ToLower(f.attr("fibtype")); t == "decimal" || t == "integer" {
			return (*qti1).number
		}
	}
	for _, r := range q.rules {
		if len(r.values) > 0 {
			return (*qti1).short
		}
	}
	return (*qti1).essay
}

// twoSided reports whether each response has a text of its own, and some of what
// can be chosen is offered twice: gaps in a text have words of their own.
func (q *qti1) twoSided() bool {
	seen, shared := map[string]bool{}, false
	for _, r := range q.responses {
		if r.child("material") == nil {
			return false
		}
		for _, l := range r.find("response_label") {
			shared = shared || seen[l.value()]
			seen[l.value()] = true
		}
	}
	return shared
}

// materials is the text of an element without that of its responses.
func (d *draft) materials(n *node) string {
	if n == nil {
		return ""
	}
	var parts []string
	text := lastText(n)
	for i, k := range n.kids {
		switch k.name {
		case "mattext", "matemtext":
			parts = append(parts, d.mattext(k))
		case "matimage":
			d.lost[lostImage]++
			parts = append(parts, "[image]")
		case "mataudio", "matvideo", "matapplet", "matapplication":
			d.lost[lostMedia]++
		case "response_str", "response_num":
			if i < text {
				parts = append(parts, "_____")
			}
		case "response_lid", "response_xy", "response_grp":
		default:
			parts = append(parts, d.materials(k))
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// texts is how many texts stand in an element one after the other, outside its responses.
func texts(n *node) (count int) {
	for _, k := range n.elements() {
		switch {
		case k.name == "material":
			count += among(k.value() != "")
		case strings.HasPrefix(k.name, "response_"):
			if k.name == "response_str" || k.name == "response_num" {
				return 0 // a gap in a text
			}
		default:
			count += texts(k)
		}
	}
	return count
}

// lastText is which part of an element is the last with text, -1 where none has.
func lastText(n *node) int {
	for i, k := range slices.Backward(n.kids) {
		if k.name == "material" || k.name == "flow" {
			return i
		}
	}
	return -1
}

// mattext is one text, of HTML or plain, with tags that are escaped or not.
func (d *draft) mattext(n *node) string {
	for _, k := range n.kids {
		if k.name != "" {
			return n.paragraph(&d.lost, nil)
		}
	}
	if t := n.attr("texttype"); t == "text/plain" || t == "" && !tagLike.MatchString(n.raw()) {
		return d.plain(n.raw())
	}
	return d.html(n.raw())
}

// best is the rule that gives most; nil where none gives anything.
func (q *qti1) best() *rule {
	var best *rule
	for i := range q.rules {
		r := &q.rules[i]
		if len(r.values) > 0 && r.score > 0 && (best == nil || r.score > best.score) {
			best = r
		}
	}
	if best != nil {
		return best
	}
	for i := range q.rules { // that says it by its feedback alone
		r := &q.rules[i]
		if len(r.values) > 0 && !r.scores && slices.ContainsFunc(r.shows, func(s string) bool { return strings.EqualFold(s, "correct") }) {
			return r
		}
	}
	return nil
}

// rationales takes the feedback for the whole, and notes what is left out.
func (q *qti1) rationales(d *draft) {
	if text := q.feedback["general_fb"]; text != "" {
		if d.q.Kind == question.Numeric {
			d.q.Working = text
		} else {
			d.q.Rationale = text
		}
	}
	for _, f := range []struct{ name, what string }{{"correct_fb", "right"}, {"general_incorrect_fb", "wrong"}, {"correct", "right"}, {"incorrect", "wrong"}} {
		if q.feedback[f.name] != "" {
			d.note(Lost, "The feedback for any "+f.what+" answer is left out", "here each option has its own")
		}
	}
}
