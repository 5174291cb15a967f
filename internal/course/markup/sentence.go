package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cited stands in a unit's raw text where a citation stood.
const cited = '\x00'

// Words counts what a reader reads as words: runs without space that hold a
// letter or a digit.
func Words(s string) (n int) {
	for f := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// clean drops the citation signs and the space before them, and leaves one space
// between words.
func clean(raw string) string {
	if tidy(raw) {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	space, behind := false, false // a space is due; the sign before was a citation's
	for rest := raw; rest != ""; {
		r, n := utf8.DecodeRuneInString(rest)
		sign := rest[:n]
		rest = rest[n:]
		switch {
		case r == cited:
			behind = true
			continue
		case unicode.IsSpace(r):
			space = true
		default:
			if space && b.Len() > 0 && (!behind || !strings.ContainsRune(".,;", r)) {
				b.WriteByte(' ')
			}
			b.WriteString(sign)
			space = false
		}
		behind = false
	}
	return b.String()
}

// tidy reports whether a text is clean as it stands.
func tidy(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if c := s[i]; c == cited || c >= utf8.RuneSelf || c < ' ' || c == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return before != ' ' || s == ""
}

// Sentences cuts plain text into sentences.
func Sentences(text string) []Sentence {
	return sentences(strings.ReplaceAll(text, string(cited), ""))
}

// abbreviations end with a point that ends no sentence.
var abbreviations = map[string]bool{
	"e.g.": true, "i.e.": true, "vs.": true, "dr.": true, "mr.": true, "ms.": true, "mrs.": true, "no.": true,
	"st.": true, "u.s.": true, "etc.": true, "al.": true, "approx.": true, "fig.": true,
}

// sentences cuts raw text after a full stop, question or exclamation mark with
// its closing quotes, and the citations behind it, when what follows begins
// like a sentence.
func sentences(raw string) []Sentence {
	var out []Sentence
	add := func(s string) {
		if text := clean(s); text != "" {
			out = append(out, Sentence{Text: text, Cited: strings.ContainsRune(s, cited)})
		}
	}
	start := 0
	for i, r := range raw {
		if i < start || !strings.ContainsRune(".?!…", r) || abbreviated(raw[start:i+utf8.RuneLen(r)]) {
			continue
		}
		end := i + utf8.RuneLen(r)
		rest := strings.TrimLeft(raw[end:], ".?!…\"'”’)»")
		after := strings.TrimLeft(rest, " "+string(cited))
		spaced := len(after) < len(rest)
		if after == "" || spaced && begins(after) {
			end = len(raw) - len(after)
			add(raw[start:end])
			start = end
		}
	}
	add(raw[start:])
	return out
}

func begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "\"'“‘(«*"))
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

// abbreviated reports whether s ends in an abbreviation or an initial.
func abbreviated(s string) bool {
	word := s
	if i := strings.LastIndexAny(s, " (“‘"); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		word = s[i+n:]
	}
	if abbreviations[strings.ToLower(word)] {
		return true
	}
	r, n := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) && word[n:] == "."
}
