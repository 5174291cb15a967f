package mail

import (
	netmail "net/mail"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
)

// ValidAddress accepts one bare address whose domain has a dot. What net/mail
// accepts besides (names, comments, quoted and control characters) has no place
// in an envelope, and nobody's account has it. Every form that takes an address
// asks here.
func ValidAddress(email string) bool {
	a, err := netmail.ParseAddress(email)
	at := strings.LastIndexByte(email, '@')
	return err == nil && a.Address == email && len(email) <= 254 && at > 0 && at <= 64 &&
		strings.Contains(strings.Trim(email[at+1:], "."), ".") && !strings.ContainsAny(email, " \"<>[]") &&
		!strings.ContainsFunc(email, unseen) && !apperr.Unstorable(email)
}

// unseen is what nobody sees in an address, nor types on purpose: it would make
// two accounts that look the same.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || apperr.Invisible(r)
}
