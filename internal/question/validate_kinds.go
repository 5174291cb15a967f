package question

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

func (c *checker) options() {
	q := c.q
	var ids, texts []string
	for i, o := range q.Options {
		ids, texts = append(ids, o.ID), append(texts, o.Text)
		c.textFor(reason.Explained, row("options", i, "rationale"), o.Rationale, true)
	}
	c.rows("options", ids, texts)
	correct := len(q.correctIDs())
	switch q.Kind {
	case MultipleResponse:
		if correct == 0 {
			c.add(reason.Gradable, "options", "none is marked as right; mark at least one (correct: true)")
		}
	case SingleChoice, TrueFalse:
		if correct != 1 {
			c.add(reason.Gradable, "options", "%d are marked as right; mark exactly one (correct: true)", correct)
		}
	}
	if q.Kind != TrueFalse {
		return
	}
	if slices.Sort(ids); !slices.Equal(ids, []string{"false", "true"}) {
		c.add(reason.Gradable, "options", `a true-false question has exactly two options, with the ids "true" and "false"`)
	}
	if q.Shuffle != nil && *q.Shuffle {
		c.add(reason.Understood, "shuffle", "true and false are never shuffled; remove it")
	}
}

func (c *checker) numeric() {
	q := c.q
	if q.Working == "" && q.Rationale == "" {
		c.add(reason.Explained, "working", "is missing; show the working, or give a rationale")
	}
	c.text("working", q.Working, false)
	k := q.key()
	if k == nil {
		c.add(reason.Gradable, "answer", `is missing or a list; write {value: "7.1", min: "7.0", max: "7.2", decimals: 1}`)
		return
	}
	if k.Decimals < 0 || k.Decimals > maxDecimals {
		c.add(reason.Likely, "answer.decimals", "is %d; give from 0 to %d", k.Decimals, maxDecimals)
	}
	c.unit(k.Unit)
	value, ok := c.number("answer.value", k.Value)
	if !ok {
		return
	}
	low, high := k.bounds()
	lo, ok1 := c.number("answer.min", low)
	hi, ok2 := c.number("answer.max", high)
	if !ok1 || !ok2 {
		return
	}
	if decimalsOf(k.Value) > k.Decimals {
		c.add(reason.Gradable, "answer.value", "%s has more than %d decimals; round it or raise decimals", k.Value, k.Decimals)
	}
	if value.Cmp(lo) < 0 || value.Cmp(hi) > 0 {
		c.add(reason.Gradable, "answer", "the right number %s does not lie between the smallest that counts, %s, and the largest, %s; correct one of them", k.Value, low, high)
	}
	c.commonErrors(k)
}

// unit must be told apart from the number before it.
func (c *checker) unit(unit string) {
	c.text("answer.unit", unit, false)
	if strings.ContainsAny(unit, "0123456789+-−–.,") || len(unit) > 24 {
		c.add(reason.Gradable, "answer.unit", "%q must be a short word without digits, signs, points or commas", clip(unit))
	}
}

func (c *checker) commonErrors(k *NumericKey) {
	var seen []string
	for i, e := range c.q.Errors {
		c.textFor(reason.Explained, row("errors", i, "why"), e.Why, true)
		n, ok := c.number(row("errors", i, "value"), e.Value)
		if !ok {
			continue
		}
		if within(n, k) {
			c.add(reason.Explained, row("errors", i, "value"), "%s is an accepted answer; narrow min and max or remove the error", e.Value)
		}
		if slices.Contains(seen, n.String()) {
			c.add(reason.Explained, row("errors", i, "value"), "%s stands here twice; remove one", e.Value)
		}
		seen = append(seen, n.String())
	}
}

func (c *checker) ordering() {
	q := c.q
	var ids, texts []string
	explained := 0
	for i, it := range q.Items {
		ids, texts = append(ids, it.ID), append(texts, it.Text)
		c.text(row("items", i, "rationale"), it.Rationale, false)
		if it.Rationale != "" {
			explained++
		}
	}
	c.rows("items", ids, texts)
	if explained < len(q.Items) && q.Rationale == "" {
		c.add(reason.Explained, "rationale", "is missing; explain the order, or give every item a rationale")
	}
	key := q.order()
	if !permutation(key, ids) {
		c.add(reason.Gradable, "answer", "must list every item id once, in the right order")
		return
	}
	if len(ids) < 3 {
		return
	}
	if SpellsOrder(key) {
		c.add(reason.KeyKept, "items", "the ids, which the learner's browser sees, already spell the right order; number the items in another order")
	}
	if !q.Shuffles() && slices.Equal(key, ids) {
		c.add(reason.KeyKept, "shuffle", "the items stand in the right order already; shuffle them or list them in another order")
	}
}

// SpellsOrder reports whether IDs in the right order, which the learner's browser sees
// in another, tell it by themselves. Two lines have no other order to hide.
func SpellsOrder(ids []string) bool { return len(ids) > 2 && slices.IsSortedFunc(ids, byNumber) }

// byNumber sorts "2" before "10", and "a" before "b".
func byNumber(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func permutation(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func (c *checker) matching() {
	q := c.q
	var ids, texts, rights, rightTexts []string
	for _, r := range q.Right {
		rights, rightTexts = append(rights, r.ID), append(rightTexts, r.Text)
	}
	explained := 0
	for i, l := range q.Left {
		ids, texts = append(ids, l.ID), append(texts, l.Text)
		c.text(row("left", i, "rationale"), l.Rationale, false)
		if l.Rationale != "" {
			explained++
		}
		if !slices.Contains(rights, l.Match) {
			c.add(reason.There, row("left", i, "match"), "%q is not an id of right; use one of %s", clip(l.Match), clip(strings.Join(rights, ", ")))
		}
	}
	c.rows("left", ids, texts)
	c.rows("right", rights, rightTexts)
	if explained < len(q.Left) && q.Rationale == "" {
		c.add(reason.Explained, "rationale", "is missing; explain the whole, or give every row of left a rationale")
	}
}

func (c *checker) short() {
	q := c.q
	c.textFor(reason.Gradable, "model", q.Model, true)
	if q.Points < 1 || q.Points > maxPoints {
		c.add(reason.Likely, "points", "is %d; give from 1 to %d", q.Points, maxPoints)
	}
	if len(q.Rubric) == 0 {
		c.add(reason.Gradable, "rubric", "is missing; say what earns points, a line each")
	}
	sum, sound := 0, true
	for i, line := range q.Rubric {
		c.textFor(reason.Gradable, row("rubric", i, "text"), line.Text, true)
		if line.Points < 1 || line.Points > maxPoints {
			c.add(reason.Likely, row("rubric", i, "points"), "is %d; give from 1 to %d", line.Points, maxPoints)
			sound = false
			continue
		}
		sum += line.Points
	}
	if sound && len(q.Rubric) > 0 && sum != q.Points {
		c.add(reason.Gradable, "points", "is %d but the rubric's lines add up to %s; make them equal", q.Points, strconv.Itoa(sum))
	}
	for i, s := range q.ZeroIf {
		c.text(row("zero_if", i, ""), s, true)
	}
	for i, s := range q.LoseIf {
		c.text(row("lose_if", i, ""), s, true)
	}
	if l := q.Limit; l != nil && (l.Sentences < 0 || l.Lines < 0 || l.Sentences == 0 && l.Lines == 0) {
		c.add(reason.Understood, "limit", "give sentences or lines, as in {sentences: 2}")
	}
}
