package credential

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gowebpki/jcs"
)

const (
	proofType = "DataIntegrityProof"
	suite     = "eddsa-jcs-2022"
	assertion = "assertionMethod"
)

// proof is a proof of the suite. It has no context of its own: the document's is
// part of what is signed, and the suite's specification leaves it out where there
// is but one proof.
type proof struct {
	Type    string `json:"type"`
	Suite   string `json:"cryptosuite"`
	Created string `json:"created"`
	Method  string `json:"verificationMethod"`
	Purpose string `json:"proofPurpose"`
	Value   string `json:"proofValue,omitempty"`
}

// prove adds a proof to a canonical document. Open Badges has it in an array.
func prove(plain []byte, did string, at time.Time, k Key) ([]byte, error) {
	p := proof{Type: proofType, Suite: suite, Created: instant(at), Method: method(did, k.public), Purpose: assertion}
	options, err := marshal(p)
	if err != nil {
		return nil, err
	}
	signature, err := k.signer.Sign(nil, hashData(plain, options), crypto.Hash(0))
	if err != nil {
		return nil, fmt.Errorf("credential: sign: %w", err)
	}
	p.Value = "z" + base58(signature)
	members, err := membersOf(plain)
	if err != nil {
		return nil, err
	}
	if members["proof"], err = json.Marshal([]proof{p}); err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	return marshal(members)
}

// hashData is what the suite signs (3.3.4 of its specification), of a document
// without its proof and of a proof without its value, both canonical.
func hashData(plain, options []byte) []byte {
	o, d := sha256.Sum256(options), sha256.Sum256(plain)
	return append(o[:], d[:]...)
}

// members are the parts of a JSON object, each as it was written.
type members map[string]json.RawMessage

// membersOf takes a canonical object apart. Errors: it is no object.
func membersOf(canonical []byte) (members, error) {
	var m members
	if err := json.Unmarshal(canonical, &m); err != nil || m == nil {
		return nil, errors.Join(errors.New("credential: not a JSON object"), err)
	}
	return m, nil
}

// openProof takes a proven document apart, and checks all but the signature.
func openProof(doc []byte) (*sealed, error) {
	canonical, err := jcs.Transform(doc)
	if err != nil {
		return nil, refuse(SomethingElse, "This is no well-formed JSON: %v.", err)
	}
	top, err := membersOf(canonical)
	if err != nil || top["proof"] == nil || top["@context"] == nil {
		return nil, refuse(SomethingElse, "This JSON is no credential with a proof.")
	}
	p, options, err := onlyProof(top["proof"])
	if err != nil {
		return nil, err
	}
	delete(top, "proof")
	s := &sealed{form: JSON, top: top, method: p.Method}
	if s.plain, err = marshal(top); err != nil {
		return nil, err
	}
	if s.signature, err = unbase58(p.Value[1:], ed25519.SignatureSize); err != nil {
		return nil, refuse(Altered, "The signature is damaged: %v.", err)
	}
	if s.created, err = time.Parse(time.RFC3339, p.Created); err != nil {
		return nil, refuse(Altered, "The proof has no time: %v.", err)
	}
	s.signed = hashData(s.plain, options)
	return s, nil
}

// onlyProof reads the one proof that a document of ours has, and what it signs of
// itself.
func onlyProof(raw json.RawMessage) (p proof, options []byte, err error) {
	var list []members
	if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
		return p, nil, refuse(UnknownSuite, "The credential does not have exactly one proof, in an array.")
	}
	// Read member by member: a struct would also take Type for type.
	for name, to := range map[string]*string{"type": &p.Type, "cryptosuite": &p.Suite, "created": &p.Created,
		"verificationMethod": &p.Method, "proofPurpose": &p.Purpose, "proofValue": &p.Value} {
		if err := json.Unmarshal(list[0][name], to); err != nil {
			return p, nil, refuse(UnknownSuite, "The proof has no %s.", name)
		}
	}
	if p.Type != proofType || p.Suite != suite || p.Purpose != assertion || len(list[0]) != 6 || p.Value == "" || p.Value[0] != 'z' {
		return p, nil, refuse(UnknownSuite, "The proof is of the kind %.40q %.40q. This program knows %s of the suite %s.", p.Type, p.Suite, proofType, suite)
	}
	delete(list[0], "proofValue")
	options, err = marshal(list[0])
	return p, options, err
}
