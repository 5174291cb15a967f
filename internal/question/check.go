package question

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxTextRunes bounds a short answer.
const MaxTextRunes = 5000

// maxForeignRunes bounds an unknown ID that is echoed back in a message.
const maxForeignRunes = 40

// Check says what is wrong with an answer, complete or not: an unknown ID, two
// options where one is asked, a position filled twice, a number that cannot be
// read, text longer than [MaxTextRunes]. An empty answer is fine. The error is
// an [InputError].
func Check(q *Question, r Response) error {
	if err := foreign(q.Kind, r); err != nil {
		return err
	}
	switch {
	case q.Kind.Choice():
		return checkChoices(q, r.Choices)
	case q.Kind == Numeric:
		return checkNumber(q, r.Number)
	case q.Kind == Ordering:
		return checkOrder(q, r.Order)
	case q.Kind == Matching:
		return checkPairs(q, r.Pairs)
	case utf8.RuneCountInString(r.Text) > MaxTextRunes:
		n := utf8.RuneCountInString(r.Text)
		return &InputError{Msg: "Your text has " + strconv.Itoa(n) + " characters; at most " + strconv.Itoa(MaxTextRunes) + " are possible. Shorten it."}
	}
	return nil
}

// foreign refuses fields that belong to another kind.
func foreign(k Kind, r Response) error {
	fits := (k.Choice() || len(r.Choices) == 0) &&
		(k == Numeric || r.Number == "") &&
		(k == Ordering || len(r.Order) == 0) &&
		(k == Matching || len(r.Pairs) == 0) &&
		(k == ShortAnswer || r.Text == "")
	if !fits {
		return &InputError{Msg: "This answer belongs to another kind of question. Load the page again."}
	}
	return nil
}

func checkChoices(q *Question, choices []string) error {
	ids := DefaultOrder(q)
	for i, c := range choices {
		if !slices.Contains(ids, c) {
			return unknown("option", c)
		}
		if slices.Contains(choices[:i], c) {
			return &InputError{Msg: "An option is chosen twice. Load the page again."}
		}
	}
	if len(choices) > 1 && q.Kind != MultipleResponse {
		return &InputError{Msg: "Choose one option only."}
	}
	return nil
}

func checkNumber(q *Question, number string) error {
	if number == "" {
		return nil
	}
	unit, decimals := "", 1
	if k := q.key(); k != nil {
		unit, decimals = k.Unit, k.Decimals
	}
	if _, err := ParseNumber(number, unit); errors.Is(err, errNotNumber) && decimals == 0 {
		return errNotWhole
	} else if err != nil {
		return err
	}
	return nil
}

func checkOrder(q *Question, order []string) error {
	ids := DefaultOrder(q)
	if len(order) > len(ids) {
		return &InputError{Msg: "There are more positions than items. Load the page again."}
	}
	for i, id := range order {
		switch {
		case id == "":
		case !slices.Contains(ids, id):
			return unknown("item", id)
		case slices.Contains(order[:i], id):
			return &InputError{Item: id, Msg: "This item has two positions. Give every item one."}
		}
	}
	return nil
}

func checkPairs(q *Question, pairs map[string]string) error {
	right := DefaultOrder(q)
	known := 0
	for _, l := range q.Left {
		r, chosen := pairs[l.ID]
		if !chosen {
			continue
		}
		known++
		if !slices.Contains(right, r) {
			return &InputError{Item: l.ID, Msg: unknown("match", r).Msg}
		}
	}
	if known < len(pairs) {
		return &InputError{Msg: "The answer names a row that this question does not have. Load the page again."}
	}
	return nil
}

func unknown(what, id string) *InputError {
	if utf8.RuneCountInString(id) > maxForeignRunes {
		id = string([]rune(id)[:maxForeignRunes]) + "…"
	}
	return &InputError{Msg: "This question has no " + what + " " + strconv.Quote(id) + ". Load the page again."}
}

// Answered reports whether there is any answer at all.
func Answered(q *Question, r Response) bool {
	r = Canonical(q, r)
	return len(r.Choices)+len(r.Order)+len(r.Pairs) > 0 || r.Number != "" || r.Text != ""
}

// Complete reports whether an answer is valid and leaves nothing open: a choice
// is made, every position or row is filled, the number can be read, the text is
// not blank.
func Complete(q *Question, r Response) bool {
	if !Answered(q, r) || Check(q, r) != nil {
		return false
	}
	switch q.Kind {
	case Ordering:
		return len(r.Order) == len(q.Items) && !slices.Contains(r.Order, "")
	case Matching:
		for _, l := range q.Left {
			if strings.TrimSpace(r.Pairs[l.ID]) == "" {
				return false
			}
		}
	}
	return true
}
