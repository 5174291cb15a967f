package question

import "slices"

// PublicQuestion is what a learner may see before the answer is graded. It
// holds no key and nothing derived from one, but the author's IDs: where those
// would help somebody, see [Sheet]. A field added here must not break
// that, and a test refuses fields that it does not know.
type PublicQuestion struct {
	ID           string         `json:"id"`
	Kind         Kind           `json:"kind"`
	Prompt       string         `json:"prompt"`
	Case         string         `json:"case,omitempty"`
	Jurisdiction string         `json:"jurisdiction,omitempty"`
	Options      []PublicOption `json:"options,omitempty"` // in the order to show
	Items        []PublicText   `json:"items,omitempty"`   // in the order to show; positions are 1 … len(Items)
	Left         []PublicText   `json:"left,omitempty"`
	Right        []PublicOption `json:"right,omitempty"` // in the order to show
	Unit         string         `json:"unit,omitempty"`
	Decimals     int            `json:"decimals,omitempty"` // how many places to write; 0: whole number
	Limit        *Limit         `json:"limit,omitempty"`
}

// PublicText is a row to be placed or matched.
type PublicText struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// PublicOption is a thing to choose. Letter is its name on the page, A, B, C …
// by place; true and false have none.
type PublicOption struct {
	ID     string `json:"id"`
	Letter string `json:"letter,omitempty"`
	Text   string `json:"text"`
}

// Public returns the learner's view. order is what [ShuffleOrder] gave; IDs
// that it lacks follow in the author's order, and unknown ones are ignored, so
// nil means the author's order.
func Public(q *Question, order []string) PublicQuestion {
	p := PublicQuestion{ID: q.ID, Kind: q.Kind, Prompt: q.Prompt, Case: q.Case, Jurisdiction: q.Jurisdiction}
	ids := arrange(DefaultOrder(q), order)
	switch {
	case q.Kind.Choice():
		texts := make(map[string]string, len(q.Options))
		for _, o := range q.Options {
			texts[o.ID] = o.Text
		}
		p.Options = lettered(ids, texts, q.Kind != TrueFalse)
	case q.Kind == Numeric:
		if k := q.key(); k != nil {
			p.Unit, p.Decimals = k.Unit, k.Decimals
		}
	case q.Kind == Ordering:
		texts := make(map[string]string, len(q.Items))
		for _, it := range q.Items {
			texts[it.ID] = it.Text
		}
		for _, id := range ids {
			p.Items = append(p.Items, PublicText{ID: id, Text: texts[id]})
		}
	case q.Kind == Matching:
		for _, l := range q.Left {
			p.Left = append(p.Left, PublicText{ID: l.ID, Text: l.Text})
		}
		texts := make(map[string]string, len(q.Right))
		for _, r := range q.Right {
			texts[r.ID] = r.Text
		}
		p.Right = lettered(ids, texts, true)
	case q.Kind == ShortAnswer:
		if q.Limit != nil {
			limit := *q.Limit
			p.Limit = &limit
		}
	}
	return p
}

func lettered(ids []string, texts map[string]string, letters bool) []PublicOption {
	var options []PublicOption
	for i, id := range ids {
		o := PublicOption{ID: id, Text: texts[id]}
		if letters {
			o.Letter = Letter(i)
		}
		options = append(options, o)
	}
	return options
}

// Letter names the i-th option on a page, counted from 0: A … Z, then none.
func Letter(i int) string {
	if i < 0 || i > 25 {
		return ""
	}
	return string(rune('A' + i))
}

// arrange sorts ids as order says.
func arrange(ids, order []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range order {
		if slices.Contains(ids, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
