package exchange

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// pair is a row of a matching; a row without a left side is a distractor.
type pair struct{ left, right, why string }

// match makes a matching. What stands on the right is sorted, so that its order
// gives nothing away.
func (d *draft) match(pairs []pair) {
	ids := map[string]string{} // of the right side, by what stands there
	for _, p := range pairs {
		if p.right != "" {
			ids[p.right] = ""
		}
	}
	d.q.Kind = question.Matching
	for i, r := range slices.Sorted(maps.Keys(ids)) {
		ids[r] = strings.ToLower(question.Letter(i))
		d.q.Right = append(d.q.Right, question.Right{ID: ids[r], Text: r})
	}
	for _, p := range pairs {
		if p.left == "" {
			continue
		}
		d.q.Left = append(d.q.Left, question.Left{ID: strconv.Itoa(len(d.q.Left) + 1), Text: p.left, Match: ids[p.right], Rationale: p.why})
	}
}

// inOrder makes an ordering of entries that stand in the right order.
func (d *draft) inOrder(items []question.Item) {
	key := make([]string, len(items))
	for i := range items {
		items[i].ID = strconv.Itoa(i + 1)
		key[i] = items[i].ID
	}
	d.ordering(items, key)
	slices.SortStableFunc(d.q.Items, func(a, b question.Item) int { return strings.Compare(a.Text, b.Text) })
	if len(items) > 2 && !d.q.Shuffles() && inKeyOrder(d.q.Items, d.q.Answer.Order) {
		slices.Reverse(d.q.Items)
	}
}

func inKeyOrder(items []question.Item, key []string) bool {
	for i, it := range items {
		if i >= len(key) || key[i] != it.ID {
			return false
		}
	}
	return true
}

// ordering makes an ordering whose key names entries by their IDs. The entries
// get others where theirs are no IDs or would give the order away.
func (d *draft) ordering(items []question.Item, key []string) {
	d.q.Kind = question.Ordering
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	if !usable(ids) || slices.IsSortedFunc(key, byNumber) {
		names := shuffledNames(key)
		for i := range items {
			items[i].ID = names[items[i].ID]
		}
		for i := range key {
			key[i] = names[key[i]]
		}
	}
	d.q.Items, d.q.Answer = items, &question.Answer{Order: key}
}

// shuffledNames are numbers that do not spell the order of the key, neither
// forwards nor backwards: every second one, then the others.
func shuffledNames(key []string) map[string]string {
	out := map[string]string{}
	n := len(key)
	for i, id := range key {
		if n%2 == 0 {
			out[id] = strconv.Itoa((i + 1) * 2 % (n + 1))
		} else {
			out[id] = strconv.Itoa((i*2+1)%n + 1)
		}
	}
	return out
}

func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
