package question

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Response is a learner's answer, possibly empty or partial. One field is
// used, as the question's kind asks. Its JSON is the one stored form:
//
//	{"choices":["A"]}      choice kinds; option IDs in the author's order
//	{"number":"7.1"}       numeric; as typed
//	{"order":["2","","1"]} ordering; item ID for each position, "" where none
//	                       is chosen yet; no "" at the end
//	{"pairs":{"1":"c"}}    matching; left ID to right ID, chosen rows only
//	{"text":"…"}           short-answer; line breaks are "\n"
//	{}                     no answer
type Response struct {
	Choices []string          `json:"choices,omitempty"`
	Number  string            `json:"number,omitempty"`
	Order   []string          `json:"order,omitempty"`
	Pairs   map[string]string `json:"pairs,omitempty"`
	Text    string            `json:"text,omitempty"`
}

// InputError is a mistake in an answer or in a person's marks. Msg is a
// sentence for people that says what to do. Item is the row concerned (an item
// or left ID, the number of a rubric line), "" for the whole question.
type InputError struct {
	Item string
	Msg  string
}

func (e *InputError) Error() string { return e.Msg }

// Field names the form field of a row of an ordering or matching question,
// given the name of the question's own field.
func Field(name, item string) string { return name + "." + item }

// ParseResponse reads an answer from the values of a form that works without
// scripts. name is the question's field:
//
//	choice kinds   radio buttons or checkboxes called name, their value an option ID
//	numeric        a text field called name
//	ordering       for each item a select called Field(name, item ID), its value a
//	               position "1" … "n", or ""
//	matching       for each left row a select called Field(name, left ID), its value
//	               a right ID, or ""
//	short-answer   a text area called name
//
// Absent fields mean "not answered", and a partial answer is no error: see
// [Complete]. The error is an [InputError]; what could be read is returned with
// it, so that a page can show it again, but must not be saved.
func ParseResponse(q *Question, form map[string][]string, name string) (Response, error) {
	var r Response
	var err error
	switch {
	case q.Kind.Choice():
		r.Choices = slices.Clone(form[name])
	case q.Kind == Numeric:
		r.Number = first(form, name)
	case q.Kind == Ordering:
		r.Order, err = parseOrder(q, form, name)
	case q.Kind == Matching:
		r.Pairs = make(map[string]string)
		for _, l := range q.Left {
			r.Pairs[l.ID] = first(form, Field(name, l.ID))
		}
	case q.Kind == ShortAnswer:
		r.Text = first(form, name)
	}
	r = Canonical(q, r)
	if err != nil {
		return r, err
	}
	return r, Check(q, r)
}

// parseOrder turns a position for each item into an item for each position.
func parseOrder(q *Question, form map[string][]string, name string) ([]string, error) {
	order := make([]string, len(q.Items))
	var bad error
	mistake := func(item, msg string) {
		if bad == nil {
			bad = &InputError{Item: item, Msg: msg}
		}
	}
	for _, it := range q.Items {
		v := strings.TrimSpace(first(form, Field(name, it.ID)))
		if v == "" {
			continue
		}
		pos, err := strconv.Atoi(v)
		switch {
		case err != nil || pos < 1 || pos > len(order):
			mistake(it.ID, "Choose a position from 1 to "+strconv.Itoa(len(order))+".")
		case order[pos-1] != "":
			mistake(it.ID, "Position "+strconv.Itoa(pos)+" is chosen twice. Give every position once.")
		default:
			order[pos-1] = it.ID
		}
	}
	return order, bad
}

func first(form map[string][]string, name string) string {
	if v := form[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// DecodeResponse reads the stored form strictly and checks it as [Check] does.
// The error is an [InputError].
func DecodeResponse(q *Question, data []byte) (Response, error) {
	var r Response
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Response{}, &InputError{Msg: "The answer is not in a form that can be read."}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Response{}, &InputError{Msg: "The answer is not in a form that can be read."}
	}
	if err := foreign(q.Kind, r); err != nil {
		return Response{}, err
	}
	r = Canonical(q, r)
	return r, Check(q, r)
}

// Canonical returns the one stored form of an answer: only what the kind uses,
// choices in the author's order without repetition, no empty rows, text
// without control characters. It drops nothing that [Check] would complain of.
func Canonical(q *Question, r Response) Response {
	switch {
	case q.Kind.Choice():
		return Response{Choices: canonicalChoices(q, r.Choices)}
	case q.Kind == Numeric:
		return Response{Number: strings.TrimSpace(cleanText(r.Number))}
	case q.Kind == Ordering:
		order := slices.Clone(r.Order)
		for len(order) > 0 && order[len(order)-1] == "" {
			order = order[:len(order)-1]
		}
		if len(order) == 0 {
			return Response{}
		}
		return Response{Order: order}
	case q.Kind == Matching:
		var pairs map[string]string
		for l, right := range r.Pairs {
			if right == "" {
				continue
			}
			if pairs == nil {
				pairs = make(map[string]string)
			}
			pairs[l] = right
		}
		return Response{Pairs: pairs}
	case q.Kind == ShortAnswer:
		text := cleanText(r.Text)
		if strings.TrimSpace(text) == "" {
			text = ""
		}
		return Response{Text: text}
	}
	return Response{}
}

// canonicalChoices sorts by the author's order; unknown IDs follow, as given.
// One more than a question can have is enough to be refused for.
func canonicalChoices(q *Question, choices []string) []string {
	choices = choices[:min(len(choices), maxOptions+1)]
	var known, unknown []string
	for _, o := range q.Options {
		if slices.Contains(choices, o.ID) {
			known = append(known, o.ID)
		}
	}
	for _, c := range choices {
		if c != "" && !slices.Contains(known, c) && !slices.Contains(unknown, c) {
			unknown = append(unknown, c)
		}
	}
	return append(known, unknown...)
}

// cleanText makes line breaks "\n" and drops what a database or a page cannot
// hold: invalid UTF-8 and control characters.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r != '\n' && r != '\t' && unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}
