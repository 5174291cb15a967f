package account

import (
	"time"

	"github.com/atmacena/cocare/internal/account/limit"
)

// The limits. A stranger's guesses must not lock the owner out: the tight
// limit counts per address and account together, and the account-wide one does
// not stop an address from which the person signed in before.
var (
	limitSignInPair    = limit.Rule{Door: "sign-in pair", Max: 10, Per: 15 * time.Minute}
	limitSignInAccount = limit.Rule{Door: "sign-in account", Max: 100, Per: time.Hour}
	limitSignInIP      = limit.Rule{Door: "sign-in ip", Max: 200, Per: 15 * time.Minute}
	limitRegisterIP    = limit.Rule{Door: "register ip", Max: 30, Per: time.Hour}
	limitMailAddress   = limit.Rule{Door: "mail address", Max: 4, Per: time.Hour}
	limitMailIP        = limit.Rule{Door: "mail ip", Max: 40, Per: time.Hour}
	limitLinkIP        = limit.Rule{Door: "link ip", Max: 60, Per: 15 * time.Minute}
	limitPassword      = limit.Rule{Door: "own password", Max: 10, Per: 15 * time.Minute}
)
