package pades

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdfread"
)

// Verdict is what Verify finds out about a file.
type Verdict uint8

// The verdicts, from the worst to the best.
const (
	NotPDF     Verdict = iota // no PDF at all
	Unsigned                  // a PDF without a signature: never signed, or stripped of it
	Unreadable                // cut short, damaged, or laid out as no certificate of ours is
	Altered                   // the signature is of other bytes than these
	Forged                    // the signature itself does not hold
	Other                     // the signature holds, but another program made it, or it was itself changed since
	Appended                  // the signature holds, and something was added after it
	Sound                     // the signature holds for the whole file
)

var verdicts = [...]string{"not a PDF", "unsigned", "unreadable", "altered", "forged", "signed otherwise", "appended to", "sound"}

func (v Verdict) String() string {
	if int(v) < len(verdicts) {
		return verdicts[v]
	}
	return "unknown"
}

// Report tells what a file proves by itself. Whether its signer is known is asked
// of SignedBy.
type Report struct {
	Verdict Verdict
	// Why gives the detail, in words for a log.
	Why string
	// Signed is how many bytes from the file's start the signature is about: for
	// Sound and Appended.
	Signed int

	// The rest is what the signature says about itself, as far as it could be
	// read. For verdicts other than Sound and Appended nothing vouches for it.

	Name, Reason string
	SignedAt     time.Time // claimed by the signer
	// Chain leads from the signer's certificate as far up as the file has it.
	Chain []*x509.Certificate

	file *pdfread.File // the signed revision, for Sound and Appended
}

// ErrNotSigned means that no signature vouches for the file's content.
var ErrNotSigned = errors.New("pades: the file is not soundly signed")

// Attachments returns the files inside the signed bytes, sorted by name. Errors:
// ErrNotSigned, pdfread.ErrForeign.
func (r Report) Attachments() ([]Attachment, error) {
	if r.file == nil {
		return nil, ErrNotSigned
	}
	return r.file.Attachments()
}

// Leaf returns the signer's certificate, nil if none could be read.
func (r Report) Leaf() *x509.Certificate {
	if len(r.Chain) == 0 {
		return nil
	}
	return r.Chain[0]
}

// Root returns the uppermost certificate in the file, nil if none could be read.
func (r Report) Root() *x509.Certificate {
	if len(r.Chain) == 0 {
		return nil
	}
	return r.Chain[len(r.Chain)-1]
}

// Fingerprint is the SHA-256 of a certificate, as tools print it but for colons.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// SignedBy reports whether the signature holds and its certificate leads to one
// of the trusted ones, which were valid when it says it was made. An authority
// vouches for many keys: whose signed is for SignedWith to say. It is also true for a
// file that was appended to: the verdict tells these apart.
func (r Report) SignedBy(trusted ...*x509.Certificate) bool {
	return (r.Verdict == Sound || r.Verdict == Appended) && r.Names(trusted...)
}

// Names reports whether the certificate in the signature leads to one of the trusted
// ones, which were valid when it says it was made. Whether their key signed this is
// for SignedBy to say.
func (r Report) Names(trusted ...*x509.Certificate) bool {
	if len(r.Chain) == 0 {
		return false
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range trusted {
		roots.AddCert(c)
	}
	for _, c := range r.Chain[1:] {
		between.AddCert(c)
	}
	_, err := r.Chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: r.SignedAt, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err == nil
}

// Expired reports whether the signer's certificate has expired since. It is no
// fault of the file: it was signed while the certificate was valid.
func (r Report) Expired(now time.Time) bool { return r.Leaf() != nil && now.After(r.Leaf().NotAfter) }
