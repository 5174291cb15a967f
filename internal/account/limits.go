package account

import (
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
)

// The limits; the comment of this package says how those of the sign-in work
// together.
var (
	limitSignInDevice     = limit.Rule{Door: "sign-in device", Max: 10, Per: 15 * time.Minute}
	limitSignInDevices    = limit.Rule{Door: "sign-in devices", Max: 30, Per: 15 * time.Minute} // all of a person's together
	limitSignInPair       = limit.Rule{Door: "sign-in pair", Max: 10, Per: 15 * time.Minute}
	limitSignInAccount    = limit.Rule{Door: "sign-in account", Max: 25, Per: 15 * time.Minute}
	limitSignInIP         = limit.Rule{Door: "sign-in ip", Max: 200, Per: 15 * time.Minute}
	limitRegisterIP       = limit.Rule{Door: "register ip", Max: 30, Per: time.Hour}
	limitSameRegistration = limit.Rule{Door: "same registration", Max: 1, Per: time.Minute}
	limitMailAddress      = limit.Rule{Door: "mail address", Max: 4, Per: time.Hour}
	// Reset mails have a count of their own, which ends when the links do: whoever
	// spends it has sent the owner links that are good.
	limitResetAddress = limit.Rule{Door: "reset address", Max: 4, Per: resetLife}
	limitSameMail     = limit.Rule{Door: "same mail", Max: 1, Per: graceLife}
	limitMailIP       = limit.Rule{Door: "mail ip", Max: 40, Per: time.Hour}
	limitLinkIP       = limit.Rule{Door: "link ip", Max: 60, Per: 15 * time.Minute}
	limitPassword     = limit.Rule{Door: "own password", Max: 10, Per: 15 * time.Minute}
)
