package pades

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

const (
	headLength   = 1024 // a PDF says what it is within its first KiB (ISO 32000-1, annex H.3)
	maxRevisions = 8    // that are looked at before a file is given up
)

// Attachment is a file inside a certificate.
type Attachment = pdfread.Attachment

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
	before, after := data[:s.contents.From], data[s.contents.To:]
	unless := func(worse Verdict, err error) Report {
		if c.holds(before, after) {
			return fail(Other, err)
		}
		return fail(worse, err)
	}
	if err := c.checkDigest(before, after); err != nil {
		return unless(Altered, err)
	}
	if err := c.checkSignature(r.Chain); err != nil {
		return unless(Forged, err)
	}
	if !s.final {
		return fail(Forged, errors.New("the signature does not forbid changes"))
	}
	if s.at.Before(c.leaf.NotBefore) || s.at.After(c.leaf.NotAfter) {
		return fail(Forged, fmt.Errorf("the certificate was not valid on %s", s.at))
	}
	r.Verdict, r.Signed, r.file = Sound, len(data), f
	return r
}

// cms is a CMS structure with one signer.
type cms struct {
	der          []byte
	signer       signerInfo
	scheme       scheme
	leaf         *x509.Certificate
	certificates []*x509.Certificate
}

// parseCMS reads a signature, which only zeros may follow.
func parseCMS(data []byte) (c cms, err error) {
	var info contentInfo
	rest, err := asn1.Unmarshal(data, &info)
	if err != nil {
		return c, err
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return c, errors.New("something follows the signature")
	}
	c.der = data[:len(data)-len(rest)]
	sd := info.Content
	if len(sd.Signers) != 1 || len(sd.Certificates) > maxChain {
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
	c.scheme, err = schemeOf(c.leaf.PublicKey)
	return c, err
}

func (c cms) checkDigest(before, after []byte) error {
	sum, err := c.signer.messageDigest()
	if err != nil {
		return err
	}
	if !bytes.Equal(sum, digest(c.scheme.hash, before, after)) {
		return errors.New("the digest is of other bytes")
	}
	return nil
}

// checkSignature checks everything but the digest of the file. The structure must
// be to the byte what Sign makes of the same digest, chain and signature: so the
// attributes are the right ones and bound to this certificate, and nobody can
// hide anything where the signature does not reach.
func (c cms) checkSignature(chain []*x509.Certificate) error {
	sum, err := c.signer.messageDigest()
	if err != nil {
		return err
	}
	attributes, err := signedAttributes(c.leaf, sum)
	if err != nil {
		return err
	}
	der, err := c.scheme.assemble(chain, attributes, c.signer.Signature)
	if err != nil {
		return err
	}
	signed, err := encodeAttributes(attributes)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(der, c.der):
		return errors.New("the signature is not made as Sign makes it")
	case !maySign(c.leaf):
		return ErrUsage
	}
	if err := checkRoot(chain); err != nil {
		return err
	}
	return c.leaf.CheckSignature(c.scheme.x509, signed, c.signer.Signature)
}
