package veil

import (
	"math"
	"strconv"
)

// Percents says in whole percents between which bounds a share lies, from 0 to 1; one
// number where they are as close as rounding alone.
func Percents(from, to float64) string {
	low, high := int(math.Floor(100*from+1e-9)), int(math.Ceil(100*to-1e-9))
	if high-low <= 1 {
		return strconv.Itoa(int(math.Round(50*(from+to)))) + "%"
	}
	return strconv.Itoa(low) + "–" + strconv.Itoa(high) + "%"
}
