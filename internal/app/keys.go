package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/keyring"
)

// adoptDocumentKey has the operator's own key sign certificates, where one is set.
// What it signed before, and what the key before it signed, stays good. It is
// audited when it changes.
func (a *App) adoptDocumentKey(ctx context.Context) error {
	if a.Config.DocumentKeyFile == "" {
		return nil
	}
	file, err := os.ReadFile(a.Config.DocumentKeyFile)
	if err != nil {
		return fmt.Errorf("document key: %w", err)
	}
	id, err := pades.LoadIdentity(file, string(a.Config.DocumentKeyPassword), a.Now())
	if errors.Is(err, pades.ErrExpired) && a.documentKeyExpired(ctx) {
		a.Log.Error("certificates wait: the key that signs them has expired; renew the file of COCARE_DOCUMENT_KEY_FILE")
		return nil
	}
	if err != nil {
		return documentKeyProblem(err)
	}
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
		k, adopted, err := a.Keys.Adopt(ctx, id.Key, id.Chain)
		if err != nil || !adopted {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "key.adopt", ObjectKind: "key", ObjectID: k.ID,
			Details: map[string]any{"purpose": k.Purpose, "certificate_sha256": pades.Fingerprint(id.Chain[0])}})
	})
	if err != nil {
		return documentKeyProblem(err)
	}
	return nil
}

// documentKeyExpired reports whether the key that signs has expired. Learning goes
// on without it, so that such a file does not keep the server from starting; one
// that has expired before it ever signed does.
func (a *App) documentKeyExpired(ctx context.Context) bool {
	keys, err := a.Keys.All(ctx, keyring.Document)
	return err == nil && slices.ContainsFunc(keys, func(k keyring.Key) bool {
		return k.RetiredAt == nil && len(k.Chain) > 0 && a.Now().After(k.Chain[0].NotAfter)
	})
}

// UseSignature has certificates print the signature of their signatory, where one is
// set. New has done it; a tool that issues certificates does it itself.
func (a *App) UseSignature(ctx context.Context) error {
	if a.Config.Signature == nil {
		return nil
	}
	err := a.Certificates.UseSignature(ctx, a.Config.Signature)
	if apperr.Is(err, apperr.Invalid) {
		err = &config.Error{Problems: []config.Problem{{Variable: "COCARE_SIGNATORY_SIGNATURE_FILE", Text: apperr.Message(err)}}}
	}
	return err
}

// documentKeyProblem names the setting where the key itself is at fault.
func documentKeyProblem(err error) error {
	if !apperr.Is(err, apperr.Invalid) && !apperr.Is(err, apperr.Conflict) {
		return err
	}
	return &config.Error{Problems: []config.Problem{{Variable: "COCARE_DOCUMENT_KEY_FILE", Text: apperr.Message(err)}}}
}

// readyKeys makes the keys that certificates need before the first is issued, so
// that whoever takes our public keys has those of the next certificate too. A key
// that has expired is no reason not to start: certificates wait for another.
func (a *App) readyKeys(ctx context.Context) error {
	_, err := a.Seals.Keys(ctx)
	if errors.Is(err, pades.ErrExpired) {
		return nil
	}
	return err
}

// FailOffline counts the certificates that nobody can verify without this site any
// more once a key is not believed after an instant: those that it signed since.
func (a *App) FailOffline(ctx context.Context, k keyring.Key, after time.Time) (int64, error) {
	if k.Purpose != keyring.Document && k.Purpose != keyring.Credential {
		return 0, nil
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
// documents with it at once, sessions within half a minute. Errors: Conflict for the
// log's key and for a document key that the operator brought; a *config.Error where a
// tool lacks the name that certificates bear.
func (a *App) RotateKey(ctx context.Context, p keyring.Purpose) (key keyring.Key, rotated bool, err error) {
	switch p {
	case keyring.Session:
		return a.Accounts.RotateSessionKey(ctx)
	case keyring.Log:
		return key, false, errLogKey
	case keyring.Document, keyring.Credential:
	}
	old, err := a.Keys.Current(ctx, p)
	if err != nil {
		return key, false, err
	}
	if p == keyring.Document {
		if err := a.mayMakeDocumentKey(old); err != nil {
			return key, false, err
		}
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
	_, err = a.Seals.Keys(ctx) // makes a document key's certificates, for all to see
	return key, rotated, err
}

// mayMakeDocumentKey refuses where the operator brings the key, and where its
// certificates would bear no name.
func (a *App) mayMakeDocumentKey(old keyring.Key) error {
	switch {
	case old.Brought || a.Config.DocumentKeyFile != "":
		return errBrought
	case a.Config.ProviderName == "":
		return &config.Error{Problems: []config.Problem{{Variable: "COCARE_PROVIDER_NAME",
			Text: "the certificates of the fresh key bear this name, and no server has noted it in the database; set it to what the server has"}}}
	}
	return nil
}

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
	if key.Purpose == keyring.Session {
		return key, a.Accounts.ReloadKeys(ctx)
	}
	return key, a.readyKeys(ctx)
}
