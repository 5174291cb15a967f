package exam

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// class is a set of items that the rules cannot tell apart.
type class struct {
	row          int
	requirements []int
	limit        int // index, -1 for none
	unseen, seen []string
}

// plan is a form's rules with the items sorted into classes, row by row.
type plan struct {
	draw    []int // per row
	atLeast []int // per requirement
	atMost  []int // per limit
	classes []*class
	lastOf  []int // index of the last class of each row
	memo    map[string]tally
}

// tally counts the ways to finish a form from some point on with the fewest
// seen items. cost is -1 where there is none.
type tally struct {
	cost int
	ways *big.Int
}

func newPlan(ed *course.Edition, items []*question.Question, seen map[string]bool) (*plan, error) {
	rules, withdrawn := ed.Course.Exam, len(ed.Overlays.Withdrawn) > 0
	p := &plan{memo: map[string]tally{}}
	total := 0
	for i, row := range rules.Blueprint {
		found := p.addRow(i, row, rules, items, seen)
		if found < row.Draw && !withdrawn {
			return nil, fmt.Errorf("objective %s: the blueprint draws %d items of %d", row.Objective, row.Draw, found)
		}
		p.draw = append(p.draw, min(row.Draw, found))
		total += p.draw[i]
	}
	if total == 0 {
		return nil, fmt.Errorf("the blueprint draws no item")
	}
	for _, r := range rules.Require {
		found := 0
		for _, q := range items {
			if slices.Contains(r.Of, q.ID) {
				found++
			}
		}
		if found < r.AtLeast && !withdrawn {
			return nil, fmt.Errorf("requirement %v: %d items asked, %d there", r.Of, r.AtLeast, found)
		}
		p.atLeast = append(p.atLeast, min(r.AtLeast, found))
	}
	for _, l := range rules.Limits {
		p.atMost = append(p.atMost, total*l.AtMostPercent/100)
	}
	return p, nil
}

// addRow sorts the items of a row into classes and returns their number. An
// item belongs to the row of its first objective.
func (p *plan) addRow(row int, r course.BlueprintRow, rules course.Exam, items []*question.Question, seen map[string]bool) (found int) {
	first := len(p.classes)
	for _, q := range items {
		if len(q.Objectives) == 0 || q.Objectives[0] != r.Objective {
			continue
		}
		found++
		c := p.classOf(first, row, q, rules)
		if seen[q.ID] {
			c.seen = append(c.seen, q.ID)
		} else {
			c.unseen = append(c.unseen, q.ID)
		}
	}
	if first == len(p.classes) { // keep one class a row, so that its count is checked
		p.classes = append(p.classes, &class{row: row, limit: -1})
	}
	p.lastOf = append(p.lastOf, len(p.classes)-1)
	return found
}

func (p *plan) classOf(first, row int, q *question.Question, rules course.Exam) *class {
	limit := slices.IndexFunc(rules.Limits, func(l course.Limit) bool { return l.Kind == q.Kind })
	var requirements []int
	for i, r := range rules.Require {
		if slices.Contains(r.Of, q.ID) {
			requirements = append(requirements, i)
		}
	}
	for _, c := range p.classes[first:] {
		if c.limit == limit && slices.Equal(c.requirements, requirements) {
			return c
		}
	}
	c := &class{row: row, requirements: requirements, limit: limit}
	p.classes = append(p.classes, c)
	return c
}

// state is how far a form is: the class to decide next, the picks in its row,
// what requirements still need and what limits have used.
type state struct {
	next, picked int
	needs, used  []int
}

func (p *plan) start() state {
	return state{needs: slices.Clone(p.atLeast), used: make([]int, len(p.atMost))}
}

// pick takes n items of the next class; ok is false where a rule forbids it.
func (p *plan) pick(s state, n int) (after state, ok bool) {
	c := p.classes[s.next]
	after = state{next: s.next + 1, picked: s.picked + n, needs: slices.Clone(s.needs), used: slices.Clone(s.used)}
	if after.picked > p.draw[c.row] {
		return after, false
	}
	for _, r := range c.requirements {
		after.needs[r] = max(0, after.needs[r]-n)
	}
	if c.limit >= 0 {
		if after.used[c.limit] += n; after.used[c.limit] > p.atMost[c.limit] {
			return after, false
		}
	}
	if s.next == p.lastOf[c.row] {
		if after.picked != p.draw[c.row] {
			return after, false
		}
		after.picked = 0
	}
	return after, true
}

// choices is in how many ways n items of c can be taken, the unseen first.
func (c *class) choices(n int) *big.Int {
	u, s := len(c.unseen), len(c.seen)
	if n <= u {
		return new(big.Int).Binomial(int64(u), int64(n))
	}
	return new(big.Int).Binomial(int64(s), int64(n-u))
}

// count fills the table of tallies; its size is bounded by classes × picks ×
// requirements × limits.
func (p *plan) count(s state) tally {
	if s.next == len(p.classes) {
		if slices.ContainsFunc(s.needs, func(n int) bool { return n > 0 }) {
			return tally{cost: -1, ways: new(big.Int)}
		}
		return tally{ways: big.NewInt(1)}
	}
	key := fmt.Sprint(s)
	if t, known := p.memo[key]; known {
		return t
	}
	best := tally{cost: -1, ways: new(big.Int)}
	c := p.classes[s.next]
	for n := 0; n <= len(c.unseen)+len(c.seen); n++ {
		t := p.option(s, n)
		switch {
		case t.cost < 0:
		case best.cost < 0 || t.cost < best.cost:
			best = tally{cost: t.cost, ways: new(big.Int).Set(t.ways)}
		case t.cost == best.cost:
			best.ways.Add(best.ways, t.ways)
		}
	}
	p.memo[key] = best
	return best
}

// option is the tally of taking n of the next class.
func (p *plan) option(s state, n int) tally {
	after, ok := p.pick(s, n)
	if !ok {
		return tally{cost: -1}
	}
	t := p.count(after)
	if t.cost < 0 {
		return t
	}
	c := p.classes[s.next]
	return tally{cost: t.cost + max(0, n-len(c.unseen)), ways: new(big.Int).Mul(t.ways, c.choices(n))}
}

// sample takes one of the best forms, each with the same probability.
func (p *plan) sample(src *rand.ChaCha8) ([]string, error) {
	s := p.start()
	if p.count(s).cost < 0 {
		return nil, fmt.Errorf("no form meets the blueprint, its requirements and its limits together")
	}
	var ids []string
	for s.next < len(p.classes) {
		c, all := p.classes[s.next], p.count(s)
		at := bigBelow(src, all.ways)
		for n := 0; n <= len(c.unseen)+len(c.seen); n++ {
			t := p.option(s, n)
			if t.cost != all.cost {
				continue
			}
			if at.Cmp(t.ways) >= 0 {
				at.Sub(at, t.ways)
				continue
			}
			ids = append(ids, c.take(n, src)...)
			s, _ = p.pick(s, n)
			break
		}
	}
	return ids, nil
}

// take picks n items at random, the unseen first.
func (c *class) take(n int, src *rand.ChaCha8) []string {
	unseen, seen := slices.Clone(c.unseen), slices.Clone(c.seen)
	shuffle(src, unseen)
	shuffle(src, seen)
	return append(unseen, seen...)[:n]
}
