package app

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// FailOffline counts the certificates that nobody can verify without this site any
// more once a key is not believed after an instant: those that it signed since. What
// was issued before there was the key another signed.
func (a *App) FailOffline(ctx context.Context, k keyring.Key, after time.Time) (int64, error) {
	if k.Purpose != keyring.Document && k.Purpose != keyring.Credential {
		return 0, nil
	}
	if k.CreatedAt.After(after) {
		after = k.CreatedAt
	}
	return a.Certificates.CountIssuedBetween(ctx, after, k.RetiredAt)
}

// What keeps RotateKey from it.
var (
	errLogKey = apperr.New(apperr.Conflict, "The log's key is not rotated: by it witnesses, and all who keep a checkpoint, know the log from a forged one. "+
		"If it may have been stolen, distrust it: cocare key distrust. What follows from that is in docs/deployment.md, under Keys.")
	errBrought = apperr.New(apperr.Conflict, "The key that signs PDF files is your own. Put the next one, with its certificates, into the file of COCARE_DOCUMENT_KEY_FILE and restart: "+
		"it signs from then on, and what this one signed stays good.")
)

// RotateKey has a fresh key sign for a purpose, and records who did, unless somebody
// else does at this moment; it returns the key that signs now, and whether it is
// new. What the old one signed stays valid. Every replica signs credentials and
// documents with it at once, sessions within half a minute. Refused, it changes
// nothing. Errors: Conflict for a document key that the operator brought, and for the
// log's key unless that is lost; a *config.Error where a tool lacks the name that
// certificates bear.
func (a *App) RotateKey(ctx context.Context, p keyring.Purpose) (key keyring.Key, rotated bool, err error) {
	switch p {
	case keyring.Session:
		return a.Accounts.RotateSessionKey(ctx)
	case keyring.Log:
		return a.replaceLogKey(ctx)
	case keyring.Document:
		if err := a.mayRotateDocumentKey(ctx); err != nil {
			return key, false, err
		}
	case keyring.Credential:
	}
	old, err := a.Keys.Current(ctx, p)
	if err != nil {
		return key, false, err
	}
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
		if key, rotated, err = a.Keys.Rotate(ctx, old); err != nil || !rotated {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "key.rotate", ObjectKind: "key", ObjectID: key.ID, Details: map[string]any{"purpose": p}})
	})
	if err != nil {
		return key, false, err
	}
	if p == keyring.Document { // its certificates are made, for all to see
		if _, err = a.Seals.Document(ctx); err == nil {
			key, err = a.Keys.Find(ctx, key.ID)
		}
	}
	return key, rotated, err
}

// replaceLogKey makes the log's key anew, where it is lost and in no other case.
func (a *App) replaceLogKey(ctx context.Context) (key keyring.Key, made bool, err error) {
	if err := a.TransLog.CheckKey(ctx); !errors.Is(err, translog.ErrKeyLost) {
		return key, false, cmp.Or(err, error(errLogKey))
	}
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
		if key, err = a.Keys.Current(ctx, keyring.Log); err != nil {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "key.rotate", ObjectKind: "key", ObjectID: key.ID, Details: map[string]any{"purpose": keyring.Log, "lost": true}})
	})
	return key, err == nil, err
}

// mayRotateDocumentKey refuses where the operator brings the key, and where the
// certificates of the next would bear no name.
func (a *App) mayRotateDocumentKey(ctx context.Context) error {
	old, _, err := a.Keys.Signing(ctx, keyring.Document)
	switch {
	case err != nil:
		return err
	case old.Brought || a.Config.DocumentKeyFile != "":
		return errBrought
	}
	return a.named()
}

// named refuses where the certificates of a document key would bear no name.
func (a *App) named() error {
	if a.Config.ProviderName != "" {
		return nil
	}
	return &config.Error{Problems: []config.Problem{{Variable: "COCARE_PROVIDER_NAME",
		Text: "the certificates of the fresh document key bear this name, and this command does not know it; set it to the name that the server has"}}}
}

// MayDistrust says what keeps DistrustKey from a key, before anybody is asked to
// confirm it: a *config.Error where a fresh document key takes its place and a tool
// lacks the name that certificates bear.
func (a *App) MayDistrust(k keyring.Key) error {
	if k.Purpose != keyring.Document || k.RetiredAt != nil {
		return nil
	}
	return a.named()
}

// DistrustKey says for good that a key is compromised, and records who did; see
// keyring.Ring.Distrust. Tokens of a session key die at once here and within
// about a second on every replica. Errors: those of MayDistrust too.
func (a *App) DistrustKey(ctx context.Context, id string, after time.Time) (keyring.Key, error) {
	key, err := a.Keys.Find(ctx, id)
	if err == nil {
		err = a.MayDistrust(key)
	}
	if err != nil {
		return keyring.Key{}, err
	}
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
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
	switch key.Purpose {
	case keyring.Session:
		err = a.Accounts.ReloadKeys(ctx)
	case keyring.Document:
		if a.named() == nil { // the fresh one gets its certificates, for all to see
			_, err = a.Seals.Document(ctx)
		}
		if errors.Is(err, pades.ErrExpired) {
			err = nil
		}
	case keyring.Credential, keyring.Log:
	}
	return key, err
}
