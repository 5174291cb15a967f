package credential

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// StatusInput is what a status list states.
type StatusInput struct {
	Issuer     Issuer
	Number     int64 // of the list, see StatusPosition
	List       *StatusList
	ValidFrom  time.Time // also when it is signed
	ValidUntil time.Time
	TTL        time.Duration // how long one may keep it before one asks again
}

// listDocument is a BitstringStatusListCredential without its proof.
type listDocument struct {
	Context    json.RawMessage `json:"@context"`
	ID         string          `json:"id"`
	Type       []string        `json:"type"`
	Issuer     listIssuer      `json:"issuer"`
	ValidFrom  string          `json:"validFrom"`
	ValidUntil string          `json:"validUntil"`
	Subject    listSubject     `json:"credentialSubject"`
}

type listIssuer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type listSubject struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	TTL     int64  `json:"ttl"` // milliseconds
	Encoded string `json:"encodedList"`
}

// IssueStatusList states and signs a list. Errors: the input makes no sense.
func IssueStatusList(in StatusInput, k Key) (Issued, error) {
	did, err := DIDWeb(in.Issuer.BaseURL)
	if err != nil {
		return Issued{}, err
	}
	if in.Issuer.Name == "" || in.Number < 0 || in.List == nil || in.TTL <= 0 || !in.ValidUntil.After(in.ValidFrom) {
		return Issued{}, errors.New("credential: a status list lacks a part")
	}
	encoded, err := in.List.Encode()
	if err != nil {
		return Issued{}, err
	}
	id := StatusAddress(in.Issuer.BaseURL, in.Number)
	plain, err := marshal(listDocument{
		json.RawMessage(listContext), id, []string{typeVerifiable, typeList}, listIssuer{did, in.Issuer.Name},
		instant(in.ValidFrom), instant(in.ValidUntil),
		listSubject{id + "#list", "BitstringStatusList", purpose, in.TTL.Milliseconds(), encoded},
	})
	if err != nil {
		return Issued{}, err
	}
	return seal(plain, did, in.ValidFrom, k)
}

// Status is a list that was verified.
type Status struct {
	ID                    string // its address
	Issuer                string
	ValidFrom, ValidUntil time.Time
	List                  *StatusList
}

// ParseStatusList reads a list in either form, signed by one of the keys. Errors:
// it is damaged, expired, dated after now, or signed by another.
func ParseStatusList(doc []byte, keys []PublicKey, now time.Time) (Status, error) {
	s, err := open(doc)
	if err != nil {
		return Status{}, err
	}
	if err := s.is(listContext, typeList); err != nil {
		return Status{}, err
	}
	var d struct {
		ID         string      `json:"id"`
		Issuer     listIssuer  `json:"issuer"`
		ValidFrom  time.Time   `json:"validFrom"`
		ValidUntil time.Time   `json:"validUntil"`
		Subject    listSubject `json:"credentialSubject"`
	}
	if err := json.Unmarshal(s.plain, &d); err != nil {
		return Status{}, fmt.Errorf("credential: status list: %w", err)
	}
	switch {
	case !s.signedBy(d.Issuer.ID, keys):
		return Status{}, errors.New("credential: no key that is trusted signed the status list")
	case d.ValidFrom.After(now.Add(skew)) || s.created.After(now.Add(skew)):
		return Status{}, errors.New("credential: the status list is dated later than it is now")
	case !d.ValidUntil.After(now):
		return Status{}, errors.New("credential: the status list has expired")
	case d.Subject.Type != "BitstringStatusList" || d.Subject.Purpose != purpose:
		return Status{}, errors.New("credential: the status list is not about revocation")
	}
	list, err := DecodeStatusList(d.Subject.Encoded)
	return Status{d.ID, d.Issuer.ID, d.ValidFrom, d.ValidUntil, list}, err
}

// signedBy reports whether one of the keys signed. One that is not trusted any
// more signs no list, whatever date it bears: lists live so briefly that the
// issuer has a newer one, and whoever stole the key could clear a bit.
func (s *sealed) signedBy(did string, keys []PublicKey) bool {
	for _, k := range keys {
		if k.NotTrustedAfter == nil && s.names(did, k.Public) && ed25519.Verify(k.Public, s.signed, s.signature) {
			return true
		}
	}
	return false
}

// placing is how far a credential's word about its place in the list is believed.
type placing int

const (
	believed placing = iota
	doubted          // perhaps the word of a thief: it may condemn, and not acquit
	claimed          // the word of a signer who is not believed
)

// check looks a credential up in the list that the caller gave. Without keys, that of
// the credential vouches for its list as much as for itself.
func (e entry) check(o Options, issuer string, key ed25519.PublicKey, p placing) StatusReport {
	r := StatusReport{Standing: StandingUnchecked, List: e.List}
	bit, err := e.bit()
	r.Bit = bit
	switch {
	case o.StatusList == nil:
		return r
	case p == claimed:
		r.Standing = StandingUnjudged
		return r
	}
	keys := o.Keys
	if len(keys) == 0 {
		keys = []PublicKey{{Public: key}}
	}
	revoked := false
	if err == nil {
		revoked, r.AsOf, err = lookUp(o.StatusList, keys, o.Now, e, issuer, bit)
	}
	switch {
	case err != nil:
		r.Standing, r.Problem = StandingUnknown, err.Error()
	case revoked:
		r.Standing = Revoked
	case p == doubted:
		r.Standing = StandingUnjudged
	default:
		r.Standing = InForce
	}
	return r
}

func lookUp(doc []byte, keys []PublicKey, now time.Time, e entry, issuer string, bit int64) (revoked bool, asOf time.Time, err error) {
	s, err := ParseStatusList(doc, keys, now)
	if err != nil {
		return false, asOf, err
	}
	if s.ID != e.List || s.Issuer != issuer || e.Purpose != purpose {
		return false, asOf, errors.New("credential: this is not the status list that the credential names")
	}
	revoked, err = s.List.Revoked(bit)
	return revoked, s.ValidFrom, err
}
