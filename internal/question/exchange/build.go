package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// choice is an option as a source has it: its share of the mark is in percent.
type choice struct {
	id, text, why string
	percent       float64
}

// whole is what counts as all of the mark: sources write 33.33333.
const whole = 99.9

const noPlace = "A question of this type has no place here"

const allOrNothing = "a question here is right or wrong as a whole"

// single makes a single choice of options with shares of the mark.
func (d *draft) single(list []choice) {
	if d.refused() {
		return
	}
	right, part, minus := 0, 0, 0
	for _, c := range list {
		right += among(c.percent >= whole)
		part += among(c.percent > 0 && c.percent < whole)
		minus += among(c.percent < 0)
	}
	switch {
	case right == 0:
		d.refuse("No option is wholly right", "ours has one that is")
		return
	case right > 1:
		d.refuse(fmt.Sprintf("%d options are wholly right though one is to be chosen", right), "ours has one")
		return
	}
	d.partial(part, minus)
	d.q.Kind = question.SingleChoice
	d.options(list, func(c choice) bool { return c.percent >= whole })
}

// partial notes shares of the mark that are lost.
func (d *draft) partial(part, minus int) {
	if part > 0 {
		d.note(Altered, fmt.Sprintf("Partial credit is gone; %s right in part %s as wrong", counted(part, "option"), verb(part, "counts", "count")), allOrNothing)
	}
	if minus > 0 {
		d.note(Altered, fmt.Sprintf("Points are taken off for %s there", counted(minus, "option")), "here a wrong answer earns nothing")
	}
}

// multiple makes a multiple response: what earns anything is right. stated says
// that the source, too, gives the mark for the whole answer only.
func (d *draft) multiple(list []choice, stated bool) {
	if d.refused() {
		return
	}
	right, minus := 0, 0
	for _, c := range list {
		right += among(c.percent > 0)
		minus += among(c.percent < 0)
	}
	if right == 0 {
		d.refuse("No option is right", "ours has at least one that is")
		return
	}
	if !stated && right > 1 {
		d.note(Altered, "Partial credit is gone", allOrNothing)
	}
	d.partial(0, minus)
	d.q.Kind = question.MultipleResponse
	d.options(list, func(c choice) bool { return c.percent > 0 })
}

func (d *draft) options(list []choice, right func(choice) bool) {
	list = d.withoutBlank(list)
	if len(list) > 26 {
		d.refuse(fmt.Sprintf("It has %d options", len(list)), "at most 26 are possible")
		return
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.id
	}
	if !usable(ids) {
		for i := range ids {
			ids[i] = question.Letter(i)
		}
	}
	for i, c := range list {
		d.q.Options = append(d.q.Options, question.Option{ID: ids[i], Text: c.text, Correct: right(c), Rationale: c.why})
	}
}

// withoutBlank leaves out options that say nothing and are wrong, as some systems
// leave them behind.
func (d *draft) withoutBlank(list []choice) []choice {
	blank := func(c choice) bool { return c.text == "" && c.percent <= 0 }
	out := slices.DeleteFunc(slices.Clone(list), blank)
	if n := len(list) - len(out); n > 0 && len(out) > 1 {
		d.note(Altered, counted(n, "empty option")+" left out", "an option here has a text")
		return out
	}
	return list
}

// usable reports whether names of a source can be IDs here.
func usable(ids []string) bool {
	for i, id := range ids {
		if !validID.MatchString(id) || slices.Contains(ids[:i], id) {
			return false
		}
	}
	return len(ids) > 0
}

// trueFalse makes a true-false question.
func (d *draft) trueFalse(isTrue bool, whyTrue, whyFalse string) {
	d.q.Kind = question.TrueFalse
	d.q.Shuffle = nil
	d.q.Options = []question.Option{
		{ID: "true", Text: "True", Correct: isTrue, Rationale: whyTrue},
		{ID: "false", Text: "False", Correct: !isTrue, Rationale: whyFalse},
	}
}

// trueOrFalse makes a true-false question of options with shares of the mark, and a single
// choice of those that have words of their own: which of them means true is not ours to
// say.
func (d *draft) trueOrFalse(list []choice) {
	if d.refused() {
		return
	}
	yes, no, ok := trueAndFalse(list)
	switch isTrue, isFalse := yes.percent >= whole, no.percent >= whole; {
	case !ok:
		d.note(Altered, "It is a single choice here", "its options are called other than true and false")
		d.fixed(true)
		d.single(list)
	case isTrue && isFalse:
		d.refuse("Both answers are right", "one of true and false is")
	case !isTrue && !isFalse:
		d.refuse("Neither answer is right", "one of true and false is")
	default:
		d.trueFalse(isTrue, yes.why, no.why)
	}
}

// trueAndFalse finds the two in a list that has nothing else, each once at the most.
func trueAndFalse(list []choice) (yes, no choice, ok bool) {
	var said [2]bool
	for _, c := range list {
		isNo := strings.EqualFold(c.text, "false")
		if at := among(isNo); !isNo && !strings.EqualFold(c.text, "true") || said[at] {
			return yes, no, false
		} else if said[at] = true; isNo {
			no = c
		} else {
			yes = c
		}
	}
	return yes, no, len(list) > 0
}

// fixed says that the order is the author's.
func (d *draft) fixed(is bool) {
	if is {
		no := false
		d.q.Shuffle = &no
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// percent reads a number; what is none is nothing.
func percent(s string) float64 {
	v, _ := share(s)
	return v
}

// isShare reports whether a number is given as one, or not at all.
func isShare(s string) bool {
	_, ok := share(s)
	return ok || strings.TrimSpace(s) == ""
}

// share is the same for one whose mistakes matter.
func share(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || v != v || v > 1e6 || v < -1e6 {
		return 0, false
	}
	return v, true
}
