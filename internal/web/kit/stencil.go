package kit

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
)

// Stencil is a rendered page, or part of one, with holes. It is rendered once
// with Marks where something changes, and filled for each request.
type Stencil struct {
	parts []Piece // packed
	holes []int   // between the parts
	// told says what each hole is known to hold, "" for nothing. The part behind it
	// then refers to it and to what stands before it.
	told []string
}

// Mark is what a template prints in the place of hole n. It is letters and
// digits only, so that no escaping changes it.
func Mark(n int) string { return "qzhole" + strconv.Itoa(n) + "zq" }

var mark = regexp.MustCompile("qzhole([0-9]+)zq")

// Unknown is what Cut is told of a hole whose length alone is known.
func Unknown(length int) template.HTML { return template.HTML(strings.Repeat("\x00", length)) } // #nosec G203 -- no page holds one

// Cut makes a stencil of HTML that holds marks. told may say what a hole will
// hold, or how long it will be (Unknown): what follows it packs better, since it
// can refer to what stands before the hole.
func Cut(html template.HTML, told map[int]template.HTML) *Stencil {
	s := &Stencil{}
	var before []byte // what is known to stand before a part
	at := 0
	add := func(part template.HTML) {
		if len(before) == 0 {
			s.parts = append(s.parts, Pack(part))
		} else {
			s.parts = append(s.parts, packAfter(before, part))
		}
		before = append(before, part...)
	}
	for _, m := range mark.FindAllStringSubmatchIndex(string(html), -1) {
		n, err := strconv.Atoi(string(html[m[2]:m[3]]))
		if err != nil {
			continue // too many digits: no mark of ours
		}
		add(html[at:m[0]])
		s.holes = append(s.holes, n)
		s.told = append(s.told, string(told[n]))
		before = append(before, told[n]...)
		if told[n] == "" {
			before = nil
		}
		at = m[1]
	}
	add(html[at:])
	return s
}

// Fill appends the stencil's parts to r, with fill[n] in hole n. A hole that
// fill does not reach stays empty.
func (s *Stencil) Fill(r Ready, fill []Piece) Ready {
	lost := false // a hole did not hold what was told: references miss
	for i, p := range s.parts {
		if lost {
			p.packed = ""
		}
		r = append(r, p)
		if i == len(s.holes) {
			break
		}
		var f Piece
		if s.holes[i] < len(fill) {
			f = fill[s.holes[i]]
			r = append(r, f)
		}
		lost = s.told[i] != "" && (lost || !holds(s.told[i], string(f.HTML)))
	}
	return r
}

// holds reports whether a hole was filled as Cut was told.
func holds(told, fill string) bool {
	return told == fill || told[0] == 0 && len(told) == len(fill)
}

// Holes is the number of places that Fill fills.
func (s *Stencil) Holes() int { return len(s.holes) }
