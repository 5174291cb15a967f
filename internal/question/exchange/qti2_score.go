package exchange

import (
	"path"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// qtiTemplates are the standard ways of scoring; true where the points of the mapping
// count.
var qtiTemplates = map[string]bool{
	"match_correct": false, "map_response": true, "map_response_point": false, "cc2_match": false, "cc2_match_basic": false, "cc2_map_response": true,
}

const (
	scoringUnread  = "Its own way of scoring was not read"
	scoringAgainst = "Its way of scoring contradicts the response that it declares correct"
)

// qtiScored compares the item's own way of scoring with the key that was read: a key is
// right only where both say so.
func (d *draft) qtiScored(item, inter *node) {
	if d.refused() {
		return
	}
	decl := response(item, inter)
	rules, maps, sure := qtiRulesOf(item.child("responseProcessing"), decl)
	outcome, scores := qtiScoreOf(item, rules)
	switch {
	case !sure || scores && outcome == "":
		d.unread(item, inter)
		return
	case !scores || maps && decl.child("mapping") == nil:
		return
	case inter.name == "extendedTextInteraction":
		if !maps {
			d.unread(item, inter)
		}
		return
	}
	key := correct(item, inter)
	declared := len(key) > 0
	if !declared {
		keys, points := mapped(item, inter)
		for i, k := range keys {
			if points[i] > 0 {
				key = append(key, k)
			}
		}
	}
	if len(key) > othersMost {
		d.unread(item, inter)
		return
	}
	for i := range key {
		key[i] = pairOf(key[i])
	}
	w := qtiWeigh{d: d, rules: newQTIRules(item, decl, rules), outcome: outcome, key: key, maps: maps || mapsPoints(item), template: maps}
	w.single = inter.name == "choiceInteraction" && (decl.attr("cardinality") == "single" || inter.attr("maxChoices") == "1")
	w.weigh(w.others(inter))
	switch {
	case w.unknown || w.why != "" && (!declared || item.attr("adaptive") == "true"):
		d.unread(item, inter)
	case w.why != "":
		d.refuse(scoringAgainst, w.why+"; correct the one or the other")
	default:
		w.parts(inter.name)
	}
}

// unread says that only the declared key counts here.
func (d *draft) unread(item, inter *node) {
	why := "the key is the response that it declares correct; compare it with the source"
	switch {
	case d.q.Kind == question.ShortAnswer:
		why = "here a person grades a short answer"
	case len(correct(item, inter)) == 0:
		why = "the key is what its mapping gives points for; compare it with the source"
	}
	d.note(Altered, scoringUnread, why)
}

// qtiRulesOf are the rules of an item, of its own or of the standard template that maps
// points; sure is false for a template that is not known here.
func qtiRulesOf(p, decl *node) (rules []*node, maps, sure bool) {
	if rules = p.elements(); len(rules) > 0 {
		return rules, false, true
	}
	name := p.attr("template")
	if name == "" {
		name = p.attr("templateLocation")
	}
	if name == "" {
		return nil, false, true
	}
	maps, sure = qtiTemplates[strings.ToLower(strings.TrimSuffix(path.Base(strings.TrimSpace(name)), ".xml"))]
	if maps {
		mapped := &node{name: "mapResponse", attrs: map[string]string{"identifier": decl.attr("identifier")}}
		rules = []*node{{name: "setOutcomeValue", attrs: map[string]string{"identifier": qtiScore}, kids: []*node{mapped}}}
	}
	return rules, maps, sure
}

const qtiScore = "SCORE"

// qtiScoreOf is the outcome that rules put the score into, "" where it cannot be told;
// scores is false where they give none.
func qtiScoreOf(item *node, rules []*node) (outcome string, scores bool) {
	all := &node{kids: rules}
	set := map[string]bool{}
	for _, s := range all.find(qtiSetters...) {
		set[s.attr("identifier")] = true
	}
	if set[qtiScore] {
		return qtiScore, true
	}
	scores = len(all.find("include")) > 0
	for _, o := range item.all("outcomeDeclaration") {
		id := o.attr("identifier")
		switch base := o.attr("baseType"); {
		case !set[id] || base == "identifier" || base == "string" || id == "MAXSCORE" || id == "MINSCORE": // feedback, and what is the same for all
		case numericBase(o) && !scores:
			outcome, scores = id, true
		default:
			outcome, scores = "", true
		}
		delete(set, id)
	}
	delete(set, "completionStatus")
	if len(set) > 0 {
		return "", true
	}
	return outcome, scores
}

// qtiWeigh compares what rules give for the key and for other answers.
type qtiWeigh struct {
	d        *draft
	rules    *qtiRules
	outcome  string
	key      []string
	maps     bool // the points of a mapping count
	template bool
	single   bool // one option is to be chosen

	why         string // the rules contradict the key
	unknown     bool
	part, minus int  // others that earn a part, or lose something
	same        int  // others that earn as much
	ranges      bool // so does a number outside the range that was read
}

// scoreOff is how far scores may be from each other that are the same.
const scoreOff = 1e-9

func (w *qtiWeigh) weigh(others [][]string) {
	best, ok := w.rules.score(w.outcome, w.key)
	if w.unknown = !ok; w.unknown {
		return
	}
	for _, other := range others {
		s, ok := w.rules.score(w.outcome, other)
		switch {
		case !ok:
			w.unknown = true
		case s > best+scoreOff:
			w.unknown, w.why = false, "its rules give more for "+w.say(other)+" than for "+w.say(w.key)
			return
		case s >= best-scoreOff:
			w.ranges = w.ranges || w.outside(other)
			if w.same++; w.single && !w.maps && best > 0 {
				w.unknown, w.why = false, "its rules give as much for "+w.say(other)+" as for "+w.say(w.key)
				return
			}
		case s > 0:
			w.part++
		case s < 0:
			w.minus++
		}
	}
	if best <= 0 && !w.template && !w.unknown {
		w.why = "its rules give nothing for " + w.say(w.key)
	}
}

// say names an answer.
func (w *qtiWeigh) say(answer []string) string {
	var texts []string
	for _, id := range answer {
		for _, o := range w.d.q.Options {
			if o.ID == qtiID(id) {
				id = o.Text
				break
			}
		}
		texts = append(texts, id)
	}
	if len(texts) == 0 {
		return "no answer"
	}
	return "“" + clip(strings.Join(texts, ", "), 60) + "”"
}

// parts notes what other answers earn there.
func (w *qtiWeigh) parts(interaction string) {
	if w.ranges && !slices.ContainsFunc(w.d.notes, func(n Note) bool { return n.What == anotherRange }) {
		w.d.note(Lost, anotherRange, "ours has one")
	}
	switch {
	case w.maps || interaction == "textEntryInteraction": // said where the mapping and the range are read
	case w.single:
		w.d.partial(w.part, w.minus)
	default:
		const gone = "Partial credit is gone"
		if w.part > 0 && !slices.ContainsFunc(w.d.notes, func(n Note) bool { return n.What == gone }) {
			w.d.note(Altered, gone, allOrNothing)
		}
		if w.same > 0 {
			w.d.note(Altered, "Other answers earn as much there", "here only the response that it declares correct is right")
		}
	}
}
