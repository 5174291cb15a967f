package studio

import (
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// What people type or paste, as a value can hold it.

// cleaned is a text without what nobody can mean and what is lost without a trace:
// zero width spaces, marks of byte order, word joiners and soft hyphens, as they come
// with pasted text. A tab becomes a space, as does a break of a line where lines is
// false.
func cleaned(typed string, lines bool) string {
	out := strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\ufeff', '\u2060', '\u00ad':
			return -1
		case '\t':
			return ' '
		case '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
			if lines {
				return '\n'
			}
			return ' '
		case '\n':
			if !lines {
				return ' '
			}
		}
		return r
	}, typed)
	return strings.TrimSpace(out)
}

const shownBefore = 20 // letters of a text before what is wrong in it

// unseen says that a text holds a character that nobody can see, and where; "" if it
// does not.
func unseen(typed string) string {
	if apperr.Unstorable(typed) {
		return apperr.ErrUnstorable
	}
	r, hidden := apperr.Hidden(strings.ReplaceAll(typed, "\n", ""))
	if !hidden {
		return ""
	}
	before, _, _ := strings.Cut(typed, string(r))
	before = before[strings.LastIndexByte(before, '\n')+1:]
	if letters := []rune(before); len(letters) > shownBefore {
		before = "…" + string(letters[len(letters)-shownBefore:])
	}
	if strings.TrimSpace(before) == "" {
		return fmt.Sprintf("A line of this begins with a character that nobody can see (U+%04X). Type its beginning again.", r)
	}
	return fmt.Sprintf("After “%s” stands a character that nobody can see (U+%04X). Type that place again.", strings.TrimSpace(before), r)
}

// days are the ways in which a day is written here.
var days = []string{time.DateOnly, "1/2/2006", "Jan 2, 2006", "January 2, 2006"}

// aDay reads a day as people write it, and writes it as files do.
func aDay(typed string) (day string, ok bool) {
	for _, way := range days {
		if d, err := time.Parse(way, typed); err == nil && d.Year() >= 1900 {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}

// asPrice reads a price as people write it, and writes it as files do.
func asPrice(typed string) (price string, ok bool) {
	m := aPrice.FindStringSubmatch(strings.Trim(typed, " \"'“”$"))
	if m == nil {
		return "", false
	}
	return m[1] + "." + (m[3] + "00")[:2], true
}
