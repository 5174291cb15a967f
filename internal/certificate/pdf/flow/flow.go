// Package flow breaks a paragraph into lines that fit a width. It makes a text
// smaller before it breaks words, and prefers lines of even length. What it
// returns is in em of the size that it chose, for whatever draws it.
package flow

import (
	"math"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/segmenter"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// Style says how a paragraph is set. Sizes are in whatever unit the width is in.
type Style struct {
	fonts.Options
	Size, Min float64 // wanted, and the smallest before words are broken
	Lines     int     // at most, unless not even Min and broken words do
	Leading   float64 // baseline distance, in sizes
	Tracking  float64 // in em, for texts in the main face alone
}

// Line is one set line. The space at its end is drawn, so that words stay apart
// when the text is read back, but not counted in Width; in a right-to-left line
// it hangs out on the left. Measures are in em.
type Line struct {
	Text                  string
	Runs                  []fonts.Run
	Width, Hang, Tracking float64
	Extra                 float64 // height that tall scripts need above
}

// Setting is a paragraph broken into lines; Size is the one that was chosen.
type Setting struct {
	Style
	Rows []Line
}

// Height is that of all lines.
func (s Setting) Height() float64 {
	h := 0.0
	for _, r := range s.Rows {
		h += s.Size * (s.Leading + r.Extra)
	}
	return h
}

// piece is text that is kept on one line; its trailing space may hang over.
type piece struct {
	text         string
	width, space float64
}

// Set breaks text into at most st.Lines lines of the given width. It prefers
// one line unless that costs a third of the size, and shrinks before it breaks
// words. Nothing it returns is wider than width.
func Set(text string, width float64, st Style) Setting {
	st.RTL = fonts.RTLParagraph(text)
	all := pieces(text, st)
	parts := whole(all)
	best, at := lineCount(parts, width, st)
	if best < st.Min {
		parts = all
		best, at = lineCount(parts, width, st)
	}
	if best >= st.Min {
		st.Size = best
	} else {
		st.Size, at = st.Min, math.MaxInt
		parts = splitWide(parts, width/st.Min, st)
	}
	measure := width / st.Size
	if at != math.MaxInt {
		measure = narrowest(parts, at) // as even as possible
	}
	out := Setting{Style: st}
	widest := 0.0
	for _, t := range fill(parts, measure) {
		l := shapeLine(t, st)
		widest = math.Max(widest, l.Width)
		out.Rows = append(out.Rows, l)
	}
	if widest*st.Size > width {
		out.Size = width / widest // kerning across pieces
	}
	return out
}

// lineCount chooses the number of lines and the size that they then have.
func lineCount(parts []piece, width float64, st Style) (best float64, at int) {
	for n := 1; n <= st.Lines; n++ {
		size := math.Min(st.Size, width/narrowest(parts, n))
		if size > best*1.5 || best < st.Min && size > best {
			best, at = size, n
		}
	}
	return best, at
}

// whole joins pieces that a hyphen ends to what follows, so that
// double-barreled names and numbers stay whole where there is room.
func whole(parts []piece) []piece {
	var out []piece
	for _, p := range parts {
		if n := len(out); n > 0 && strings.HasSuffix(out[n-1].text, "-") {
			out[n-1] = piece{out[n-1].text + p.text, out[n-1].width + p.width, p.space}
			continue
		}
		out = append(out, p)
	}
	return out
}

func shapeLine(text string, st Style) Line {
	l := Line{Text: text, Runs: fonts.Shape(text, st.Options), Tracking: st.Tracking}
	if len(l.Runs) != 1 || !l.Runs[0].Face.Main() {
		l.Tracking = 0
	}
	l.Width = fonts.Width(l.Runs)
	for _, r := range l.Runs {
		l.Width += l.Tracking * float64(len(r.Glyphs))
		l.Extra = math.Max(l.Extra, r.Face.Extra)
	}
	space := advance(text[len(trimRight(text)):], st)
	l.Width -= space + l.Tracking
	if st.RTL {
		l.Hang = space
	}
	return l
}

func trimRight(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

func advance(text string, st Style) float64 {
	w := 0.0
	for _, r := range fonts.Shape(text, st.Options) {
		w += r.Width()
		if r.Face.Main() {
			w += st.Tracking * float64(len(r.Glyphs))
		}
	}
	return w
}

// pieces cuts text at the opportunities of UAX #14.
func pieces(text string, st Style) []piece {
	var seg segmenter.Segmenter
	seg.Init([]rune(text))
	var out []piece
	for it := seg.LineIterator(); it.Next(); {
		t := string(it.Line().Text)
		word := trimRight(t)
		out = append(out, piece{t, advance(word, st), advance(t[len(word):], st)})
	}
	return out
}

// count is how many lines the pieces need, each at most width em wide.
func count(parts []piece, width float64) int {
	n, used := 1, 0.0
	for i, p := range parts {
		if i > 0 && used+p.width > width+1e-9 {
			n, used = n+1, 0
		}
		used += p.width + p.space
	}
	return n
}

// narrowest is the smallest width in em at which the pieces need at most n lines.
func narrowest(parts []piece, n int) float64 {
	low, high := 0.01, 0.01
	for _, p := range parts {
		low = math.Max(low, p.width)
		high += p.width + p.space
	}
	if n == 1 || count(parts, low) <= n {
		if n == 1 {
			return high
		}
		return low
	}
	for range 24 {
		mid := (low + high) / 2
		if count(parts, mid) <= n {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// fill returns the text of each line.
func fill(parts []piece, width float64) []string {
	var out []string
	start, used := 0, 0.0
	join := func(to int) {
		var b strings.Builder
		for _, p := range parts[start:to] {
			b.WriteString(p.text)
		}
		out = append(out, b.String())
		start, used = to, 0
	}
	for i, p := range parts {
		if i > start && used+p.width > width+1e-9 {
			join(i)
		}
		used += p.width + p.space
	}
	join(len(parts))
	return out
}

// splitWide cuts pieces that are wider than width between their characters.
func splitWide(parts []piece, width float64, st Style) []piece {
	var out []piece
	for _, p := range parts {
		if p.width <= width {
			out = append(out, p)
			continue
		}
		var seg segmenter.Segmenter
		seg.Init([]rune(p.text))
		for it := seg.GraphemeIterator(); it.Next(); {
			t := string(it.Grapheme().Text)
			if strings.TrimSpace(t) == "" && len(out) > 0 {
				last := &out[len(out)-1]
				last.text, last.space = last.text+t, last.space+advance(t, st)
				continue
			}
			out = append(out, piece{text: t, width: advance(t, st)})
		}
	}
	return out
}
