package pades

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha512" // SHA-384
	"crypto/subtle"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

const (
	headLength      = 1024 // a PDF says what it is within its first KiB (ISO 32000-1, annex H.3)
	maxRevisions    = 8    // that are looked at before a file is given up
	maxCertificates = 16
)

// Attachment is a file inside a certificate.
type Attachment = pdfread.Attachment

// Attachments reads the files inside of a PDF of ours, sorted by name. It does not
// look at the signature: give it the bytes for which Verify vouches. Errors:
// pdfread.ErrForeign.
func Attachments(file []byte) ([]Attachment, error) {
	f, err := pdfread.Open(file)
	if err != nil {
		return nil, err
	}
	return f.Attachments()
}

// Verify finds out what a file proves. Its cost is bounded by the file's length;
// a file of more than pdfread.MaxFile bytes is Unreadable.
func Verify(file []byte) Report {
	if !bytes.Contains(file[:min(len(file), headLength)], []byte("%PDF-")) {
		return Report{Verdict: NotPDF, Why: "no header"}
	}
	f, err := pdfread.Open(file)
	if err == nil {
		return verify(f, file)
	}
	if r, ok := verifyEarlier(file); ok {
		return r
	}
	if len(file) <= pdfread.MaxFile && !bytes.Contains(file, []byte("/ByteRange")) {
		return Report{Verdict: Unsigned, Why: err.Error()}
	}
	return Report{Verdict: Unreadable, Why: err.Error()}
}

var endOfFile = []byte("\n%%EOF\n")

// verifyEarlier looks for a file of ours that something was appended to.
func verifyEarlier(file []byte) (Report, bool) {
	if len(file) > pdfread.MaxFile {
		return Report{}, false
	}
	end := 0
	for range maxRevisions {
		i := bytes.Index(file[end:], endOfFile)
		if i < 0 {
			break
		}
		end += i + len(endOfFile)
		f, err := pdfread.Open(file[:end])
		if err != nil {
			continue
		}
		r := verify(f, file[:end])
		if r.Verdict == Sound {
			r.Verdict, r.Why = Appended, fmt.Sprintf("%d bytes follow the signed ones", len(file)-end)
		}
		return r, true
	}
	return Report{}, false
}

// verify checks the signature of an opened file.
func verify(f *pdfread.File, data []byte) Report {
	var r Report
	fail := func(v Verdict, err error) Report {
		r.Verdict, r.Why = v, err.Error()
		return r
	}
	s, err := find(f)
	switch {
	case errors.Is(err, errUnsigned):
		return fail(Unsigned, err)
	case err != nil:
		return fail(Unreadable, err)
	}
	r.Name, r.Reason, r.SignedAt = s.name, s.reason, s.at
	c, err := parseCMS(s.contents.Value)
	if err != nil {
		return fail(Forged, err)
	}
	r.Chain = chain(c.leaf, c.certificates)
	if err := s.checkRange(data); err != nil {
		return fail(Altered, err)
	}
	if err := c.checkDigest(data[:s.contents.From], data[s.contents.To:]); err != nil {
		return fail(Altered, err)
	}
	if err := c.checkSignature(); err != nil {
		return fail(Forged, err)
	}
	if !s.final {
		return fail(Forged, errors.New("the signature does not forbid changes"))
	}
	if s.at.Before(c.leaf.NotBefore) || s.at.After(c.leaf.NotAfter) {
		return fail(Forged, fmt.Errorf("the certificate was not valid on %s", s.at))
	}
	r.Verdict, r.Signed = Sound, len(data)
	return r
}

// cms is a CMS structure with one signer.
type cms struct {
	signer       signerInfo
	hash         crypto.Hash
	leaf         *x509.Certificate
	certificates []*x509.Certificate
}

// parseCMS reads a detached signature, which only zeros may follow.
func parseCMS(data []byte) (c cms, err error) {
	var info contentInfo
	rest, err := asn1.Unmarshal(data, &info)
	if err != nil {
		return c, err
	}
	sd := info.Content
	switch {
	case len(bytes.Trim(rest, "\x00")) > 0:
		return c, errors.New("something follows the signature")
	case !info.Type.Equal(oidSignedData) || !sd.Content.Type.Equal(oidData) || len(sd.Content.Content.FullBytes) > 0:
		return c, errors.New("the signature is not a detached one")
	case len(sd.Signers) != 1 || len(sd.Certificates) > maxCertificates:
		return c, fmt.Errorf("%d signers, %d certificates", len(sd.Signers), len(sd.Certificates))
	}
	c.signer = sd.Signers[0]
	for _, raw := range sd.Certificates {
		cert, err := x509.ParseCertificate(raw.FullBytes)
		if err != nil {
			return c, err
		}
		// A huge modulus would take minutes.
		if k, ok := cert.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > maxRSA {
			return c, fmt.Errorf("a key of %d bits", k.N.BitLen())
		}
		c.certificates = append(c.certificates, cert)
	}
	i := slices.IndexFunc(c.certificates, c.signer.names)
	if i < 0 {
		return c, errors.New("the signer's certificate is missing")
	}
	c.leaf = c.certificates[i]
	switch {
	case c.signer.Digest.Algorithm.Equal(oidSHA256):
		c.hash = crypto.SHA256
	case c.signer.Digest.Algorithm.Equal(oidSHA384):
		c.hash = crypto.SHA384
	default:
		return c, fmt.Errorf("digest %v", c.signer.Digest.Algorithm)
	}
	return c, nil
}

func (c cms) checkDigest(before, after []byte) error {
	var sum []byte
	if err := c.signer.value(oidMessageDigest, &sum); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(sum, digest(c.hash, before, after)) != 1 {
		return errors.New("the digest is of other bytes")
	}
	return nil
}

// checkSignature checks everything but the digest of the file: the signature of
// the attributes, and that they are about this content and this certificate.
func (c cms) checkSignature() error {
	var kind asn1.ObjectIdentifier
	if err := c.signer.value(oidContentType, &kind); err != nil {
		return err
	}
	if !kind.Equal(oidData) {
		return fmt.Errorf("content of type %v", kind)
	}
	var bound signingCertificate
	if err := c.signer.value(oidSigningCertV2, &bound); err != nil {
		return err
	}
	if len(bound.Certificates) == 0 || !bound.Certificates[0].is(c.leaf) {
		return errors.New("the signature is bound to another certificate")
	}
	if !maySign(c.leaf) {
		return ErrUsage
	}
	algorithm, err := c.algorithm()
	if err != nil {
		return err
	}
	signed, err := encodeAttributes(c.signer.Signed)
	if err != nil {
		return err
	}
	return c.leaf.CheckSignature(algorithm, signed, c.signer.Signature)
}

// is reports whether the identifier is that of a certificate.
func (id certificateID) is(c *x509.Certificate) bool {
	h := crypto.SHA256
	switch {
	case len(id.Digest.Algorithm) == 0 || id.Digest.Algorithm.Equal(oidSHA256):
	case id.Digest.Algorithm.Equal(oidSHA384):
		h = crypto.SHA384
	default:
		return false
	}
	return bytes.Equal(id.Hash, digest(h, c.Raw))
}

// algorithm is what the signer says, where it agrees with its own digest.
func (c cms) algorithm() (x509.SignatureAlgorithm, error) {
	switch a := c.signer.Algorithm.Algorithm; {
	case a.Equal(oidECDSAWithSHA256) && c.hash == crypto.SHA256:
		return x509.ECDSAWithSHA256, nil
	case a.Equal(oidECDSAWithSHA384) && c.hash == crypto.SHA384:
		return x509.ECDSAWithSHA384, nil
	case a.Equal(oidSHA256WithRSA) && c.hash == crypto.SHA256, a.Equal(oidRSA) && c.hash == crypto.SHA256:
		return x509.SHA256WithRSA, nil
	}
	return 0, fmt.Errorf("signature algorithm %v", c.signer.Algorithm.Algorithm)
}
