package veil

import (
	"maps"
	"slices"
)

// Values is what may be told of the values of people, such as scores or minutes: every
// fifth of them, sorted.
type Values struct {
	of    int
	fifth []int // the 5th, 10th … (of−5)th smallest
}

// ValuesOf takes values in the order in which people came.
func ValuesOf(list []int) Values {
	counts := map[int]int{}
	for _, v := range list[:Whole(len(list))] {
		counts[v]++
	}
	return CountedValues(counts)
}

// CountedValues takes how many people have each value, in whole batches.
func CountedValues(counts map[int]int) (v Values) {
	for _, n := range counts {
		v.of += n
	}
	v.of = Whole(v.of)
	at := 0
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		for range counts[value] {
			if at++; at%Batch == 0 && at < v.of {
				v.fifth = append(v.fifth, value)
			}
		}
	}
	return v
}

// Of is how many people are counted.
func (v Values) Of() int { return v.of }

// Below says how many have a value below a threshold.
func (v Values) Below(threshold int) Range {
	n, _ := slices.BinarySearch(v.fifth, threshold)
	return Count(n*Batch, v.of)
}

// Bands says how many have a value below the first of ascending thresholds, how many
// from there up to the second, and so on; the last band is from the last one on.
func (v Values) Bands(thresholds ...int) []Range {
	out := make([]Range, 0, len(thresholds)+1)
	before := Range{Of: v.of}
	for _, t := range thresholds {
		upTo := v.Below(t)
		out = append(out, upTo.less(before))
		before = upTo
	}
	return append(out, Range{From: v.of, To: v.of, Of: v.of}.less(before))
}

// Apart reports whether some people are known to have other values than some others.
func (v Values) Apart() bool { return len(v.fifth) > 0 && v.fifth[0] < v.fifth[len(v.fifth)-1] }

// Mean gives bounds of the mean of values that lie between 0 and most.
func (v Values) Mean(most int) (from, to float64) {
	if len(v.fifth) == 0 {
		return 0, float64(most)
	}
	sum := 0
	for _, value := range v.fifth {
		sum += Batch * value
	}
	// Each fifth value is the least of the five from it on, the last of six, and the
	// most of the five up to it.
	n := float64(v.of)
	return float64(sum+v.fifth[len(v.fifth)-1]) / n, float64(sum+Batch*most) / n
}

// Median gives bounds of the median; false if there are too few people.
func (v Values) Median() (from, to int, ok bool) { return v.span(v.of/10, v.of/10+1) }

// Half gives bounds between which at least the middle half of the people lie; false
// if there are too few.
func (v Values) Half() (from, to int, ok bool) { return v.span(v.of/20, (3*v.of+19)/20) }

// span is from one fifth value to another, counted from 1.
func (v Values) span(from, to int) (low, high int, ok bool) {
	if from < 1 || to > len(v.fifth) {
		return 0, 0, false
	}
	return v.fifth[from-1], v.fifth[to-1], true
}
