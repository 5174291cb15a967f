package question

import (
	"math/big"
	"slices"
)

// Feedback is what a learner may see once an answer is final: the key, the
// rationales and how the answer compares. The part of the question's kind is
// set, the others are empty.
type Feedback struct {
	ID        string `json:"id"`
	Kind      Kind   `json:"kind"`
	Prompt    string `json:"prompt"`
	Answered  bool   `json:"answered"`
	Result    Result `json:"result"`
	Rationale string `json:"rationale,omitempty"` // of the whole question

	Options []OptionFeedback `json:"options,omitempty"` // in the order shown
	Number  *NumberFeedback  `json:"number,omitempty"`
	Order   []OrderFeedback  `json:"order,omitempty"` // in the right order
	Pairs   []PairFeedback   `json:"pairs,omitempty"` // in the author's order
	Short   *ShortFeedback   `json:"short,omitempty"`
}

// OptionFeedback is one option of a choice.
type OptionFeedback struct {
	ID        string `json:"id"`
	Letter    string `json:"letter,omitempty"`
	Text      string `json:"text"`
	Chosen    bool   `json:"chosen"`
	Correct   bool   `json:"correct"`
	Rationale string `json:"rationale"`
}

// NumberFeedback explains a number. Low and High bound what is accepted; they
// are equal where only one number is. Why explains a common error that the
// learner made, "" otherwise.
type NumberFeedback struct {
	Your    string `json:"your"`
	Value   string `json:"value"`
	Low     string `json:"low"`
	High    string `json:"high"`
	Unit    string `json:"unit,omitempty"`
	Working string `json:"working,omitempty"`
	Why     string `json:"why,omitempty"`
}

// OrderFeedback is one item at its right place. Position and YourPosition
// count from 1; YourPosition is 0 where none was given.
type OrderFeedback struct {
	ID           string `json:"id"`
	Text         string `json:"text"`
	Position     int    `json:"position"`
	YourPosition int    `json:"your_position"`
	Rationale    string `json:"rationale,omitempty"`
}

// PairFeedback is one row of a matching; Your is "" where none was chosen.
type PairFeedback struct {
	ID        string `json:"id"`
	Left      string `json:"left"`
	Right     string `json:"right"`
	Your      string `json:"your"`
	Correct   bool   `json:"correct"`
	Rationale string `json:"rationale,omitempty"`
}

// ShortFeedback sets a text beside the model answer and its rubric.
type ShortFeedback struct {
	Your   string       `json:"your"`
	Model  string       `json:"model"`
	Points int          `json:"points"`
	Rubric []RubricLine `json:"rubric"`
	ZeroIf []string     `json:"zero_if,omitempty"`
	LoseIf []string     `json:"lose_if,omitempty"`
}

// Explain builds the feedback. order is the order in which the question was
// shown (nil: the author's), res what [Grade] or [GradeShort] gave. It reveals
// the key: whether the learner may see it yet is for the caller to decide.
func Explain(q *Question, order []string, r Response, res Result) Feedback {
	r = Canonical(q, r)
	f := Feedback{ID: q.ID, Kind: q.Kind, Prompt: q.Prompt, Answered: Answered(q, r), Result: res, Rationale: q.Rationale}
	switch {
	case q.Kind.Choice():
		f.Options = explainOptions(q, order, r)
	case q.Kind == Numeric:
		f.Number = explainNumber(q, r, res)
	case q.Kind == Ordering:
		f.Order = explainOrder(q, r)
	case q.Kind == Matching:
		f.Pairs = explainPairs(q, r)
	case q.Kind == ShortAnswer:
		f.Short = &ShortFeedback{
			Your: r.Text, Model: q.Model, Points: q.Points,
			Rubric: slices.Clone(q.Rubric), ZeroIf: slices.Clone(q.ZeroIf), LoseIf: slices.Clone(q.LoseIf),
		}
	}
	return f
}

func explainOptions(q *Question, order []string, r Response) []OptionFeedback {
	byID := make(map[string]Option, len(q.Options))
	for _, o := range q.Options {
		byID[o.ID] = o
	}
	var out []OptionFeedback
	for _, p := range Public(q, order).Options {
		o := byID[p.ID]
		out = append(out, OptionFeedback{
			ID: p.ID, Letter: p.Letter, Text: p.Text, Correct: o.Correct,
			Rationale: o.Rationale, Chosen: slices.Contains(r.Choices, p.ID),
		})
	}
	return out
}

func explainNumber(q *Question, r Response, res Result) *NumberFeedback {
	f := &NumberFeedback{Your: r.Number, Working: q.Working}
	k := q.key()
	if k == nil {
		return f
	}
	f.Value, f.Unit = k.Value, k.Unit
	f.Low, f.High = k.bounds()
	if n, err := ParseNumber(r.Number, k.Unit); err == nil && !res.Correct {
		f.Why = commonError(q, n, k.Decimals)
	}
	return f
}

// commonError finds the wrong path that leads to n: exactly, or else after
// rounding n to the decimals that were asked for.
func commonError(q *Question, n *big.Rat, decimals int) string {
	rounded, ok := new(big.Rat).SetString(n.FloatString(min(max(decimals, 0), maxDecimals)))
	for _, candidate := range []*big.Rat{n, rounded} {
		for _, e := range q.Errors {
			if v, valid := writtenNumber(e.Value); ok && valid && v.Cmp(candidate) == 0 {
				return e.Why
			}
		}
	}
	return ""
}

func explainOrder(q *Question, r Response) []OrderFeedback {
	byID := make(map[string]Item, len(q.Items))
	for _, it := range q.Items {
		byID[it.ID] = it
	}
	var out []OrderFeedback
	for i, id := range q.order() {
		out = append(out, OrderFeedback{
			ID: id, Text: byID[id].Text, Position: i + 1,
			YourPosition: slices.Index(r.Order, id) + 1, Rationale: byID[id].Rationale,
		})
	}
	return out
}

func explainPairs(q *Question, r Response) []PairFeedback {
	texts := make(map[string]string, len(q.Right))
	for _, x := range q.Right {
		texts[x.ID] = x.Text
	}
	var out []PairFeedback
	for _, l := range q.Left {
		your := r.Pairs[l.ID]
		out = append(out, PairFeedback{
			ID: l.ID, Left: l.Text, Right: texts[l.Match], Your: texts[your],
			Correct: your != "" && your == l.Match, Rationale: l.Rationale,
		})
	}
	return out
}
