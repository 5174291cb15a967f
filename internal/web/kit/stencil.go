package kit

import (
	"html/template"
	"regexp"
	"strconv"
)

// Stencil is a rendered page, or part of one, with holes. It is rendered once
// with Marks where something changes, and filled for each request.
type Stencil struct {
	parts []Piece // packed
	holes []int   // between the parts
}

// Mark is what a template prints in the place of hole n. It is letters and
// digits only, so that no escaping changes it.
func Mark(n int) string { return "qzhole" + strconv.Itoa(n) + "zq" }

var mark = regexp.MustCompile("qzhole([0-9]+)zq")

// Cut makes a stencil of HTML that holds marks.
func Cut(html template.HTML) *Stencil {
	s := &Stencil{}
	at := 0
	for _, m := range mark.FindAllStringSubmatchIndex(string(html), -1) {
		n, err := strconv.Atoi(string(html[m[2]:m[3]]))
		if err != nil {
			continue // too many digits: no mark of ours
		}
		s.parts = append(s.parts, Pack(html[at:m[0]]))
		s.holes = append(s.holes, n)
		at = m[1]
	}
	s.parts = append(s.parts, Pack(html[at:]))
	return s
}

// Fill appends the stencil's parts to r, with fill[n] in hole n. A hole that
// fill does not reach stays empty.
func (s *Stencil) Fill(r Ready, fill []Piece) Ready {
	for i, p := range s.parts {
		r = append(r, p)
		if i < len(s.holes) && s.holes[i] < len(fill) {
			r = append(r, fill[s.holes[i]])
		}
	}
	return r
}

// Holes is the number of places that Fill fills.
func (s *Stencil) Holes() int { return len(s.holes) }
