package question

import (
	"math/big"
	"slices"
	"strconv"
)

// Mark is one mark in the unit of [Result]: thousandths, so that a short
// answer's quarters and thirds are whole numbers.
const Mark = 1000

// Result is what an answer earned. Points and Max are thousandths of a mark;
// Max is always [Mark]. Correct means Points == Max. NeedsGrading means that
// a person has yet to award points; Points is 0 until then.
type Result struct {
	Points       int  `json:"points"`
	Max          int  `json:"max"`
	Correct      bool `json:"correct"`
	NeedsGrading bool `json:"needs_grading,omitempty"`
}

// Grade grades an answer. Every kind but the short answer is all or nothing.
// No answer, an incomplete or an unreadable one earns nothing. An answered
// short answer needs a person: see [GradeShort].
func Grade(q *Question, r Response) Result {
	res := Result{Max: Mark}
	if !Answered(q, r) {
		return res
	}
	if q.Kind == ShortAnswer {
		res.NeedsGrading = true
		return res
	}
	if right(q, Canonical(q, r)) {
		res.Points, res.Correct = Mark, true
	}
	return res
}

// right compares a canonical answer with the key.
func right(q *Question, r Response) bool {
	switch {
	case q.Kind.Choice():
		return slices.Equal(r.Choices, q.correctIDs())
	case q.Kind == Numeric:
		k := q.key()
		if k == nil {
			return false
		}
		n, err := ParseNumber(r.Number, k.Unit)
		return err == nil && within(n, k)
	case q.Kind == Ordering:
		return slices.Equal(r.Order, q.order())
	case q.Kind == Matching:
		for _, l := range q.Left {
			if l.Match == "" || r.Pairs[l.ID] != l.Match {
				return false
			}
		}
		return len(r.Pairs) == len(q.Left)
	}
	return false
}

// within reports whether n lies in the accepted range, both ends included.
func within(n *big.Rat, k *NumericKey) bool {
	low, high := k.bounds()
	lo, ok1 := writtenNumber(low)
	hi, ok2 := writtenNumber(high)
	return ok1 && ok2 && n.Cmp(lo) >= 0 && n.Cmp(hi) <= 0
}

// GradeShort turns a person's points into a mark. awarded holds the points of
// each rubric line in order; zero says that one of q.ZeroIf applies and
// nothing is earned; deductions counts the lines of q.LoseIf that apply, a
// point each. The sum, at least 0, is scaled from q.Points to one mark, rounded
// down to a thousandth; full points are the full mark. The error is an
// [InputError].
func GradeShort(q *Question, awarded []int, zero bool, deductions int) (Result, error) {
	res := Result{Max: Mark}
	switch {
	case q.Kind != ShortAnswer || q.Points < 1:
		return res, &InputError{Msg: "Only a short answer is graded by a person."}
	case len(awarded) != len(q.Rubric):
		return res, &InputError{Msg: "Give points for each of the " + strconv.Itoa(len(q.Rubric)) + " lines of the rubric."}
	case zero && len(q.ZeroIf) == 0:
		return res, &InputError{Msg: "This question names no reason for zero. Give 0 points line by line."}
	case deductions < 0 || deductions > len(q.LoseIf):
		return res, &InputError{Msg: "Deduct from 0 to " + strconv.Itoa(len(q.LoseIf)) + " points."}
	}
	sum := -deductions
	for i, line := range q.Rubric {
		if awarded[i] < 0 || awarded[i] > line.Points {
			return res, &InputError{Item: strconv.Itoa(i + 1), Msg: "Give from 0 to " + strconv.Itoa(line.Points) + " points for line " + strconv.Itoa(i+1) + "."}
		}
		sum += awarded[i]
	}
	if zero {
		return res, nil
	}
	res.Points = min(max(sum, 0), q.Points) * Mark / q.Points
	res.Correct = res.Points == Mark
	return res, nil
}
