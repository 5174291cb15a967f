package account

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

func checkEmail(check *apperr.Check, email string) {
	check.Require(mail.ValidAddress(email), "email", "Enter an email address such as name@example.org.")
}

// CleanName takes superfluous spaces out of a name.
func CleanName(name string) string { return strings.Join(strings.Fields(name), " ") }

// MaxName is how many characters a name may have, wherever one is typed.
const MaxName = 120

// CheckName accepts what people are called, in any script, and nothing that
// could carry an address or markup into a mail.
func CheckName(check *apperr.Check, field, name string) {
	letters := strings.ContainsFunc(name, unicode.IsLetter)
	hidden := strings.IndexFunc(name, apperr.Invisible)
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || strings.ContainsRune(`<>{}[]|\^~@#$%*=+_";:/?!`, r)
	})
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		check.Field(field, "Enter your name.")
	case apperr.Unstorable(name):
		check.Field(field, apperr.ErrUnstorable)
	case n > MaxName:
		check.Field(field, "Use at most %d characters.", MaxName)
	case hidden >= 0:
		r, _ := utf8.DecodeRuneInString(name[hidden:])
		check.Field(field, "Leave out the character U+%04X: nobody can see it.", r)
	case apperr.Stacked(name):
		check.Field(field, "Use at most four accents on one letter.")
	case !letters || odd:
		check.Field(field, "Enter a name: letters, spaces, and marks such as ' - . , ( )")
	}
}

func checkZone(check *apperr.Check, zone string) {
	_, err := time.LoadLocation(zone)
	check.Require(err == nil && zone != "" && zone != "Local" && len(zone) < 60, "time_zone", "Choose a time zone from the list.")
}

func checkProfession(check *apperr.Check, profession string) {
	check.Require(profession == "" || lists.Has(lists.Professions, profession), "profession", "Choose a profession from the list.")
}
