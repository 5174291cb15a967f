package credential

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gowebpki/jcs"
)

// tokenType is that of VC-JOSE-COSE 1.0, section 3.2.1.
const tokenType = "vc+jwt"

// header is all that a header of ours has.
type header struct {
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	Typ string `json:"typ"`
}

var headerNames = []string{"alg", "kid", "typ"}

// claims are what a JWT has beside the credential. Open Badges 3.0 demands all
// but iat, and each to equal what the credential says.
type claims struct {
	Issuer  string           `json:"iss"`
	ID      string           `json:"jti"`
	Subject string           `json:"sub"`
	From    *jwt.NumericDate `json:"nbf"`
	At      *jwt.NumericDate `json:"iat"`
}

var claimNames = []string{"iss", "jti", "sub", "nbf", "iat"}

// identified are the parts of a credential that claims repeat.
type identified struct {
	ID        string    `json:"id"`
	Type      []string  `json:"type"`
	ValidFrom time.Time `json:"validFrom"`
	Issuer    struct {
		ID    string       `json:"id"`
		Name  string       `json:"name"`
		Other []identifier `json:"otherIdentifier"`
	} `json:"issuer"`
	Subject struct {
		ID string `json:"id"`
	} `json:"credentialSubject"`
}

func (d identified) claims(at time.Time) claims {
	return claims{d.Issuer.ID, d.ID, d.Subject.ID, jwt.NewNumericDate(d.ValidFrom), jwt.NewNumericDate(at.Truncate(time.Second))}
}

// sign makes the JWT of a canonical document.
func sign(plain []byte, did string, at time.Time, k Key) (string, error) {
	payload, err := membersOf(plain)
	if err != nil {
		return "", err
	}
	var d identified
	if err := json.Unmarshal(plain, &d); err != nil {
		return "", fmt.Errorf("credential: %w", err)
	}
	c, err := marshal(d.claims(at))
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(c, &payload); err != nil { // adds to what is there
		return "", fmt.Errorf("credential: %w", err)
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, token(payload))
	t.Header = map[string]any{"alg": jwt.SigningMethodEdDSA.Alg(), "kid": keyID(did, k.public), "typ": tokenType}
	signed, err := t.SignedString(k.signer)
	if err != nil {
		return "", fmt.Errorf("credential: sign: %w", err)
	}
	return signed, nil
}

// token is a payload; the library asks for its claims only when it verifies.
type token members

func (token) GetExpirationTime() (*jwt.NumericDate, error) { return nil, nil }
func (token) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (token) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (token) GetIssuer() (string, error)                   { return "", nil }
func (token) GetSubject() (string, error)                  { return "", nil }
func (token) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// openToken takes a JWT apart, and checks all but the signature.
func openToken(text string) (*sealed, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, refuse(SomethingElse, "This is neither a JSON object nor a JWT.")
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		// Strict: the last character has bits to spare, which would change unnoticed.
		if raw[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return nil, refuse(SomethingElse, "This is no JWT: %v.", err)
		}
	}
	h, err := readHeader(raw[0])
	if err != nil {
		return nil, err
	}
	canonical, err := jcs.Transform(raw[1])
	if err != nil {
		return nil, refuse(SomethingElse, "The JWT holds no well-formed JSON: %v.", err)
	}
	top, err := membersOf(canonical)
	if err != nil || top["@context"] == nil {
		return nil, refuse(SomethingElse, "The JWT holds no credential.")
	}
	s := &sealed{form: JWT, top: top, method: h.Kid, signed: []byte(parts[0] + "." + parts[1]), signature: raw[2]}
	return s, s.takeClaims()
}

// readHeader pins algorithm and type: neither is the sender's to choose.
func readHeader(raw []byte) (h header, err error) {
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return h, refuse(SomethingElse, "This is no JWT: %v.", err)
	}
	m, err := membersOf(canonical)
	if err != nil || json.Unmarshal(canonical, &h) != nil {
		return h, refuse(SomethingElse, "This is no JWT.")
	}
	if h.Typ != tokenType {
		return h, refuse(SomethingElse, "This JWT is of the type %.40q, and %s is that of a credential.", h.Typ, tokenType)
	}
	if h.Alg != jwt.SigningMethodEdDSA.Alg() {
		return h, refuse(UnknownSuite, "The JWT is signed by %.40q. This program knows EdDSA.", h.Alg)
	}
	for _, name := range headerNames {
		if _, there := m[name]; !there {
			return h, refuse(UnknownSuite, "The header of the JWT has no %q.", name)
		}
		delete(m, name)
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		return h, refuse(UnknownSuite, "The header of the JWT has %.40q too, which those of this kind never have.", name)
	}
	return h, nil
}

// takeClaims removes the claims, once they say what the credential says.
func (s *sealed) takeClaims() (err error) {
	given := members{}
	for _, name := range claimNames {
		given[name] = s.top[name]
		delete(s.top, name)
	}
	if s.plain, err = marshal(s.top); err != nil {
		return err
	}
	var at jwt.NumericDate
	if err := json.Unmarshal(given["iat"], &at); err != nil {
		return refuse(Altered, "The JWT has no time.")
	}
	s.created = at.UTC()
	var d identified
	if err := json.Unmarshal(s.plain, &d); err != nil {
		return refuse(SomethingElse, "The JWT holds no credential: %v.", err)
	}
	want, err := marshal(d.claims(at.Time))
	if err != nil {
		return err
	}
	if got, err := marshal(given); err != nil || string(got) != string(want) {
		return refuse(Altered, "The claims of the JWT do not say what the credential in it says.")
	}
	return nil
}
