package apperr

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Invisible reports characters that show nothing or reorder what stands around
// them, and so have no place in a name or a number. The two joiners are part of
// how Persian and Indic words are written; the fillers count as letters for
// Unicode.
func Invisible(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}

// ErrUnstorable is what is said of Unstorable text.
const ErrUnstorable = "This holds characters that cannot be stored. Please type it again."

// Unstorable reports text that no column takes: what is not UTF-8, holds a NUL,
// or did before a form kept it to be shown again (see Storable).
func Unstorable(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\ufffd")
}

// Storable replaces what cannot be stored by the mark that stands for it, so that
// the rest of what was typed can be shown again.
func Storable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\ufffd"), "\ufffd")
}

// Hidden returns the first character of a name that nobody sees, if there is one.
func Hidden(name string) (r rune, hidden bool) {
	for _, r := range name {
		if Invisible(r) || unicode.IsControl(r) {
			return r, true
		}
	}
	return 0, false
}

// Visible writes characters that nobody sees, or that reorder what stands around them,
// as U+202E, so that a text that was refused shows why.
func Visible(s string) string {
	if _, hidden := Hidden(s); !hidden {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if Invisible(r) || unicode.IsControl(r) {
			fmt.Fprintf(&b, "U+%04X", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Plain is a text that people typed or pasted, of several lines, as it is kept: without
// the space around it and without Invisible and control characters, so that it reads for
// everybody as it is stored. A tab stays, and what cannot be stored, to be refused.
func Plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == 0 || unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			return r
		case Invisible(r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, s))
}

// Clip cuts a text that is shown after so many characters, and says so by an ellipsis.
func Clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// Blank reports whether nobody would see anything of s: it is empty, or only
// spaces and what shows nothing by itself.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.IsControl(r) && !Invisible(r) && !unicode.Is(unicode.Join_Control, r) &&
			!unicode.Is(unicode.Variation_Selector, r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
	})
}

// maxMarks is how many marks languages stack on one letter.
const maxMarks = 4

// Stacked reports whether more marks stand on one letter than any language
// writes: they run over the lines above and below.
func Stacked(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.M, r):
			n++
		case r != '\u200c' && r != '\u200d':
			n = 0
		}
		if n > maxMarks {
			return true
		}
	}
	return false
}

// FileName is what a browser calls a file, fit to be shown: without folders and what
// nobody sees, at most 100 characters; otherwise where nothing is left.
func FileName(name, otherwise string) string {
	name = strings.ToValidUTF8(name, "?")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || Invisible(r) || r == '\ufffd' {
			return -1
		}
		return r
	}, name)
	if utf8.RuneCountInString(name) > 100 {
		name = string([]rune(name)[:100])
	}
	if Blank(name) {
		return otherwise
	}
	return name
}
