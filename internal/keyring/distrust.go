package keyring

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// What Distrust answers when it cannot.
var (
	ErrNoKey = apperr.New(apperr.NotFound, "There is no such key here; cocare key list names them.")
	errAhead = apperr.InvalidField("after", "This time has not come yet. Name the last moment at which the key was surely yours alone.")
	errLater = apperr.New(apperr.Conflict, "This key is distrusted from an earlier time on. The time can only be moved back.")
)

// Purposes lists every purpose.
var Purposes = []Purpose{Session, Document, Credential, Log}

// List returns every key without its private half, by purpose, newest first: also
// those that this master key does not open. What of a public half or of certificates
// cannot be read is left out.
func (r *Ring) List(ctx context.Context) ([]Key, error) {
	var keys []Key
	for _, p := range Purposes {
		recs, former, err := r.listed(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, rec := range recs {
			k := Key{ID: rec.ID, Purpose: rec.Purpose, CreatedAt: rec.CreatedAt,
				RetiredAt: rec.RetiredAt, NotTrustedAfter: rec.NotTrustedAfter, Brought: rec.Brought}
			if public, err := x509.ParsePKIXPublicKey(rec.Public); err == nil {
				k.Public = public
			}
			if chain, err := x509.ParseCertificates(rec.Chain); err == nil {
				k.Chain = chain
			}
			k.Former, _ = rec.parseFormer(former[rec.ID])
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// Find returns a key as List does. Errors: ErrNoKey.
func (r *Ring) Find(ctx context.Context, id string) (Key, error) {
	keys, err := r.List(ctx)
	if err != nil {
		return Key{}, err
	}
	for _, k := range keys {
		if k.ID == id {
			return k, nil
		}
	}
	return Key{}, ErrNoKey
}

// Distrust says for good that a key is compromised: nothing that it signed after
// that time is believed, it signs no more, and its purpose has a fresh key.
// The time may later be moved back, never on. It reports whether anything
// changed: saying the same again is success. Errors: ErrNoKey, Invalid with the
// field "after", Conflict.
func (r *Ring) Distrust(ctx context.Context, id string, after time.Time) (k Key, changed bool, err error) {
	now := db.Truncate(r.now())
	if after = db.Truncate(after); after.After(now) {
		return Key{}, false, errAhead
	}
	err = r.db.InTx(ctx, func(ctx context.Context) error {
		if changed, err = r.distrust(ctx, id, after, now); err != nil {
			return err
		}
		if k, err = r.Find(ctx, id); err != nil {
			return err
		}
		if !changed {
			if k.NotTrustedAfter == nil || !k.NotTrustedAfter.Equal(after) {
				return errLater
			}
			return nil
		}
		_, found, err := r.current(ctx, k.Purpose)
		if err != nil || found {
			return err
		}
		return r.make(ctx, k.Purpose)
	})
	if err != nil {
		return Key{}, false, err
	}
	return k, changed, nil
}

// Distrusted returns how many keys of a purpose are distrusted: cheap to ask, so
// that who keeps keys in memory learns at once that they changed.
func (r *Ring) Distrusted(ctx context.Context, p Purpose) (int, error) {
	return r.countDistrusted(ctx, p)
}
