package exchange

import (
	"math/big"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// labels are the options of a response.
func (d *draft) labels(r *node) []choice {
	var out []choice
	for _, l := range r.find("response_label") {
		out = append(out, choice{id: l.attr("ident"), text: d.materials(l)})
	}
	return out
}

const noKey = "It names no right answer"

func (q *qti1) choice(d *draft) {
	best := q.best()
	if len(q.responses) != 1 || best == nil {
		d.refuse(noKey, "ours has one")
		return
	}
	list := d.labels(q.responses[0])
	q.explain(list)
	d.fixed(len(q.responses[0].find("render_choice")) > 0 && strings.EqualFold(q.responses[0].find("render_choice")[0].attr("shuffle"), "no"))
	if strings.EqualFold(q.responses[0].attr("rcardinality"), "multiple") {
		stated := len(best.values) > 1 || best.nots > 0
		q.mark(list, best, stated)
		d.multiple(anonymous(list), stated)
		return
	}
	q.mark(list, best, false)
	d.single(anonymous(list))
}

// mark gives the options their shares: of the best rule alone, or of all rules.
func (q *qti1) mark(list []choice, best *rule, alone bool) {
	score := map[string]float64{}
	for _, r := range q.rules {
		if alone && r.cond != best.cond || !alone && len(r.values) != 1 && r.cond != best.cond {
			continue
		}
		for _, v := range r.values {
			if r.cond == best.cond {
				score[v.value] = 100
			} else if score[v.value] < 100 && best.score > 0 {
				score[v.value] = 100 * r.score / best.score
			}
		}
	}
	for i := range list {
		list[i].percent = score[list[i].id]
	}
}

// explain gives options the feedback that their rules show.
func (q *qti1) explain(list []choice) {
	type shown struct{ id, text string }
	whys, seen := map[string][]string{}, map[shown]bool{}
	for _, r := range q.rules {
		if len(r.values) != 1 || r.nots > 0 {
			continue
		}
		for _, name := range r.shows {
			s := shown{r.values[0].value, q.feedback[name]}
			if s.text != "" && !generalFeedback(name) && !seen[s] {
				seen[s] = true
				whys[s.id] = append(whys[s.id], s.text)
			}
		}
	}
	texts := map[string]string{}
	for id, parts := range whys {
		texts[id] = strings.Join(parts, " ")
	}
	for i := range list {
		list[i].why = texts[list[i].id]
	}
}

func generalFeedback(name string) bool {
	switch name {
	case "general_fb", "correct_fb", "general_incorrect_fb", "correct", "incorrect":
		return true
	}
	return false
}

// anonymous takes the names of options away: they are long numbers there.
func anonymous(list []choice) []choice {
	for i := range list {
		list[i].id = ""
	}
	return list
}

func (q *qti1) trueFalse(d *draft) {
	best := q.best()
	if len(q.responses) != 1 || best == nil {
		d.refuse(noKey, "ours has one")
		return
	}
	list := d.labels(q.responses[0])
	q.explain(list)
	q.mark(list, best, false)
	d.trueOrFalse(anonymous(list))
}

func (q *qti1) order(d *draft) {
	best := q.best()
	if len(q.responses) != 1 || best == nil {
		d.refuse("It names no right order", "ours has one")
		return
	}
	var items []question.Item
	for _, l := range d.labels(q.responses[0]) {
		items = append(items, question.Item{ID: l.id, Text: l.text})
	}
	var key []string
	for _, v := range best.values {
		key = append(key, v.value)
	}
	d.ordering(items, key)
}

func (q *qti1) match(d *draft) {
	var pairs []pair
	seen := map[string]bool{}
	for _, r := range q.responses {
		right := ""
		for _, rule := range q.rules {
			for _, v := range rule.values {
				if v.response == r.attr("ident") && rule.score > 0 {
					right = v.value
				}
			}
		}
		left := d.materials(withoutChoices(r))
		for _, l := range d.labels(r) {
			if l.id == right {
				pairs = append(pairs, pair{left: left, right: l.text})
				left = ""
			} else if !seen[l.text] {
				pairs = append(pairs, pair{right: l.text})
			}
			seen[l.text] = true
		}
		if left != "" {
			d.refuse("The row “"+clip(left, 40)+"” has no right match", "each has one here")
			return
		}
	}
	d.partialRows(len(q.responses))
	d.match(pairs)
}

// withoutChoices is a response without what can be chosen.
func withoutChoices(r *node) *node {
	return &node{kids: slices.DeleteFunc(slices.Clone(r.kids), func(k *node) bool { return strings.HasPrefix(k.name, "render_") })}
}

func (q *qti1) number(d *draft) {
	var list []numberAnswer
	for _, r := range q.rules {
		if !r.scores || r.cond == nil {
			continue
		}
		for _, s := range d.ruleSpans(r) {
			list = append(list, numberAnswer{span: s, percent: r.score})
		}
	}
	best := 0.0
	for _, a := range list {
		best = max(best, a.percent)
	}
	for i := range list {
		if best > 0 {
			list[i].percent *= 100 / best
		}
	}
	d.q.Working, d.q.Rationale = d.q.Rationale, ""
	d.numbers(slices.DeleteFunc(list, func(a numberAnswer) bool { return a.percent <= 0 }))
}

// ruleSpans reads the numbers of a rule, any of which will do: with or without a range
// around them, or a range alone.
func (d *draft) ruleSpans(r rule) []span {
	lo, hi, strict, more := ruleRange(r)
	if len(r.values) == 0 && (lo == nil || hi == nil) {
		return nil
	}
	var out []span
	if len(r.values) == 0 {
		low, _ := ratText(lo)
		high, _ := ratText(hi)
		out = append(out, between(low, high))
		out[0].strict = strict
	}
	seen, taken := map[string]bool{}, len(out) > 0 || lo == nil && hi == nil
	for _, a := range r.values {
		s, name := span{value: a.value}, a.value
		if v, is := rat(a.value); is {
			if name = v.String(); lo != nil && hi != nil && lo.Cmp(v) <= 0 && hi.Cmp(v) >= 0 {
				s.lo, s.hi, s.strict, taken = lo, hi, strict, true
			}
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, s)
		}
	}
	if more || !taken {
		d.note(Lost, anotherRange, "ours has one")
	}
	return out
}

const anotherRange = "Another accepted range is left out"

// ruleRange is the accepted range that a rule names first; more says that it names others.
func ruleRange(r rule) (lo, hi *big.Rat, strict, more bool) {
	for _, c := range r.cond.find("vargte", "vargt", "varlte", "varlt") {
		to := &hi
		if strings.HasPrefix(c.name, "varg") {
			to = &lo
		}
		n, is := rat(c.value())
		switch {
		case !is:
		case *to != nil:
			more = more || n.Cmp(*to) != 0
		default:
			*to = n
			strict = strict || c.name == "vargt" || c.name == "varlt"
		}
	}
	return lo, hi, strict, more
}

func (q *qti1) points() float64 {
	if p := q.meta["points_possible"]; p != "" {
		return percent(p)
	}
	return 1
}

func (q *qti1) short(d *draft) {
	if len(q.responses) > 1 {
		d.refuse("It asks "+counted(len(q.responses), "thing")+" at once", "a question here asks one")
		return
	}
	best := q.best()
	if best == nil {
		d.refuse(noKey, "a short answer needs a model")
		return
	}
	var list []choice
	for _, r := range q.rules {
		for _, v := range r.values {
			if r.score > 0 || r.cond == best.cond {
				c := choice{text: d.plain(v.value), percent: 100}
				if best.score > 0 {
					c.percent = 100 * r.score / best.score
				}
				list = append(list, c)
			}
		}
	}
	d.accepted(list, q.points())
}

func (q *qti1) essay(d *draft) { d.short(q.points()) }
