package credential

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gowebpki/jcs"
)

// didDocument is what did:web serves (W3C DIDs 1.0, Controlled Identifiers 1.0).
type didDocument struct {
	Context   []string `json:"@context"`
	ID        string   `json:"id"`
	Methods   []any    `json:"verificationMethod"`
	Assertion []string `json:"assertionMethod"`
}

type methodBase struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Controller string `json:"controller"`
	Revoked    string `json:"revoked,omitempty"`
}

type multikey struct {
	methodBase
	Key string `json:"publicKeyMultibase"`
}

type jsonWebKey struct {
	methodBase
	Key jwk `json:"publicKeyJwk"`
}

type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid"`
	Alg string `json:"alg"`
}

// DIDDocument is the file /.well-known/did.json of an issuer. Each key is there
// twice, as a Multikey for proofs and as a JWK for JWTs. One that is not trusted
// any more stays, marked as revoked, but vouches for nothing: another's verifier
// cannot know when a thing was truly signed.
func DIDDocument(did string, keys []PublicKey) ([]byte, error) {
	d := didDocument{ID: did, Methods: []any{}, Assertion: []string{}, Context: []string{
		"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"}}
	for _, k := range keys {
		revoked := ""
		if k.NotTrustedAfter != nil {
			revoked = instant(*k.NotTrustedAfter)
		}
		a := multikey{methodBase{method(did, k.Public), "Multikey", did, revoked}, Multibase(k.Public)}
		b := jsonWebKey{methodBase{keyID(did, k.Public), "JsonWebKey", did, revoked}, newJWK(k.Public)}
		d.Methods = append(d.Methods, a, b)
		if revoked == "" {
			d.Assertion = append(d.Assertion, a.ID, b.ID)
		}
	}
	return marshal(d)
}

func newJWK(public ed25519.PublicKey) jwk {
	return jwk{"OKP", "Ed25519", base64.RawURLEncoding.EncodeToString(public), thumbprint(public), "EdDSA"}
}

// ParseDIDDocument reads the keys that such a file vouches for, and those that it
// marks as revoked, as somebody has it who verifies without network. Whether the
// file is the issuer's is for them to know. Errors: it is no such document.
func ParseDIDDocument(raw []byte) (did string, keys []PublicKey, err error) {
	if len(raw) > MaxSize {
		return "", nil, fmt.Errorf("credential: a DID document of %d bytes is too large", len(raw))
	}
	canonical, err := jcs.Transform(raw) // refuses a key that is there twice
	if err != nil {
		return "", nil, fmt.Errorf("credential: DID document: %w", err)
	}
	var d struct {
		ID        string     `json:"id"`
		Methods   []multikey `json:"verificationMethod"`
		Assertion []string   `json:"assertionMethod"`
	}
	if err := json.Unmarshal(canonical, &d); err != nil {
		return "", nil, fmt.Errorf("credential: DID document: %w", err)
	}
	for _, m := range d.Methods {
		if m.Type != "Multikey" || m.Controller != d.ID || m.Revoked == "" && !slices.Contains(d.Assertion, m.ID) {
			continue
		}
		k := PublicKey{}
		if k.Public, err = ParseMultibase(m.Key); err != nil {
			return "", nil, fmt.Errorf("credential: DID document: %w", err)
		}
		if m.Revoked != "" {
			at, err := time.Parse(time.RFC3339, m.Revoked)
			if err != nil {
				return "", nil, fmt.Errorf("credential: DID document: %w", err)
			}
			k.NotTrustedAfter = &at
		}
		keys = append(keys, k)
	}
	if d.ID == "" || len(keys) == 0 {
		return "", nil, errors.New("credential: this is no DID document with keys that sign credentials")
	}
	return d.ID, keys, nil
}
