package exchange

import (
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// Key is what a question takes for right, in words, "" where only a person can tell.
func Key(q question.Question) string {
	var parts []string
	for _, o := range q.Options {
		if o.Correct {
			parts = append(parts, o.Text)
		}
	}
	right := map[string]string{}
	for _, r := range q.Right {
		right[r.ID] = r.Text
	}
	for _, l := range q.Left {
		parts = append(parts, l.Text+" → "+right[l.Match])
	}
	if q.Answer != nil {
		texts := map[string]string{}
		for _, it := range q.Items {
			texts[it.ID] = it.Text
		}
		for _, id := range q.Answer.Order {
			parts = append(parts, texts[id])
		}
		if k := q.Answer.Numeric; k != nil {
			parts = append(parts, numericKey(k))
		}
	}
	if q.Kind == question.ShortAnswer && q.Model != "" {
		parts = append(parts, q.Model)
	}
	return strings.Join(parts, "; ")
}

func numericKey(k *question.NumericKey) string {
	s := strings.TrimSpace(k.Value + " " + k.Unit)
	if k.Min != "" && k.Max != "" && (k.Min != k.Value || k.Max != k.Value) {
		s += " (from " + k.Min + " to " + k.Max + ")"
	}
	return s
}
