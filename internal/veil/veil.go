// Package veil decides what may be told of people whom a figure counts. One rule
// holds for all figures; it is pure and knows neither pages nor tables.
//
// # The rule
//
// The people of a figure stand in a list. Each enters it at an instant that does not
// depend on the value that the figure is about, such as the score of an exam when its
// result is recorded, and keeps place and value. Only whole batches of five are
// counted, from the beginning of the list. Of the values of n people so counted,
// sorted, nothing is told but every fifth: the 5th, the 10th … the (n−5)th smallest.
// Numbers of people (a value that is yes or no), shares, tables, means and medians
// are all worked out from these (Count, Cells, Values).
//
// # What follows
//
// Take any threshold. Let x(k) be how many of the first k batches, n = 5k people, lie
// below it. What is told of x(k) is F(k), the largest multiple of five up to x(k), but
// at most n−5: so x(k) is one of F … F+4, or of n−5 … n. Somebody who has looked at
// every moment, and knows who is in which batch, knows the whole sequence F(1), F(2) ….
// For each c from 0 to 4 the sequence F(k)+c would have looked the same:
//
//   - F grows by 0 or by 5 from one batch to the next, as x grows by at most 5 and the
//     bound n−5 by 5. So a batch of five can bring the growth of F(k)+c.
//   - F(k)+c is below n, and F(1) = 0. So it is a number of people.
//   - Its F is F(k): the largest multiple of five up to F(k)+c, and at most n−5.
//
// And at any one batch that sequence may pass from F+4 to F+0 where F grew, or from F+0
// to F+4 where it did not. So at each look the number has at least five possible
// values, one beside the other; and each batch may have brought one to five people
// below the threshold where F grew, and none to four where it did not. Of no batch is
// it known that all of it lies below, or none of it; and as it does not matter to the
// figure who in a batch is who, of nobody is it known on which side they are.
//
// # What does not follow
//
// The proof is about one threshold of one figure. The lines of one table are nested
// thresholds of the same people (Cells), and so are the values of one list (Values); a
// test plays the attacker with every short sequence of small tables and finds at least
// two possibilities for everything, the table's own rule known. Different figures about
// the same people narrow one another further, and whoever knows from elsewhere how the
// others of a batch did learns more of the last. Neither is ruled out here.
package veil

// Batch is how many people come into a figure at a time.
const Batch = 5

// Enough is how many people there must be for the rule to say anything at all.
const Enough = 2 * Batch

// Whole is the number of people in whole batches.
func Whole(n int) int { return n - n%Batch }

// Range is a number of people as it may be told: From to To, of Of.
type Range struct{ From, To, Of int }

// Count says how many of the people counted did something. Who did it when the list
// was shorter has done it still. Of fewer than Enough it says nothing but "any".
func Count(n, of int) Range {
	top := max(Whole(of)-Batch, 0)
	if n >= top {
		return Range{From: top, To: of, Of: of}
	}
	return Range{From: Whole(n), To: Whole(n) + Batch - 1, Of: of}
}

// Known reports whether anything is said.
func (r Range) Known() bool { return r.Of >= Enough }

// Rest is the number of the others.
func (r Range) Rest() Range { return Range{From: r.Of - r.To, To: r.Of - r.From, Of: r.Of} }

// Share is what part of all this is, between two bounds from 0 to 1.
func (r Range) Share() (from, to float64) {
	if r.Of == 0 {
		return 0, 1
	}
	return float64(r.From) / float64(r.Of), float64(r.To) / float64(r.Of)
}

// Cells says how many people are in each cell of a table, each of them in one. The
// cells are nested in their order: what is told is how many are in the first, in the
// first two and so on, and a cell is the difference.
func Cells(counts []int) []Range {
	of := 0
	for _, n := range counts {
		of += n
	}
	out := make([]Range, len(counts))
	before, sum := Range{Of: of}, 0
	for i, n := range counts {
		sum += n
		upTo := Count(sum, of)
		if i == len(counts)-1 {
			upTo = Range{From: of, To: of, Of: of}
		}
		out[i] = upTo.less(before)
		before = upTo
	}
	return out
}

// less is the number of people who are in r and not in a range within it.
func (r Range) less(within Range) Range {
	return Range{From: max(r.From-within.To, 0), To: r.To - within.From, Of: r.Of}
}

// Loose reports whether several numbers of the people counted may stand beside the
// number of those who are in at least one of them: no number may be narrowed by that
// none of the others is larger than it can be.
func Loose(total Range, each []Range) bool {
	most := 0
	for _, r := range each {
		most += r.To
	}
	for _, r := range each {
		if total.From-(most-r.To) > r.From {
			return false
		}
	}
	return true
}
