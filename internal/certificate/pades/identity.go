// Package pades signs the PDF files that package pdf writes, and checks such
// signatures: PAdES at its baseline level B-B (ETSI EN 319 142-1), that is a
// detached CMS signature with signed attributes (RFC 5652, RFC 5035). It owns no
// table, reads no clock and knows no network: what it says about a file is
// proven by the file alone, and whom to trust is the caller's to decide.
package pades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// Identity signs. Make one by NewIdentity, OpenIdentity or LoadIdentity.
type Identity struct {
	Key   crypto.Signer
	Chain []*x509.Certificate // of the key first, then each one's issuer
}

// What an identity can lack. Each is Invalid, in words for the operator.
var (
	ErrKeyFile     = apperr.New(apperr.Invalid, "The signing key is neither a PKCS#12 file nor PEM.")
	ErrPassword    = apperr.New(apperr.Invalid, "The signing key's password is wrong.")
	ErrEncrypted   = apperr.New(apperr.Invalid, "The PEM private key is encrypted. Decrypt it, or supply a PKCS#12 file and its password.")
	ErrNoKey       = apperr.New(apperr.Invalid, "The signing key file holds no private key.")
	ErrManyKeys    = apperr.New(apperr.Invalid, "The signing key file holds more than one private key. Leave the one that signs.")
	ErrNoChain     = apperr.New(apperr.Invalid, "The signing key file holds no certificate.")
	ErrMismatch    = apperr.New(apperr.Invalid, "None of the certificates belongs to the private key.")
	ErrWeakKey     = apperr.New(apperr.Invalid, "The signing key must be RSA of 2048 to 8192 bits, or ECDSA on P-256 or P-384.")
	ErrExpired     = apperr.New(apperr.Invalid, "The signing certificate has expired.")
	ErrNotYetValid = apperr.New(apperr.Invalid, "The signing certificate is not valid yet.")
	ErrUsage       = apperr.New(apperr.Invalid, "The certificate must not be used to sign documents: its key usage says so.")
	ErrIncomplete  = apperr.New(apperr.Invalid, "The certificate chain does not lead to a root that signed itself. Add the certificates of its issuers, the root's included.")
	ErrLongChain   = apperr.New(apperr.Invalid, "The certificates of the chain are too large for a signature.")
)

const (
	// validity of what NewIdentity makes. A certificate of completion must
	// verify in ten years, one that is issued on the key's last day as well, and
	// nobody renews a certificate whose issuer's key is gone.
	validity = 20 * 365 * 24 * time.Hour
	// skew is how far other clocks may lag behind ours.
	skew = time.Hour

	maxChain = 8
	maxName  = 64 // characters of a common or organization name (RFC 5280, annex A)
)

var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36} // RFC 9336

// NewIdentity makes the certificates for a key of this program's own: one for the
// key, issued by a root whose private key is dropped here, so that whoever trusts
// the root trusts this one key and nothing else, ever. The caller keeps the chain
// with the key: made again, it is another one. Errors: ErrWeakKey.
func NewIdentity(key crypto.Signer, organization string, now time.Time) (Identity, error) {
	if _, err := schemeOf(key.Public()); err != nil {
		return Identity{}, err
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, fmt.Errorf("pades: %w", err)
	}
	org := shortened(organization)
	from := now.Add(-skew).UTC().Truncate(time.Second)
	root, err := issue(&x509.Certificate{
		Subject:   pkix.Name{Organization: []string{org}, CommonName: rootName(now)},
		NotBefore: from, NotAfter: from.Add(validity),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}, nil, rootKey.Public(), rootKey)
	if err != nil {
		return Identity{}, err
	}
	leaf, err := issue(&x509.Certificate{
		Subject:   pkix.Name{Organization: []string{org}, CommonName: org},
		NotBefore: from, NotAfter: from.Add(validity),
		KeyUsage:           x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{documentSigning},
		// Readers that trust by NSS (poppler), and OpenSSL's cms, know no purpose
		// of signing documents and want that of e-mail.
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		BasicConstraintsValid: true,
	}, root, key.Public(), rootKey)
	if err != nil {
		return Identity{}, err
	}
	return OpenIdentity(key, []*x509.Certificate{leaf, root}, now)
}

// issue signs a certificate; without a parent it is its own.
func issue(template, parent *x509.Certificate, pub crypto.PublicKey, by crypto.Signer) (*x509.Certificate, error) {
	if parent == nil {
		parent = template
	}
	spki, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("pades: %w", err)
	}
	id := sha256.Sum256(spki)
	template.SubjectKeyId = id[:20]
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, by)
	if err != nil {
		return nil, fmt.Errorf("pades: %w", err)
	}
	return x509.ParseCertificate(der)
}

func shortened(name string) string {
	r := []rune(name)
	return string(r[:min(len(r), maxName)])
}

// OpenIdentity joins a key with certificates in any order; those that do not lead
// from the key's to its root are left out. The root must be among them: what is
// signed proves itself when its issuer is long gone. Errors: ErrNoChain,
// ErrMismatch, ErrWeakKey, ErrUsage, ErrExpired, ErrNotYetValid, ErrIncomplete,
// ErrLongChain.
func OpenIdentity(key crypto.Signer, certificates []*x509.Certificate, now time.Time) (Identity, error) {
	if _, err := schemeOf(key.Public()); err != nil {
		return Identity{}, err
	}
	if len(certificates) == 0 {
		return Identity{}, ErrNoChain
	}
	var leaf *x509.Certificate
	for _, c := range certificates {
		// After a renewal, both may lie in one file.
		if sameKey(c.PublicKey, key.Public()) && (leaf == nil || c.NotAfter.After(leaf.NotAfter)) {
			leaf = c
		}
	}
	switch {
	case leaf == nil:
		return Identity{}, ErrMismatch
	case !maySign(leaf):
		return Identity{}, ErrUsage
	case now.After(leaf.NotAfter):
		return Identity{}, ErrExpired
	case now.Before(leaf.NotBefore):
		return Identity{}, ErrNotYetValid
	}
	id := Identity{Key: key, Chain: chain(leaf, certificates)}
	if err := checkRoot(id.Chain); err != nil {
		return Identity{}, ErrIncomplete.Because(err)
	}
	if id.Size() > maxCMS {
		return Identity{}, ErrLongChain
	}
	return id, nil
}

// checkRoot makes sure that a chain ends with a certificate that signed itself.
func checkRoot(chain []*x509.Certificate) error {
	c := chain[len(chain)-1]
	if !selfIssued(c) {
		return fmt.Errorf("the issuer of %s is missing", c.Subject)
	}
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
}

func sameKey(a, b crypto.PublicKey) bool {
	k, ok := a.(interface{ Equal(x crypto.PublicKey) bool })
	return ok && k.Equal(b)
}

// Purposes beside documentSigning for which certificates that sign documents are
// issued: Microsoft's and Adobe's own, and e-mail, from before RFC 9336.
var purposes = []asn1.ObjectIdentifier{
	documentSigning,
	{1, 3, 6, 1, 4, 1, 311, 10, 3, 12},
	{1, 2, 840, 113583, 1, 1, 5},
}

func maySign(c *x509.Certificate) bool {
	if c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return false
	}
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) ||
		slices.ContainsFunc(purposes, func(p asn1.ObjectIdentifier) bool { return slices.ContainsFunc(c.UnknownExtKeyUsage, p.Equal) })
}

func selfIssued(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

// chain leads from leaf as far up as the certificates go, at most maxChain long.
func chain(leaf *x509.Certificate, among []*x509.Certificate) []*x509.Certificate {
	out := []*x509.Certificate{leaf}
	for last := leaf; !selfIssued(last) && len(out) < maxChain; {
		var parent *x509.Certificate
		for _, c := range among {
			if bytes.Equal(c.RawSubject, last.RawIssuer) && last.CheckSignatureFrom(c) == nil {
				parent = c
				break
			}
		}
		if parent == nil {
			break
		}
		out = append(out, parent)
		last = parent
	}
	return out
}

// EncodeChain returns certificates as PEM, for ParseChain.
func EncodeChain(chain []*x509.Certificate) []byte {
	var out []byte
	for _, c := range chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// ParseChain reads the certificates of a PEM file and passes over what else is in
// it. Errors: ErrNoChain, ErrKeyFile.
func ParseChain(data []byte) ([]*x509.Certificate, error) {
	_, certificates, err := parsePEM(data, false)
	if err == nil && len(certificates) == 0 {
		err = ErrNoChain
	}
	return certificates, err
}

// scheme is how a kind of key signs.
type scheme struct {
	hash      crypto.Hash
	digest    asn1.ObjectIdentifier
	signature pkix.AlgorithmIdentifier
	x509      x509.SignatureAlgorithm
	size      int // of a signature, at most
}

func schemeOf(key crypto.PublicKey) (scheme, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits >= minRSA && bits <= maxRSA {
			return scheme{crypto.SHA256, oidSHA256, pkix.AlgorithmIdentifier{Algorithm: oidSHA256WithRSA, Parameters: asn1.NullRawValue}, x509.SHA256WithRSA, k.Size()}, nil
		}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return scheme{crypto.SHA256, oidSHA256, pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA256}, x509.ECDSAWithSHA256, 72}, nil
		case elliptic.P384():
			return scheme{crypto.SHA384, oidSHA384, pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA384}, x509.ECDSAWithSHA384, 104}, nil
		}
	}
	return scheme{}, ErrWeakKey
}

const minRSA, maxRSA = 2048, 8192 // bits
