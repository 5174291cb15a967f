// Package credit turns text and questions into hours, and shows the sum.
//
// It is pure. Hours never stand alone: whatever prints hours prints, or can
// print, the worked sum that they came from.
package credit

import (
	"fmt"
	"strings"
)

// Worked is a number of hours with everything that it was computed from.
type Worked struct {
	Formula     Formula
	Inputs      Inputs
	Minutes     float64 // raw result, never below zero
	Rounding    Rounding
	Centihours  int64    // 175 is 1.75 h
	Explanation []string // the sum, line by line, for people
}

// Hours prints centihours as people write them: 1.75, 2, 0.5.
func Hours(centihours int64) string {
	whole, rest := centihours/100, centihours%100
	switch {
	case rest == 0:
		return fmt.Sprint(whole)
	case rest%10 == 0:
		return fmt.Sprintf("%d.%d", whole, rest/10)
	}
	return fmt.Sprintf("%d.%02d", whole, rest)
}

// Amount prints centihours with the unit of whoever grants them: 1 CE, 1.75
// clock hours. What is written in capitals has no plural.
func Amount(centihours int64, unit string) string {
	one := centihours == 100 || strings.ToUpper(unit) == unit
	return Hours(centihours) + " " + plural(unit, one)
}

func plural(word string, one bool) string {
	if one {
		return word
	}
	return word + "s"
}
