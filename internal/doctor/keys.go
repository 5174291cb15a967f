package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/keyring"
)

// keyWarning is how long before the document key's certificate expires doctor
// says so: an authority may take weeks for the next.
const keyWarning = 90 * 24 * time.Hour

// keys opens every private key: a wrong master key shows here, not at the next
// sign-in. That the log's key is lost keeps a server from starting.
func keys(ctx context.Context, a *app.App) (State, string, error) {
	if err := a.TransLog.CheckKey(ctx); err != nil {
		return Bad, "", err
	}
	n, distrusted, state, remarks := 0, 0, OK, ""
	for _, p := range keyring.Purposes {
		list, err := a.Keys.All(ctx, p)
		if err != nil {
			return Bad, "", err
		}
		n += len(list)
		for _, k := range list {
			if k.NotTrustedAfter != nil {
				distrusted++
			}
			if k.NotTrustedAfter != nil && k.RetiredAt == nil {
				return Bad, "", fmt.Errorf("key %s (%s) is distrusted and signs still: somebody changed it in the database", k.ID, p)
			}
			if k.RetiredAt == nil && len(k.Chain) > 0 {
				if nameless(k) {
					state, remarks = Warn, "; the root of the document key names nobody, so PDF readers show no signer: run cocare key rotate --purpose document"
				}
				if s, words := expires(k, a.Now()); s != OK {
					state, remarks = s, words+remarks
				}
			}
		}
	}
	detail := fmt.Sprintf("%d keys open with this master key", n)
	if distrusted > 0 {
		detail += fmt.Sprintf("; %d of them distrusted", distrusted)
	}
	return state, detail + remarks, nil
}

// expires judges the certificate of the key that signs PDFs.
func expires(k keyring.Key, now time.Time) (State, string) {
	at, remedy := k.Chain[0].NotAfter, "run cocare key rotate --purpose document"
	if k.Brought {
		remedy = "renew the file of COCARE_DOCUMENT_KEY_FILE and restart"
	}
	day := at.UTC().Format(time.DateOnly)
	switch {
	case now.After(at):
		return Bad, "; the document key's certificate expired on " + day + ", so certificates wait: " + remedy
	case now.After(at.Add(-keyWarning)):
		return Warn, "; the document key's certificate expires on " + day + ": " + remedy
	}
	return OK, ""
}

// nameless reports whether the root of a document key that was made here names nobody,
// as one that a command made which did not know the provider's name.
func nameless(k keyring.Key) bool {
	return !k.Brought && strings.Join(k.Chain[len(k.Chain)-1].Subject.Organization, "") == ""
}
