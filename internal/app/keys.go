package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/keyring"
)

// ready takes the settings over in this order, and stops at the first that is wrong:
// no key is made in place of one that could not be adopted.
func (a *App) ready(ctx context.Context) error {
	for _, step := range []func(context.Context) error{a.noteSender, a.noteWitnesses, a.adoptDocumentKey, a.readyKeys, a.UseSignature} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return a.wireWeb()
}

// adoptDocumentKey has the operator's own key sign certificates, where one is set.
// What it signed before, and what the key before it signed, stays good. It is
// audited when it changes.
func (a *App) adoptDocumentKey(ctx context.Context) error {
	id, usable, err := a.documentKeyFile(ctx)
	if err != nil || !usable {
		return err
	}
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
		k, adopted, err := a.Keys.Adopt(ctx, id.Key, id.Chain)
		if err != nil || !adopted {
			return err
		}
		return a.Audit.Record(ctx, audit.Event{Action: "key.adopt", ObjectKind: "key", ObjectID: k.ID,
			Details: map[string]any{"purpose": k.Purpose, "certificate_sha256": pades.Fingerprint(id.Chain[0])}})
	})
	return documentKeyProblem(err)
}

// documentKeyFile reads the operator's own key. It is not usable where none is set, or
// where the one that signs has expired, which a start survives.
func (a *App) documentKeyFile(ctx context.Context) (id pades.Identity, usable bool, err error) {
	if a.Config.DocumentKeyFile == "" {
		return id, false, nil
	}
	file, err := os.ReadFile(a.Config.DocumentKeyFile)
	if err != nil {
		return id, false, fmt.Errorf("document key: %w", err)
	}
	id, err = pades.LoadIdentity(file, string(a.Config.DocumentKeyPassword), a.Now())
	if errors.Is(err, pades.ErrExpired) && a.documentKeyExpired(ctx) {
		a.Log.Error("certificates wait: the key that signs them has expired; renew the file of COCARE_DOCUMENT_KEY_FILE")
		return id, false, nil
	}
	if err != nil {
		return id, false, documentKeyProblem(err)
	}
	return id, true, nil
}

// CheckStart says which of the settings would keep a server from starting here that
// the services alone do not look at, and changes nothing. Errors: those of New.
func (a *App) CheckStart(ctx context.Context) error {
	id, usable, err := a.documentKeyFile(ctx)
	if err == nil && usable {
		err = documentKeyProblem(a.Keys.Adoptable(ctx, id.Key))
	}
	if err == nil && a.Config.Signature != nil {
		err = signatureProblem(certificate.CheckSignature(a.Config.Signature))
	}
	return err
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
	return signatureProblem(a.Certificates.UseSignature(ctx, a.Config.Signature))
}

// signatureProblem names the setting where the picture itself is at fault.
func signatureProblem(err error) error {
	if !apperr.Is(err, apperr.Invalid) {
		return err
	}
	return &config.Error{Problems: []config.Problem{{Variable: "COCARE_SIGNATORY_SIGNATURE_FILE", Text: apperr.Message(err)}}}
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
// that has expired is no reason not to start: certificates wait for another. That the
// log's is lost is one: nobody would know the log by another.
func (a *App) readyKeys(ctx context.Context) error {
	if _, err := a.Seals.Keys(ctx); err != nil && !errors.Is(err, pades.ErrExpired) {
		return err
	}
	_, err := a.TransLog.Key(ctx)
	return err
}
