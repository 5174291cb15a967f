// Package credential states a certificate as an Open Badge 3.0, which is a W3C
// Verifiable Credential 2.0, and verifies one without network or database.
//
// The same credential comes in two forms: JSON with an embedded proof of the
// cryptosuite eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0), and a
// JWT (W3C VC-JOSE-COSE). Both are signed with one Ed25519 key. docs/credential.md
// is the format, with what it decides and why.
//
// Invariants:
//   - Nothing is fetched: no context, no DID document, no status list.
//   - Equal input gives equal bytes.
//   - Every field of a Report comes from what the signature covers.
//   - A key is trusted because the caller says so. One that the file brings along
//     shows only that the file was not changed since that key signed it.
package credential

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
)

// Issuer is who issues.
type Issuer struct {
	BaseURL string // of the site, without a path, as https://ce.example.org
	Name    string
}

// Input is what a credential states.
type Input struct {
	Issuer      Issuer
	Number      string // of the certificate
	HolderName  string
	Course      Course
	CompletedAt time.Time // the learner's last own act
	IssuedAt    time.Time // also when it is signed; both times are cut to the second
	// Credit is in centihours, 0 for none. It is one number: leave it out where
	// credit lines differ, the facts have them all.
	Credit int64
	Facts  json.RawMessage // everything that is printed, as any JSON
	Log    LogProof        // that the log has the hash of Facts (FactsHash)
	// StatusIndex is the certificate's own among all that were ever issued.
	StatusIndex int64
}

// Course is what was achieved.
type Course struct {
	ID          string // an address that names course and edition
	Name        string
	Description string
	Criteria    string // what one had to do, in words
}

// LogProof is the proof that the transparency log has the facts.
type LogProof struct {
	Checkpoint []byte           // a signed note
	Position   int64            // of the leaf
	Proof      tlog.RecordProof // RFC 6962, from the leaf to the checkpoint's root
}

// Issued is one credential in its two forms.
type Issued struct {
	JSON []byte // canonical (RFC 8785): any changed byte is a changed credential
	JWT  string
}

// FactsHash is what the log has of facts: the SHA-256 of their canonical form
// (RFC 8785). Errors: facts is no JSON, or has a key twice.
func FactsHash(facts json.RawMessage) (sum [sha256.Size]byte, err error) {
	canonical, err := jcs.Transform(facts)
	if err != nil {
		return sum, fmt.Errorf("credential: facts: %w", err)
	}
	return sha256.Sum256(canonical), nil
}

// Issue states and signs. Errors: what is missing in the input, or is no JSON.
func Issue(in Input, k Key) (Issued, error) {
	did, err := DIDWeb(in.Issuer.BaseURL)
	if err != nil {
		return Issued{}, err
	}
	if err := in.check(); err != nil {
		return Issued{}, err
	}
	plain, err := marshal(in.document(did, k))
	if err != nil {
		return Issued{}, err
	}
	return seal(plain, did, in.IssuedAt, k)
}

// seal signs a canonical document in both forms.
func seal(plain []byte, did string, at time.Time, k Key) (Issued, error) {
	proven, err := prove(plain, did, at, k)
	if err != nil {
		return Issued{}, err
	}
	token, err := sign(plain, did, at, k)
	if err != nil {
		return Issued{}, err
	}
	if max(len(proven), len(token)) > MaxSize {
		return Issued{}, fmt.Errorf("credential: %d bytes are more than a verifier reads", max(len(proven), len(token)))
	}
	return Issued{JSON: proven, JWT: token}, nil
}

func (in Input) check() error {
	for _, f := range []struct{ name, value string }{
		{"issuer", in.Issuer.Name}, {"number", in.Number}, {"holder", in.HolderName},
		{"course address", in.Course.ID}, {"course name", in.Course.Name},
		{"course description", in.Course.Description}, {"criteria", in.Course.Criteria},
		{"facts", string(in.Facts)}, {"checkpoint", string(in.Log.Checkpoint)},
	} {
		if f.value == "" {
			return fmt.Errorf("credential: the %s is missing", f.name)
		}
	}
	if in.CompletedAt.IsZero() || in.IssuedAt.IsZero() {
		return errors.New("credential: a time is missing")
	}
	if in.Credit < 0 || in.StatusIndex < 0 || in.Log.Position < 0 {
		return errors.New("credential: a number is negative")
	}
	return nil
}

// Address is where the credential of a certificate is served, and its name.
func Address(baseURL, number string) string { return baseURL + "/credentials/" + number }

// StatusAddress is where a status list is served, and its name.
func StatusAddress(baseURL string, list int64) string {
	return baseURL + "/credentials/status/" + strconv.FormatInt(list, 10)
}

// instant is a time as XML Schema and JWT both take it: in UTC, to the second.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// marshal gives the canonical form of a value.
func marshal(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	return canonical, nil
}
