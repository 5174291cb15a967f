package account

import (
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
)

func checkEmail(check *apperr.Check, email string) {
	check.Require(mail.ValidAddress(email), "email", "Enter an email address such as name@example.org.")
}

func checkZone(check *apperr.Check, zone string) {
	check.Require(lists.Has(lists.Zones, zone), "time_zone", "Choose a time zone from the list.")
}

func checkProfession(check *apperr.Check, profession string) {
	check.Require(profession == "" || lists.Has(lists.Professions, profession), "profession", "Choose a profession from the list.")
}
