package veil

import (
	"math"
	"strconv"
)

// People says a number of people in fives, for whoever is not told how many there are.
func People(n int) string {
	if n < Enough {
		return "fewer than " + strconv.Itoa(Enough)
	}
	return Thousands(Whole(n)) + "–" + Thousands(Whole(n)+Batch-1)
}

// Thousands writes a number that is not negative.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// Percents says in whole percents between which bounds a share lies, from 0 to 1; one
// number where they are as close as rounding alone.
func Percents(from, to float64) string {
	low, high := int(math.Floor(100*from+1e-9)), int(math.Ceil(100*to-1e-9))
	if high-low <= 1 {
		return strconv.Itoa(int(math.Round(50*(from+to)))) + "%"
	}
	return strconv.Itoa(low) + "–" + strconv.Itoa(high) + "%"
}
