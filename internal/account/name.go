package account

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/atmacena/cocare/internal/apperr"
)

// CleanName takes superfluous spaces out of a name, and writes a letter and its
// marks as one character where there is one.
func CleanName(name string) string {
	return norm.NFC.String(strings.Join(strings.Fields(name), " "))
}

const (
	// MaxName is how many characters a person's name may have.
	MaxName = 80
	// maxSender is how many the name under a request may have, which is printed
	// nowhere.
	maxSender = 120
	maxCommas = 2 // before suffixes: ", Jr., MD"
)

// CheckName accepts what people are called, in any script. Certificates print
// it in their largest type, so nothing passes that is no letter of a name, and
// no word that would vouch for credit.
func CheckName(check *apperr.Check, field, name string) {
	why := oddName(name)
	if word := vouching(name); why == "" && word != "" {
		why = fmt.Sprintf("The word “%s” cannot stand in a name, because certificates print it. If it is your name, leave it out and write to us: an administrator enters it.", word)
	}
	if why != "" {
		check.Field(field, "%s", why)
	}
}

// checkNameByHand is CheckName for an administrator, who knows the person: the
// words are theirs to judge.
func checkNameByHand(check *apperr.Check, field, name string) {
	if why := oddName(name); why != "" {
		check.Field(field, "%s", why)
	}
}

// oddName says what is wrong with the letters of a name, "" if nothing is.
func oddName(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "Enter your name."
	case apperr.Unstorable(name):
		return apperr.ErrUnstorable
	case n > MaxName:
		return fmt.Sprintf("Use at most %d characters.", MaxName)
	case strings.Count(name, ",") > maxCommas:
		return "Use at most two commas."
	case apperr.Stacked(name):
		return "Use at most four accents on one letter."
	}
	before := ' '
	for _, r := range name {
		if !inName(before, r) {
			return "Leave out " + shown(r) + ": a name has letters, spaces, and marks such as ' - . ,"
		}
		before = r
	}
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return "Enter a name with at least one letter."
	}
	if word := mixed(name); word != "" {
		return fmt.Sprintf("Write “%s” in one alphabet: its letters are of two alphabets.", word)
	}
	return ""
}

// nameMarks are what stands between the letters of names: hyphens, apostrophes
// and what keyboards make of them, the ʻokina, periods, the middle dots of
// Catalan and Japanese, the geresh.
const nameMarks = " -.,'·’‘ʻʼ‐‑・׳"

// inName reports whether r may follow before in a name. Marks and joiners belong
// to a letter.
func inName(before, r rune) bool {
	onLetter := unicode.IsLetter(before) || unicode.Is(unicode.M, before)
	switch {
	case strings.ContainsRune(nameMarks, r):
		return true
	case unicode.Is(unicode.Join_Control, r):
		return onLetter
	case apperr.Invisible(r) || unicode.IsOneOf([]*unicode.RangeTable{unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point}, r):
		return false
	case unicode.Is(unicode.M, r):
		return onLetter && !unicode.Is(unicode.Me, r) && !overlay(r)
	case r >= 0x02b0 && r <= 0x02ff: // modifiers of phoneticians
		return false
	}
	return unicode.IsLetter(r) && (norm.NFKC.String(string(r)) == norm.NFC.String(string(r)) || strings.ContainsRune(composed, r))
}

// composed are the letters that Unicode takes for a compatible writing of others
// and that languages write all the same: Armenian, Thai, Lao, Dutch, Catalan.
// Beside them stand the letters of mathematics, ligatures and presentation forms.
const composed = "\u0587\u0e33\u0eb3\u0edc\u0edd\u0132\u0133\u013f\u0140\u0149"

// overlay reports marks that strike a letter through, and those of symbols.
func overlay(r rune) bool { return r >= 0x0334 && r <= 0x0338 || r >= 0x20d0 && r <= 0x20ff }

// shown names a character so that people find it in what they typed.
func shown(r rune) string {
	if unicode.IsGraphic(r) && !unicode.IsMark(r) && !apperr.Invisible(r) {
		return fmt.Sprintf("“%c” (U+%04X)", r, r)
	}
	return fmt.Sprintf("the character U+%04X", r)
}

// lookalikes are the scripts whose letters can pass for those of another.
var lookalikes = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Lisu, unicode.Coptic}

// mixed returns the first word whose letters are of two of the lookalikes.
func mixed(name string) string {
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == ',' }) {
		in := 0
		for _, script := range lookalikes {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && unicode.Is(script, r) }) {
				in++
			}
		}
		if in > 1 {
			return word
		}
	}
	return ""
}

// vouchers are the words by which a line of print claims that hours count. "CE"
// is not among them: it is a given name.
var vouchers = []string{"accredited", "accreditation", "approved", "certified", "credit", "credits", "hours", "sponsor", "ceu", "ceus", "cme"}

// vouching returns the first of vouchers that text holds as a word, whatever its
// accents, capitals, periods and hyphens; "" if there is none.
func vouching(text string) string {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
		parts := strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '.' })
		for _, part := range append(parts, word) {
			if part = bare(part); slices.Contains(vouchers, part) {
				return part
			}
		}
	}
	return ""
}

// bare is a word in small letters without accents and marks.
func bare(word string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
}

// CheckSender accepts the name that somebody puts under a request: anything that
// carries no address and no markup into a mail.
func CheckSender(check *apperr.Check, field, name string) {
	letters := strings.ContainsFunc(name, unicode.IsLetter)
	invisible, hidden := apperr.Hidden(name)
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return strings.ContainsRune(`<>{}[]|\^~@#$%*=+_";:/?!`, r)
	})
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		check.Field(field, "Enter your name.")
	case apperr.Unstorable(name):
		check.Field(field, apperr.ErrUnstorable)
	case n > maxSender:
		check.Field(field, "Use at most %d characters.", maxSender)
	case hidden:
		check.Field(field, "Leave out the character U+%04X: nobody can see it.", invisible)
	case apperr.Stacked(name):
		check.Field(field, "Use at most four accents on one letter.")
	case !letters || odd:
		check.Field(field, "Enter a name: letters, spaces, and marks such as ' - . , ( )")
	}
}
