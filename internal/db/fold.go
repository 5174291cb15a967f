package db

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold brings text to the form in which it is searched: no case, no accents,
// single spaces. It is done in Go and stored in a column of its own, because
// the two engines lower different alphabets.
func Fold(s string) string {
	strip := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	s = strings.ToValidUTF8(s, "")
	out, _, err := transform.String(strip, s)
	if err != nil {
		out = s // valid text always transforms; unfolded it is still found as typed
	}
	return strings.Join(strings.Fields(strings.ToLower(out)), " ")
}

// Contains is the pattern for LIKE … ESCAPE '\' that finds a folded text
// anywhere; what people type is never a pattern.
func Contains(typed string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(Fold(typed)) + "%"
}
