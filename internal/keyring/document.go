package keyring

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// ErrRetired refuses to sign again with a key that had its time.
var ErrRetired = apperr.New(apperr.Conflict, "This key signed here before and was retired or distrusted. Use another.")

// SetChain gives a key of ours its certificates, its own first. Of several who do
// so at once the first decides; the key is returned with what was decided.
func (r *Ring) SetChain(ctx context.Context, id string, chain []*x509.Certificate) (Key, error) {
	if err := r.setFirstChain(ctx, id, join(chain)); err != nil {
		return Key{}, err
	}
	rec, found, err := r.find(ctx, id)
	switch {
	case err != nil:
		return Key{}, err
	case !found:
		return Key{}, ErrNoKey
	}
	return r.open(rec)
}

// Adopt has a document key sign that the operator brings, with its certificates,
// its own first. The one that signed before is retired. Adopting the current key
// again changes nothing but its certificates, where they were renewed: those before
// stay too. adopted says whether anything changed. Errors: ErrRetired.
func (r *Ring) Adopt(ctx context.Context, private crypto.Signer, chain []*x509.Certificate) (k Key, adopted bool, err error) {
	rec, err := r.record(Document, private)
	if err != nil {
		return Key{}, false, err
	}
	rec.Chain, rec.Brought = join(chain), true
	err = r.db.InTx(ctx, func(ctx context.Context) error {
		there, found, err := r.find(ctx, rec.ID)
		switch {
		case err != nil:
			return err
		case found && there.spent():
			return ErrRetired
		case found && bytes.Equal(there.Chain, rec.Chain):
			return nil
		case found:
			adopted = true
			return r.renew(ctx, there, rec.Chain)
		}
		// Another replica may be adopting the same key: it must not be retired.
		if err := r.retire(ctx, Document, rec.ID, db.Truncate(r.now())); err != nil {
			return err
		}
		adopted, err = r.insert(ctx, rec)
		return err
	})
	if err != nil {
		return Key{}, false, err
	}
	k, err = r.Current(ctx, Document)
	if err == nil && k.ID != rec.ID {
		err = fmt.Errorf("keyring: another key was adopted at the same time: %s, not %s", k.ID, rec.ID)
	}
	return k, adopted, err
}

// renew has a key sign with other certificates. Of two replicas that do so at once
// each keeps its own, so that none is lost.
func (r *Ring) renew(ctx context.Context, rec record, chain []byte) error {
	if len(rec.Chain) > 0 {
		if err := r.keepChain(ctx, rec.ID, rec.Chain, rec.CreatedAt); err != nil {
			return err
		}
	}
	if err := r.keepChain(ctx, rec.ID, chain, db.Truncate(r.now())); err != nil {
		return err
	}
	return r.setChain(ctx, rec.ID, chain)
}

// parseFormer reads the chains of a key but for the one that signs. What cannot be read
// is left out, with an error.
func (r record) parseFormer(chains [][]byte) (former [][]*x509.Certificate, err error) {
	for _, der := range chains {
		if bytes.Equal(der, r.Chain) {
			continue
		}
		chain, wrong := x509.ParseCertificates(der)
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("keyring: former certificates of key %s: %w", r.ID, wrong))
			continue
		}
		former = append(former, chain)
	}
	return former, err
}

// Adoptable says whether Adopt would refuse a key, without changing anything. Errors:
// ErrRetired.
func (r *Ring) Adoptable(ctx context.Context, private crypto.Signer) error {
	rec, err := r.record(Document, private)
	if err != nil {
		return err
	}
	there, found, err := r.find(ctx, rec.ID)
	if err == nil && found && there.spent() {
		err = ErrRetired
	}
	return err
}

// spent reports whether a key cannot sign documents any more, or never could.
func (r record) spent() bool { return r.RetiredAt != nil || r.Purpose != Document }

func join(chain []*x509.Certificate) (der []byte) {
	for _, c := range chain {
		der = append(der, c.Raw...)
	}
	return der
}
