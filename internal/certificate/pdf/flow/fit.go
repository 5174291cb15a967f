package flow

import (
	"strings"

	"github.com/go-text/typesetting/segmenter"
)

const ellipsis = "…"

// perEm is more characters than any script writes into an em.
const perEm = 8

// Fit is Set for what must not grow: a text that needs more than st.Lines lines
// even at st.Min loses its end, in the place of which stands an ellipsis.
func Fit(text string, width float64, st Style) Setting {
	parts := graphemes(text)
	whole := true
	if most := int(float64(st.Lines) * width / st.Min * perEm); len(parts) > most {
		parts, whole = parts[:most], false
	}
	fits := func(s Setting) bool { return len(s.Rows) <= st.Lines }
	if whole {
		if s := Set(text, width, st); fits(s) {
			return s
		}
	}
	cut := func(n int) Setting { return Set(trimRight(strings.Join(parts[:n], ""))+ellipsis, width, st) }
	low, high := 0, len(parts)
	for low < high {
		if mid := (low + high + 1) / 2; fits(cut(mid)) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return cut(low)
}

// graphemes are the characters of a text as people count them.
func graphemes(text string) (out []string) {
	var seg segmenter.Segmenter
	seg.Init([]rune(text))
	for it := seg.GraphemeIterator(); it.Next(); {
		out = append(out, string(it.Grapheme().Text))
	}
	return out
}
