package credential

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Key signs credentials.
type Key struct {
	signer crypto.Signer
	public ed25519.PublicKey
}

// NewKey takes a key of Ed25519. Errors: it is another.
func NewKey(s crypto.Signer) (Key, error) {
	if s == nil {
		return Key{}, errors.New("credential: there is no key to sign with")
	}
	public, ok := s.Public().(ed25519.PublicKey)
	if !ok {
		return Key{}, fmt.Errorf("credential: %T is no Ed25519 key", s.Public())
	}
	return Key{s, public}, nil
}

// Public returns the half that verifies.
func (k Key) Public() ed25519.PublicKey { return k.public }

// PublicKey is a key of an issuer, as a verifier trusts it.
type PublicKey struct {
	Public ed25519.PublicKey
	// NotTrustedAfter is set when the key was compromised.
	NotTrustedAfter *time.Time
}

// multicodec marks an Ed25519 public key (W3C Controlled Identifiers 1.0, 2.2.2).
var multicodec = []byte{0xed, 0x01}

// Multibase writes a public key as a Multikey has it: z6Mk….
func Multibase(public ed25519.PublicKey) string {
	return "z" + base58(append(bytes.Clone(multicodec), public...))
}

// ParseMultibase reads what Multibase writes. Errors: it is something else.
func ParseMultibase(s string) (ed25519.PublicKey, error) {
	text, ok := strings.CutPrefix(s, "z")
	raw, err := unbase58(text, len(multicodec)+ed25519.PublicKeySize)
	if !ok || err != nil || !bytes.HasPrefix(raw, multicodec) {
		return nil, fmt.Errorf("%.60q is no Ed25519 key", s)
	}
	return raw[len(multicodec):], nil
}

// DIDWeb is the name of the site as an issuer, whose keys are in its file
// /.well-known/did.json. Errors: baseURL is no address, or has a path.
func DIDWeb(baseURL string) (string, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || u.Path != "" {
		return "", fmt.Errorf("credential: %q is no base address", baseURL)
	}
	var did strings.Builder
	did.WriteString("did:web:")
	for _, c := range []byte(u.Host) {
		if c == '.' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			did.WriteByte(c)
		} else {
			fmt.Fprintf(&did, "%%%02X", c) // the colon before a port, above all
		}
	}
	return did.String(), nil
}

const didKeyPrefix = "did:key:"

// DIDKey is the name of a key that is the key itself.
func DIDKey(public ed25519.PublicKey) string { return didKeyPrefix + Multibase(public) }

func parseDIDKey(did string) (ed25519.PublicKey, error) {
	text, ok := strings.CutPrefix(did, didKeyPrefix)
	if !ok {
		return nil, fmt.Errorf("%.60q is no did:key", did)
	}
	return ParseMultibase(text)
}

// method is the key's name in a proof: it is the key itself, so the file alone
// suffices to check it.
func method(did string, public ed25519.PublicKey) string { return did + "#" + Multibase(public) }

// keyID is the key's name in a JWT, by RFC 7638 as VC-JOSE-COSE recommends.
func keyID(did string, public ed25519.PublicKey) string { return did + "#" + thumbprint(public) }

func thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
