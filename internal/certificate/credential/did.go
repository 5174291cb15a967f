package credential

import (
	"crypto/ed25519"
	"encoding/base64"
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
