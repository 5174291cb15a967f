package question

import (
	"slices"
	"strconv"
)

// Sheet is a question as one sitting shows it: in that sitting's order, with
// every option, item and row named by its place, "1" … "n". What a page and its
// form carry thus means nothing in another sitting, where the order differs.
// Names go in and out here only: the responses on the server's side have the
// author's IDs.
type Sheet struct {
	question *Question
	shown    *Question // under the names of this sheet, without a key
	ids      []string  // the author's, of what has a movable order, by place
	rows     []string  // the author's, of the left side of a matching, by place
}

// NewSheet lays a question out in an order, as [Public] takes it.
func NewSheet(q *Question, order []string) Sheet {
	p := Public(q, order)
	shown := &Question{ID: p.ID, Kind: p.Kind, Prompt: p.Prompt, Case: p.Case, Jurisdiction: p.Jurisdiction, Limit: p.Limit}
	s := Sheet{question: q, shown: shown}
	for i, o := range p.Options {
		s.ids = append(s.ids, o.ID)
		shown.Options = append(shown.Options, Option{ID: place(i), Text: o.Text})
	}
	for i, it := range p.Items {
		s.ids = append(s.ids, it.ID)
		shown.Items = append(shown.Items, Item{ID: place(i), Text: it.Text})
	}
	for i, r := range p.Right {
		s.ids = append(s.ids, r.ID)
		shown.Right = append(shown.Right, Right{ID: place(i), Text: r.Text})
	}
	for i, l := range p.Left {
		s.rows = append(s.rows, l.ID)
		shown.Left = append(shown.Left, Left{ID: place(i), Text: l.Text})
	}
	if p.Kind == Numeric {
		shown.Answer = &Answer{Numeric: &NumericKey{Unit: p.Unit, Decimals: p.Decimals}}
	}
	return s
}

func place(i int) string { return strconv.Itoa(i + 1) }

// Public is the learner's view under the names of the sheet.
func (s Sheet) Public() PublicQuestion { return Public(s.shown, nil) }

// Shown is a response under the names of the sheet.
func (s Sheet) Shown(r Response) Response {
	return Canonical(s.shown, renamed(r, placeIn(s.ids), placeIn(s.rows)))
}

// Parse reads a form as [ParseResponse] does. typed has the names of the sheet,
// for the page to show it again; r has the author's and is what may be saved,
// empty when there is an error. The Item of an [InputError] is a name of the
// sheet.
func (s Sheet) Parse(form map[string][]string, name string) (typed, r Response, err error) {
	if typed, err = ParseResponse(s.shown, form, name); err != nil {
		return typed, Response{}, err
	}
	return typed, Canonical(s.question, renamed(typed, at(s.ids), at(s.rows))), nil
}

// renamed passes every ID of a response through a function: id for what has a
// movable order, row for the left side of a matching.
func renamed(r Response, id, row func(string) string) Response {
	out := Response{Number: r.Number, Text: r.Text}
	for _, c := range r.Choices {
		out.Choices = append(out.Choices, id(c))
	}
	for _, o := range r.Order {
		out.Order = append(out.Order, id(o))
	}
	for l, right := range r.Pairs {
		if out.Pairs == nil {
			out.Pairs = make(map[string]string, len(r.Pairs))
		}
		out.Pairs[row(l)] = id(right)
	}
	return out
}

// placeIn names an ID by its place; nothing for an ID that is not there.
func placeIn(ids []string) func(string) string {
	return func(id string) string {
		if i := slices.Index(ids, id); i >= 0 {
			return place(i)
		}
		return ""
	}
}

// at is the ID at a place; nothing for what is no place.
func at(ids []string) func(string) string {
	return func(name string) string {
		if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(ids) {
			return ids[n-1]
		}
		return ""
	}
}
