package exchange

import (
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// othersMost is how many answers are compared with the key.
const othersMost = 100

// others are answers that lie near the key.
func (w *qtiWeigh) others(inter *node) (out [][]string) {
	var ids []string
	for _, s := range inter.all("simpleChoice") {
		ids = append(ids, s.attr("identifier"))
	}
	switch inter.name {
	case "choiceInteraction":
		most, err := strconv.Atoi(inter.attr("maxChoices"))
		for _, id := range ids {
			other := []string{id}
			if at := slices.Index(w.key, id); !w.single && at >= 0 {
				other = slices.Delete(slices.Clone(w.key), at, at+1)
			} else if !w.single {
				other = append(slices.Clone(w.key), id)
			}
			if !slices.Equal(other, w.key) && (err != nil || most < 1 || len(other) <= most) {
				out = append(out, other)
			}
		}
	case "orderInteraction":
		for i := 1; i < len(w.key) && len(out) < othersMost; i++ {
			other := slices.Clone(w.key)
			other[i-1], other[i] = other[i], other[i-1]
			out = append(out, other)
		}
	case "matchInteraction":
		out = w.otherPairs(inter)
	default:
		for _, v := range (&node{kids: w.rules.rules}).find("baseValue") {
			out = append(out, w.otherEntries(pairOf(v.raw()))...)
			if len(out) > othersMost {
				break
			}
		}
	}
	return out[:min(len(out), othersMost)]
}

// otherEntries are what may be typed near a value that the rules speak of.
func (w *qtiWeigh) otherEntries(value string) (out [][]string) {
	near := []string{value}
	if n, ok := finite(value); ok && w.d.q.Kind == question.Numeric {
		near = append(near, strconv.FormatFloat(n-1, 'f', -1, 64), strconv.FormatFloat(n+1, 'f', -1, 64))
	}
	for _, other := range near {
		if !slices.Contains(w.key, other) {
			out = append(out, []string{other})
		}
	}
	return out
}

// outside reports whether a number lies beyond the range that was read.
func (w *qtiWeigh) outside(answer []string) bool {
	if w.d.q.Kind != question.Numeric || len(answer) != 1 {
		return false
	}
	k := w.d.q.Answer.Numeric
	n, ok := rat(answer[0])
	if !ok {
		return false
	}
	for _, bound := range []struct {
		text string
		side int
	}{{k.Min, -1}, {k.Max, 1}} {
		if bound.text == "" {
			bound.text = k.Value
		}
		if end, ok := rat(bound.text); ok && n.Cmp(end) == bound.side {
			return true
		}
	}
	return false
}

// otherPairs are matchings with one row that has another match.
func (w *qtiWeigh) otherPairs(inter *node) (out [][]string) {
	sets := inter.all("simpleMatchSet")
	for i, pair := range w.key {
		left, right, _ := strings.Cut(pair, " ")
		for _, s := range sets[len(sets)-1].all("simpleAssociableChoice") {
			if id := s.attr("identifier"); id != right && len(out) < othersMost {
				other := slices.Clone(w.key)
				other[i] = left + " " + id
				out = append(out, other)
			}
		}
	}
	return out
}
