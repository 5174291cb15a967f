package question

import (
	"math/big"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/reason"
)

// MaxNumberRunes bounds what may be typed as a number, unit included.
const MaxNumberRunes = 60

var (
	errNotNumber = &InputError{Msg: "Write one number in digits, such as 7.1."}
	errNotWhole  = &InputError{Msg: "Write one whole number in digits, such as 71."}
	errAmbiguous = &InputError{Msg: "A comma before three digits can mean two things: write 1234 or 1.234, without a comma."}
)

// ParseNumber reads a decimal that a person typed, exactly. It accepts a sign
// (also U+2212 and the en dash), spaces, a decimal point, a decimal comma where
// it cannot be a thousands separator, digits grouped in threes by commas,
// points or spaces, and, behind the number, the unit, or a percent sign where
// the unit is absent or speaks of percent. The error is an
// [InputError].
func ParseNumber(s, unit string) (*big.Rat, error) {
	if utf8.RuneCountInString(s) > MaxNumberRunes {
		return nil, errNotNumber
	}
	s = trimUnit(plainSpaces(s), unit)
	negative := false
	if r, size := utf8.DecodeRuneInString(s); strings.ContainsRune("+-−–", r) {
		negative = r != '+'
		s = strings.TrimSpace(s[size:])
	}
	whole, frac, err := splitNumber(s)
	if err != nil {
		return nil, err
	}
	if whole == "" {
		whole = "0"
	}
	n, ok := new(big.Rat).SetString(whole + "." + frac + "0")
	if !ok {
		return nil, errNotNumber
	}
	if negative {
		n.Neg(n)
	}
	return n, nil
}

// plainSpaces turns every kind of space into U+0020 and trims the ends.
func plainSpaces(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s))
}

// trimUnit removes the unit, or a percent sign where it makes sense.
func trimUnit(s, unit string) string {
	unit = plainSpaces(unit)
	suffixes := []string{unit}
	if unit == "" || strings.Contains(unit, "%") || strings.HasPrefix(strings.ToLower(unit), "percent") {
		suffixes = append(suffixes, "%", "percent")
	}
	for _, u := range suffixes {
		if at := len(s) - len(u); u != "" && at > 0 && strings.EqualFold(s[at:], u) {
			return strings.TrimSpace(s[:at])
		}
	}
	return s
}

// splitNumber separates whole digits from decimals and removes grouping.
func splitNumber(s string) (whole, frac string, err error) {
	decimal, group, err := separators(s)
	if err != nil {
		return "", "", err
	}
	whole = s
	if decimal != "" {
		whole, frac, _ = strings.Cut(s, decimal)
	}
	if group != "" {
		parts := strings.Split(whole, group)
		for i, p := range parts {
			if len(p) > 3 || p == "" || i > 0 && len(p) != 3 {
				return "", "", errNotNumber
			}
		}
		whole = strings.Join(parts, "")
	}
	if whole+frac == "" || !digits(whole) || !digits(frac) {
		return "", "", errNotNumber
	}
	return whole, frac, nil
}

// separators decides which sign splits off the decimals and which groups the
// digits of the whole part. At most one kind of grouping is allowed.
func separators(s string) (decimal, group string, err error) {
	commas, points := strings.Count(s, ","), strings.Count(s, ".")
	switch {
	case commas == 1 && points == 0:
		if !strings.Contains(s, " ") && thousands.MatchString(s) {
			return "", "", errAmbiguous
		}
		decimal = ","
	case points == 1 && commas == 0:
		decimal = "."
	case points == 1 && strings.LastIndex(s, ",") < strings.Index(s, "."):
		decimal, group = ".", ","
	case commas == 1 && strings.LastIndex(s, ".") < strings.Index(s, ","):
		decimal, group = ",", "."
	case commas > 1 && points == 0:
		group = ","
	case points > 1 && commas == 0:
		group = "."
	}
	if strings.Contains(s, " ") {
		if group != "" {
			return "", "", errNotNumber
		}
		group = " "
	}
	return decimal, group, nil
}

// thousands is what a grouped whole number looks like; none starts with zero.
var thousands = regexp.MustCompile(`^[1-9][0-9]{0,2},[0-9]{3}$`)

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// written is the only form of a number in a course folder.
var written = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,8})?$`)

// writtenNumber reads a number from a course folder; ok is false when it is
// not a plain decimal.
func writtenNumber(s string) (n *big.Rat, ok bool) {
	if !written.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// decimalsOf counts the decimal places of a written number.
func decimalsOf(s string) int {
	_, frac, _ := strings.Cut(s, ".")
	return len(frac)
}

// number reads a number of the key and complains of any other form.
func (c *checker) number(path, s string) (*big.Rat, bool) {
	n, ok := writtenNumber(s)
	if !ok {
		c.add(reason.Gradable, path, "%q is not a plain decimal; write it as in \"7.1\"", clip(s))
	}
	return n, ok
}
