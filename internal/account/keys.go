package account

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/account/token"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/keyring"
)

// JWKS returns the public session keys that verify access tokens now.
func (s *Service) JWKS() ([]token.JWK, error) { return s.tokens.JWKS() }

// RotateSessionKey makes a new session key, unless somebody else does at this moment;
// it returns the one that signs now, and whether it is new. Tokens of the old one
// stay good until they expire; other replicas sign with the new one within half a
// minute.
func (s *Service) RotateSessionKey(ctx context.Context) (key keyring.Key, rotated bool, err error) {
	old, err := s.Keys.Current(ctx, keyring.Session)
	if err != nil {
		return key, false, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if key, rotated, err = s.Keys.Rotate(ctx, old); err != nil || !rotated {
			return err
		}
		return s.Audit.Record(ctx, audit.Event{Action: "key.rotate", ObjectKind: "key", ObjectID: key.ID, Details: map[string]any{"purpose": "session"}})
	})
	if err != nil {
		return key, false, err
	}
	return key, rotated, s.tokens.Reload(ctx)
}

// ReloadKeys reads the session keys anew, after one was distrusted.
func (s *Service) ReloadKeys(ctx context.Context) error { return s.tokens.Reload(ctx) }

// sessionKeyLife is how long one session key signs. A key that leaked unseen is
// of use no longer than that.
const sessionKeyLife = 90 * 24 * time.Hour

// rotateDue rotates the session key once it has signed for sessionKeyLife.
func (s *Service) rotateDue(ctx context.Context) error {
	key, err := s.Keys.Current(ctx, keyring.Session)
	if err != nil || s.Now().Before(key.CreatedAt.Add(sessionKeyLife)) {
		return err
	}
	_, _, err = s.RotateSessionKey(ctx)
	return err
}
