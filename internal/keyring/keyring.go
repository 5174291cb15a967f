// Package keyring keeps the signing keys: one purpose, one key.
//
// It owns the tables signing_keys and document_chains. Private keys are sealed with a master key
// that never enters the database or a backup of it; public keys and
// certificates are never deleted, because they must verify for years what was signed
// with them.
//
// Invariants: at most one current key a purpose, made once across replicas (a
// partial unique index decides the race); a key of one purpose is never
// returned for another.
package keyring

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Purpose says what a key may sign.
type Purpose string

// The purposes. Each has an algorithm that its consumers can verify.
const (
	Session    Purpose = "session"    // ES256, access tokens
	Document   Purpose = "document"   // P-256, signed PDF
	Credential Purpose = "credential" // Ed25519, Open Badges
	Log        Purpose = "log"        // Ed25519, transparency log
)

// Key is one signing key with its life.
type Key struct {
	ID        string // kid: a hash of the public key
	Purpose   Purpose
	Public    crypto.PublicKey
	CreatedAt time.Time
	// RetiredAt: from then on it only verifies. NotTrustedAfter: set when the key
	// was compromised; nothing signed later is accepted.
	RetiredAt, NotTrustedAfter *time.Time
	// Chain are the certificates of a document key, its own first; empty until
	// SetChain, and for other purposes.
	Chain []*x509.Certificate
	// Former are the chains that it had before a renewal, the newest first. All, List
	// and Find have them.
	Former  [][]*x509.Certificate
	Brought bool // by the operator, see Adopt
	private crypto.Signer
}

// Signer returns the private half, nil for a key that cannot be unsealed.
func (k Key) Signer() crypto.Signer { return k.private }

// Ring opens and makes keys. It is safe for concurrent use.
type Ring struct {
	db      *db.DB
	seal    cipher.AEAD
	compare []byte // the key of Fingerprint
	now     func() time.Time
}

// ErrMasterKey means that the stored keys were sealed with another master key.
var ErrMasterKey = errors.New("keyring: the stored keys were sealed with another master key; restore the file that COCARE_MASTER_KEY_FILE should name")

// New returns a ring that seals with the 32-byte master key.
func New(d *db.DB, master []byte, now func() time.Time) (*Ring, error) {
	if len(master) != 32 {
		return nil, fmt.Errorf("keyring: the master key must be 32 bytes, not %d", len(master))
	}
	block, err := aes.NewCipher(master)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	compare, err := hkdf.Key(sha256.New, master, nil, "fingerprint", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return &Ring{db: d, seal: seal, compare: compare, now: now}, nil
}

// Current returns the key that signs for the purpose, making it if there is none.
func (r *Ring) Current(ctx context.Context, p Purpose) (Key, error) {
	rec, found, err := r.current(ctx, p)
	if err != nil {
		return Key{}, err
	}
	if !found {
		if err := r.make(ctx, p); err != nil {
			return Key{}, err
		}
		if rec, _, err = r.current(ctx, p); err != nil {
			return Key{}, err
		}
	}
	return r.open(rec)
}

// Signing is Current without making anything: found is false where no key signs for
// the purpose.
func (r *Ring) Signing(ctx context.Context, p Purpose) (k Key, found bool, err error) {
	rec, found, err := r.current(ctx, p)
	if err != nil || !found {
		return Key{}, false, err
	}
	k, err = r.open(rec)
	return k, err == nil, err
}

// All returns every key of the purpose, newest first, for verification.
func (r *Ring) All(ctx context.Context, p Purpose) ([]Key, error) {
	recs, former, err := r.listed(ctx, p)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, 0, len(recs))
	for _, rec := range recs {
		k, err := r.open(rec)
		if err != nil {
			return nil, err
		}
		if k.Former, err = rec.parseFormer(former[rec.ID]); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// Rotate retires a key that signs and makes a new one for its purpose, in one
// transaction. What the old one signed stays valid. Of several who rotate one key at
// once the first does; rotated says who did, and the key is the one that signs now.
func (r *Ring) Rotate(ctx context.Context, old Key) (k Key, rotated bool, err error) {
	err = r.db.InTx(ctx, func(ctx context.Context) error {
		if rotated, err = r.retireOne(ctx, old.ID, db.Truncate(r.now())); err != nil || !rotated {
			return err
		}
		return r.make(ctx, old.Purpose)
	})
	if err != nil {
		return Key{}, false, err
	}
	k, err = r.Current(ctx, old.Purpose)
	return k, rotated, err
}

// keyID names a public key by its hash.
func keyID(public []byte) string {
	sum := sha256.Sum256(public)
	id := base64.RawURLEncoding.EncodeToString(sum[:])
	// On a command line a hyphen in front would be a flag.
	return strings.TrimLeft(id, "-")[:16]
}

func (r *Ring) make(ctx context.Context, p Purpose) error {
	private, err := generate(p)
	if err != nil {
		return err
	}
	rec, err := r.record(p, private)
	if err != nil {
		return err
	}
	_, err = r.insert(ctx, rec)
	return err
}

// record seals a key. Its ID and purpose are authenticated too: a row cannot be
// passed off as a key of another purpose.
func (r *Ring) record(p Purpose, private crypto.Signer) (record, error) {
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		return record{}, fmt.Errorf("keyring: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return record{}, fmt.Errorf("keyring: %w", err)
	}
	nonce := make([]byte, r.seal.NonceSize())
	rand.Read(nonce)
	id := keyID(public)
	sealed := r.seal.Seal(nonce, nonce, der, []byte(id+"|"+string(p)))
	return record{ID: id, Purpose: p, Public: public, Sealed: sealed, CreatedAt: db.Truncate(r.now())}, nil
}

func generate(p Purpose) (crypto.Signer, error) {
	switch p {
	case Session, Document:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case Credential, Log:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	}
	return nil, fmt.Errorf("keyring: unknown purpose %q", p)
}

func (r *Ring) open(rec record) (Key, error) {
	public, err := x509.ParsePKIXPublicKey(rec.Public)
	if err != nil {
		return Key{}, fmt.Errorf("keyring: public key %s: %w", rec.ID, err)
	}
	n := r.seal.NonceSize()
	if len(rec.Sealed) < n {
		return Key{}, fmt.Errorf("keyring: key %s is cut short", rec.ID)
	}
	der, err := r.seal.Open(nil, rec.Sealed[:n], rec.Sealed[n:], []byte(rec.ID+"|"+string(rec.Purpose)))
	if err != nil {
		return Key{}, ErrMasterKey
	}
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return Key{}, fmt.Errorf("keyring: key %s: %w", rec.ID, err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return Key{}, fmt.Errorf("keyring: key %s cannot sign", rec.ID)
	}
	// The public half lies in the open: somebody may have put theirs in its place.
	if known, ok := signer.Public().(interface {
		Equal(other crypto.PublicKey) bool
	}); !ok || !known.Equal(public) {
		return Key{}, fmt.Errorf("keyring: the public half of key %s is not its own: it was changed in the database", rec.ID)
	}
	chain, err := x509.ParseCertificates(rec.Chain)
	if err != nil {
		return Key{}, fmt.Errorf("keyring: certificates of key %s: %w", rec.ID, err)
	}
	return Key{ID: rec.ID, Purpose: rec.Purpose, Public: public, CreatedAt: rec.CreatedAt,
		RetiredAt: rec.RetiredAt, NotTrustedAfter: rec.NotTrustedAfter, Chain: chain, Brought: rec.Brought, private: signer}, nil
}
