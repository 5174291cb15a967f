package compare

import (
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"
)

// Sign says whose words a span holds.
type Sign string

// The signs.
const (
	Both Sign = ""
	Gone Sign = "−"
	New  Sign = "+"
)

// Span is a run of words with one sign. Its text keeps the space behind each word.
type Span struct {
	Sign Sign
	Text string
}

// Words compares two texts word by word.
func Words(before, after string) (out []Span) {
	add := func(sign Sign, text string) {
		if text == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Sign == sign {
			out[n-1].Text += text
			return
		}
		out = append(out, Span{sign, text})
	}
	d := &dictionary{ids: map[string]string{}, words: map[rune]string{}}
	a := tokens(before)
	from, to := d.lines(a), d.lines(tokens(after))
	at := 0
	for _, e := range udiff.Lines(from, to) {
		start, end := e.Start/lineBytes, e.End/lineBytes
		add(Both, strings.Join(a[at:start], ""))
		add(Gone, strings.Join(a[start:end], ""))
		add(New, d.text(e.New))
		at = end
	}
	add(Both, strings.Join(a[at:], ""))
	return out
}

// dictionary writes each word as a line of its own, all of one length, because texts
// are compared by lines.
type dictionary struct {
	ids   map[string]string
	words map[rune]string
}

// lineBytes are the four bytes of a rune beyond the first plane, and a line's end.
const lineBytes = 5

func (d *dictionary) lines(list []string) string {
	var b strings.Builder
	for _, w := range list {
		if d.ids[w] == "" {
			r := rune(0x10000 + len(d.ids))
			d.ids[w], d.words[r] = string(r), w
		}
		b.WriteString(d.ids[w] + "\n")
	}
	return b.String()
}

// text is what lines stand for.
func (d *dictionary) text(lines string) string {
	var b strings.Builder
	for _, r := range lines {
		b.WriteString(d.words[r])
	}
	return b.String()
}

// tokens cuts a text into words, each with the space behind it.
func tokens(s string) (out []string) {
	start, space := 0, false
	for i, r := range s {
		if unicode.IsSpace(r) {
			space = true
		} else if space {
			out = append(out, s[start:i])
			start, space = i, false
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
