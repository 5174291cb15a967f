package pdf

import (
	"math"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/segmenter"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// style says how a paragraph is set. Sizes are in points.
type style struct {
	fonts.Options
	size, min float64 // wanted, and the smallest before words are broken
	lines     int     // at most, at min size
	leading   float64 // baseline distance, in sizes
	tracking  float64 // in em, for texts in the main face alone
	color     Color
}

// line is one set line. The space at its end is drawn, so that words stay apart
// when the text is read back, but not counted in width; in a right-to-left line
// it hangs out on the left. Measures are in em.
type line struct {
	runs                  []fonts.Run
	width, hang, tracking float64
	extra                 float64 // height that tall scripts need above
}

// setting is a paragraph broken into lines.
type setting struct {
	style
	rows []line
}

func (s setting) height() float64 {
	h := 0.0
	for _, r := range s.rows {
		h += s.size * (s.leading + r.extra)
	}
	return h
}

// piece is text that is kept on one line; its trailing space may hang over.
type piece struct {
	text         string
	width, space float64
}

// set breaks text into at most st.lines lines of the given width. It prefers
// one line unless that costs a third of the size, and shrinks before it breaks
// words. Nothing it returns is wider than width.
func set(text string, width float64, st style) setting {
	st.RTL = fonts.RTLParagraph(text)
	all := pieces(text, st)
	parts := whole(all)
	best, at := lineCount(parts, width, st)
	if best < st.min {
		parts = all
		best, at = lineCount(parts, width, st)
	}
	if best >= st.min {
		st.size = best
	} else {
		st.size, at = st.min, math.MaxInt
		parts = splitWide(parts, width/st.min, st)
	}
	measure := width / st.size
	if at != math.MaxInt {
		measure = narrowest(parts, at) // as even as possible
	}
	out := setting{style: st}
	widest := 0.0
	for _, t := range fill(parts, measure) {
		l := shapeLine(t, st)
		widest = math.Max(widest, l.width)
		out.rows = append(out.rows, l)
	}
	if widest*st.size > width {
		out.size = width / widest // kerning across pieces
	}
	return out
}

// lineCount chooses the number of lines and the size that they then have.
func lineCount(parts []piece, width float64, st style) (best float64, at int) {
	for n := 1; n <= st.lines; n++ {
		size := math.Min(st.size, width/narrowest(parts, n))
		if size > best*1.5 || best < st.min && size > best {
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

func shapeLine(text string, st style) line {
	l := line{runs: fonts.Shape(text, st.Options), tracking: st.tracking}
	if len(l.runs) != 1 || !l.runs[0].Face.Main() {
		l.tracking = 0
	}
	l.width = fonts.Width(l.runs)
	for _, r := range l.runs {
		l.width += l.tracking * float64(len(r.Glyphs))
		l.extra = math.Max(l.extra, r.Face.Extra)
	}
	space := advance(text[len(trimRight(text)):], st)
	l.width -= space + l.tracking
	if st.RTL {
		l.hang = space
	}
	return l
}

func trimRight(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

func advance(text string, st style) float64 {
	w := 0.0
	for _, r := range fonts.Shape(text, st.Options) {
		w += r.Width()
		if r.Face.Main() {
			w += st.tracking * float64(len(r.Glyphs))
		}
	}
	return w
}

// pieces cuts text at the opportunities of UAX #14.
func pieces(text string, st style) []piece {
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
func splitWide(parts []piece, width float64, st style) []piece {
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
