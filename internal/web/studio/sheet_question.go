package studio

import (
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

var questionKinds = []string{"single-choice", "multiple-response", "true-false", "numeric", "ordering", "matching", "short-answer"}

var questionRows = rows{One: "Question", Many: "Questions", Apart: true, Kinds: questionKinds, OfKind: ofKind, Begin: "Q0", Shared: true, Asks: []ask{
	{Key: "id", Label: "ID"}, {Key: "prompt", Label: "Question", As: asLong, Most: course.MaxLong}, {Key: "case", Label: "Case that it is about", As: asChoice, Of: cases, Optional: true},
	{Key: "jurisdiction", Label: "Where it holds", As: asChoice, Options: []string{"", "us", "canada"}, Words: map[string]string{"": "Everywhere", "us": "In the United States", "canada": "In Canada"}, Optional: true},
	{Key: "objectives", Label: "Objectives", As: asPick, Of: objectives, First: "An exam draws it for"}, {Key: "facts", Label: "Facts that its key rests on", As: asPick, Of: facts},
	{Key: "rationale", Label: "Why the answer is right", As: asLong, Most: course.MaxLong, Optional: true},
}, Fresh: freshQuestion}

var optionRows = rows{Key: "options", One: "Option", Many: "Options", Begin: "@", Asks: []ask{{Key: "id", Label: "ID"}, {Key: "text", Label: "Text", As: asLong, Most: course.MaxLong}, {Key: "correct", Label: "This is right", As: asCheck}, {Key: "rationale", Label: "Why it is right or wrong", As: asLong, Most: course.MaxLong}},
	Fresh: func(n begun) edit.Map {
		return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}, {Key: "rationale", Value: todo}}
	}}

// ofKind is what a kind of question asks besides.
var ofKind = map[string]sheet{
	"single-choice":     {Lists: []rows{optionRows}},
	"multiple-response": {Lists: []rows{optionRows}},
	"true-false":        {Lists: []rows{optionRows}},
	"numeric": {Asks: []ask{{Key: "answer.value", Label: "Right number", As: asRaw}, {Key: "answer.min", Label: "Smallest that counts", As: asRaw, Optional: true}, {Key: "answer.max", Label: "Largest that counts", As: asRaw, Optional: true},
		{Key: "answer.unit", Label: "Unit", Optional: true}, {Key: "answer.decimals", Label: "Decimals that it is asked with", As: asNumber, Optional: true, Hint: "Left empty, as many as the right number has."}, {Key: "working", Label: "How it is worked out", As: asLong, Most: course.MaxLong}},
		Lists: []rows{{Key: "errors", One: "Common error", Many: "Common errors", Asks: []ask{{Key: "value", Label: "Wrong number"}, {Key: "why", Label: "What leads to it", As: asLong, Most: course.MaxLong}},
			Fresh: func(begun) edit.Map {
				return edit.Map{{Key: "value", Value: todo}, {Key: "why", Value: todo}}
			}}}},
	"ordering": {Asks: []ask{{Key: "answer", Label: "Right order", As: asOrder}}, Lists: []rows{{Key: "items", One: "Line", Many: "Lines in the right order", Hint: "Learners get them in another order.", Order: "answer", Begin: "0", Asks: []ask{{Key: "text", Label: "Text", As: asLong, Most: course.MaxLong}, {Key: "rationale", Label: "Why it stands there", As: asLong, Most: course.MaxLong, Optional: true}},
		Fresh: func(n begun) edit.Map {
			return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}, {Key: "rationale", Value: todo}}
		}}}},
	"matching": {Lists: []rows{
		{Key: "left", One: "Row", Many: "Rows", Begin: "0", Asks: []ask{{Key: "id", Label: "ID"}, {Key: "text", Label: "Text", As: asLong, Most: course.MaxLong}, {Key: "match", Label: "Belongs to", As: asChoice, Of: matches}, {Key: "rationale", Label: "Why", As: asLong, Most: course.MaxLong, Optional: true}},
			Fresh: func(n begun) edit.Map {
				return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}, {Key: "match", Value: ""}, {Key: "rationale", Value: todo}}
			}},
		{Key: "right", One: "Match", Many: "What they belong to", Begin: "`", Asks: []ask{{Key: "id", Label: "ID"}, {Key: "text", Label: "Text", As: asLong, Most: course.MaxLong}},
			Fresh: func(n begun) edit.Map {
				return edit.Map{{Key: "id", Value: n.ID}, {Key: "text", Value: todo}}
			}},
	}},
	"short-answer": {Asks: []ask{{Key: "model", Label: "Model answer", As: asLong, Most: course.MaxLong}, {Key: "points", Label: "Points", As: asNumber},
		{Key: "zero_if", Label: "What makes it worth nothing", As: asLines, Optional: true, Hint: "One a line."}, {Key: "lose_if", Label: "What loses a point", As: asLines, Optional: true, Hint: "One a line."},
		{Key: "limit.sentences", Label: "Sentences that are asked for", As: asNumber, Optional: true}, {Key: "limit.lines", Label: "Lines that are asked for", As: asNumber, Optional: true}}, Lists: []rows{{Key: "rubric", One: "Line", Many: "What earns points", Asks: []ask{{Key: "points", Label: "Points", As: asNumber}, {Key: "text", Label: "For what", As: asLong, Most: course.MaxLong}},
		Fresh: func(begun) edit.Map {
			return edit.Map{{Key: "points", Value: 1}, {Key: "text", Value: todo}}
		}}}},
}

func option(id, text string) edit.Map {
	return edit.Map{{Key: "id", Value: id}, {Key: "text", Value: text}, {Key: "rationale", Value: todo}}
}

// freshQuestion is a question of a kind that somebody has to write: which option is right,
// and which number, only they know.
func freshQuestion(n begun) edit.Map {
	m := edit.Map{{Key: "id", Value: n.ID}, {Key: "kind", Value: n.Kind}, {Key: "prompt", Value: todo + ": the question?"}}
	add := func(key string, value any) { m = append(m, edit.Pair{Key: key, Value: value}) }
	line := func(id string) edit.Map {
		return edit.Map{{Key: "id", Value: id}, {Key: "text", Value: todo + " " + id}, {Key: "rationale", Value: todo}}
	}
	switch n.Kind {
	case "true-false":
		add("options", []any{option("true", "True"), option("false", "False")})
	case "numeric":
		add("answer", edit.Map{{Key: "value", Value: todo}})
		add("working", todo)
	case "ordering":
		add("items", []any{line("2"), line("3"), line("1")}) // the IDs do not spell the order
		add("answer", []string{"2", "3", "1"})
	case "matching":
		add("left", []any{edit.Map{{Key: "id", Value: "1"}, {Key: "text", Value: todo + " 1"}, {Key: "match", Value: "a"}, {Key: "rationale", Value: todo}},
			edit.Map{{Key: "id", Value: "2"}, {Key: "text", Value: todo + " 2"}, {Key: "match", Value: "b"}, {Key: "rationale", Value: todo}}})
		add("right", []any{edit.Map{{Key: "id", Value: "a"}, {Key: "text", Value: todo + " a"}}, edit.Map{{Key: "id", Value: "b"}, {Key: "text", Value: todo + " b"}}})
	case "short-answer":
		add("model", todo)
		add("points", 1)
		add("rubric", []any{edit.Map{{Key: "points", Value: 1}, {Key: "text", Value: todo}}})
	default:
		add("options", []any{option("A", todo), option("B", todo)})
	}
	add("objectives", []string{})
	add("facts", []string{})
	return m
}
