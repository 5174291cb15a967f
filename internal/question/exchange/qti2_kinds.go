package exchange

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

func qtiChoice(item, inter *node, d *draft) {
	right := correct(item, inter)
	keys, points := mapped(item, inter)
	if len(right) == 0 {
		for i, k := range keys {
			if points[i] > 0 {
				right = append(right, k)
			}
		}
	}
	var list []choice
	for _, s := range inter.all("simpleChoice") {
		id := s.attr("identifier")
		c := choice{id: qtiID(id), text: s.paragraph(&d.lost, qtiLeave), why: d.qtiInline(s)}
		if slices.Contains(right, id) {
			c.percent = 100
		}
		list = append(list, c)
	}
	if len(right) == 0 {
		d.refuse("It names no right answer", "ours has one")
		return
	}
	if isTrueFalse(list) && inter.attr("maxChoices") == "1" {
		d.single(list)
		d.q.Kind, d.q.Shuffle = question.TrueFalse, nil
		return
	}
	many := inter.attr("maxChoices") != "1" && (inter.attr("maxChoices") != "" || response(item, inter).attr("cardinality") == "multiple")
	if response(item, inter).attr("cardinality") == "single" {
		many = false
	}
	if many {
		d.multiple(list, !mapsPoints(item))
		return
	}
	d.mappedParts(keys, points, right, mapsPoints(item))
	d.single(list)
}

// mappedParts notes options that a mapping gives a part of the points.
func (d *draft) mappedParts(keys []string, points []float64, right []string, counts bool) {
	part := 0
	for i, k := range keys {
		part += among(points[i] > 0 && !slices.Contains(right, k))
	}
	if counts {
		d.partial(part, 0)
	}
}

// isTrueFalse reports whether two options are named true and false.
func isTrueFalse(list []choice) bool {
	return len(list) == 2 && (list[0].id == "true" && list[1].id == "false" || list[0].id == "false" && list[1].id == "true")
}

// qtiInline is the feedback inside a choice.
func (d *draft) qtiInline(n *node) string {
	var out []string
	for _, f := range n.find("feedbackInline", "feedbackBlock") {
		if s := f.paragraph(&d.lost, nil); s != "" && f.attr("showHide") != "hide" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

func qtiOrder(item, inter *node, d *draft) {
	var items []question.Item
	for _, s := range inter.all("simpleChoice") {
		items = append(items, question.Item{ID: qtiID(s.attr("identifier")), Text: s.paragraph(&d.lost, qtiLeave), Rationale: d.qtiInline(s)})
	}
	var key []string
	for _, id := range correct(item, inter) {
		key = append(key, qtiID(id))
	}
	if len(key) == 0 {
		d.refuse("It names no right order", "ours has one")
		return
	}
	if len(key) < len(items) {
		d.refuse("Only some of its entries belong in the order", "ours takes all")
		return
	}
	if mapsPoints(item) || len(item.path("responseProcessing").find("sum")) > 0 {
		d.note(Altered, "Partial credit is gone", allOrNothing)
	}
	d.ordering(items, key)
}

func qtiMatch(item, inter *node, d *draft) {
	sets := inter.all("simpleMatchSet")
	if len(sets) != 2 {
		d.refuse("It has no two sides", "a matching here has a left and a right one")
		return
	}
	to := map[string][]string{}
	for _, v := range correct(item, inter) {
		if two := strings.Fields(v); len(two) == 2 {
			to[two[0]] = append(to[two[0]], two[1])
		}
	}
	d.q.Kind = question.Matching
	var leftIDs, rightIDs []string
	for _, s := range sets[1].all("simpleAssociableChoice") {
		rightIDs = append(rightIDs, s.attr("identifier"))
		d.q.Right = append(d.q.Right, question.Right{ID: qtiSide(s.attr("identifier")), Text: s.paragraph(&d.lost, qtiLeave)})
	}
	for _, s := range sets[0].all("simpleAssociableChoice") {
		id := s.attr("identifier")
		leftIDs = append(leftIDs, id)
		if len(to[id]) != 1 {
			d.refuse("A row has not exactly one right match", "each has one here")
			return
		}
		d.q.Left = append(d.q.Left, question.Left{ID: qtiSide(id), Text: s.paragraph(&d.lost, qtiLeave), Match: qtiSide(to[id][0]), Rationale: d.qtiInline(s)})
	}
	d.sideNames(leftIDs, rightIDs)
	if mapsPoints(item) {
		d.partialRows(len(d.q.Left))
	}
}

// sideNames gives the sides of a matching IDs of ours where theirs are none.
func (d *draft) sideNames(left, right []string) {
	names := map[string]string{}
	for i := range d.q.Right {
		names[d.q.Right[i].ID] = strings.ToLower(question.Letter(min(i, 25)))
	}
	if plain := strip(right); !usable(plain) {
		for i := range d.q.Right {
			d.q.Right[i].ID = names[d.q.Right[i].ID]
		}
		for i := range d.q.Left {
			d.q.Left[i].Match = names[d.q.Left[i].Match]
		}
	}
	if !usable(strip(left)) {
		for i := range d.q.Left {
			d.q.Left[i].ID = strconv.Itoa(i + 1)
		}
	}
}

func strip(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = qtiSide(id)
	}
	return out
}

// qtiEntry is a field in the text: a number, or a word that is compared.
func qtiEntry(item, inter *node, d *draft) {
	decl := response(item, inter)
	right := correct(item, inter)
	keys, points := mapped(item, inter)
	if base := decl.attr("baseType"); base == "float" || base == "integer" {
		d.qtiNumber(item, right, keys, points)
		return
	}
	var list []choice
	best := 0.0
	for _, p := range points {
		best = max(best, p)
	}
	stated := map[string]bool{}
	for _, r := range right {
		list = append(list, choice{text: d.plain(r), percent: 100})
		stated[r] = true
	}
	for i, k := range keys {
		if best > 0 && !stated[k] {
			list = append(list, choice{text: d.plain(k), percent: 100 * points[i] / best})
		}
	}
	d.accepted(list, 1)
}

// qtiNumber reads a number and how far an answer may be from it.
func (d *draft) qtiNumber(item *node, right, keys []string, points []float64) {
	if len(right) == 0 {
		for i, k := range keys {
			if points[i] > 0 {
				right = append(right, k)
			}
		}
	}
	if len(right) == 0 {
		d.refuse("It names no right number", "ours has one")
		return
	}
	if len(right) > 1 {
		d.note(Lost, "Other right numbers are left out", "ours has one, with a range")
	}
	s := span{value: right[0]}
	d.qtiRange(item.child("responseProcessing"), &s)
	d.numeric(s)
}

// qtiRange reads the comparison of the response with a number.
func (d *draft) qtiRange(p *node, s *span) {
	v, ok := rat(s.value)
	if !ok {
		return
	}
	others := false
	for _, cmp := range p.find("gte", "gt", "lte", "lt") {
		n, ok := rat(cmp.child("baseValue").value())
		if !ok || cmp.child("variable") == nil {
			continue
		}
		to, side := &s.lo, -1
		if cmp.name[0] == 'l' {
			to, side = &s.hi, 1
		}
		if n.Cmp(v)*side < 0 { // not around the value
			continue
		}
		before := *to
		others = others || before != nil && n.Cmp(before) != 0
		if before == nil || n.Cmp(before)*side < 0 { // the nearest
			*to, s.strict = n, s.strict || cmp.name == "gt" || cmp.name == "lt"
		}
	}
	if others {
		d.note(Lost, anotherRange, "ours has one")
	}
	if eq := p.find("equal"); len(eq) > 0 && eq[0].attr("toleranceMode") != "exact" {
		d.qtiTolerance(eq[0], v, s)
	}
	if len(p.find("equalRounded")) > 0 {
		d.note(Altered, "Answers are rounded before they are compared there", "here a range is given; look at min and max in the draft")
	}
}

func (d *draft) qtiTolerance(eq *node, v *big.Rat, s *span) {
	parts := strings.Fields(eq.attr("tolerance"))
	if len(parts) == 1 {
		parts = append(parts, parts[0])
	}
	if len(parts) != 2 {
		return
	}
	down, ok := rat(parts[0])
	up, okUp := rat(parts[1])
	if !ok || !okUp {
		return
	}
	if eq.attr("toleranceMode") == "relative" { // in percent
		for _, t := range []*big.Rat{down, up} {
			t.Mul(t, new(big.Rat).Abs(v))
			t.Quo(t, big.NewRat(100, 1))
		}
	}
	s.lo, s.hi = new(big.Rat).Sub(v, down), new(big.Rat).Add(v, up)
}

// qtiText is a long answer that people grade.
func qtiText(item, inter *node, d *draft) {
	d.short(1)
	var lines []string
	for _, r := range item.find("rubricBlock") {
		if view := r.attr("view"); !strings.Contains(view, "scorer") {
			continue
		}
		lines = append(lines, r.lines(&d.lost)...)
	}
	d.grading(lines)
	if d.q.Model == "" {
		d.q.Model = d.plain(strings.Join(correct(item, inter), " "))
	}
}

// lines are the paragraphs and entries of a text.
func (n *node) lines(lost *lossCount) []string {
	var out []string
	for _, p := range n.find("p", "li") {
		out = append(out, p.paragraph(lost, nil))
	}
	if len(out) == 0 {
		out = append(out, n.paragraph(lost, nil))
	}
	return out
}
