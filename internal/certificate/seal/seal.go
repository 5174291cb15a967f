// Package seal joins the key ring and the transparency log to what issues
// certificates: which keys sign now, what the log takes and proves, and what
// others need to know to verify.
package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/translog"
)

// Seals are the keys and the log of an installation. It is safe for concurrent use.
type Seals struct {
	ring         *keyring.Ring
	log          *translog.Log
	baseURL      string
	organization string
	now          func() time.Time
}

// New returns them. baseURL is the site's, without a slash at the end; organization
// is named in the certificates of document keys that are made here.
func New(ring *keyring.Ring, log *translog.Log, baseURL, organization string, now func() time.Time) *Seals {
	return &Seals{ring, log, baseURL, organization, now}
}

// Keys returns those that sign now; the document key gets its certificates where it
// has none.
// Errors: ErrNoName, those of pades.OpenIdentity.
func (s *Seals) Keys(ctx context.Context) (certificate.Signing, error) {
	document, err := s.Document(ctx)
	if err != nil {
		return certificate.Signing{}, err
	}
	key, err := s.ring.Current(ctx, keyring.Credential)
	if err != nil {
		return certificate.Signing{}, err
	}
	signs, err := credential.NewKey(key.Signer())
	return certificate.Signing{Document: document, Credential: signs}, err
}

// ErrNoName refuses to make certificates of a document key that would name nobody.
var ErrNoName = errors.New("seal: the certificates of a document key bear the name of the provider, and none is set (COCARE_PROVIDER_NAME)")

// Document returns the document key that signs now, with its certificates, which it
// gets where it has none. Errors: those of Keys.
func (s *Seals) Document(ctx context.Context) (pades.Identity, error) {
	key, _, err := s.ring.Signing(ctx, keyring.Document)
	if err == nil && len(key.Chain) == 0 && s.organization == "" {
		err = ErrNoName // before a key is made
	}
	if err == nil && key.ID == "" {
		key, err = s.ring.Current(ctx, keyring.Document)
	}
	if err != nil {
		return pades.Identity{}, err
	}
	if len(key.Chain) == 0 {
		fresh, err := pades.NewIdentity(key.Signer(), s.organization, s.now())
		if err != nil {
			return pades.Identity{}, err
		}
		if key, err = s.ring.SetChain(ctx, key.ID, fresh.Chain); err != nil { // another's, where a replica was first
			return pades.Identity{}, err
		}
	}
	return pades.OpenIdentity(key.Signer(), key.Chain, s.now())
}

// logged are the entries of what happens to a certificate.
var logged = map[string]translog.Kind{
	certificate.Stated: translog.Facts, certificate.WasIssued: translog.Document, certificate.WasSuperseded: translog.Superseded,
	certificate.WasRevoked: translog.Revoked, certificate.WasReinstated: translog.Reinstated,
}

// Append implements certificate.Log.
func (s *Seals) Append(ctx context.Context, kind, certificateID string, sum [sha256.Size]byte) (int64, error) {
	k, there := logged[kind]
	if !there {
		return 0, fmt.Errorf("seal: the log has no entries for %q", kind)
	}
	leaf, err := s.log.Append(ctx, k, certificateID, sum)
	return leaf.Position, err
}

// Entries implements certificate.Log.
func (s *Seals) Entries(ctx context.Context, certificateID string) ([]certificate.LogEntry, error) {
	leaves, err := s.log.Leaves(ctx, certificateID)
	if err != nil {
		return nil, err
	}
	out := make([]certificate.LogEntry, 0, len(leaves))
	for _, leaf := range leaves {
		for kind, k := range logged {
			if k == leaf.Kind {
				out = append(out, certificate.LogEntry{Kind: kind, Position: leaf.Position, Hash: leaf.Hash})
			}
		}
	}
	return out, nil
}

// Subjects implements certificate.Log.
func (s *Seals) Subjects(ctx context.Context, after string, n int) ([]string, error) {
	return s.log.Subjects(ctx, after, n)
}

// BeginsWith implements certificate.Log.
func (s *Seals) BeginsWith(ctx context.Context, checkpoint []byte) (bool, error) {
	return s.log.BeginsWith(ctx, checkpoint)
}

// Prove implements certificate.Log.
func (s *Seals) Prove(ctx context.Context, position int64) (credential.LogProof, error) {
	c, err := s.log.Checkpoint(ctx)
	if err != nil {
		return credential.LogProof{}, err
	}
	proof, err := s.log.Prove(ctx, position, c.Size)
	return credential.LogProof{Checkpoint: c.Note, Position: position, Proof: proof}, err
}

// CredentialKeys are those that ever signed credentials, the newest first.
func (s *Seals) CredentialKeys(ctx context.Context) ([]credential.PublicKey, error) {
	keys, err := s.ring.All(ctx, keyring.Credential)
	if err != nil {
		return nil, err
	}
	out := make([]credential.PublicKey, 0, len(keys))
	for _, k := range keys {
		public, ok := k.Public.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("seal: key %s is no Ed25519 key", k.ID)
		}
		out = append(out, credential.PublicKey{Public: public, NotTrustedAfter: k.NotTrustedAfter})
	}
	return out, nil
}

// Fell implements certificate.Log.
func (s *Seals) Fell(ctx context.Context, badge []byte) (bool, error) {
	if n, err := s.ring.Distrusted(ctx, keyring.Credential); err != nil || n == 0 {
		return false, err
	}
	keys, err := s.CredentialKeys(ctx)
	signer := credential.Verify(badge, credential.Options{}).Key
	return slices.ContainsFunc(keys, func(k credential.PublicKey) bool {
		return k.NotTrustedAfter != nil && credential.Multibase(k.Public) == signer
	}), err
}

// Known are the keys that ever signed certificates here, whatever became of them.
func (s *Seals) Known(ctx context.Context) (known certificate.Known, err error) {
	badges, err := s.CredentialKeys(ctx)
	if err != nil {
		return known, err
	}
	for _, k := range badges {
		known.Badges = append(known.Badges, credential.Multibase(k.Public))
	}
	documents, err := s.ring.All(ctx, keyring.Document)
	for _, k := range documents {
		known.Documents = append(known.Documents, pades.KeyID(k.Public))
	}
	return known, err
}

// Trust is what a stranger needs to know of this site to verify what it issued:
// every public key that ever signed.
func (s *Seals) Trust(ctx context.Context) (t proof.Trust, err error) {
	t.Name, t.Documents = s.organization, []proof.Document{}
	if t.Issuer, err = credential.DIDWeb(s.baseURL); err != nil {
		return t, err
	}
	if t.Credentials, err = s.CredentialKeys(ctx); err != nil {
		return t, err
	}
	if t.Log, err = s.log.VerifierKeys(ctx); err != nil {
		return t, err
	}
	keys, err := s.ring.All(ctx, keyring.Document)
	if err != nil {
		return t, err
	}
	for _, k := range keys {
		for _, root := range roots(k) {
			t.Documents = append(t.Documents, proof.Document{Root: root, Key: pades.KeyID(k.Public), NotTrustedAfter: k.NotTrustedAfter})
		}
	}
	return t, nil
}

// roots are those of the certificates that a document key has and had, the newest
// first; none where it was retired before it signed anything.
func roots(k keyring.Key) (list []*x509.Certificate) {
	for _, chain := range append([][]*x509.Certificate{k.Chain}, k.Former...) {
		if len(chain) == 0 {
			continue
		}
		if root := chain[len(chain)-1]; !slices.ContainsFunc(list, root.Equal) {
			list = append(list, root)
		}
	}
	return list
}

// Published is how a key that keyring.Ring.List names stands on the site's pages: the
// ID of a session key that is believed, the SHA-256 of the root certificate of a document key, the
// public keys of the others. Empty where there is nothing to compare: a document key
// without certificates, a site without an address, what cannot be read.
func (s *Seals) Published(k keyring.Key) string {
	public, _ := k.Public.(ed25519.PublicKey)
	switch {
	case k.Purpose == keyring.Session && k.NotTrustedAfter == nil:
		return k.ID
	case k.Purpose == keyring.Document && len(k.Chain) > 0:
		return pades.Fingerprint(k.Chain[len(k.Chain)-1])
	case k.Purpose == keyring.Credential && public != nil:
		return credential.Multibase(public)
	case k.Purpose == keyring.Log && public != nil && s.baseURL != "":
		if text, err := translog.VerifierKey(s.log.Origin(), k); err == nil {
			return text
		}
	}
	return ""
}

// DIDDocument is what did:web looks up at /.well-known/did.json.
func (s *Seals) DIDDocument(ctx context.Context) ([]byte, error) {
	did, err := credential.DIDWeb(s.baseURL)
	if err != nil {
		return nil, err
	}
	keys, err := s.CredentialKeys(ctx)
	if err != nil {
		return nil, err
	}
	return credential.DIDDocument(did, keys)
}
