package pades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}

	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCertV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}

	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}

	oidSHA256WithRSA   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidECDSAWithSHA384 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}
)

// The structures of RFC 5652, sections 3 and 5. Package asn1 sorts what is marked
// as a set, as DER wants it.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content signedData `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates []asn1.RawValue `asn1:"optional,set,tag:0"`
	Signers      []signerInfo    `asn1:"set"`
}

type encapsulated struct {
	Type asn1.ObjectIdentifier // and no content: the signature is detached
}

type signerInfo struct {
	Version   int
	ID        issuerAndSerial
	Digest    pkix.AlgorithmIdentifier
	Signed    []attribute `asn1:"optional,set,tag:0"`
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// signingCertificate is SigningCertificateV2 of RFC 5035, which binds the
// signature to one certificate by the digest that is its default, SHA-256.
type signingCertificate struct{ Certificates []certificateID }

type certificateID struct{ Hash []byte }

// maxCMS is what a PDF/A string holds, see pdf.MaxSignature.
const maxCMS = 32767

// Size returns how long what Sign returns can be, in bytes.
func (id Identity) Size() int {
	n := 512 + len(id.Chain[0].RawIssuer) // identifiers, attributes and brackets
	for _, c := range id.Chain {
		n += len(c.Raw)
	}
	s, err := schemeOf(id.Key.Public())
	if err != nil {
		return 0
	}
	return n + s.size
}

// Sign returns a CMS signature of before and after joined, detached, with the
// whole chain. It names no time: PAdES has that in the PDF. A key in memory gives
// the same signature for the same bytes.
func (id Identity) Sign(before, after []byte) ([]byte, error) {
	s, err := schemeOf(id.Key.Public())
	if err != nil {
		return nil, err
	}
	sum := digest(s.hash, before, after)
	attributes, err := signedAttributes(id.Chain[0], sum)
	if err != nil {
		return nil, err
	}
	der, err := encodeAttributes(attributes)
	if err != nil {
		return nil, err
	}
	signature, err := id.signDigest(digest(s.hash, der), s.hash)
	if err != nil {
		return nil, fmt.Errorf("pades: sign: %w", err)
	}
	return s.assemble(id.Chain, attributes, signature)
}

// assemble builds the whole structure.
func (s scheme) assemble(chain []*x509.Certificate, attributes []attribute, signature []byte) ([]byte, error) {
	leaf := chain[0]
	info := contentInfo{Type: oidSignedData, Content: signedData{
		Version: 1,
		Digests: []pkix.AlgorithmIdentifier{{Algorithm: s.digest}},
		Content: encapsulated{Type: oidData},
		Signers: []signerInfo{{
			Version:   1,
			ID:        issuerAndSerial{asn1.RawValue{FullBytes: leaf.RawIssuer}, leaf.SerialNumber},
			Digest:    pkix.AlgorithmIdentifier{Algorithm: s.digest},
			Signed:    attributes,
			Algorithm: s.signature,
			Signature: signature,
		}},
	}}
	for _, c := range chain {
		info.Content.Certificates = append(info.Content.Certificates, asn1.RawValue{FullBytes: c.Raw})
	}
	return asn1.Marshal(info)
}

// signDigest lets keys in memory sign without chance (RFC 6979), so that a
// certificate printed twice is the same file.
func (id Identity) signDigest(sum []byte, h crypto.Hash) ([]byte, error) {
	switch id.Key.(type) {
	case *ecdsa.PrivateKey, *rsa.PrivateKey:
		return id.Key.Sign(nil, sum, h)
	}
	return id.Key.Sign(rand.Reader, sum, h)
}

func signedAttributes(leaf *x509.Certificate, sum []byte) ([]attribute, error) {
	id := sha256.Sum256(leaf.Raw)
	values := []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{
		{oidContentType, oidData},
		{oidMessageDigest, sum},
		{oidSigningCertV2, signingCertificate{Certificates: []certificateID{{Hash: id[:]}}}},
	}
	var out []attribute
	for _, v := range values {
		der, err := asn1.Marshal(v.value)
		if err != nil {
			return nil, fmt.Errorf("pades: %w", err)
		}
		out = append(out, attribute{v.oid, []asn1.RawValue{{FullBytes: der}}})
	}
	return out, nil
}

// encodeAttributes gives the bytes that are signed: a SET, not the tag that the
// attributes have in the structure (RFC 5652, 5.4).
func encodeAttributes(a []attribute) ([]byte, error) { return asn1.MarshalWithParams(a, "set") }

func digest(h crypto.Hash, parts ...[]byte) []byte {
	w := h.New()
	for _, p := range parts {
		w.Write(p)
	}
	return w.Sum(nil)
}

// messageDigest returns what the signer says the content's digest is.
func (s signerInfo) messageDigest() (sum []byte, err error) {
	for _, a := range s.Signed {
		if a.Type.Equal(oidMessageDigest) && len(a.Values) == 1 {
			_, err = asn1.Unmarshal(a.Values[0].FullBytes, &sum)
			return sum, err
		}
	}
	return nil, errors.New("the signature has no digest")
}

// names reports whether the signer says that c is its certificate.
func (s signerInfo) names(c *x509.Certificate) bool {
	return bytes.Equal(s.ID.Issuer.FullBytes, c.RawIssuer) && s.ID.Serial.Cmp(c.SerialNumber) == 0
}
