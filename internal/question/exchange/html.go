package exchange

import (
	"strings"

	"golang.org/x/net/html"
)

var raisedSigns = map[string]map[rune]rune{
	"sup": signs("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
	"sub": signs("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}

func signs(from, to string) map[rune]rune {
	out := map[rune]rune{}
	high := []rune(to)
	for i, r := range []rune(from) {
		out[r] = high[i]
	}
	return out
}

var raisedMarks = map[string]string{"sup": "^", "sub": "_"}

// raisedMost is how many characters are raised or lowered: no exponent is longer.
const raisedMost = 40

// raised writes an exponent or index with the signs that there are for it, and
// with ^ or _ otherwise.
func raised(name, s string) string {
	s = strings.TrimSpace(s)
	table, n := raisedSigns[name], 0
	var out strings.Builder
	for _, r := range s {
		high, ok := table[r]
		if n++; !ok || n > raisedMost {
			return raisedMarks[name] + s
		}
		out.WriteRune(high)
	}
	return out.String()
}

// fromHTML turns a text with tags into a paragraph.
func fromHTML(s string, lost *lossCount) string {
	if !strings.ContainsAny(s, "<&") {
		return clean(s, lost)
	}
	f := newFlat(lost)
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return f.done()
		case html.TextToken:
			f.text(string(z.Text()))
		case html.StartTagToken:
			name, attr := tag(z)
			f.start(name, attr, voids[name])
		case html.SelfClosingTagToken:
			name, attr := tag(z)
			f.start(name, attr, true)
			f.end(name)
		case html.EndTagToken:
			name, _ := z.TagName()
			f.end(string(name))
		}
	}
}

// voids are elements of HTML without an end.
var voids = map[string]bool{"img": true, "br": true, "hr": true, "input": true, "embed": true, "wbr": true, "col": true, "link": true, "meta": true, "source": true, "track": true}

func tag(z *html.Tokenizer) (name string, attr func(string) string) {
	n, more := z.TagName()
	name = string(n)
	attrs := map[string]string{}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		attrs[string(k)] = string(v)
	}
	return name, func(k string) string { return attrs[k] }
}
