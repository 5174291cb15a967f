package exchange

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// qtiKinds reads each interaction that there is a kind for.
var qtiKinds = map[string]func(*node, *node, *draft){
	"choiceInteraction": qtiChoice, "orderInteraction": qtiOrder, "matchInteraction": qtiMatch,
	"textEntryInteraction": qtiEntry, "extendedTextInteraction": qtiText,
}

// qtiOthers names the interactions that there is no kind for.
var qtiOthers = map[string]string{
	"associateInteraction": "pairs to find among all", "gapMatchInteraction": "words to drag into a text", "inlineChoiceInteraction": "words to choose in a text",
	"hottextInteraction": "words to mark in a text", "hotspotInteraction": "a spot to click on an image", "selectPointInteraction": "a point to click on an image",
	"graphicOrderInteraction": "spots of an image to put in order", "graphicAssociateInteraction": "spots of an image to pair", "graphicGapMatchInteraction": "things to drag onto an image",
	"positionObjectInteraction": "an object to place on an image", "sliderInteraction": "a slider", "drawingInteraction": "a drawing", "uploadInteraction": "a file to hand in",
	"mediaInteraction": "a medium to play", "customInteraction": "an interaction of its own", "portableCustomInteraction": "an interaction of its own",
}

// qtiLeave are parts of an item's body that are not its text.
var qtiLeave = map[string]string{
	"feedbackInline": "", "feedbackBlock": "", "modalFeedback": "", "rubricBlock": "", "endAttemptInteraction": "", "templateBlock": "", "templateInline": "",
	"textEntryInteraction": " _____ ", "choiceInteraction": "", "orderInteraction": "", "matchInteraction": "", "extendedTextInteraction": "", "prompt": "",
	"stylesheet": "", "catalogInfo": "", "infoControl": "", "positionObjectStage": "",
}

// qti2Item reads an item of QTI 2.1, 2.2 or 3.0.
func qti2Item(n *node, d *draft) {
	d.ident, d.title = qtiID(n.attr("identifier")), d.plain(n.attr("title"))
	body := n.child("itemBody")
	var names []string
	for name := range qtiKinds {
		names = append(names, name)
	}
	for name := range qtiOthers {
		names = append(names, name)
	}
	inter := body.find(names...)
	if len(inter) > 0 {
		d.typ = inter[0].name
	}
	switch {
	case len(inter) == 0:
		d.refuse("It asks nothing that can be answered", "put its text into a lesson")
		return
	case qtiOthers[inter[0].name] != "":
		d.refuse(noPlace, qtiOthers[inter[0].name])
		return
	case len(inter) > 1:
		d.refuse("It asks "+counted(len(inter), "thing")+" at once", "a question here asks one")
		return
	case n.child("templateDeclaration") != nil || n.child("templateProcessing") != nil:
		d.refuse("Its numbers or texts are drawn anew for each learner", "a question here is the same for all")
		return
	}
	if n.attr("adaptive") == "true" {
		d.note(Altered, "It answers in several steps there", "a question here is answered once")
	}
	if n.child("assessmentStimulusRef") != nil {
		d.note(Lost, "The passage that it refers to is left out", "put it into a lesson or a case")
	}
	for _, e := range n.find("mapEntry") {
		if v := strings.TrimSpace(e.attr("mappedValue")); !isShare(v) {
			d.refuse("The mapped value “"+clip(v, 20)+"” is no number", "it is what an answer earns")
			return
		}
	}
	unit := ""
	if inter[0].name == "textEntryInteraction" {
		unit = takeUnit(body)
	}
	d.q.Prompt = d.qtiPrompt(body, inter[0])
	d.fixed(inter[0].attr("shuffle") == "false" && inter[0].name != "textEntryInteraction" && inter[0].name != "extendedTextInteraction")
	qtiKinds[inter[0].name](n, inter[0], d)
	if d.q.Answer != nil && d.q.Answer.Numeric != nil && plainUnit(unit) {
		d.q.Answer.Numeric.Unit = unit
	}
	d.qtiScored(n, inter[0])
	d.qtiFeedback(n)
	d.qtiPoints(n)
}

// qtiPrompt joins what stands around the interaction and its own prompt.
func (d *draft) qtiPrompt(body, inter *node) string {
	around := body.paragraph(&d.lost, qtiLeave)
	if around == "_____" || strings.HasSuffix(around, " _____") { // a field that stands behind the text
		around = strings.TrimSpace(strings.TrimSuffix(around, "_____"))
	}
	asked := inter.child("prompt").paragraph(&d.lost, qtiLeave)
	d.lost[paragraphsFlat] += among(around != "" && asked != "")
	return strings.TrimSpace(around + " " + asked)
}

// takeUnit takes the text of the class “unit” behind a field out of the body.
func takeUnit(n *node) string {
	if n == nil {
		return ""
	}
	for i, k := range n.kids {
		if k.name == "span" && k.attr("class") == qtiUnit {
			n.kids = slices.Delete(n.kids, i, i+1)
			return k.value()
		}
		if unit := takeUnit(k); unit != "" {
			return unit
		}
	}
	return ""
}

// qtiID undoes what an identifier must have before a digit.
func qtiID(id string) string {
	if len(id) > 1 && id[0] == '_' && id[1] >= '0' && id[1] <= '9' {
		return id[1:]
	}
	return id
}

// qtiSide is the ID behind an identifier of one side of a matching, without the mark
// of that side.
func qtiSide(id string) string {
	for _, mark := range []string{"_L_", "_R_"} {
		if rest, ok := strings.CutPrefix(id, mark); ok {
			return rest
		}
	}
	return qtiID(id)
}

// qtiUnit is the class of the text behind the field for a number.
const qtiUnit = "unit"

// response is the declaration of what an interaction asks.
func response(item, inter *node) *node {
	for _, r := range item.all("responseDeclaration") {
		if r.attr("identifier") == inter.attr("responseIdentifier") {
			return r
		}
	}
	return nil
}

func correct(item, inter *node) []string {
	var out []string
	for _, v := range response(item, inter).child("correctResponse").all("value") {
		out = append(out, v.value())
	}
	return out
}

// mapped are what the mapping gives points for, best first as it stands.
func mapped(item, inter *node) (keys []string, points []float64) {
	for _, e := range response(item, inter).child("mapping").all("mapEntry") {
		keys, points = append(keys, e.attr("mapKey")), append(points, percent(e.attr("mappedValue")))
	}
	return keys, points
}

// mapsPoints reports whether the item adds the points of a mapping up.
func mapsPoints(item *node) bool {
	p := item.child("responseProcessing")
	return strings.Contains(p.attr("template"), "map_response") || len(p.find("mapResponse")) > 0
}

// qtiFeedback reads what the item says after the answer.
func (d *draft) qtiFeedback(item *node) {
	for _, f := range item.all("modalFeedback") {
		text := f.paragraph(&d.lost, nil)
		id := qtiID(f.attr("identifier"))
		switch {
		case text == "":
		case d.optionWhy(id, text):
		case id == "working" && d.q.Kind == question.Numeric:
			d.q.Working = text
		case id == "general" || id == "rationale" || id == "general_fb":
			d.q.Rationale = text
		case strings.HasPrefix(id, "error") && d.q.Kind == question.Numeric:
			value, why, _ := strings.Cut(text, ": ")
			d.wrongNumber(numberAnswer{span{value: value}, why, 0})
		default:
			d.note(Lost, "The feedback “"+clip(text, 40)+"” is left out", "here each option has its own, or the whole question")
		}
	}
	if blocks := item.child("itemBody").find("feedbackBlock"); len(blocks) > 0 && !d.q.Kind.Choice() {
		d.note(Lost, "Feedback inside the text is left out", "here it is a rationale")
	}
}

// optionWhy gives a rationale to the option of an ID.
func (d *draft) optionWhy(id, text string) bool {
	for i := range d.q.Options {
		if o := &d.q.Options[i]; o.ID == id && o.Rationale == "" {
			o.Rationale = text
			return true
		}
	}
	return false
}

// qtiPoints reads the best score, for what people grade.
func (d *draft) qtiPoints(item *node) {
	if d.q.Kind != question.ShortAnswer || len(d.q.Rubric) > 0 {
		return
	}
	for _, o := range item.all("outcomeDeclaration") {
		if p := percent(o.attr("normalMaximum")); o.attr("identifier") == "SCORE" && p >= 1 {
			d.short(p)
		}
	}
}
