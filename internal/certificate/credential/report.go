package credential

import (
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Verdict is what verifying a file says.
type Verdict string

// The verdicts. Only Trusted proves who issued it. Untrusted and Distrusted are
// intact, so their reports have what the credential states; the others have not.
const (
	Trusted        Verdict = "trusted"         // by a key that the caller trusts
	Untrusted      Verdict = "untrusted"       // intact since some key signed it; whose, the file alone cannot prove
	Distrusted     Verdict = "distrusted"      // signed after its key was compromised
	NotYet         Verdict = "not yet"         // signed, or valid from, later than it is now
	Altered        Verdict = "altered"         // not what the key that it names signed
	UnknownSuite   Verdict = "unknown suite"   // signed in another way than ours
	UnknownContext Verdict = "unknown context" // a credential in other terms than ours; they are not fetched
	SomethingElse  Verdict = "something else"  // no credential of this kind, or none at all
)

// Form is how a credential was written.
type Form string

// The forms.
const (
	JSON Form = "json"
	JWT  Form = "jwt"
)

// Report is what Verify found.
type Report struct {
	Verdict Verdict
	Problem string // in a sentence; empty where it is trusted
	Form    Form

	// Who signed, and when by their own word.
	Issuer     string // did:web of the site
	IssuerName string
	Key        string // public, as Multibase writes it
	SignedAt   time.Time
	ValidFrom  time.Time

	// Unconfirmed: the key was compromised after it says that it signed this, and
	// the log does not show that the facts are of the issuer. Whoever has the key
	// can write any date.
	Unconfirmed bool

	// What is certified.
	ID          string // the address of the credential
	HolderName  string
	Achievement string
	Credit      json.Number     // in hours, empty for none
	Facts       json.RawMessage // canonical
	FactsHash   string          // SHA-256, hexadecimal

	Log    LogReport
	Status StatusReport
}

// Intact reports whether the content is what the key signed.
func (r Report) Intact() bool {
	return r.Verdict == Trusted || r.Verdict == Untrusted || r.Verdict == Distrusted || r.Verdict == NotYet
}

// LogState says whether the transparency log has the facts.
type LogState string

// The states of the log's proof.
const (
	LogUnchecked LogState = "unchecked" // the caller gave no key of the log
	LogProven    LogState = "proven"    // the facts are in the tree of the checkpoint
	LogUnproven  LogState = "unproven"
)

// LogReport is what the proof in the credential shows.
type LogReport struct {
	State          LogState
	Problem        string
	Checkpoint     []byte // signed note: whoever keeps it sees later changes to the log
	Proof          tlog.RecordProof
	Origin         string // the log's name
	Size, Position int64
}

// Standing says whether the credential was revoked.
type Standing string

// The standings.
const (
	StandingUnchecked Standing = "unchecked" // the caller gave no status list
	InForce           Standing = "in force"
	Revoked           Standing = "revoked"
	StandingUnknown   Standing = "unknown" // the list cannot be used, Problem says why
	// StandingUnjudged: the place in the list is the word of a signer who is not
	// believed. It may be that of another's credential.
	StandingUnjudged Standing = "unjudged"
)

// StatusReport is what the status list says.
type StatusReport struct {
	Standing Standing
	Problem  string
	List     string // the address of the list
	Bit      int64  // in the list
	AsOf     time.Time
}

// refusal is a verdict that ends the verification.
type refusal struct {
	verdict Verdict
	problem string
}

func (r refusal) Error() string { return r.problem }

func refuse(v Verdict, format string, a ...any) error { return refusal{v, fmt.Sprintf(format, a...)} }
