package app

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/keyring"
)

// DistrustKey says for good that a key is compromised, and records who did; see
// keyring.Ring.Distrust. Tokens of a session key die at once here and within
// about a second on every replica.
func (a *App) DistrustKey(ctx context.Context, id string, after time.Time) (keyring.Key, error) {
	var key keyring.Key
	err := a.DB.InTx(ctx, func(ctx context.Context) error {
		k, changed, err := a.Keys.Distrust(ctx, id, after)
		key = k
		if err != nil || !changed {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "key.distrust", ObjectKind: "key", ObjectID: id,
			Details: map[string]any{"purpose": k.Purpose, "not_trusted_after": k.NotTrustedAfter}})
	})
	if err != nil {
		return keyring.Key{}, err
	}
	return key, a.Accounts.ReloadKeys(ctx)
}
