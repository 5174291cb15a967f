package certificate

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
)

// CheckField checks what a person typed into a field that certificates print, as
// apperr.Check.Name does, and that their fonts have every character: a certificate
// that was frozen with one they lack is never printed.
func CheckField(c *apperr.Check, field, value string, limit int, missing string) {
	checkField(c, field, value, value, limit, missing)
}

// CheckFieldOfLines is CheckField for a text of several lines, which are printed as
// one.
func CheckFieldOfLines(c *apperr.Check, field, value string, limit int, missing string) {
	breaks := func(r rune) rune {
		if unicode.IsSpace(r) && unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	checkField(c, field, value, strings.Map(breaks, value), limit, missing)
}

func checkField(c *apperr.Check, field, value, printed string, limit int, missing string) {
	var one apperr.Check
	one.Text(field, value, limit, missing)
	if one.Err() == nil {
		one.Name(field, printed, limit, missing)
	}
	err := one.Err()
	if err == nil {
		err = PrintableText(field, printed)
	}
	for _, f := range apperr.FieldsOf(err) {
		c.Field(f.Name, "%s", f.Msg)
	}
}

// Unprintable names, as a person finds them in a text, the characters that nobody
// sees or that no font of certificates has; "" if there are none.
func Unprintable(text string) string {
	if r, hidden := apperr.Hidden(text); hidden {
		return fmt.Sprintf("the character U+%04X, which nobody can see", r)
	}
	return unprintable(text)
}
