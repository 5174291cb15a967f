package exchange

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// qtiRules works out what an item's own rules give for an answer: as much of the
// language of QTI as tells whether they agree with the response that is declared
// correct. What it does not know makes what follows from it unknown, never wrong.
type qtiRules struct {
	rules    []*node
	id       string // of the response
	base     string
	ordered  bool
	correct  []string
	mapping  map[string]float64
	folded   map[string]float64 // of what it takes capital letters for small ones, in small ones
	other    float64
	low, top float64           // bounds of what the mapping gives
	outcomes map[string]result // as they are declared

	response []string
	now      map[string]result
	lost     bool // anything may have been set
	done     bool
	work     int // for all answers
}

// result is what an expression comes to: values, none for NULL; known is false where
// that cannot be told.
type result struct {
	values []string
	known  bool
}

// valuesMost is how many values are held together, and workMost how much is reckoned
// for one item: far more than one that people wrote asks for.
const (
	valuesMost = 1000
	workMost   = 4 << 20
)

var unknownResult = result{}

func boolResult(is bool) result { return result{[]string{strconv.FormatBool(is)}, true} }

func numberResult(n float64) result {
	return result{[]string{strconv.FormatFloat(n, 'g', -1, 64)}, true}
}

func (r result) null() bool { return r.known && len(r.values) == 0 }

func (r result) is(word string) bool { return r.known && len(r.values) == 1 && r.values[0] == word }

// number is the one number that it is.
func (r result) number() (float64, bool) {
	if !r.known || len(r.values) != 1 {
		return 0, false
	}
	return finite(r.values[0])
}

// finite reads a number that can be reckoned with.
func finite(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsNaN(v) && math.Abs(v) <= 1e12
}

// newQTIRules looks at the declarations once.
func newQTIRules(item *node, decl *node, rules []*node) *qtiRules {
	q := &qtiRules{rules: rules, id: decl.attr("identifier"), base: decl.attr("baseType"), ordered: decl.attr("cardinality") == "ordered",
		mapping: map[string]float64{}, folded: map[string]float64{}, low: math.Inf(-1), top: math.Inf(1), outcomes: map[string]result{}}
	for _, v := range decl.child("correctResponse").all("value") {
		q.correct = append(q.correct, pairOf(v.value()))
	}
	m := decl.child("mapping")
	q.other = percent(m.attr("defaultValue"))
	if v, ok := finite(m.attr("lowerBound")); ok {
		q.low = v
	}
	if v, ok := finite(m.attr("upperBound")); ok {
		q.top = v
	}
	for _, e := range m.all("mapEntry") {
		key, worth := pairOf(e.attr("mapKey")), percent(e.attr("mappedValue"))
		q.mapping[key] = worth
		if e.attr("caseSensitive") == "false" {
			q.folded[strings.ToLower(key)] = worth
		}
	}
	for _, o := range item.all("outcomeDeclaration") {
		r := result{known: true}
		for _, v := range o.child("defaultValue").all("value") {
			r.values = append(r.values, v.value())
		}
		if numericBase(o) && len(r.values) == 0 && o.attr("cardinality") != "multiple" && o.attr("cardinality") != "ordered" {
			r.values = []string{"0"}
		}
		q.outcomes[o.attr("identifier")] = r
	}
	return q
}

func numericBase(n *node) bool {
	return n.attr("baseType") == "float" || n.attr("baseType") == "integer"
}

// pairOf is a value without what tells nothing: of a pair, the space between its parts.
func pairOf(s string) string { return strings.Join(strings.Fields(s), " ") }

// score is what the rules put into an outcome for an answer.
func (q *qtiRules) score(outcome string, response []string) (float64, bool) {
	q.response, q.now, q.lost, q.done = response, map[string]result{}, false, false
	q.run(q.rules)
	if q.lost {
		return 0, false
	}
	return q.outcome(outcome).number()
}

func (q *qtiRules) outcome(id string) result {
	if r, set := q.now[id]; set {
		return r
	}
	return q.outcomes[id] // not known where it is not declared
}

var qtiSetters = []string{"setOutcomeValue", "lookupOutcomeValue"}

func (q *qtiRules) run(rules []*node) {
	for _, n := range rules {
		if q.done {
			return
		}
		switch n.name {
		case "":
		case "responseCondition":
			q.condition(n)
		case "responseProcessingFragment":
			q.run(n.kids)
		case "setOutcomeValue":
			q.now[n.attr("identifier")] = q.first(n)
		case "lookupOutcomeValue":
			q.now[n.attr("identifier")] = unknownResult
		case "exitResponse":
			q.done = true
		case "include":
			q.lost = true
		default:
			q.lost = q.lost || len(n.find(append(qtiSetters, "exitResponse")...)) > 0
		}
	}
}

// condition runs the first branch whose test holds.
func (q *qtiRules) condition(c *node) {
	for _, branch := range c.elements() {
		rules := branch.elements()
		if branch.name == "responseElse" {
			q.run(rules)
			return
		}
		if len(rules) == 0 {
			continue
		}
		test := q.eval(rules[0])
		if !test.known {
			q.lost = q.lost || len(c.find("exitResponse", "include")) > 0
			for _, s := range c.find(qtiSetters...) {
				q.now[s.attr("identifier")] = unknownResult
			}
			return
		}
		if test.is("true") {
			q.run(rules[1:])
			return
		}
	}
}

// elements are what stands in an element, without the texts.
func (n *node) elements() []*node {
	if n == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.kids), func(k *node) bool { return k.name == "" })
}

// first is what the first expression in an element comes to.
func (q *qtiRules) first(n *node) result {
	for _, k := range n.kids {
		if k.name != "" {
			return q.eval(k)
		}
	}
	return unknownResult
}

// eval works an expression out.
func (q *qtiRules) eval(n *node) result {
	mine := n.attr("identifier") == q.id
	switch n.name {
	case "baseValue":
		return result{[]string{pairOf(n.raw())}, true}
	case "null":
		return result{known: true}
	case "variable":
		if mine {
			return result{q.response, true}
		}
		return q.outcome(n.attr("identifier"))
	case "correct":
		return result{q.correct, mine}
	case "mapResponse":
		if mine {
			return numberResult(q.mapped())
		}
		return unknownResult
	}
	op := qtiOperators[n.name]
	if op == nil {
		return unknownResult
	}
	var args []result
	cost := 1
	for _, k := range n.elements() {
		a := q.eval(k)
		args = append(args, a)
		cost = min(cost*(1+len(a.values)), workMost)
	}
	if q.work += cost; q.work > workMost {
		q.lost = true
		return unknownResult
	}
	return op(q, n, args)
}

// mapped is what the mapping gives for the answer.
func (q *qtiRules) mapped() float64 {
	sum := 0.0
	for i, v := range q.response {
		if slices.Contains(q.response[:i], v) {
			continue
		}
		worth, ok := q.mapping[v]
		if !ok {
			worth, ok = q.folded[strings.ToLower(v)]
		}
		if !ok {
			worth = q.other
		}
		sum += worth
	}
	return min(max(sum, q.low), q.top)
}
