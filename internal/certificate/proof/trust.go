package proof

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
)

// keysForm names the form of a file of keys.
const keysForm = "cocare issuer keys 1"

// Trust is what a verifier knows of an issuer: the public keys, got from the issuer
// and not from the file that is verified.
type Trust struct {
	Issuer      string // did:web of the site
	Name        string
	Credentials []credential.PublicKey
	Documents   []Document // nil: not known, as a DID document does not name them
	Log         []string   // of the transparency log, as translog.VerifierKey writes them
}

// Document is a key that signs PDF files, with the uppermost certificate of a chain
// that it had. A key that had several has an entry for each.
type Document struct {
	Root *x509.Certificate
	// Key is its pades.KeyID. Files of keys from before they named it lack it: then the
	// root has to tell, which it can where it was made for this key alone.
	Key             string
	NotTrustedAfter *time.Time // set when the key was compromised
}

// keysFile is a Trust as it is written.
type keysFile struct {
	Form        string          `json:"form"`
	Issuer      string          `json:"issuer"`
	Name        string          `json:"name"`
	Documents   []documentEntry `json:"document_certificates"`
	Credentials []keyEntry      `json:"credential_keys"`
	Log         []string        `json:"log_keys"`
}

type documentEntry struct {
	PEM             string     `json:"pem"`
	Key             string     `json:"key_sha256,omitempty"`
	NotTrustedAfter *time.Time `json:"not_trusted_after,omitempty"`
}

type keyEntry struct {
	Key             string     `json:"key"` // Multikey, z6Mk…
	NotTrustedAfter *time.Time `json:"not_trusted_after,omitempty"`
}

// File writes the keys as /keys/issuer.json serves them.
func (t Trust) File() ([]byte, error) {
	f := keysFile{Form: keysForm, Issuer: t.Issuer, Name: t.Name, Documents: []documentEntry{}, Credentials: []keyEntry{}, Log: append([]string{}, t.Log...)}
	for _, d := range t.Documents {
		f.Documents = append(f.Documents, documentEntry{string(pades.EncodeChain([]*x509.Certificate{d.Root})), d.Key, d.NotTrustedAfter})
	}
	for _, k := range t.Credentials {
		f.Credentials = append(f.Credentials, keyEntry{credential.Multibase(k.Public), k.NotTrustedAfter})
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("proof: keys: %w", err)
	}
	return append(text, '\n'), nil
}

// MaxKeys is the longest file of keys that is read, in bytes.
const MaxKeys = 1 << 20

// ErrKeys means that a file is not one of keys.
var ErrKeys = errors.New("this is no file of issuer keys, as a site has at /keys/issuer.json")

// ParseTrust reads what File writes. It also takes the DID document of a site,
// which has the keys of badges alone. Errors: ErrKeys.
func ParseTrust(data []byte) (Trust, error) {
	var f keysFile
	if len(data) > MaxKeys || json.Unmarshal(data, &f) != nil {
		return Trust{}, ErrKeys
	}
	if f.Form != keysForm {
		did, keys, err := credential.ParseDIDDocument(data)
		if err != nil {
			return Trust{}, ErrKeys
		}
		return Trust{Issuer: did, Name: did, Credentials: keys}, nil
	}
	t := Trust{Issuer: f.Issuer, Name: f.Name, Log: f.Log, Documents: []Document{}}
	for _, d := range f.Documents {
		chain, err := pades.ParseChain([]byte(d.PEM))
		if err != nil || len(chain) != 1 {
			return Trust{}, fmt.Errorf("%w: a certificate of documents is not in PEM", ErrKeys)
		}
		if sum, err := hex.DecodeString(d.Key); err != nil || d.Key != "" && len(sum) != sha256.Size {
			return Trust{}, fmt.Errorf("%w: a key of documents is not named by a SHA-256", ErrKeys)
		}
		t.Documents = append(t.Documents, Document{chain[0], strings.ToLower(d.Key), d.NotTrustedAfter})
	}
	for _, k := range f.Credentials {
		public, err := credential.ParseMultibase(k.Key)
		if err != nil {
			return Trust{}, fmt.Errorf("%w: %w", ErrKeys, err)
		}
		t.Credentials = append(t.Credentials, credential.PublicKey{Public: public, NotTrustedAfter: k.NotTrustedAfter})
	}
	return t, nil
}
