package fonts

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	ubidi "golang.org/x/text/unicode/bidi"
)

// level is an embedding level of UAX #9: odd levels run from right to left.
type level int8

// levels returns the embedding level of each rune of a line whose paragraph
// runs rtl. Explicit controls do not occur: they are not printable.
func levels(text []rune, rtl bool) []level {
	dir, base := bidi.LeftToRight, level(0)
	if rtl {
		dir, base = bidi.RightToLeft, 1
	}
	out := make([]level, len(text))
	if !rtl && !slices.ContainsFunc(text, startsRTL) {
		return out
	}
	var para bidi.Paragraph
	runs := para.Segment(text, dir)
	for i := range runs.NumRuns() {
		r := runs.Run(i)
		for j := r.Start; j < r.End; j++ {
			out[j] = level(r.Level)
		}
		// The package joins neighbors of equal parity, so in a line from
		// left to right a number beside right-to-left text (level 2) and
		// the words beyond it (level 0) arrive as one run.
		if base == 0 && r.IsLeftToRight() {
			splitNumbers(text[r.Start:r.End], out[r.Start:r.End], i > 0, i+1 < runs.NumRuns())
		}
	}
	for i := len(text) - 1; i >= 0 && unicode.IsSpace(text[i]); i-- {
		out[i] = base // rule L1
	}
	return out
}

// startsRTL reports whether r can give a line from left to right other levels
// than 0.
func startsRTL(r rune) bool {
	c := class(r)
	return c == ubidi.R || c == ubidi.AL || c == ubidi.AN
}

// splitNumbers gives level 2 to the numbers at the ends of a left-to-right run
// that touch right-to-left text, and level 0 to the rest (rules I1 and W7).
func splitNumbers(text []rune, out []level, afterRTL, beforeRTL bool) {
	head := 0
	if afterRTL {
		for head = len(text); head > 0 && !allNumber(text[:head]); head-- {
		}
	}
	tail := len(text)
	if beforeRTL {
		for tail > head && class(text[tail-1]) == ubidi.AN {
			tail--
		}
	}
	for i := range out {
		out[i] = 0
		if i < head || i >= tail {
			out[i] = 2
		}
	}
}

// allNumber reports whether text is one number: digits, with separators and
// terminators only where digits carry them.
func allNumber(text []rune) bool {
	digits := false
	for i, r := range text {
		switch class(r) {
		case ubidi.EN, ubidi.AN:
			digits = true
		case ubidi.ET, ubidi.NSM:
		case ubidi.ES, ubidi.CS:
			if i == 0 || i == len(text)-1 {
				return false
			}
		default:
			return false
		}
	}
	return digits
}

func class(r rune) ubidi.Class {
	p, _ := ubidi.LookupRune(r)
	return p.Class()
}

// rtlParagraph applies rules P2 and P3: the first strong character decides.
func rtlParagraph(text []rune) bool {
	for _, r := range text {
		switch class(r) {
		case ubidi.L:
			return false
		case ubidi.R, ubidi.AL:
			return true
		}
	}
	return false
}

// visualOrder reorders runs in place from logical to visual order (rule L2).
func visualOrder(runs []Run) {
	var top level
	for _, r := range runs {
		top = max(top, r.level)
	}
	for lv := top; lv > 0; lv-- {
		for i := 0; i < len(runs); i++ {
			if runs[i].level < lv {
				continue
			}
			j := i
			for j < len(runs) && runs[j].level >= lv {
				j++
			}
			for a, b := i, j-1; a < b; a, b = a+1, b-1 {
				runs[a], runs[b] = runs[b], runs[a]
			}
			i = j
		}
	}
}
