package pades

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
)

// hashing is a hash that other programs sign with.
type hashing struct {
	oid        asn1.ObjectIdentifier
	hash       crypto.Hash
	rsa, ecdsa x509.SignatureAlgorithm
}

var hashings = []hashing{
	{oidSHA256, crypto.SHA256, x509.SHA256WithRSA, x509.ECDSAWithSHA256},
	{oidSHA384, crypto.SHA384, x509.SHA384WithRSA, x509.ECDSAWithSHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512, x509.SHA512WithRSA, x509.ECDSAWithSHA512},
}

func hashingOf(oid asn1.ObjectIdentifier) (hashing, bool) {
	for _, h := range hashings {
		if h.oid.Equal(oid) {
			return h, true
		}
	}
	return hashing{}, false
}

// holds reports whether this is a signature of the file by the key of its
// certificate, in whatever form another program gave it. It vouches for nothing: it
// tells what somebody else signed from what was changed.
func (c cms) holds(before, after []byte) bool {
	h, known := hashingOf(c.signer.Digest.Algorithm)
	sum, err := c.signer.messageDigest()
	if !known || err != nil || !bytes.Equal(sum, digest(h.hash, before, after)) || !c.signer.binds(c.leaf) {
		return false
	}
	how := h.rsa
	if _, curve := c.leaf.PublicKey.(*ecdsa.PublicKey); curve {
		how = h.ecdsa
	}
	signed, err := encodeAttributes(c.signer.Signed)
	return err == nil && c.leaf.CheckSignature(how, signed, c.signer.Signature) == nil
}

// anyCertificateID is an ESSCertIDv2 of RFC 5035; without an algorithm it is SHA-256.
type anyCertificateID struct {
	Algorithm pkix.AlgorithmIdentifier `asn1:"optional"`
	Hash      []byte
}

// binds reports whether the signature names this very certificate and no other of
// the same key.
func (s signerInfo) binds(leaf *x509.Certificate) bool {
	for _, a := range s.Signed {
		if !a.Type.Equal(oidSigningCertV2) || len(a.Values) != 1 {
			continue
		}
		var named struct{ Certificates []anyCertificateID }
		if _, err := asn1.Unmarshal(a.Values[0].FullBytes, &named); err != nil || len(named.Certificates) == 0 {
			return false
		}
		first := named.Certificates[0]
		h, known := hashingOf(first.Algorithm.Algorithm)
		if len(first.Algorithm.Algorithm) == 0 {
			h, known = hashings[0], true
		}
		return known && bytes.Equal(first.Hash, digest(h.hash, leaf.Raw))
	}
	return false
}
