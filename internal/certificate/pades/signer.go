package pades

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"time"
)

// KeyID tells keys apart, whatever certificates they have: the SHA-256 of a public
// key as certificates hold it (SubjectPublicKeyInfo). Empty for what is no key.
func KeyID(public crypto.PublicKey) string {
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(spki)
	return hex.EncodeToString(sum[:])
}

// Key is the KeyID of the key that the signature names as its signer's, empty if none
// could be read. Whether that key signed this is for SignedWith to say.
func (r Report) Key() string {
	if leaf := r.Leaf(); leaf != nil {
		return KeyID(leaf.PublicKey)
	}
	return ""
}

// SignedWith reports whether the signature holds and one of the keys made it. It is
// also true for a file that was appended to: the verdict tells these apart.
func (r Report) SignedWith(keys ...string) bool {
	key := r.Key()
	return (r.Verdict == Sound || r.Verdict == Appended) && key != "" && slices.Contains(keys, key)
}

// MadeHere reports whether a root is one that NewIdentity made, so that what leads to
// it was signed by the one key that it was made for. It is told by its form: no
// authority makes its own so.
func MadeHere(root *x509.Certificate) bool {
	key, ok := root.PublicKey.(*ecdsa.PublicKey)
	return ok && key.Curve == elliptic.P256() && selfIssued(root) &&
		root.Subject.CommonName == rootName(root.NotBefore.Add(skew)) && root.NotAfter.Sub(root.NotBefore) == validity &&
		root.KeyUsage == x509.KeyUsageCertSign && root.IsCA && root.MaxPathLenZero
}

// rootName is what a root is called that was made at a time.
func rootName(at time.Time) string {
	return "Document signing root " + at.UTC().Format(time.DateOnly)
}
